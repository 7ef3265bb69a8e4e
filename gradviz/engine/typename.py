"""What torch calls a thing in its error texts: a tensor by its old type name, all else by its class."""

from __future__ import annotations

from gradviz.engine.tensor import Tensor


def typename(value: object) -> str:
    if isinstance(value, Tensor):
        return str(value.type())
    kind = type(value)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
