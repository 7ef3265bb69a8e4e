"""What a race varies: the learning rate and the optimizer in the text of a program, found as exact source ranges.

A rate is the `lr=` of an optimizer (its literal, or the literal that its variable is given), a plain `lr = 0.1`, or
the number that a program multiplies `.grad` with. Other runs are other texts: the program in the editor stays.
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from .document import tree_of
from .edits import Positions, TextEdit, apply_edits, number_literal

NAMES = ("lr", "learning_rate", "learningrate", "eta", "alpha", "rate", "step_size")
"""What programs call a learning rate, the most certain first."""

MOST = 12


@dataclass(frozen=True, slots=True)
class Optimizer:
    """A choice of `torch.optim`; `arguments` follow the parameters, {lr} stands for the program's own rate."""

    title: str
    name: str
    arguments: str


OPTIMIZERS: tuple[Optimizer, ...] = (
    Optimizer("SGD", "SGD", "lr={lr}"),
    Optimizer("SGD, momentum", "SGD", "lr={lr}, momentum=0.9"),
    Optimizer("SGD, Nesterov", "SGD", "lr={lr}, momentum=0.9, nesterov=True"),
    Optimizer("Adam", "Adam", "lr={lr}"),
    Optimizer("AdamW", "AdamW", "lr={lr}"),
    Optimizer("NAdam", "NAdam", "lr={lr}"),
    Optimizer("RAdam", "RAdam", "lr={lr}"),
    Optimizer("Adamax", "Adamax", "lr={lr}"),
    Optimizer("RMSprop", "RMSprop", "lr={lr}"),
    Optimizer("Adagrad", "Adagrad", "lr={lr}"),
    Optimizer("Adadelta", "Adadelta", "lr=1.0"),
    Optimizer("Rprop", "Rprop", "lr={lr}"),
)
"""LBFGS is not among them: its step takes a function, so it needs another program. Adadelta's own rate is 1."""

KINDS = {each.name for each in OPTIMIZERS} | {"LBFGS", "ASGD", "SparseAdam"}


@dataclass(frozen=True, slots=True)
class Rate:
    """A learning rate in a program: the `ranges` of characters that hold it, all to be changed together."""

    title: str
    value: float
    line: int
    ranges: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Construction:
    """A call that makes an optimizer. `name` is the range of its class, `rest` what follows the parameters."""

    kind: str
    line: int
    name: tuple[int, int]
    rest: tuple[int, int]
    rate: str
    """The text of its learning rate."""
    import_line: int | None
    """Where the line begins that imports the class by name; None where it is reached through a module."""


@dataclass(frozen=True, slots=True)
class Variant:
    """A text to run, and the name of its run."""

    name: str
    program: str


class VariantError(ValueError):
    """A list that cannot be raced, in words for the person."""


def rates(program: str) -> tuple[Rate, ...]:
    """The learning rates of a program, the likeliest first."""
    tree = tree_of(program)
    if tree is None:
        return ()
    positions = Positions(program)
    found = [*_of_optimizers(tree, positions), *_of_names(tree, positions), *_of_steps(tree, positions)]
    unique: dict[tuple[tuple[int, int], ...], Rate] = {}
    for rate in found:
        unique.setdefault(rate.ranges, rate)
    return tuple(unique.values())


def constructions(program: str) -> tuple[Construction, ...]:
    """The calls that make an optimizer of torch.optim, in the order of the text."""
    tree = tree_of(program)
    if tree is None:
        return ()
    positions = Positions(program)
    found = []
    imported = {
        alias.asname or alias.name: positions.starts[node.lineno - 1]
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and node.module == "torch.optim"
        for alias in node.names
    }
    for call in _optimizer_calls(tree):
        own = _rate_of(call)
        _, end = _range(call.func, positions)
        kind = _name_of(call.func)
        after, last = _range(call.args[0], positions)[1], _range(call, positions)[1] - 1
        rate = program[slice(*_range(own, positions))] if own is not None else "0.01"
        line = imported.get(kind) if isinstance(call.func, ast.Name) else None
        found.append(Construction(kind, call.lineno, (end - len(kind), end), (after, last), rate, line))
    return tuple(sorted(found, key=lambda item: item.line))


def with_rates(program: str, rate: Rate, values: tuple[float, ...]) -> tuple[Variant, ...]:
    """The program with each of these learning rates."""
    return tuple(
        Variant(
            f"lr {_short(value)}",
            apply_edits(program, [TextEdit(*place, number_literal(value)) for place in rate.ranges]),
        )
        for value in values
    )


def with_optimizers(program: str, place: Construction, chosen: tuple[Optimizer, ...]) -> tuple[Variant, ...]:
    """The program with each of these optimizers; the parameters that it is given stay."""
    found = []
    for optimizer in chosen:
        arguments = optimizer.arguments.format(lr=place.rate)
        edits = [TextEdit(*place.name, optimizer.name), TextEdit(*place.rest, f", {arguments}")]
        if place.import_line is not None and optimizer.name != place.kind:
            edits.append(TextEdit(place.import_line, place.import_line, f"from torch.optim import {optimizer.name}; "))
        found.append(Variant(optimizer.title, apply_edits(program, edits)))
    return tuple(found)


def numbers(text: str) -> tuple[float, ...]:
    """The learning rates of a list such as "0.01, 0.03, 0.1". VariantError in words for what is no such list."""
    words = [word for word in re.split(r"[,;\s]+", text.replace("−", "-")) if word]
    if not words:
        raise VariantError("Write some learning rates, such as 0.01, 0.03, 0.1.")
    values = []
    for word in words:
        try:
            value = float(word)
        except ValueError:
            raise VariantError(f"{word} is not a number. Write learning rates such as 0.01, 0.03, 0.1.") from None
        if not (math.isfinite(value) and value > 0):
            raise VariantError(f"{word} is not a learning rate: it must be above 0.")
        values.append(value)
    unique = tuple(dict.fromkeys(values))
    if len(unique) > MOST:
        raise VariantError(f"These are {len(unique)} learning rates; {MOST} runs can be told apart.")
    return unique


def around(value: float) -> tuple[float, ...]:
    """Learning rates to begin with: the program's own, and some a third of a power of ten apart on both sides."""
    return tuple(float(f"{value * factor:.2g}") for factor in (0.1, 0.3, 1.0, 3.0))


def draws_unseeded(program: str) -> bool:
    """Whether a program asks Python's or NumPy's random numbers without a seed: then no two runs start alike."""
    tree = tree_of(program)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)] if tree is not None else []
    names = [ast.unparse(call.func) for call in calls]
    for module in ("random", "np.random", "numpy.random"):
        own = [name for name in names if name.startswith(module + ".")]
        seeded = any(name.endswith(".seed") for name in own) or any(
            ast.unparse(call.func) in (f"{module}.Random", f"{module}.default_rng") and call.args for call in calls
        )
        if own and not seeded:
            return True
    return False


def summary(program: str) -> str:
    """The optimizer and learning rate of a program in a few words: "Adam, lr 0.01"; empty where neither is found."""
    kinds, found = [each.kind for each in constructions(program)], rates(program)
    return ", ".join([*kinds[:1], *(f"lr {_short(rate.value)}" for rate in found[:1])])


# -- reading the tree ------------------------------------------------------------------------------------------------


def _short(value: float) -> str:
    return f"{value:g}"


def _range(node: ast.expr, positions: Positions) -> tuple[int, int]:
    return (
        positions.of_bytes(node.lineno, node.col_offset),
        positions.of_bytes(node.end_lineno or node.lineno, node.end_col_offset or 0),
    )


def _name_of(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _number(node: ast.expr | None) -> float | None:
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        value = float(node.value)  # type: ignore[arg-type]
        return value if math.isfinite(value) and value > 0 else None
    return None


def _optimizer_calls(tree: ast.Module) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args and _name_of(node.func) in KINDS:
            yield node


def _rate_of(call: ast.Call) -> ast.expr | None:
    word = next((word.value for word in call.keywords if word.arg == "lr"), None)
    return word if word is not None else call.args[1] if len(call.args) > 1 else None


def _assigned(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    """Names that are given a number, with it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            if _number(node.value) is not None:
                yield node.targets[0].id, node.value
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and _number(node.value) is not None:
            assert node.value is not None, "a number was found in it"
            yield node.target.id, node.value


def _rate(title: str, literals: list[ast.expr], positions: Positions) -> Rate:
    value = _number(literals[0])
    assert value is not None, "made of literals only"
    return Rate(title, value, literals[0].lineno, tuple(_range(each, positions) for each in literals))


def _of_optimizers(tree: ast.Module, positions: Positions) -> Iterator[Rate]:
    given: dict[str, list[ast.expr]] = {}
    for name, literal in _assigned(tree):
        given.setdefault(name, []).append(literal)
    calls = sorted(_optimizer_calls(tree), key=lambda item: item.lineno)
    words = [(_name_of(call.func), _rate_of(call)) for call in calls]
    words += [
        (_name_of(node.func), word.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and node not in calls
        for word in node.keywords
        if word.arg == "lr"
    ]
    for kind, own in words:
        if own is not None and _number(own) is not None:
            yield _rate(f"lr of {kind}", [own], positions)
        elif isinstance(own, ast.Name) and len(given.get(own.id, ())) == 1:
            yield _rate(own.id, given[own.id], positions)


def _of_names(tree: ast.Module, positions: Positions) -> Iterator[Rate]:
    found = sorted(
        (NAMES.index(name.lower()), literal.lineno, name, literal)
        for name, literal in _assigned(tree)
        if name.lower() in NAMES
    )
    for *_, name, literal in found:
        yield _rate(name, [literal], positions)


def _of_steps(tree: ast.Module, positions: Positions) -> Iterator[Rate]:
    """Numbers that multiply a `.grad`: those of one value are one rate."""
    same: dict[float, list[ast.expr]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
            for number, other in ((node.left, node.right), (node.right, node.left)):
                value = _number(number)
                if value is not None and isinstance(other, ast.Attribute) and other.attr == "grad":
                    same.setdefault(value, []).append(number)
    for literals in same.values():
        yield _rate("the factor of .grad", sorted(literals, key=lambda each: each.lineno), positions)
