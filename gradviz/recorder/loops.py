"""How many passes a program will make, where its loops say so: read from the text, with the numbers of its frames.

Nothing is guessed and nothing of the program runs: what cannot be read (a `while`, an `if` around the backward, two
places that call it, a length that the loop itself changes) leaves the number unknown.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator, Mapping
from types import FrameType
from typing import Any

from ..trace.messages import Message, PassesExpected

PASSING = frozenset({"enumerate", "reversed", "list", "tuple", "sorted", "tqdm"})
"""Calls that give as many items as their first argument has."""

LEAVING = (ast.Break, ast.Return, ast.Continue, ast.Raise)

Statement = ast.stmt | ast.excepthandler


class UnknownError(Exception):
    """The program does not say how many."""


class Loops:
    """Asked once, from within the first backward pass."""

    def __init__(self, program: str, path: str, send: Callable[[Message], None]) -> None:
        self._program, self._path, self._send = program, path, send
        self._is_asked = False
        self.expected: PassesExpected | None = None

    def look(self) -> None:
        """Say how many passes are to come, if that can be read from where the program stands."""
        if self._is_asked:
            return
        self._is_asked = True
        frames, frame = [], sys._getframe(1)
        while frame is not None:
            if frame.f_code.co_filename == self._path:
                frames.append(frame)
            frame = frame.f_back  # type: ignore[assignment]
        try:
            self.expected = expected_passes(ast.parse(self._program), frames)
        except (UnknownError, SyntaxError, ValueError, RecursionError):
            return
        self._send(self.expected)


def expected_passes(program: ast.Module, frames: list[FrameType]) -> PassesExpected:
    """The passes of a program whose first backward is called in `frames`, innermost first. UnknownError if unsaid."""
    count, at_most = 1, False
    is_call: Callable[[ast.Call], bool] = _is_backward
    for frame in frames:
        scope = _scope(program, frame)
        calls = [node for node in ast.walk(program) if isinstance(node, ast.Call) and is_call(node)]
        way = list(_way(scope, frame.f_lineno))
        inner = [node for node in ast.walk(way[-1]) if node in calls] if way else []
        block = [node for node in ast.walk(_innermost(way, scope)) if node in calls]
        if not inner or len(block) != len(calls):
            raise UnknownError
        # Two calls of one function may go round its loops a different number of times.
        if len(calls) > 1 and (frame is not frames[0] or not _are_side_by_side(calls, way, scope)):
            raise UnknownError
        count *= len(calls)
        for statement in way[:-1]:
            if isinstance(statement, ast.For):
                count *= _length(statement.iter, {**frame.f_globals, **frame.f_locals}, _stored(statement))
                at_most = at_most or any(isinstance(node, LEAVING) for node in ast.walk(statement))
            elif not isinstance(statement, ast.With | ast.Try):
                raise UnknownError
        if isinstance(scope, ast.Module):
            return PassesExpected(count, at_most)
        is_call = _calls(scope.name)
    raise UnknownError


def _is_backward(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr in ("backward", "grad")


def _calls(name: str) -> Callable[[ast.Call], bool]:
    """Whether a call is one of the function of this name; a method counts by its name alone."""

    def is_call(call: ast.Call) -> bool:
        function = call.func
        return name == (function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", None))

    return is_call


def _scope(program: ast.Module, frame: FrameType) -> ast.Module | ast.FunctionDef:
    code = frame.f_code
    if code.co_name == "<module>":
        return program
    for node in ast.walk(program):
        if isinstance(node, ast.FunctionDef) and node.name == code.co_name:
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            if first == code.co_firstlineno:
                return node
    raise UnknownError


def _way(scope: ast.AST, line: int) -> Iterator[Statement]:
    """The statements around a line, outermost first."""
    inside: Any = scope
    while inside is not None:
        found = None
        for child in ast.iter_child_nodes(inside):
            if isinstance(child, Statement) and child.lineno <= line <= (child.end_lineno or child.lineno):
                found = child
                yield child
        inside = found


def _innermost(way: list[Statement], scope: ast.AST) -> ast.AST:
    loops = [statement for statement in way if isinstance(statement, ast.For)]
    return loops[-1] if loops else scope


def _are_side_by_side(calls: list[ast.Call], way: list[Statement], scope: ast.AST) -> bool:
    """Whether several calls are statements of the innermost loop itself, so that each turn makes all of them."""
    body: list[ast.stmt] = _innermost(way, scope).body  # type: ignore[attr-defined]
    direct = [statement.value for statement in body if isinstance(statement, ast.Expr)]
    return all(call in direct for call in calls)


def _stored(loop: ast.For) -> set[str]:
    """Names that the loop gives other values, its own variable included, and those whose methods it calls."""
    names = set()
    for node in (each for part in (loop.target, *loop.body) for each in ast.walk(part)):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store | ast.Del):
            names.add(node.id)
        elif isinstance(node, ast.Global | ast.Nonlocal):
            names.update(node.names)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            names.update(part.id for part in ast.walk(node.func) if isinstance(part, ast.Name))
    return names


def _length(node: ast.expr, names: Mapping[str, Any], stored: set[str]) -> int:
    """How many items a loop goes through."""
    if isinstance(node, ast.List | ast.Tuple) and not any(isinstance(item, ast.Starred) for item in node.elts):
        return len(node.elts)
    if isinstance(node, ast.Call):
        name = getattr(node.func, "id", "")
        if name == "range" and names.get("range", range) is range and 1 <= len(node.args) <= 3 and not node.keywords:
            return len(range(*(_number(argument, names, stored) for argument in node.args)))
        if name in PASSING and node.args:
            return _length(node.args[0], names, stored)
        if name == "zip" and node.args:
            return min(_length(argument, names, stored) for argument in node.args)
    if isinstance(node, ast.Name) and node.id not in stored:
        return _size(names.get(node.id))
    raise UnknownError


def _number(node: ast.expr, names: Mapping[str, Any], stored: set[str]) -> int:
    value: Any = None
    if isinstance(node, ast.Constant):
        value = node.value
    elif isinstance(node, ast.Name) and node.id not in stored:
        value = names.get(node.id)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        value = -_number(node.operand, names, stored)
    elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "len" and len(node.args) == 1:
        value = _length(node.args[0], names, stored)
    elif isinstance(node, ast.BinOp):
        left, right = _number(node.left, names, stored), _number(node.right, names, stored)
        for kind, result in ((ast.Add, left + right), (ast.Sub, left - right), (ast.Mult, left * right)):
            value = result if isinstance(node.op, kind) else value
        if isinstance(node.op, ast.FloorDiv) and right:
            value = left // right
    if type(value) is not int:
        raise UnknownError
    return value


def _size(value: Any) -> int:
    """The length of what keeps it while it is looped over: sequences, tensors, loaders of batches."""
    if type(value) in (list, tuple, range, dict, str) or type(value).__name__ == "DataLoader":
        try:
            return len(value)
        except TypeError as error:  # a data set that streams
            raise UnknownError from error
    shape = getattr(value, "shape", None)
    if not shape:
        raise UnknownError
    return int(shape[0])
