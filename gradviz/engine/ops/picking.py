"""Picking elements: by number along a dimension, by mask, those that are not zero."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import watch
from ..kernels import axis_of, kernel
from ..op import op
from ..surface import public
from ..tensor import Tensor
from .indexing import MATRIX, index_array, index_put_op, put_in_place

op(
    "index_select",
    inputs="self",
    arguments="dim, index",
    symbol="[i…]",
    group="indexing",
    title="layers by number",
    node="IndexSelectBackward0",
    forward="layers_at(self, dim, index)",
    vjp={"self": "add_layers(grad, self.shape, dim, index)"},
    saves={"self": "index"},
    names="index_select",
    samples=[(MATRIX, {"dim": 1, "index": np.array([2, 0, 2])})],
)


op(
    "gather",
    inputs="self",
    arguments="dim, index",
    symbol="gather",
    group="indexing",
    title="pick along a dimension",
    node="GatherBackward0",
    forward="gathered(self, dim, index)",
    vjp={"self": "put_gathered(grad, self.shape, dim, index)"},
    saves={"self": "self"},
    names="gather",
    samples=[(MATRIX, {"dim": 1, "index": np.array([[2, 0], [1, 1]])})],
)


def array_of(index: Any) -> Any:
    """Return an index as an array."""
    return np.asarray(index._value if isinstance(index, Tensor) else index)


@kernel
def layers_at(x: Any, dim: int, index: Any) -> Any:
    """Return the layers with given numbers."""
    places = array_of(index)
    if places.ndim > 1:
        raise IndexError("index_select(): Index is supposed to be a vector")
    axis = axis_of(dim, x.ndim)
    if places.dtype not in (np.int32, np.int64):
        raise RuntimeError("index_select(): Expected dtype int32 or int64 for index")
    size = x.shape[axis] if x.ndim else 1
    if not x.ndim and places.size != 1:
        raise RuntimeError(f"index_select(): Index to scalar can have only 1 value, got {places.size} value(s)")
    if places.size and not size and x.ndim > 1:
        raise RuntimeError("index_select(): self indexing axis dim should be positive")
    if places.size and not (places.min() >= 0 and places.max() < size):
        raise IndexError("index out of range in self")
    return np.take(x, np.atleast_1d(places), axis=axis) if x.ndim else x


@kernel
def add_layers(grad: Any, shape: tuple[int, ...], dim: int, index: Any) -> Any:
    """Add a gradient at the layers with given numbers."""
    result = np.zeros(shape, grad.dtype)
    np.add.at(result, (*(slice(None),) * (dim % len(shape)), array_of(index)), grad)
    return result


@kernel
def gathered(x: Any, dim: int, index: Any) -> Any:
    """Return x at index along a dimension; index may be smaller than x in the others."""
    places = array_of(index)
    axis = axis_of(dim, x.ndim)
    if not places.size:
        return np.zeros(places.shape, x.dtype)
    if places.dtype not in (np.int32, np.int64):
        raise RuntimeError("gather(): Expected dtype int32/int64 for index")
    if max(places.ndim, 1) != max(x.ndim, 1):
        raise RuntimeError("Index tensor must have the same number of dimensions as input tensor")
    for i, (n, m) in enumerate(zip(places.shape, x.shape, strict=False)):
        if n > m and i != axis and places.size:
            raise RuntimeError(
                f"Size does not match at dimension {i} expected index {list(places.shape)} to be no larger than self "
                f"{list(x.shape)} apart from dimension {axis}"
            )
    size = x.shape[axis] if x.ndim else 1
    wrong = places[(places < 0) | (places >= size)]
    if wrong.size:
        raise RuntimeError(f"index {wrong.flat[0]} is out of bounds for dimension {axis} with size {size}")
    return x[along(array_of(index), dim)] if x.ndim else np.full(array_of(index).shape, x)[()]


@kernel
def put_gathered(grad: Any, shape: tuple[int, ...], dim: int, index: Any) -> Any:
    """Add a gradient where gather took its elements."""
    if not shape:
        return grad.sum()
    result = np.zeros(shape, grad.dtype)
    if not result.size:
        return result
    np.add.at(result, along(array_of(index), dim), grad)
    return result


def along(index: Any, dim: int) -> tuple[Any, ...]:
    """Return NumPy's full index for an index along one dimension."""
    grid = list(np.indices(index.shape, sparse=True))
    grid[dim] = index
    return tuple(grid)


@public("nonzero")
def nonzero(self: Tensor, *, as_tuple: bool = False) -> Any:
    """Return the places of elements that are not zero: a matrix of indices, or one tensor per dimension."""
    watch.read(self)
    if as_tuple:
        return (self if self._value.ndim else self.detach().reshape(1)).nonzero().unbind(1)
    found = np.nonzero(np.atleast_1d(self._value))
    # PyTorch's kernel fills the matrix column by column too: its strides show.
    return Tensor._of(
        np.stack(found[: self._value.ndim]).T if self._value.ndim else np.zeros((len(found[0]), 0), np.int64), None
    )


@public("index_put_", function=False)
def index_put_(self: Tensor, indices: Any, values: Tensor, accumulate: bool = False) -> Any:
    """Write values at index tensors, in place."""
    return put_in_place(
        self, values, tuple(None if each is None else index_array(each) for each in indices), accumulate
    )


@public("index_put")
def index_put(self: Tensor, indices: Any, values: Tensor, accumulate: bool = False) -> Any:
    """Return a copy with values written at index tensors."""
    return index_put_op(
        self, values, tuple(None if each is None else index_array(each) for each in indices), accumulate
    )
