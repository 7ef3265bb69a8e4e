"""Questions about a tensor's shape and memory, answered with plain numbers."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from ..kernels import axis_of, length_of
from ..surface import public
from ..tensor import Tensor


@public("size", function=False)
def size(self: Tensor, dim: int | None = None) -> Any:
    """Return the shape, or one length of it."""
    return self.shape if dim is None else length_of(self._value, dim)


@public("stride", function=False)
def stride(self: Tensor, dim: int | None = None) -> Any:
    """Return the steps in memory per dimension, in elements."""
    value = self._value
    steps = tuple(step // value.dtype.itemsize for step in value.strides) if isinstance(value, np.ndarray) else ()
    if 0 in value.shape and not any(steps):
        steps = empty_steps(value.shape)
    return steps if dim is None else steps[axis_of(dim, value.ndim)]


def empty_steps(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return the steps of a tensor without elements, which NumPy does not keep: in order, as if each length were 1."""
    return tuple(prod(max(n, 1) for n in shape[i + 1 :]) for i in range(len(shape)))


@public("dim", "ndimension", function=False)
def dim(self: Tensor) -> int:
    """Return the number of dimensions."""
    return self._value.ndim  # type: ignore[no-any-return]


Tensor.itemsize = property(lambda self: self._value.dtype.itemsize, doc="Bytes per element.")
Tensor.nbytes = property(lambda self: self._value.nbytes, doc="Bytes of all elements.")


@public("numel", "nelement")
def numel(self: Tensor) -> int:
    """Return the number of elements."""
    return self._value.size  # type: ignore[no-any-return]


@public("is_contiguous", function=False)
def is_contiguous(self: Tensor, memory_format: Any = None) -> bool:
    """Return True when the memory is in order."""
    return not isinstance(self._value, np.ndarray) or self._value.flags.c_contiguous


@public("is_floating_point")
def is_floating_point(self: Tensor) -> bool:
    """Return True for float types."""
    return self.dtype.is_floating_point


@public("element_size", function=False)
def element_size(self: Tensor) -> int:
    """Return the bytes per element."""
    return self._value.dtype.itemsize  # type: ignore[no-any-return]


@public("data_ptr", function=False)
def data_ptr(self: Tensor) -> int:
    """Return the address of the first element."""
    from ..tensor import share

    share(self)
    return self._value.__array_interface__["data"][0]  # type: ignore[no-any-return]
