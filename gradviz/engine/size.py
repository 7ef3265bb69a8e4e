"""The shape of a tensor as PyTorch shows it: a tuple that prints as torch.Size([2, 3])."""

from __future__ import annotations

from math import prod
from typing import Any


class Size(tuple[int, ...]):
    """A tuple of lengths, one per dimension."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"torch.Size([{', '.join(map(str, self))}])"

    __str__ = __repr__

    def __getattr__(self, name: str) -> Any:
        """Name the class as PyTorch does where there is no such attribute."""
        raise AttributeError(f"'torch.Size' object has no attribute '{name}'")

    def numel(self) -> int:
        """Return the number of elements of a tensor of this size."""
        return prod(self)

    def __getitem__(self, index: Any) -> Any:
        part = tuple.__getitem__(self, index)
        return Size(part) if isinstance(index, slice) else part

    def __mul__(self, times: Any) -> Any:
        return Size(tuple.__mul__(self, times))

    __rmul__ = __mul__

    def __add__(self, other: Any) -> Any:
        return Size(tuple.__add__(self, tuple(other))) if isinstance(other, tuple) else NotImplemented
