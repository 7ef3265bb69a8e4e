"""Rules made wrong on purpose: an op's declaration with one slip in one formula, as a person would make it."""

import ast
import copy
import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from gradviz.engine import compiler
from gradviz.engine.op import Op

SWAPS = {"self": "other", "other": "self", "mat1": "mat2", "mat2": "mat1"}


@dataclass(frozen=True)
class WrongRule:
    """One slip: in the rule of `name`, of this kind, giving this text."""

    op: Op
    name: str
    kind: str
    text: str

    def function(self):
        """Return the op's function with the wrong rule."""
        rules = {each.rstrip("?*"): self.op.rule(each.rstrip("?*")) for each in self.op.inputs}
        rules = {each: text for each, text in rules.items() if text is not None} | {self.name: self.text}
        return compiler.entry(dataclasses.replace(self.op, derivative={}, vjp=rules))


class Change(ast.NodeTransformer):
    """Changes the n-th place of a formula that `fits`, by `change`."""

    def __init__(self, fits, change, place):
        self.fits, self.change, self.place = fits, change, place

    def visit(self, node):
        node = super().generic_visit(node)
        if self.fits(node):
            self.place -= 1
            if self.place == -1:
                return self.change(node)
        return node


def opposite(operator):
    pairs = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult}
    return pairs[type(operator)]()


def arithmetic(node):
    return isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub, ast.Mult, ast.Div))


def called(node, *names):
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and (not names or node.func.id in names)


def number(node):
    return isinstance(node, ast.Constant) and type(node.value) in (int, float)


# kind: (which places of the formula, what becomes of one).
SLIPS = {
    "dropped the right side": (arithmetic, lambda node: node.left),
    "dropped the left side": (arithmetic, lambda node: node.right),
    "other operator": (arithmetic, lambda node: ast.BinOp(node.left, opposite(node.op), node.right)),
    "dropped minus": (lambda node: isinstance(node, ast.UnaryOp), lambda node: node.operand),
    "not transposed": (lambda node: called(node, "transposed", "permuted_back", "swapped"), lambda node: node.args[0]),
    "swapped branches": (
        lambda node: called(node, "where"),
        lambda node: ast.Call(node.func, [node.args[0], node.args[2], node.args[1]], []),
    ),
    "turned comparison": (
        lambda node: isinstance(node, ast.Compare),
        lambda node: ast.Call(ast.Name("logical_not", ast.Load()), [node], []),
    ),
    "swapped operand": (
        lambda node: isinstance(node, ast.Name) and node.id in SWAPS,
        lambda node: ast.Name(SWAPS[node.id], node.ctx),
    ),
    "other number": (number, lambda node: ast.Constant(node.value + 1)),
}


def each(change):
    """Return a function that changes a gradient, or each of several."""

    def apply(gradient):
        if gradient is None:
            return None
        if isinstance(gradient, (list, tuple)):
            return [apply(part) for part in gradient]
        return np.asarray(change(gradient), gradient.dtype)[()]

    return apply


# The functions of the slips that need no place in a formula; they stand among the kernels while a test runs.
WHOLE = {
    "wrong_sign": each(np.negative),
    "wrong_factor": each(lambda gradient: gradient * 1.001),
    "no_gradient": each(np.zeros_like),
    "wrong_element": each(lambda gradient: np.roll(gradient, 1)),
    "added_one": each(lambda gradient: gradient + 1),
}


def changed(text: str) -> Iterator[tuple[str, str]]:
    """Yield (kind, text) of every slip that one place of a formula allows, and those that need no place."""
    tree = ast.parse(text, mode="eval")
    for kind, (fits, change) in SLIPS.items():
        for place in range(sum(fits(node) for node in ast.walk(tree))):
            wrong = ast.unparse(Change(fits, change, place).visit(copy.deepcopy(tree)))
            if wrong != text:
                yield kind, wrong
    for kind in WHOLE:
        yield kind, f"{kind}({text})"
    yield "also passed on", f"({text}) + grad"
    yield "also taken off", f"({text}) - grad"


def wrong_rules(op: Op) -> Iterator[WrongRule]:
    """Yield wrong rules of an op, first one of every kind for every input, then the rest."""
    found = [
        [WrongRule(op, name, kind, wrong) for kind, wrong in changed(op.rule(name))]
        for name in (each.rstrip("?*") for each in op.inputs)
        if op.rule(name) is not None
    ]
    for turn in range(max(map(len, found), default=0)):
        yield from (each[turn] for each in found if turn < len(each))
