"""torch.compiler: nothing is compiled here, and what programs ask of a compiler changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradviz.engine.names import missing
from gradviz.engine.settings import compile


def is_compiling() -> bool:
    """Return False."""
    return False


def disable(fn: Callable[..., Any] | None = None, recursive: bool = True, **_: Any) -> Any:
    """Return the function as it is."""
    return fn if fn is not None else disable


def reset() -> None:
    """Do nothing."""


def __getattr__(name: str) -> Any:
    raise missing("torch.compiler", name)


__all__ = ["compile", "disable", "is_compiling", "reset"]
