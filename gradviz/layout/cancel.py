"""How a long layout is given up: the caller's question is asked often, and the answer yes ends the work at once."""

from __future__ import annotations

from collections.abc import Callable


class CancelledError(Exception):
    """The caller no longer wants this layout (a newer program is already running, say)."""


def never() -> bool:
    """The default question: nobody cancels."""
    return False


def ask(cancelled: Callable[[], bool]) -> None:
    """Raise CancelledError if the caller says so."""
    if cancelled():
        raise CancelledError
