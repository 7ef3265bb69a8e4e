"""Changing the shape: views on the same memory where PyTorch gives views, copies where it copies."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from operator import index
from typing import Any

import numpy as np

from .. import dtype as dtypes
from .. import messages, watch
from ..kernels import axis_of, kernel
from ..op import op
from ..operands import laid_out_by
from ..passing import fit
from ..storage import is_dense
from ..surface import public
from ..tensor import Tensor

MATRIX = [[0.5, -1.5, 2.0], [2.5, -0.25, 1.0]]


def view(name: str, forward: str, node: str, vjp: str, **rest: Any) -> Any:
    """Declare an op whose result shares the memory of its input."""
    return op(name, forward=forward, node=node, vjp={"self": vjp}, group="shape", view=True, **rest)


def lengths(sizes: tuple[Any, ...]) -> tuple[int, ...]:
    """Return sizes given as numbers or as one sequence."""
    if len(sizes) == 1 and isinstance(sizes[0], (tuple, list)):
        sizes = tuple(sizes[0])
    return tuple(index(each) for each in sizes)


def resolved(shape: tuple[int, ...], size: int) -> tuple[int, ...]:
    """Return a shape with its -1 worked out; raise PyTorch's error where it does not fit the number of elements."""
    wrong = RuntimeError(f"shape '{messages.sizes(shape)}' is invalid for input of size {size}")
    if shape.count(-1) > 1:
        raise RuntimeError("only one dimension can be inferred")
    known = 1
    for place, length in enumerate(shape):
        if length < -1:
            raise RuntimeError(f"invalid shape dimension {length} at index {place} of shape {messages.sizes(shape)}")
        known *= 1 if length == -1 else length
    if -1 in shape:
        if not known or size % known:
            raise wrong
        return tuple(size // known if length == -1 else length for length in shape)
    if known != size:
        raise wrong
    return shape


@kernel
def viewed(x: Any, shape: tuple[int, ...]) -> Any:
    """Give an array another shape on the same memory; raise PyTorch's error where that is impossible."""
    result = x.reshape(resolved(shape, x.size))
    if result.size and not np.may_share_memory(result, x):
        raise RuntimeError(
            "view size is not compatible with input tensor's size and stride (at least one dimension spans across two "
            "contiguous subspaces). Use .reshape(...) instead."
        )
    return result


@kernel
def reshaped(x: Any, shape: tuple[int, ...]) -> Any:
    """Give an array another shape."""
    return x.reshape(shape)


@kernel
def copied(x: Any, order: Any = "K") -> Any:
    """Return a copy."""
    if not isinstance(x, np.ndarray):
        return x
    if order == "C" or x.ndim < 2 or is_dense(x):
        return x.copy(order)
    return laid_out_by(x.copy("C"), x)


@kernel
def unexpanded(grad: Any, shape: tuple[int, ...]) -> Any:
    """Sum a gradient over what expanding repeated."""
    return fit(grad, shape, grad.dtype)


@kernel
def expanded(x: Any, shape: tuple[int, ...]) -> Any:
    """Repeat dimensions of length 1 without copying; -1 keeps a length."""
    missing = len(shape) - x.ndim
    if missing < 0:
        kind = f"torch.{dtypes.of(x).tensor_name}Tensor"
        raise RuntimeError(
            f"expand({kind}{{{messages.sizes(x.shape)}}}, size={messages.sizes(shape)}): the number of sizes provided "
            f"({len(shape)}) must be greater or equal to the number of dimensions in the tensor ({x.ndim})"
        )
    full = tuple(x.shape[i - missing] if n == -1 and i >= missing else n for i, n in enumerate(shape))
    for i in reversed(range(x.ndim)):
        if x.shape[i] not in (1, full[i + missing]):
            raise RuntimeError(
                f"The expanded size of the tensor ({full[i + missing]}) must match the existing size ({x.shape[i]}) at "
                f"non-singleton dimension {i + missing}.  Target sizes: {messages.sizes(shape)}.  Tensor sizes: "
                f"{messages.sizes(x.shape)}"
            )
    for i, n in enumerate(full[:missing]):
        if n < 0:
            raise RuntimeError(
                f"The expanded size of the tensor ({n}) isn't allowed in a leading, non-existing dimension {i}"
                if x.ndim
                else "numel: integer multiplication overflow"  # PyTorch's words
            )
    return np.lib.stride_tricks.as_strided(
        x,
        full,
        (0,) * missing
        + tuple(0 if x.shape[i] == 1 and full[i + missing] != 1 else x.strides[i] for i in range(x.ndim)),
    )


@kernel
def permuted(x: Any, dims: tuple[int, ...]) -> Any:
    """Reorder dimensions."""
    if len(dims) != x.ndim:
        raise RuntimeError(
            f"permute(sparse_coo): number of dimensions in the tensor input does not match the length of the desired "
            f"ordering of dimensions i.e. input.dim() = {x.ndim} is not equal to len(dims) = {len(dims)}"
        )
    axes = tuple(axis_of(each, x.ndim) for each in dims)
    if len(set(axes)) < len(axes):
        raise RuntimeError("permute(): duplicate dims are not allowed.")
    return x.transpose(axes)


@kernel
def permuted_back(grad: Any, dims: tuple[int, ...]) -> Any:
    """Undo a reordering of dimensions."""
    return grad.transpose(np.argsort([each % grad.ndim for each in dims])) if dims else grad


@kernel
def turned(x: Any, name: str = "t") -> Any:
    """Transpose a matrix; vectors and numbers stay."""
    if x.ndim > 2:
        raise RuntimeError(f"{name}() expects a tensor with <= 2 dimensions, but self is {x.ndim}D")
    return x.T


@kernel
def swapped(x: Any, dim0: int, dim1: int) -> Any:
    """Swap two dimensions."""
    a, b = axis_of(dim0, x.ndim), axis_of(dim1, x.ndim)
    return x.swapaxes(a, b) if x.ndim else x


@kernel
def squeezed(x: Any, dim: Any = None) -> Any:
    """Drop dimensions of length 1."""
    if dim is None:
        return x.reshape([n for n in x.shape if n != 1]) if x.flags.c_contiguous else np.squeeze(x)
    dims = {axis_of(each, x.ndim) for each in (dim if isinstance(dim, (tuple, list)) else (dim,))}
    return np.squeeze(x, tuple(i for i in dims if x.ndim and x.shape[i] == 1))


@kernel
def unsqueezed(x: Any, dim: int) -> Any:
    """Add a dimension of length 1, whose step PyTorch reckons from the next one."""
    axis = axis_of(dim, x.ndim + 1)
    x = np.asarray(x)
    step = x.shape[axis] * x.strides[axis] if axis < x.ndim else x.itemsize
    shape, strides = (*x.shape[:axis], 1, *x.shape[axis:]), (*x.strides[:axis], step, *x.strides[axis:])
    return np.lib.stride_tricks.as_strided(x, shape, strides)


view_op = view(
    "view",
    "viewed(self, size)",
    "ViewBackward0",
    "reshaped(grad, self.shape)",
    arguments="size",
    symbol="view",
    code="{self}.view(-1)",
    samples=[(MATRIX, {"size": (3, 2)}), (MATRIX, {"size": (-1,)}), (2.0, {"size": (1, 1)})],
)


# What `reshape` of memory out of order does where a view is possible.
reshape_alias_op = view(
    "reshape_alias",
    "reshaped(self, size)",
    "ReshapeAliasBackward0",
    "reshaped(grad, self.shape)",
    arguments="size",
    symbol="view",
    title="view",
    samples=[(MATRIX, {"size": (3, 1, 2)})],
)


unsafe_view_op = op(
    "unsafe_view",
    arguments="size",
    symbol="view",
    group="shape",
    title="view",
    node="UnsafeViewBackward0",
    forward="reshaped(self, size)",
    vjp={"self": "reshaped(grad, self.shape)"},
    samples=[(MATRIX, {"size": (6,)})],
)


clone_op = op(
    "clone",
    symbol="copy",
    group="shape",
    title="copy",
    code="{self}.clone()",
    node="CloneBackward0",
    arguments="order='K'",
    forward="copied(self, order)",
    vjp={"self": "grad"},
    samples=[(MATRIX,), (2.0,)],
)


expand_op = view(
    "expand",
    "expanded(self, size)",
    "ExpandBackward0",
    "unexpanded(grad, self.shape)",
    arguments="size",
    symbol="expand",
    code="{self}.expand(2, -1)",
    samples=[([1.0, 2.0], {"size": (3, 2)}), ([[1.0], [2.0]], {"size": (-1, 3)})],
)


permute_op = view(
    "permute",
    "permuted(self, dims)",
    "PermuteBackward0",
    "permuted_back(grad, dims)",
    arguments="dims",
    code="{self}.permute(1, 0)",
    samples=[(MATRIX, {"dims": (1, 0)}), ([MATRIX], {"dims": (2, 0, 1)})],
)


view(
    "t",
    "turned(self)",
    "TBackward0",
    "turned(grad)",
    symbol="T",
    title="transpose",
    code="{self}.t()",
    names="t",
    samples=[(MATRIX,), ([1.0, 2.0],)],
)


view(
    "transpose",
    "swapped(self, dim0, dim1)",
    "TransposeBackward0",
    "swapped(grad, dim0, dim1)",
    arguments="dim0, dim1",
    symbol="T",
    title="swap two dimensions",
    code="{self}.transpose(0, 1)",
    names="transpose swapaxes swapdims",
    samples=[(MATRIX, {"dim0": 0, "dim1": 1}), ([MATRIX], {"dim0": -1, "dim1": 0})],
)


squeeze_all = view(
    "squeeze",
    "squeezed(self)",
    "SqueezeBackward0",
    "reshaped(grad, self.shape)",
    recorded={"self": "unsqueezed_to(grad, self.shape)"},
    code="{self}.squeeze()",
    samples=[([[[1.0], [2.0]]],)],
)


squeeze_dim = view(
    "squeeze.dim",
    "squeezed(self, dim)",
    "SqueezeBackward1",
    "reshaped(grad, self.shape)",
    recorded={"self": "unsqueezed_to(grad, self.shape)"},
    arguments="dim",
    symbol="squeeze",
    samples=[([[[1.0], [2.0]]], {"dim": 0})],
)


view(
    "unsqueeze",
    "unsqueezed(self, dim)",
    "UnsqueezeBackward0",
    "reshaped(grad, self.shape)",
    recorded={"self": "squeezed_to(grad, self.shape)"},
    arguments="dim",
    code="{self}.unsqueeze(0)",
    names="unsqueeze",
    samples=[([1.0, 2.0], {"dim": 0}), ([1.0, 2.0], {"dim": -1}), (2.0, {"dim": 0})],
)


alias_op = view("alias", "self[...]", "AliasBackward0", "grad", symbol="…", samples=[(MATRIX,)])


@public("view", function=False)
def view_method(self: Tensor, *size: Any) -> Any:
    """Return the same memory in another shape (or, for a dtype, in that type)."""
    if len(size) == 1 and isinstance(size[0], dtypes.dtype):
        watch.read(self)
        return self if size[0] is self.dtype else Tensor._of(self._value.view(size[0].numpy), None)
    return view_op(self, lengths(size))


@public("reshape")
def reshape(self: Tensor, *shape: Any) -> Any:
    """Return another shape: a view where the memory allows it, else a copy."""
    size = resolved(lengths(shape), self._value.size)
    value = self._value
    if value.__class__ is not np.ndarray or value.flags.c_contiguous:
        return view_op(self, size)
    if np.may_share_memory(value.reshape(size), value):
        return reshape_alias_op(self, size)
    return unsafe_view_op(clone_op(self, "C"), size)


def unsafe_view(self: Tensor, size: tuple[int, ...]) -> Any:
    """Give a fresh result another shape; nobody else sees its memory, so it is no view."""
    return unsafe_view_op(self, size)


@public("clone")
def clone(self: Tensor, *, memory_format: Any = None) -> Any:
    """Return a copy that stays in the graph."""
    return clone_op(self)


@public("contiguous", function=False)
def contiguous(self: Tensor, memory_format: Any = None) -> Any:
    """Return the tensor itself if its memory is in order, else a copy that is."""
    value = self._value
    return self if not isinstance(value, np.ndarray) or value.flags.c_contiguous else clone_op(self, "C")


@public("flatten")
def flatten(self: Tensor, start_dim: int = 0, end_dim: int = -1) -> Any:
    """Join the dimensions from start_dim to end_dim."""
    shape = self._value.shape
    if not shape:
        return self.reshape(1)
    start, end = axis_of(start_dim, len(shape)), axis_of(end_dim, len(shape))
    if start > end:
        raise RuntimeError("flatten() has invalid args: start_dim cannot come after end_dim")
    return self if start == end else self.reshape(*shape[:start], prod(shape[start : end + 1]), *shape[end + 1 :])


@public("ravel")
def ravel(self: Tensor) -> Any:
    """Return one dimension."""
    return self.contiguous().view(-1)


@public("unflatten")
def unflatten(self: Tensor, dim: int, sizes: Sequence[int]) -> Any:
    """Split one dimension into several."""
    if not self._value.ndim:
        raise RuntimeError("unflatten got an unexpected error:\nDimension specified as 0 but tensor has no dimensions")
    shape, axis = self._value.shape, axis_of(dim, self._value.ndim)
    if -1 not in sizes and prod(sizes) != shape[axis]:
        raise RuntimeError(
            f"unflatten: Provided sizes {list(sizes)} don't multiply up to the size of dim {axis} ({shape[axis]}) in "
            "the input tensor"
        )
    return self.view(*shape[:axis], *resolved(tuple(sizes), shape[axis]), *shape[axis + 1 :])


@public("permute")
def permute(self: Tensor, *dims: Any) -> Any:
    """Reorder the dimensions."""
    return permute_op(self, lengths(dims))


@public("squeeze")
def squeeze(self: Tensor, dim: Any = None, *more: int) -> Any:
    """Drop dimensions of length 1: all, or those named."""
    return squeeze_all(self) if dim is None else squeeze_dim(self, (dim, *more) if more else dim)
