"""Changes to the program that are made without typing: sliders and the palette.

They are ordinary edits of the text, as data; the editor applies a list of them as one step of its undo stack.
"""

from __future__ import annotations

import ast
import keyword
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..trace.events import Source
from ..trace.ops import OpInfo
from .document import tree_of

MAKERS = {"tensor", "FloatTensor", "DoubleTensor", "Tensor", "as_tensor", "full"}
VECTOR_SLIDERS = 8
"""More numbers than this in one tensor are data, not something to turn a knob on."""


@dataclass(frozen=True)
class TextEdit:
    """Replace the characters from `start` up to `end` by `text`."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Literal:
    """A number in the program that a slider can change.

    `name` is the variable, `index` the place in a vector (None for a single number), `is_leaf` whether it makes a
    tensor with `requires_grad`; `start` and `end` are character positions of the number with its sign.
    """

    name: str
    index: int | None
    value: float
    start: int
    end: int
    line: int
    is_integer: bool
    is_leaf: bool

    @property
    def label(self) -> str:
        return self.name if self.index is None else f"{self.name}[{self.index}]"


@dataclass(frozen=True)
class Operand:
    """An operand of a new line: a variable's name, or the place of the expression that made an unnamed tensor."""

    name: str | None
    source: Source | None


def apply_edits(text: str, edits: Iterable[TextEdit]) -> str:
    """The text with all edits made; they refer to the text as it was and do not overlap."""
    for edit in sorted(edits, key=lambda item: item.start, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


class Positions:
    """Turns the line and UTF-8 byte column of a syntax tree into a character position."""

    def __init__(self, text: str) -> None:
        self.lines = text.split("\n")
        self.starts = [0]
        for line in self.lines:
            self.starts.append(self.starts[-1] + len(line) + 1)

    def of_bytes(self, line: int, column: int) -> int:
        row = self.lines[line - 1]
        return self.starts[line - 1] + len(row.encode()[:column].decode(errors="ignore"))

    def of(self, line: int, column: int) -> int:
        return self.starts[line - 1] + column


def literals(text: str) -> tuple[Literal, ...]:
    """The numbers worth a slider: leaves made from literals, and numbers that are given a name (`lr = 0.1`)."""
    tree = tree_of(text)
    if tree is None:
        return ()
    positions = Positions(text)
    found: list[Literal] = []
    marked = _marked_later(tree)
    for statement in ast.walk(tree):
        if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
            target, value = statement.targets[0], statement.value
        elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
            target, value = statement.target, statement.value
        else:
            continue
        if isinstance(target, ast.Name):
            found += _literals_of(target.id, value, positions, target.id in marked)
    # ast.walk goes level by level; people read top to bottom.
    return tuple(sorted(found, key=lambda item: item.start))


def set_literal(literal: Literal, value: float) -> TextEdit:
    """The edit that gives a literal a new value, written in as few digits as it needs."""
    return TextEdit(literal.start, literal.end, number_literal(value, literal.is_integer))


def number_literal(value: float, is_integer: bool = False) -> str:
    """A Python literal: whole numbers keep the dot that makes them floats, six digits are enough for a slider."""
    if not math.isfinite(value):
        raise ValueError("a literal is a finite number")
    if is_integer:
        return str(round(value))
    if value == int(value) and abs(value) < 1e6:
        return f"{int(value)}."
    text = f"{value:.6g}"
    return text if any(mark in text for mark in ".e") else text + "."


def write_op(text: str, op: OpInfo, operands: Sequence[Operand]) -> tuple[list[TextEdit], str]:
    """The edits that write `name = op(operands)` into the program, and the new variable's name.

    The line goes behind the last statement that makes one of the operands. An operand without a name is an
    expression inside a longer line: it is moved into a variable of its own above that line.
    ValueError in words where the program or an operand cannot be found.
    """
    tree = tree_of(text)
    if tree is None:
        raise ValueError("The program has a syntax error; mend it first.")
    if len(operands) != len(op.inputs):
        raise ValueError(f"{op.title} takes {len(op.inputs)} operands.")
    if any(operand.source is not None and operand.source.function != "<module>" for operand in operands):
        raise ValueError("This card was made inside a function; a new line can only use what the program itself names.")
    positions = Positions(text)
    taken = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    edits: list[TextEdit] = []
    names: list[str] = []
    extracted: dict[Source, str] = {}
    for operand in operands:
        if operand.name is not None and operand.name.isidentifier():
            names.append(operand.name)
        elif operand.source is None:
            raise ValueError("This card has no name and no line in the program.")
        elif operand.source in extracted:
            names.append(extracted[operand.source])
        else:
            names.append(_extract(text, tree, positions, operand.source, taken, edits))
            extracted[operand.source] = names[-1]
    result = _fresh_name(taken)
    code = op.code.format(**dict(zip(op.inputs, names, strict=True)))
    anchor = max((_last_line(tree, operand) for operand in operands), default=0)
    if anchor == 0:
        raise ValueError("The operands are not in the program any more; run it again.")
    indent = _indent_of(positions.lines[_first_line(tree, anchor) - 1])
    end = positions.starts[anchor - 1] + len(positions.lines[anchor - 1])
    edits.append(TextEdit(end, end, f"\n{indent}{result} = {code}"))
    return edits, result


def _literals_of(name: str, value: ast.expr, positions: Positions, is_marked: bool) -> list[Literal]:
    is_leaf, numbers = False, [value]
    if isinstance(value, ast.Call):
        maker = value.func.attr if isinstance(value.func, ast.Attribute) else getattr(value.func, "id", "")
        if maker == "Parameter" and value.args:
            return [
                Literal(item.name, item.index, item.value, item.start, item.end, item.line, item.is_integer, True)
                for item in _literals_of(name, value.args[0], positions, True)
            ]
        if maker not in MAKERS or not value.args:
            return []
        is_leaf = is_marked or any(
            word.arg == "requires_grad" and isinstance(word.value, ast.Constant) and word.value.value is True
            for word in value.keywords
        )
        if not is_leaf:
            return []
        numbers = [value.args[1]] if maker == "full" and len(value.args) > 1 else [value.args[0]]
        if isinstance(numbers[0], ast.List | ast.Tuple):
            numbers = list(numbers[0].elts)
            if len(numbers) > VECTOR_SLIDERS:
                return []
    found = []
    for place, number in enumerate(numbers):
        constant = _number(number)
        if constant is None:
            continue
        found.append(
            Literal(
                name,
                place if len(numbers) > 1 else None,
                float(constant),
                positions.of_bytes(number.lineno, number.col_offset),
                positions.of_bytes(number.end_lineno or number.lineno, number.end_col_offset or 0),
                number.lineno,
                isinstance(constant, int) and not is_leaf,
                is_leaf,
            )
        )
    return found


def _number(node: ast.expr) -> float | int | None:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        inner = _number(node.operand)
        return None if inner is None else (-inner if isinstance(node.op, ast.USub) else inner)
    if isinstance(node, ast.Constant) and type(node.value) in (int, float) and abs(node.value) < 1e12:  # type: ignore[arg-type]
        return node.value  # type: ignore[return-value]
    return None


def _marked_later(tree: ast.Module) -> set[str]:
    """Names of which the program says `x.requires_grad = True` or `x.requires_grad_()` on a later line."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Attribute) and target.attr == "requires_grad":
                    names.add(getattr(target.value, "id", ""))
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "requires_grad_":
            names.add(getattr(node.func.value, "id", ""))  # type: ignore[attr-defined]
    return names


def _statements(tree: ast.Module) -> list[ast.stmt]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.stmt)]


def _innermost(tree: ast.Module, line: int) -> ast.stmt | None:
    around = [node for node in _statements(tree) if node.lineno <= line <= (node.end_lineno or node.lineno)]
    return max(around, key=lambda node: (node.lineno, node.col_offset), default=None)


def _first_line(tree: ast.Module, line: int) -> int:
    statement = _innermost(tree, line)
    return statement.lineno if statement else line


def _last_line(tree: ast.Module, operand: Operand) -> int:
    """The last line of the statements that make the operand; 0 if it is not in the program."""
    if operand.name is None:
        assert operand.source is not None, "an operand has a name or a place"
        statement = _innermost(tree, operand.source.line)
        return (statement.end_lineno or statement.lineno) if statement else 0
    return max(
        (
            statement.end_lineno or statement.lineno
            for statement in _statements(tree)
            if not hasattr(statement, "body") and _makes_or_marks(statement, operand.name)
        ),
        default=0,
    )


def _makes_or_marks(statement: ast.stmt, name: str) -> bool:
    """Whether the statement binds the variable or says of it that it requires gradients."""
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store):
            return True
        if isinstance(node, ast.Attribute) and node.attr in ("requires_grad", "requires_grad_"):
            changes = isinstance(node.ctx, ast.Store) or node.attr.endswith("_")
            if changes and getattr(node.value, "id", "") == name:
                return True
    return False


def _extract(
    text: str, tree: ast.Module, positions: Positions, source: Source, taken: set[str], edits: list[TextEdit]
) -> str:
    statement = _innermost(tree, source.line)
    start, end = positions.of(source.line, source.column), positions.of(source.end_line, source.end_column)
    piece = text[start:end]
    if statement is None or not piece.strip() or tree_of(piece.strip()) is None:
        raise ValueError("The line of this card has changed; run the program again.")
    name = _fresh_name(taken)
    begin = positions.starts[statement.lineno - 1]
    indent = _indent_of(positions.lines[statement.lineno - 1])
    edits.append(TextEdit(begin, begin, f"{indent}{name} = {piece}\n"))
    # Brackets around the moved piece would stay behind as `(u)`, which is right, if not pretty.
    edits.append(TextEdit(start, end, name))
    return name


def _fresh_name(taken: set[str]) -> str:
    letters: list[str] = [*"uvzhpqrs", *(f"u{number}" for number in range(1, 10_000))]
    name = next(letter for letter in letters if letter not in taken and not keyword.iskeyword(letter))
    taken.add(name)
    return name


def _indent_of(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]
