"""What a program does with a value that it reads out of a tensor, told from its text.

A forward that is run again takes the way that was recorded. Where the program decides on a value, it might go another
way for other leaves; a number that it reads and computes on with would stay what it was. But most programs read a value
to print it, to keep it in a list, or to stop: that changes nothing of what the loss is.
"""

from __future__ import annotations

import ast

from ..trace.events import Source

KEEPING = (
    "append", "print", "log", "write", "extend", "update", "format", "add_scalar", "set_description", "set_postfix",
)  # fmt: skip
"""Calls that only show or keep what they are given."""

Span = tuple[tuple[int, int], tuple[int, int]]
"""Line and column of a piece of text: where it begins, and behind its end."""


class Decisions:
    """Answers for one program text."""

    def __init__(self, program: str) -> None:
        try:
            self._tree: ast.Module | None = ast.parse(program)
        except (SyntaxError, ValueError, RecursionError):
            self._tree = None  # Python says so when it runs the program

    def is_harmless(self, source: Source | None) -> bool:
        """Whether what is read in this piece of the program cannot reach the loss."""
        if self._tree is None or source is None:
            return False
        statement = self._statement(((source.line, source.column), (source.end_line, source.end_column)))
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AugAssign(target=ast.Name(id=name)):
                return self._is_only_shown(name)
        return _shows(statement)

    def _is_only_shown(self, name: str) -> bool:
        """Whether all that the program does with a variable is to show it, to keep it, or to stop by it."""
        return all(
            _shows(self._statement(_span(node)))
            for node in ast.walk(self._tree or ast.Module([], []))
            if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)
        )

    def _statement(self, span: Span) -> ast.stmt | None:
        """The innermost statement that has the place in its own text, not in that of a statement within it."""
        found: ast.stmt | None = None
        for node in ast.walk(self._tree) if self._tree is not None else ():
            if isinstance(node, ast.stmt) and _span(node)[0] <= span[0] and span[1] <= _span(node)[1]:
                found = node  # walked from outside to inside
        return found


def _span(node: ast.stmt | ast.expr) -> Span:
    return (node.lineno, node.col_offset), (node.end_lineno or node.lineno, node.end_col_offset or 0)


def _shows(statement: ast.stmt | None) -> bool:
    """Whether a statement does nothing with a value but show it, keep it, or end something by it."""
    match statement:
        case ast.If():
            return all(map(_only_ends, (*statement.body, *statement.orelse)))
        case ast.Assert():
            return True
        case ast.Expr(value=ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name))):
            return name in KEEPING
    return False


def _only_ends(statement: ast.stmt) -> bool:
    """Whether a statement under an `if` only leaves the loop, complains, prints or does nothing."""
    match statement:
        case ast.Break() | ast.Continue() | ast.Pass() | ast.Raise() | ast.Return(value=None) | ast.Assert():
            return True
        case ast.Expr(value=ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name))):
            return name in KEEPING
        case ast.If(body=body, orelse=orelse):
            return all(map(_only_ends, (*body, *orelse)))
    return False
