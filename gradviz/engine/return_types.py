"""The named tuples that functions with several results return, printing as PyTorch's torch.return_types do."""

from __future__ import annotations

import functools
from collections import namedtuple
from typing import Any


def printed(self: Any) -> str:
    """Return a result as PyTorch prints it: one field to a line."""
    fields = ",\n".join(f"{name}={value!r}" for name, value in zip(self._fields, self, strict=True))
    return f"torch.return_types.{type(self).__name__}(\n{fields})"


@functools.cache
def named(name: str, fields: str) -> Any:
    """Return the type of a function's results: a tuple whose items have these names."""
    made = namedtuple(name, fields)  # type: ignore[misc]
    made.__repr__ = printed  # type: ignore[method-assign]
    made.__module__ = "torch.return_types"
    return made
