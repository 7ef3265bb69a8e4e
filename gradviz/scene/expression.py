"""The formula texts of the op declarations, read and evaluated without the engine that declared them.

A formula is a Python expression over input names, `grad`, `result` and arguments ("grad * (exponent * self ** …)").
It is walked as a syntax tree and never handed to `eval`: a stored trace is data from anywhere.
The evaluation here is a second, independent one: numbers appear beside a formula only where it agrees with the record.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from .functions import NUMBERS, POINTWISE, WHOLE, shape_of, transposed
from .rearranging import REARRANGING
from .sliding import SLIDING
from .slopes import SLOPES


class FormulaError(ValueError):
    """A formula uses a word that this reader does not know; it can be shown, not evaluated."""


@lru_cache(maxsize=1024)
def parse(text: str) -> ast.expr:
    """The tree of a formula. FormulaError where the text is not one Python expression."""
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError) as error:
        raise FormulaError(f"not an expression: {text}") from error


def words(tree: ast.AST) -> set[str]:
    """The names that a formula reads, function names left out."""
    functions = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and id(node) not in functions}


_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.MatMult: operator.matmul,
    ast.BitAnd: operator.and_,
    ast.BitOr: operator.or_,
}
_UNARY: dict[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Invert: operator.invert,
    ast.Not: operator.not_,
}
_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
}
_ATTRIBUTES: dict[str, Callable[[Any], Any]] = {
    "T": np.transpose,
    "mT": transposed,
    "shape": shape_of,
    "ndim": np.ndim,
    "size": np.size,
    "dtype": lambda x: np.asarray(x).dtype,
}

_FUNCTIONS = {**SLOPES, **REARRANGING, **SLIDING, **WHOLE, **POINTWISE}
WORDLESS = frozenset({*SLOPES, *REARRANGING, *SLIDING})
"""Functions that are evaluated, but say nothing in a line of numbers: what came in and what went out does."""

MAX_POWER = 1e6
"""Python integers grow without bound; no honest exponent of a Python number is larger than this."""


def evaluate(tree: ast.expr, values: Mapping[str, Any]) -> Any:
    """The value of a formula, computed by NumPy on the values given (arrays, NumPy scalars, Python numbers).

    FormulaError where a word is not known or the values do not fit it (shapes, kinds).
    """
    try:
        with np.errstate(all="ignore"):
            return _value(tree, values)
    except (TypeError, ValueError, ArithmeticError, LookupError, AttributeError, np.linalg.LinAlgError) as error:
        raise FormulaError(str(error)) from error


def _value(tree: ast.expr, values: Mapping[str, Any]) -> Any:
    match tree:
        case ast.Constant(value=constant):
            return constant
        case ast.Name(id=name):
            if name in values:
                return values[name]
            if name in NUMBERS:
                return NUMBERS[name]
            raise FormulaError(f"{name} is not known here")
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
            return _binary(op, _value(left, values), _value(right, values))
        case ast.UnaryOp(op=op, operand=operand) if type(op) in _UNARY:
            return _UNARY[type(op)](_value(operand, values))
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _COMPARE:
            return _COMPARE[type(op)](_value(left, values), _value(right, values))
        case ast.IfExp(test=test, body=body, orelse=other):
            return _value(body if _value(test, values) else other, values)
        case ast.Tuple(elts=items) | ast.List(elts=items):
            return tuple(_value(item, values) for item in items)
        case ast.Attribute(value=owner, attr=name) if name in _ATTRIBUTES:
            return _ATTRIBUTES[name](_value(owner, values))
        case ast.Subscript(value=owner, slice=index) if not isinstance(index, ast.Slice):
            return _value(owner, values)[_value(index, values)]
        case ast.Call(func=ast.Attribute(value=owner, attr="reshape"), args=[shape]):
            return np.reshape(_value(owner, values), _value(shape, values))
        case ast.Call(func=ast.Attribute(value=owner, attr=name), args=[]) if name in WHOLE:
            return WHOLE[name](_value(owner, values))
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=keywords):
            function = _FUNCTIONS.get(name)
            if function is not None and all(keyword.arg for keyword in keywords):
                named = {str(keyword.arg): _value(keyword.value, values) for keyword in keywords}
                return function(*(_value(argument, values) for argument in arguments), **named)
    raise FormulaError(f"{ast.unparse(tree)} is not known here")


def _binary(op: ast.operator, left: Any, right: Any) -> Any:
    python = isinstance(left, int | float) and isinstance(right, int | float)
    if python and isinstance(op, ast.Pow) and abs(right) > MAX_POWER:
        raise FormulaError("the exponent is too large to show")
    if python and isinstance(op, ast.Mult | ast.Pow):
        left, right = float(left), float(right)
    return _BINARY[type(op)](left, right)
