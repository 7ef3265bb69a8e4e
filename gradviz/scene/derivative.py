"""From an op's declaration to the rule that a person reads: known numbers folded, the factor of `grad` found.

`grad * (exponent * self ** (exponent - 1))` with exponent 2 reads as the local derivative `2 * self`; a mean's
`spread(grad, self.shape) / count(self.shape)` as `spread(grad, …) / 3`. Every rewriting is exact.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from .expression import FormulaError, evaluate, words
from .functions import POINTWISE

Shapes = Mapping[str, tuple[int, ...]]


def simplified(tree: ast.expr, constants: Mapping[str, Any], shapes: Shapes) -> ast.expr:
    """The same formula with Python numbers and sizes put in, decided cases chosen, and numbers folded."""
    return _Simplifier(constants, shapes).visit(tree)  # type: ignore[no-any-return]


class _Simplifier(ast.NodeTransformer):
    def __init__(self, constants: Mapping[str, Any], shapes: Shapes) -> None:
        self.constants, self.shapes = constants, shapes

    def visit_Name(self, node: ast.Name) -> ast.expr:
        value = self.constants.get(node.id)
        return _constant(value) if isinstance(value, int | float) and not isinstance(value, bool) else node

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        return _folded(self.visit(node.left), node.op, self.visit(node.right))

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.expr:
        inner = self.visit(node.operand)
        number = _number(inner) if isinstance(node.op, ast.USub) else None
        return ast.UnaryOp(node.op, inner) if number is None or number < 0 else _constant(-number)

    def visit_IfExp(self, node: ast.IfExp) -> ast.expr:
        test = self._known(node.test)
        if test is not None:
            return self.visit(node.body if test else node.orelse)  # type: ignore[no-any-return]
        return ast.IfExp(node.test, self.visit(node.body), self.visit(node.orelse))

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        if node.attr == "shape":
            shape = self._shape(node.value)
            if shape is not None:
                return ast.Tuple([ast.Constant(side) for side in shape], ast.Load())
        return ast.Attribute(self.visit(node.value), node.attr, node.ctx)

    def visit_Call(self, node: ast.Call) -> ast.expr:
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="numel"), args=[]) if name in self.shapes:
                return ast.Constant(math.prod(self.shapes[name]))
            case ast.Call(func=ast.Name(id="numel"), args=[ast.Name(id=name)]) if name in self.shapes:
                return ast.Constant(math.prod(self.shapes[name]))
            case ast.Call(func=ast.Name(id="count"), args=[shape, *dim]):
                number = self._count(shape, dim)
                return node if number is None else ast.Constant(number)
            case ast.Call(func=ast.Name(id="freedom"), args=[shape, dim, correction]):
                number, less = self._count(shape, [dim]), self._known(correction)
                return node if number is None or less is None else ast.Constant(max(number - less, 0))
            case ast.Call(func=ast.Name(id="share_of"), args=[gradient, shape, reduction]):
                return self._share(gradient, shape, reduction) or node
            case ast.Call(func=ast.Name(id="logit_slope"), args=[x, target, *weights]) if self._absent(weights):
                return ast.BinOp(ast.Call(ast.Name("sigmoid"), [x], []), ast.Sub(), target)
            case ast.Call(func=ast.Name(id="yes_no_slope"), args=[x, target, *weights]) if self._absent(weights):
                below = ast.BinOp(x, ast.Mult(), ast.BinOp(ast.Constant(1), ast.Sub(), x))
                return ast.BinOp(ast.BinOp(x, ast.Sub(), target), ast.Div(), below)
        function = node.func if isinstance(node.func, ast.Name) else self.visit(node.func)
        keywords = [ast.keyword(keyword.arg, self.visit(keyword.value)) for keyword in node.keywords]
        return ast.Call(function, [self.visit(argument) for argument in node.args], keywords)

    # -- what is known before any tensor is looked at --------------------------------------------------------------

    def _known(self, tree: ast.expr) -> Any:
        """The value of a part that reads Python values only, None for any other."""
        if words(tree) - self.constants.keys():
            return None
        try:
            return evaluate(tree, self.constants)
        except FormulaError:
            return None

    def _shape(self, tree: ast.expr) -> tuple[int, ...] | None:
        """The shape of an element-by-element formula."""
        if any(isinstance(part, ast.Call | ast.MatMult | ast.Subscript) for part in ast.walk(tree)):
            return None
        names = [name for name in words(tree) if name not in self.constants]
        if not all(name in self.shapes for name in names):
            return None
        try:
            return tuple(np.broadcast_shapes(*(self.shapes[name] for name in names)))
        except ValueError:
            return None

    def _count(self, shape: ast.expr, dim: list[ast.expr]) -> int | None:
        """How many elements one result of a reduction stands for."""
        sides = self._shape(shape.value) if isinstance(shape, ast.Attribute) and shape.attr == "shape" else None
        if sides is None or (dim and words(dim[0]) - self.constants.keys()):
            return None
        axes = self._known(dim[0]) if dim else None
        if axes is None or axes == ():
            return math.prod(sides)
        listed = axes if isinstance(axes, tuple | list) else (axes,)
        return math.prod(sides[axis] for axis in listed) if sides else 1

    def _share(self, gradient: ast.expr, shape: ast.expr, reduction: ast.expr) -> ast.expr | None:
        """A mean of losses divides the gradient by their number; a sum, or no reduction, leaves it."""
        how = self._known(reduction)
        if how in ("sum", "none"):
            return self.visit(gradient)  # type: ignore[no-any-return]
        number = self._count(shape, []) if how == "mean" else None
        return None if number is None else _folded(self.visit(gradient), ast.Div(), ast.Constant(number))

    def _absent(self, inputs: list[ast.expr]) -> bool:
        """Whether these optional inputs were not given."""
        return all(isinstance(item, ast.Name) and item.id not in self.shapes for item in inputs)


def _constant(value: float) -> ast.expr:
    """A number as Python's own parser would give it: the sign stands outside."""
    return ast.UnaryOp(ast.USub(), ast.Constant(-value)) if value < 0 else ast.Constant(value)


def _number(tree: ast.expr) -> float | None:
    match tree:
        case ast.Constant(value=bool()):
            return None
        case ast.Constant(value=int() | float() as value):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as value)):
            return -value
    return None


def _folded(left: ast.expr, op: ast.operator, right: ast.expr) -> ast.expr:
    a, b = _number(left), _number(right)
    match op:
        case ast.Add() if a is not None and b is not None:
            return _constant(a + b)
        case ast.Sub() if a is not None and b is not None:
            return _constant(a - b)
        case ast.Mult() if a is not None and b is not None:
            return _constant(a * b)
        case ast.Mult() if a == 1:
            return right
        case ast.Mult() | ast.Div() | ast.Pow() if b == 1:
            return left
        case ast.Mult() if b is not None and a is None:
            return ast.BinOp(right, op, left)  # 2 · x, as people write it
    return ast.BinOp(left, op, right)


def local_derivative(tree: ast.expr) -> ast.expr | None:
    """The factor that `grad` is multiplied by: d for `grad * d`, 1 for `grad`, −1 for `-grad`; None for other shapes.

    Only a factor made of functions that act on each element by itself is a local derivative.
    """
    match tree:
        case ast.Name(id="grad"):
            return ast.Constant(1)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            inner = local_derivative(operand)
            return None if inner is None else ast.UnaryOp(ast.USub(), inner)
        case ast.Call(func=ast.Name(id="where"), args=[test, yes, no]) if is_pointwise(test):
            factors = [_number_factor(branch) for branch in (yes, no)]
            if None not in factors and any("grad" in words(branch) for branch in (yes, no)):
                return ast.Call(ast.Name("where"), [test, *(factor for factor in factors if factor is not None)], [])
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            for grad, other in ((left, right), (right, left)):
                inner = local_derivative(grad)
                if inner is not None and is_pointwise(other):
                    return other if _number(inner) == 1 else ast.BinOp(inner, ast.Mult(), other)
        case ast.BinOp(left=left, op=ast.Div(), right=right):
            inner = local_derivative(left)
            if inner is not None and is_pointwise(right):
                return ast.BinOp(inner, ast.Div(), right)
    return None


def _number_factor(branch: ast.expr) -> ast.expr | None:
    """A branch of `where(test, grad, 0)`: a multiple of `grad`, or nothing at all."""
    return ast.Constant(0) if _number(branch) == 0 else local_derivative(branch)


def is_pointwise(tree: ast.expr) -> bool:
    """Whether a formula without `grad` acts on each element by itself."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id == "grad":
            return False
        if isinstance(node, ast.MatMult | ast.Attribute | ast.Subscript):
            return False
        if isinstance(node, ast.Call) and not (isinstance(node.func, ast.Name) and node.func.id in POINTWISE):
            return False
    return True
