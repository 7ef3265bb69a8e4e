"""What torch calls a thing in its error texts: a tensor by its old type name, all else by its class."""

from __future__ import annotations

from .tensor import Tensor


def typename(value: object) -> str:
    if isinstance(value, Tensor):
        return str(value.type())
    named = value if hasattr(value, "__qualname__") else type(value)  # a class or a function by its own name
    module = getattr(named, "__module__", "") or ""
    return named.__qualname__ if module in ("", "builtins") else f"{module}.{named.__qualname__}"
