"""The memory behind a tensor as programs look at it: `tensor.storage()`, `tensor.untyped_storage()`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from . import dtype as dtypes


def whole_memory(value: Any) -> Any:
    """Return all the memory that an array lies in, as one dimension in the order of addresses."""
    root, below = value, value
    while isinstance(below, np.ndarray) and below.dtype == value.dtype:
        root, below = below, below.base
        if not isinstance(below, np.ndarray):  # NumPy's as_strided puts an object of its own between
            below = getattr(below, "base", None)
    return root.ravel(order="K") if root.flags.forc else value.ravel(order="K")


def offset_in_memory(value: Any) -> int:
    """Return how many elements of its memory lie before an array's first."""
    distance = address(value) - address(whole_memory(value))
    return int(distance // value.dtype.itemsize)


def address(value: Any) -> int:
    """Return the address of an array's first element."""
    return int(value.__array_interface__["data"][0])


def is_dense(value: Any) -> bool:
    """Return True when an array's elements fill its memory, in whatever order of the dimensions."""
    step = value.dtype.itemsize
    for stride, length in sorted(zip(value.strides, value.shape, strict=True)):
        if length > 1 and stride != step:
            return False
        step *= length
    return True


class UntypedStorage:
    """A piece of memory, counted in bytes."""

    def __init__(self, value: Any) -> None:
        self._memory = whole_memory(value)

    def data_ptr(self) -> int:
        """Return the address of the first byte."""
        return address(self._memory)

    def size(self) -> int:
        """Return the number of bytes."""
        return int(self._memory.nbytes)

    nbytes = __len__ = size


class TypedStorage:
    """A piece of memory, counted in elements."""

    def __init__(self, value: Any) -> None:
        self._memory = whole_memory(value)

    @property
    def dtype(self) -> dtypes.dtype:
        """The element type."""
        return dtypes.of(self._memory)

    def data_ptr(self) -> int:
        """Return the address of the first element."""
        return address(self._memory)

    def size(self) -> int:
        """Return the number of elements."""
        return int(self._memory.size)

    __len__ = size

    def nbytes(self) -> int:
        """Return the number of bytes."""
        return int(self._memory.nbytes)

    def element_size(self) -> int:
        """Return the bytes of an element."""
        return int(self._memory.itemsize)

    def tolist(self) -> list[Any]:
        """Return the elements as Python numbers."""
        return self._memory.tolist()  # type: ignore[no-any-return]

    def untyped(self) -> UntypedStorage:
        """Return the same memory, counted in bytes."""
        return UntypedStorage(self._memory)

    def __getitem__(self, index: Any) -> Any:
        return self._memory[index].item()

    def __setitem__(self, index: Any, value: Any) -> None:
        self._memory[index] = value

    def __iter__(self) -> Iterator[Any]:
        return iter(self.tolist())

    def __repr__(self) -> str:
        rows = "\n".join(f" {each}" for each in self.tolist())
        return f"{rows}\n[torch.storage.TypedStorage(dtype={self.dtype}, device=cpu) of size {len(self)}]"
