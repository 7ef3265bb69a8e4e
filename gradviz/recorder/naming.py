"""Finds the exact expression that made a tensor, and the name its value was given.

Nothing of this happens while the program runs: the record keeps code objects and instruction offsets, and Python's
own tables (`co_positions`) lead from there to a span of the text. The program is parsed once; the node with that span
says what becomes of the value. A value that is returned is named by whoever called the function.
"""

from __future__ import annotations

import ast
import dis
from dataclasses import dataclass
from types import CodeType

from ..trace.events import Source

Chain = tuple[CodeType | int, ...]
"""Code object and instruction offset of each of the program's frames in turn, innermost first."""

Span = tuple[int, int, int, int]

LONGEST_NAME = 24
"""Characters of an attribute or item (`self.weights["in"]`) that still read as a name on a card."""

FOR_ITER = dis.opmap["FOR_ITER"]


@dataclass(frozen=True, slots=True)
class Place:
    """An expression: where it stands and what its value is called; `handed_on` when the caller names it.

    `names` has one entry, or one for each target of an unpacking.
    """

    source: Source
    names: tuple[str | None, ...] = (None,)
    handed_on: bool = False


class Code:
    """A code object and its tables, which Python would write out anew for every question."""

    def __init__(self, code: CodeType) -> None:
        self.code = code
        self.positions = list(code.co_positions())
        self.instructions = code.co_code


class Names:
    """Answers for one program text. Answers are kept: a loop asks the same question every time round."""

    def __init__(self, program: str) -> None:
        self._lines = program.split("\n")
        self._codes: dict[int, Code] = {}
        self._places: dict[tuple[int, int], Place | None] = {}
        self._nodes: dict[Span, ast.expr | ast.AugAssign] = {}
        self._calls: dict[tuple[int, int], ast.Call] = {}
        self._parents: dict[ast.AST, ast.AST] = {}
        try:
            tree = ast.parse(program)
        except (SyntaxError, ValueError, RecursionError):
            return  # Python says so when it runs the program; nothing will ask for names.
        for parent in ast.walk(tree):
            for node in ast.iter_child_nodes(parent):
                self._parents[node] = parent
                if isinstance(node, ast.expr | ast.AugAssign):
                    end = (node.end_lineno or 0, node.end_col_offset or 0)
                    self._nodes.setdefault((node.lineno, node.col_offset, *end), node)
                    if isinstance(node, ast.Call):
                        self._calls.setdefault(end, node)

    def source(self, chain: Chain) -> Source | None:
        """The expression in the innermost frame of the program."""
        place = self._place(chain, 0)
        return place.source if place else None

    def names(self, chain: Chain, count: int = 1) -> tuple[str | None, ...]:
        """Names for `count` tensors that the expression gave; None for those that got none."""
        for position in range(0, len(chain), 2):
            place = self._place(chain, position)
            if place is None:
                break
            if not place.handed_on:
                if len(place.names) == count:
                    return place.names
                break
        return (None,) * count

    def _place(self, chain: Chain, position: int) -> Place | None:
        if position >= len(chain):
            return None
        code, lasti = chain[position], chain[position + 1]
        assert isinstance(code, CodeType), "a chain is code, offset, code, offset …"
        assert isinstance(lasti, int), "a chain is code, offset, code, offset …"
        # By identity: Python computes the hash of a code object from all that is in it, each time.
        key = id(code), lasti
        if key not in self._places:
            known = self._codes.get(id(code)) or self._codes.setdefault(id(code), Code(code))
            self._places[key] = self._find(known, lasti)
        return self._places[key]

    def _find(self, code: Code, lasti: int) -> Place | None:
        line, end_line, column, end_column = code.positions[lasti // 2]
        if line is None or end_line is None or column is None or end_column is None:
            return None
        node = self._nodes.get((line, column, end_line, end_column))
        # A method call that runs over several lines is located at its last name: look for the call that ends there.
        node = node or self._calls.get((end_line, end_column))
        if node is not None and node.end_lineno is not None and node.end_col_offset is not None:
            line, column, end_line, end_column = node.lineno, node.col_offset, node.end_lineno, node.end_col_offset
        source = Source(
            line,
            self._characters(line, column),
            end_line,
            self._characters(end_line, end_column),
            code.code.co_qualname,
        )
        if node is None:
            return Place(source)
        names, handed_on = self._fate(node, code.instructions[lasti] == FOR_ITER)
        return Place(source, names, handed_on)

    def _fate(self, node: ast.AST, iterated: bool) -> tuple[tuple[str | None, ...], bool]:
        """What becomes of an expression's value: its names, and whether it is handed to the caller instead."""
        if isinstance(node, ast.AugAssign):
            return (_name(node.target),), False
        if isinstance(getattr(node, "ctx", None), ast.Store):
            # Something is stored into a tensor, or a tensor is unpacked into these targets.
            return ((None,) if isinstance(node, ast.Subscript) else _targets(node)), False
        while (parent := self._parents.get(node)) is not None:
            match parent:
                case ast.Assign(targets=[first, *_]):
                    return _targets(first), False
                case ast.AnnAssign(target=target) | ast.NamedExpr(target=target) | ast.AugAssign(target=target):
                    # The right side of an augmented assignment is only an operand.
                    return ((None,) if isinstance(parent, ast.AugAssign) else _targets(target)), False
                case ast.For(target=target) | ast.comprehension(target=target) if iterated and parent.iter is node:
                    return _targets(target), False
                case ast.Return():
                    return (None,), True
                case ast.Lambda(body=body) if body is node:
                    return (None,), True
                case ast.IfExp(test=test) if test is not node:
                    node = parent
                case ast.Attribute(attr=attr) if attr.endswith("_") and not attr.startswith("_"):
                    # `torch.ones(3).requires_grad_()`: methods with an underscore give back the same tensor.
                    call = self._parents.get(parent)
                    if not isinstance(call, ast.Call) or call.func is not parent:
                        break
                    node = call
                case ast.Tuple(elts=items) | ast.List(elts=items):
                    return (self._item_name(parent, items.index(node)),), False  # type: ignore[arg-type]
                case _:
                    break
        return (None,), False

    def _item_name(self, display: ast.AST, position: int) -> str | None:
        """The name of an item of a tuple or list on the right of an assignment."""
        assignment = self._parents.get(display)
        if not isinstance(assignment, ast.Assign) or assignment.value is not display:
            return None
        target = assignment.targets[0]
        if isinstance(target, ast.Tuple | ast.List):
            plain = not any(isinstance(item, ast.Starred) for item in target.elts)
            return _name(target.elts[position]) if plain and position < len(target.elts) else None
        name = _name(target)
        return f"{name}[{position}]" if name else None

    def _characters(self, line: int, column: int) -> int:
        """Characters for a column that Python counts in bytes of UTF-8."""
        if not 0 < line <= len(self._lines) or self._lines[line - 1].isascii():
            return column
        return len(self._lines[line - 1].encode()[:column].decode(errors="ignore"))


def _targets(target: ast.AST) -> tuple[str | None, ...]:
    if isinstance(target, ast.Tuple | ast.List):
        return tuple(_name(item) for item in target.elts)
    return (_name(target),)


def _name(target: ast.AST) -> str | None:
    if isinstance(target, ast.Name):
        return target.id
    if isinstance(target, ast.Attribute | ast.Subscript):
        if isinstance(target, ast.Attribute) and target.attr in ("data", "grad"):
            return _name(target.value) if target.attr == "data" else None
        text = ast.unparse(target)
        return text if len(text) <= LONGEST_NAME else None
    return None
