"""PyTorch's words for indices that do not fit."""

from __future__ import annotations

import math
from typing import Any

from .. import messages
from ..kernels import axis_of
from ..tensor import Tensor


def index_error(x: Any, indices: Any, error: IndexError) -> IndexError:
    """Return PyTorch's words for an index that does not fit."""
    if "shape mismatch" in str(error):
        # A mask counts as the places where it holds, once for each of its dimensions.
        places = [
            [(int(each.sum()),)] * each.ndim if each.dtype.kind == "b" else [each.shape]
            for each in indices
            if each is not None
        ]
        shapes = [messages.sizes(shape) for several in places for shape in several]
        return IndexError(
            f"shape mismatch: indexing tensors could not be broadcast together with shapes {', '.join(shapes)}"
        )
    dim = place = 0  # PyTorch counts the index arrays where the size that does not fit is named
    for each in indices:
        if each is not None and each.dtype.kind == "b":
            for i, n in enumerate(each.shape):
                if x.shape[dim + i] != n:
                    return IndexError(
                        f"The shape of the mask {messages.sizes(each.shape)} at index {i} does not match the "
                        "shape of the "
                        f"indexed tensor {messages.sizes(x.shape)} at index {dim + i}"
                    )
            dim += each.ndim
            place += each.ndim
            continue
        if each is not None:
            size = x.shape[dim]
            wrong = each[(each < -size) | (each >= size)]
            if wrong.size and not size:
                return IndexError("index is out of bounds for dimension with size 0")
            if wrong.size:
                return IndexError(f"index {wrong.flat[0]} is out of bounds for dimension {place} with size {size}")
            place += 1
        dim += 1
    return error


def bad_step(item: slice) -> ValueError:
    """Return the error for a slice that does not go forward."""
    return ValueError("step must be greater than zero" if int(item.step) else "slice step cannot be zero")


def too_many(ndim: int, index: Any, alone: bool) -> Exception:
    """Return the error for an index of more dimensions than there are; `alone` for a single whole number."""
    if not ndim and isinstance(index, slice):
        if index.step is not None and int(index.step) <= 0:
            return bad_step(index)
        return IndexError("slice() cannot be applied to a 0-dim tensor.")
    if not ndim and alone and not isinstance(index, Tensor):
        if int(index):
            return IndexError(f"index {int(index)} is out of bounds for dimension 0 with size 0")
        return IndexError(
            "invalid index of a 0-dim tensor. Use `tensor.item()` in Python or `tensor.item<T>()` in C++ to convert a "
            "0-dim tensor to a number"
        )
    return IndexError(f"too many indices for tensor of dimension {ndim}")


def refuse_far(x: Any, dim: int, index: Any) -> None:
    """Raise PyTorch's error for a layer that is not there."""
    if not x.ndim:
        raise IndexError("select() cannot be applied to a 0-dim tensor.")
    axis, number = axis_of(dim, x.ndim), int(index)
    if not -x.shape[axis] <= number < x.shape[axis]:
        raise IndexError(
            f"select(): index {number} out of range for tensor of size {messages.sizes(x.shape)} at dimension {axis}"
        )


def refuse_misfit(x: Any, axis: int, index: Any, src: Any) -> None:
    """Raise for an index that does not fit its target or its source (`scatter_shape_check` in PyTorch)."""
    if max(index.ndim, 1) != max(x.ndim, 1):
        raise RuntimeError("Index tensor must have the same number of dimensions as self tensor")
    wrong = any(n > m for i, (n, m) in enumerate(zip(index.shape, x.shape, strict=False)) if i != axis)
    told = f"Expected index {list(index.shape)} to be no larger than self {list(x.shape)} apart from dimension {axis}"
    if src is not None:
        lengths = src.shape or (1,)
        for i, n in enumerate(index.shape or (1,)):
            if wrong:
                break
            wrong = n > (lengths[i] if i < len(lengths) else src.shape[axis_of(i, src.ndim)] if src.ndim else 1)
        if max(index.ndim, 1) != max(src.ndim, 1):
            raise RuntimeError("Index tensor must have the same number of dimensions as src tensor")
        told += f" and to be no larger size than src {list(src.shape)}"
    if wrong:
        raise RuntimeError(told)


def refuse_empty(x: Any, axis: int, number: int) -> None:
    """Raise what PyTorch raises where there is no layer to fill: it looks at some, which lie outside the memory."""
    sizes = [number if i == axis else n for i, n in enumerate(x.shape)]
    steps = [0 if i == axis else math.prod(max(n, 1) for n in x.shape[i + 1 :]) for i in range(x.ndim)]
    if 0 in sizes:
        return
    needed = (1 + sum((n - 1) * step for n, step in zip(sizes, steps, strict=True))) * x.itemsize
    raise RuntimeError(
        f"setStorage: sizes {sizes}, strides {steps}, storage offset 0, and itemsize {x.itemsize} requiring a storage "
        f"size of {needed} are out of bounds for storage of size 0"
    )
