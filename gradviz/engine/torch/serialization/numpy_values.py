"""NumPy's numbers and arrays in a file, in NumPy's own layout.

They are made in two stages there (an empty thing, then its state), and so they are here: a `Pending` stands for one
until its state has been read.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np

KINDS = re.compile(r"[biufc]\d{1,2}|[US]\d{1,6}")


class NumpyType:
    """An element type on its way: its name says kind and size, its state the byte order."""

    def __init__(self, name: str, *_: Any) -> None:
        if not isinstance(name, str) or not KINDS.fullmatch(name):
            raise ValueError("an unknown NumPy type")
        self.dtype = np.dtype(name)

    def build(self, state: Any) -> NumpyType:
        """Take the byte order."""
        self.dtype = self.dtype.newbyteorder(state[1])
        return self


class Pending:
    """An array on its way."""

    def __init__(self, *_: Any) -> None:
        pass

    def build(self, state: Any) -> Any:
        """Make the array from shape, element type, order and content."""
        _, shape, kind, fortran, content = state
        values = np.frombuffer(content, kind.dtype).copy()
        return values.reshape(shape, order="F" if fortran else "C")


def scalar(kind: NumpyType, content: bytes) -> Any:
    """One NumPy number."""
    return np.frombuffer(content, kind.dtype)[0]


def type_state(dtype: np.dtype[Any]) -> tuple[Any, ...]:
    """What NumPy notes of an element type beside its name."""
    order = "<" if dtype.byteorder == "=" else dtype.byteorder
    sizes = (dtype.itemsize, 4, 8) if dtype.kind == "U" else (-1, -1, 0)
    return (3, order, None, None, None, *sizes)
