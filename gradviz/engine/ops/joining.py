"""Joining tensors, cutting them apart, repeating them."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import dtype as dtypes
from .. import messages
from ..kernels import axis_of, kernel, length_of
from ..meaning import on_tensors
from ..op import op
from ..surface import public
from ..tensor import Tensor
from .shape import MATRIX, lengths, view


@kernel
def joined(tensors: list[Any], dim: int) -> Any:
    """Concatenate along a dimension; empty vectors are left out, types are brought together."""
    if not tensors:
        raise ValueError("torch.cat(): expected a non-empty list of Tensors")
    used = [each for each in tensors if each.shape != (0,)] or tensors
    for index, each in enumerate(used):
        if not each.ndim:
            raise RuntimeError(f"zero-dimensional tensor (at position {index}) cannot be concatenated")
    axis = axis_of(dim, used[0].ndim) if used is not tensors or used[0].shape != (0,) else 0
    for index, each in enumerate(used[1:], 1):
        if each.ndim != used[0].ndim:
            raise RuntimeError(f"Tensors must have same number of dimensions: got {used[0].ndim} and {each.ndim}")
        for i, (a, b) in enumerate(zip(used[0].shape, each.shape, strict=True)):
            if a != b and i != axis:
                raise RuntimeError(
                    f"Sizes of tensors must match except in dimension {axis}. Expected size {a} but got size {b} "
                    "for tensor "
                    f"number {index} in the list."
                )
    kinds = dtypes.align(*(np.empty(0, each.dtype) for each in tensors))  # empty vectors count for the type
    return np.ascontiguousarray(np.concatenate([each.astype(kinds[0].dtype, copy=False) for each in used], axis))


@kernel
def parts(grad: Any, shapes: list[tuple[int, ...]], dim: int) -> list[Any]:
    """Cut a gradient into the pieces that were joined."""
    result, start = [], 0
    for shape in shapes:
        if shape == (0,):  # joins with anything, along any dimension
            result.append(np.zeros(shape, grad.dtype))
            continue
        length = shape[dim]
        result.append(grad[(slice(None),) * (dim % grad.ndim) + (slice(start, start + length),)])
        start += length
    return result


@kernel
def piled(tensors: list[Any], dim: int) -> Any:
    """Stack along a new dimension."""
    if not tensors:
        raise RuntimeError("stack expects a non-empty TensorList")
    for index, each in enumerate(tensors):
        if each.shape != tensors[0].shape:
            raise RuntimeError(
                f"stack expects each tensor to be equal size, but got {messages.sizes(tensors[0].shape)} at entry "
                "0 and "
                f"{messages.sizes(each.shape)} at entry {index}"
            )
    return np.ascontiguousarray(np.stack(dtypes.align(*tensors), axis_of(dim, tensors[0].ndim + 1)))


@kernel
def layers(grad: Any, dim: int) -> list[Any]:
    """Take a gradient apart along a dimension."""
    return [each[()] for each in np.moveaxis(grad, dim, 0)]


cat_op = op(
    "cat",
    inputs="tensors*",
    arguments="dim=0",
    symbol="cat",
    group="shape",
    title="join",
    node="CatBackward0",
    code="torch.cat([{tensors}])",
    forward="joined(tensors, dim)",
    vjp={"tensors": "parts(grad, tensors.shape, dim)"},
    samples=[([[1.0, 2.0], [3.0]],), ([MATRIX, MATRIX], {"dim": 1})],
)


stack_op = op(
    "stack",
    inputs="tensors*",
    arguments="dim=0",
    symbol="stack",
    group="shape",
    title="pile up",
    node="StackBackward0",
    code="torch.stack([{tensors}])",
    forward="piled(tensors, dim)",
    vjp={"tensors": "layers(grad, dim)"},
    samples=[([[1.0, 2.0], [3.0, 4.0]],), ([1.0, 2.0],), ([MATRIX, MATRIX], {"dim": 2})],
)


def check_list(tensors: Any, name: str) -> list[Tensor]:
    """Return the tensors as a list; raise TypeError for anything else."""
    if isinstance(tensors, Tensor) or not hasattr(tensors, "__iter__"):
        raise TypeError(
            f"{name}(): argument 'tensors' (position 1) must be tuple of Tensors, not {type(tensors).__name__}"
        )
    found = list(tensors)
    for index, each in enumerate(found):
        if not isinstance(each, Tensor):
            raise TypeError(f"expected Tensor as element {index} in argument 0, but got {type(each).__name__}")
    return found


@public("cat", "concat", "concatenate", method=False)
def cat(tensors: Any, dim: int = 0, *, axis: int | None = None) -> Any:
    """Join tensors along a dimension."""
    return cat_op(check_list(tensors, "cat"), dim if axis is None else axis)


@public("stack", method=False)
def stack(tensors: Any, dim: int = 0) -> Any:
    """Pile tensors of one shape up along a new dimension."""
    return stack_op(check_list(tensors, "stack"), dim)


@public("vstack", "row_stack", method=False)
def vstack(tensors: Any) -> Any:
    """Join along rows."""
    found = check_list(tensors, "vstack")
    rows = [each.unsqueeze(0) if each.ndim == 1 else each if each.ndim else each.reshape(1, 1) for each in found]
    return cat_op(rows, 0)


@public("hstack", method=False)
def hstack(tensors: Any) -> Any:
    """Join along columns."""
    found = [each.reshape(1) if each.ndim == 0 else each for each in tensors]
    return cat_op(found, 0 if found[0].ndim == 1 else 1)


@kernel
def pieces(x: Any, sizes: list[int], dim: int) -> list[Any]:
    """Cut into views of given lengths along a dimension."""
    result, start = [], 0
    for size in sizes:
        result.append(x[(slice(None),) * dim + (slice(start, start + size),)])
        start += size
    return result


@kernel
def joined_gradients(grads: Any, shape: tuple[int, ...], sizes: list[int], dim: int) -> Any:
    """Join the gradients of pieces; zeros where none arrived."""
    kind = next(each.dtype for each in grads if each is not None)
    return np.concatenate(
        [
            np.zeros((*shape[:dim], size, *shape[dim + 1 :]), kind) if each is None else each
            for each, size in zip(grads, sizes, strict=True)
        ],
        dim,
    )


@kernel
def piled_gradients(grads: Any, shape: tuple[int, ...], dim: int) -> Any:
    """Pile up the gradients of layers; zeros where none arrived."""
    kind = next(each.dtype for each in grads if each is not None)
    return np.stack([np.zeros(shape[:dim] + shape[dim + 1 :], kind) if each is None else each for each in grads], dim)


split_op = view(
    "split",
    "pieces(self, sizes, dim)",
    "SplitBackward0",
    "joined_gradients(grad, self.shape, sizes, dim)",
    arguments="sizes, dim=0",
    outputs=-1,
    code="{self}.split(1)",
    samples=[(MATRIX, {"sizes": [1, 1], "dim": 0})],
)


split_sizes_op = view(
    "split.sizes",
    "pieces(self, sizes, dim)",
    "SplitWithSizesBackward0",
    "joined_gradients(grad, self.shape, sizes, dim)",
    arguments="sizes, dim=0",
    outputs=-1,
    symbol="split",
    samples=[(MATRIX, {"sizes": [1, 2], "dim": 1})],
)


unbind_op = view(
    "unbind",
    "rows(self, dim)",
    "UnbindBackward0",
    "piled_gradients(grad, self.shape, dim)",
    arguments="dim=0",
    outputs=-1,
    code="{self}.unbind()",
    samples=[(MATRIX,), (MATRIX, {"dim": 1})],
)


@kernel
def rows(x: Any, dim: int) -> list[Any]:
    """Return views of the layers along a dimension."""
    before = (slice(None),) * dim
    return [x[(*before, i, ...)] for i in range(x.shape[dim])]


@public("unbind")
def unbind(self: Tensor, dim: int = 0) -> Any:
    """Return the layers along a dimension."""
    axis = axis_of(dim, self._value.ndim)
    length_of(self._value, axis)
    return unbind_op(self, axis)


@public("split")
def split(self: Tensor, split_size_or_sections: Any = None, dim: int = 0, *, split_size: Any = None) -> Any:
    """Cut into pieces of one length, or of given lengths."""
    size = split_size if split_size_or_sections is None else split_size_or_sections
    if not isinstance(size, int):
        if not self._value.ndim:
            raise RuntimeError("split expects at least a 1-dimensional tensor")
        axis = axis_of(dim, self._value.ndim)
        whole = self._value.shape[axis]
        if sum(size) != whole:
            raise RuntimeError(
                f"split_with_sizes expects split_sizes to sum exactly to {whole} (input tensor's size at "
                f"dimension {axis}), "
                f"but got split_sizes={list(size)}"
            )
        return split_sizes_op(self, list(size), axis)
    return split_op(self, *cuts(self, size, dim))


def cuts(tensor: Tensor, size: int, dim: int) -> tuple[list[int], int]:
    """Return the lengths of pieces of one size, the last one perhaps shorter, and the dimension."""
    if not tensor._value.ndim:
        raise RuntimeError("split expects at least a 1-dimensional tensor")
    axis = axis_of(dim, tensor._value.ndim)
    whole = tensor._value.shape[axis]
    if size < 0:
        raise RuntimeError(f"split expects split_size be non-negative, but got split_size={size}")
    if not size and whole:
        raise RuntimeError(f"split_size can only be 0 if dimension size is 0, but got dimension size of {whole}")
    starts = range(0, whole, size) if size else range(1)
    return [min(size, whole - start) for start in starts] or [0], axis


@public("chunk")
def chunk(self: Tensor, chunks: int, dim: int = 0) -> Any:
    """Cut into a number of pieces of nearly equal length."""
    if not self._value.ndim:
        raise RuntimeError("chunk expects at least a 1-dimensional tensor")
    if chunks <= 0:
        raise RuntimeError(f"chunk expects `chunks` to be greater than 0, got: {chunks}")
    whole = self._value.shape[axis_of(dim, self._value.ndim)]
    if not whole:
        return split_op(self, [0] * chunks, axis_of(dim, self._value.ndim))
    return split(self, max(-(-whole // chunks), 1), dim)


repeat_op = op(
    "repeat",
    arguments="repeats",
    symbol="repeat",
    group="shape",
    node="RepeatBackward0",
    code="{self}.repeat(2)",
    forward="tiled(self, repeats)",
    vjp={"self": "untiled(grad, self.shape, repeats)"},
    samples=[([1.0, 2.0], {"repeats": (2, 3)}), (MATRIX, {"repeats": (2, 1)})],
)


@public("repeat", function=False)
def repeat(self: Tensor, *repeats: Any) -> Any:
    """Repeat the whole tensor along each dimension."""
    if not repeats:
        raise TypeError('repeat() missing 1 required positional arguments: "repeats"')
    return repeat_op(self, lengths(repeats))


@public("tile")
def tile(self: Tensor, *dims: Any) -> Any:
    """Repeat like NumPy's tile: missing dimensions count as 1."""
    if not dims:
        raise TypeError('tile() missing 1 required positional arguments: "dims"')
    numbers = lengths(dims)
    return repeat_op(self, (1,) * (self._value.ndim - len(numbers)) + numbers)


@kernel
def tiled(x: Any, repeats: tuple[int, ...]) -> Any:
    """Repeat the whole array along each dimension."""
    if len(repeats) < x.ndim:
        raise RuntimeError("Number of dimensions of repeat dims can not be smaller than number of dimensions of tensor")
    return np.ascontiguousarray(np.tile(x, repeats)) if repeats else np.tile(x, repeats)


@kernel
def untiled(grad: Any, shape: tuple[int, ...], repeats: tuple[int, ...]) -> Any:
    """Sum a gradient over the repetitions."""
    full = (1,) * (len(repeats) - len(shape)) + shape
    split_shape = [n for pair in zip(repeats, full, strict=True) for n in pair]
    return grad.reshape(split_shape).sum(axis=tuple(range(0, 2 * len(full), 2)), dtype=grad.dtype).reshape(shape)


@on_tensors("untiled")
def untiled_recorded(grad: Tensor, shape: tuple[int, ...], repeats: tuple[int, ...]) -> Any:
    """Do the same as PyTorch: new dimensions first, one by one, then all in which something was repeated."""
    if 0 in repeats:
        return Tensor._of(np.zeros(shape, grad._value.dtype), None)
    for _ in range(len(repeats) - len(shape)):
        grad = grad.sum(0)
    split_shape: list[int] = []
    repeated = []
    for times, length in zip(repeats[len(repeats) - len(shape) :], shape, strict=True):
        if times != 1:
            repeated.append(len(split_shape))
            split_shape.append(times)
        split_shape.append(length)
    return grad.reshape(split_shape).sum(repeated) if repeated else grad
