"""What a program does with a value that it reads out of a tensor, told from its text.

A forward that is run again takes the way that was recorded. Where the program decides on a value, it might go another
way for other leaves; a number that it reads and computes on with would stay what it was. But most programs read a value
to print it, to keep it in a list, or to stop: that changes nothing of what the loss is.
"""

from __future__ import annotations

import ast

from ..trace.events import Source

KEEPING = ("append", "print", "write", "extend", "update", "format", "add_scalar", "set_description", "set_postfix")
"""Calls that only show or keep what they are given."""


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
        statement = self._statement(source)
        match statement:
            case ast.If():
                return all(map(_only_ends, (*statement.body, *statement.orelse)))
            case ast.Assert():
                return True
            case ast.Expr(value=ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name))):
                return name in KEEPING
        return False

    def _statement(self, source: Source) -> ast.stmt | None:
        """The innermost statement that has the place in its own text, not in that of a statement within it."""
        found: ast.stmt | None = None
        for node in ast.walk(self._tree) if self._tree is not None else ():
            if isinstance(node, ast.stmt) and _holds(node, source):
                found = node  # walked from outside to inside
        return found


def _holds(node: ast.stmt, source: Source) -> bool:
    end = node.end_lineno or node.lineno, node.end_col_offset or 0
    begins = (node.lineno, node.col_offset) <= (source.line, source.column)
    return begins and (source.end_line, source.end_column) <= end


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
