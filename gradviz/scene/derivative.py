"""From an op's declaration to the derivative that a person reads: known numbers folded, the factor of `grad` found.

`grad * (exponent * self ** (exponent - 1))` with exponent 2 reads as the local derivative `2 * self`.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Mapping
from typing import Any

from .expression import POINTWISE

Shapes = Mapping[str, tuple[int, ...]]


def simplified(tree: ast.expr, constants: Mapping[str, Any], shapes: Shapes) -> ast.expr:
    """The same formula with Python numbers and sizes put in and folded; every rewriting is exact."""
    match tree:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="numel"), args=[]) if name in shapes:
            return ast.Constant(math.prod(shapes[name]))
        case ast.Call(func=ast.Name(id="numel"), args=[ast.Name(id=name)]) if name in shapes:
            return ast.Constant(math.prod(shapes[name]))
        case ast.Name(id=name) if isinstance(constants.get(name), int | float):
            return _constant(constants[name])
        case ast.BinOp(left=left, op=op, right=right):
            return _folded(simplified(left, constants, shapes), op, simplified(right, constants, shapes))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            inner = simplified(operand, constants, shapes)
            number = _number(inner)
            return ast.UnaryOp(ast.USub(), inner) if number is None or number < 0 else _constant(-number)
        case ast.Call(func=function, args=arguments, keywords=keywords):
            return ast.Call(
                function,
                [simplified(argument, constants, shapes) for argument in arguments],
                [ast.keyword(keyword.arg, simplified(keyword.value, constants, shapes)) for keyword in keywords],
            )
        case ast.Compare(left=left, ops=ops, comparators=others):
            compared = [simplified(other, constants, shapes) for other in others]
            return ast.Compare(simplified(left, constants, shapes), ops, compared)
    return tree


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
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            for grad, other in ((left, right), (right, left)):
                inner = local_derivative(grad)
                if inner is not None and _is_pointwise(other):
                    return other if _is_one(inner) else ast.BinOp(inner, ast.Mult(), other)
        case ast.BinOp(left=left, op=ast.Div(), right=right):
            inner = local_derivative(left)
            if inner is not None and _is_pointwise(right):
                return ast.BinOp(inner, ast.Div(), right)
    return None


def _is_one(tree: ast.expr) -> bool:
    return isinstance(tree, ast.Constant) and tree.value == 1


def _is_pointwise(tree: ast.expr) -> bool:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id == "grad":
            return False
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
            return False
        if isinstance(node, ast.Attribute | ast.Subscript):
            return False
        if isinstance(node, ast.Call) and not (isinstance(node.func, ast.Name) and node.func.id in POINTWISE):
            return False
    return True
