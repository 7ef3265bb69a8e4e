"""Changing the shape: views on the same memory where PyTorch gives views, copies where it copies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .. import dtype as dtypes
from .. import messages, watch
from ..kernels import axis_of, kernel
from ..op import find, op
from ..passing import fit
from ..surface import public
from ..tensor import Tensor, alias

MATRIX = [[0.5, -1.5, 2.0], [2.5, -0.25, 1.0]]


def view(name: str, forward: str, node: str, vjp: str, **rest: Any) -> Any:
    """Declare an op whose result shares the memory of its input."""
    return op(name, forward=forward, node=node, vjp={"self": vjp}, group="shape", view=True, **rest)


def lengths(sizes: tuple[Any, ...]) -> tuple[int, ...]:
    """Return sizes given as numbers or as one sequence."""
    if len(sizes) == 1 and isinstance(sizes[0], (tuple, list)):
        sizes = tuple(sizes[0])
    return tuple(int(each.__index__()) for each in sizes)


def resolved(shape: tuple[int, ...], size: int) -> tuple[int, ...]:
    """Return a shape with its -1 worked out; raise PyTorch's error where it does not fit the number of elements."""
    wrong = RuntimeError(f"shape '{messages.sizes(shape)}' is invalid for input of size {size}")
    if shape.count(-1) > 1:
        raise RuntimeError("only one dimension can be inferred")
    known = 1
    for length in shape:
        if length < -1:
            raise RuntimeError(f"invalid shape dimension {length}")
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
    return x.copy(order) if isinstance(x, np.ndarray) else x


@kernel
def unexpanded(grad: Any, shape: tuple[int, ...]) -> Any:
    """Sum a gradient over what expanding repeated."""
    return fit(grad, shape, grad.dtype)


@kernel
def expanded(x: Any, shape: tuple[int, ...]) -> Any:
    """Repeat dimensions of length 1 without copying; -1 keeps a length."""
    missing = len(shape) - x.ndim
    if missing < 0:
        raise RuntimeError(
            f"expand(torch.FloatTensor{{{messages.sizes(x.shape)}}}, size={messages.sizes(shape)}): the number of "
            "sizes "
            f"provided ({len(shape)}) must be greater or equal to the number of dimensions in the tensor ({x.ndim})"
        )
    full = tuple(x.shape[i - missing] if n == -1 and i >= missing else n for i, n in enumerate(shape))
    for i in range(x.ndim):
        if x.shape[i] not in (1, full[i + missing]):
            raise RuntimeError(
                f"The expanded size of the tensor ({full[i + missing]}) must match the existing size ({x.shape[i]}) at "
                f"non-singleton dimension {i + missing}.  Target sizes: {messages.sizes(full)}.  Tensor sizes: "
                f"{messages.sizes(x.shape)}"
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
    return x.transpose(tuple(axis_of(each, x.ndim) for each in dims))


@kernel
def permuted_back(grad: Any, dims: tuple[int, ...]) -> Any:
    """Undo a reordering of dimensions."""
    return grad.transpose(np.argsort([each % grad.ndim for each in dims])) if dims else grad


@kernel
def turned(x: Any) -> Any:
    """Transpose a matrix; vectors and numbers stay."""
    if x.ndim > 2:
        raise RuntimeError(f"t() expects a tensor with <= 2 dimensions, but self is {x.ndim}D")
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
    """Add a dimension of length 1."""
    return np.expand_dims(x, axis_of(dim, x.ndim + 1))


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
    "grad.T",
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
    code="{self}.squeeze()",
    samples=[([[[1.0], [2.0]]],)],
)
squeeze_dim = view(
    "squeeze.dim",
    "squeezed(self, dim)",
    "SqueezeBackward1",
    "reshaped(grad, self.shape)",
    arguments="dim",
    symbol="squeeze",
    samples=[([[[1.0], [2.0]]], {"dim": 0})],
)
view(
    "unsqueeze",
    "unsqueezed(self, dim)",
    "UnsqueezeBackward0",
    "reshaped(grad, self.shape)",
    arguments="dim",
    code="{self}.unsqueeze(0)",
    names="unsqueeze",
    samples=[([1.0, 2.0], {"dim": 0}), ([1.0, 2.0], {"dim": -1}), (2.0, {"dim": 0})],
)
alias_op = view("alias", "self[...]", "AliasBackward0", "grad", symbol="…", samples=[(MATRIX,)])
op("detach", symbol="detach", group="shape", title="leave the graph", code="{self}.detach()", forward="self")


@public("detach")
def detach(self: Tensor) -> Tensor:
    """Return the same memory as a tensor without history."""
    made = alias(self, same_version=True)
    if watch.current is not None:
        watch.current.op_ran(find("detach"), (self,), {}, (made,), False)
    return made


@public("detach_", function=False)
def detach_in_place(self: Tensor) -> Tensor:
    """Forget the history of this tensor."""
    if self._is_view() and self._edge is not None:
        raise RuntimeError(
            "Can't detach views in-place. Use detach() instead. If you are using DistributedDataParallel (DDP) "
            "for training, and gradient_as_bucket_view is set as True, gradients are views of DDP buckets, and "
            "hence detach_() cannot be called on these gradients. To fix this error, please refer to the "
            "Optimizer.zero_grad() function in torch/optim/optimizer.py as a solution."
        )
    self._edge = None
    return self


@public("view", function=False)
def view_method(self: Tensor, *size: Any) -> Any:
    """Return the same memory in another shape (or, for a dtype, in that type)."""
    if len(size) == 1 and isinstance(size[0], dtypes.dtype):
        return self if size[0] is self.dtype else Tensor._of(self._value.view(size[0].numpy), None)
    return view_op(self, lengths(size))


@public("reshape")
def reshape(self: Tensor, *shape: Any) -> Any:
    """Return another shape: a view where the memory allows it, else a copy."""
    size = resolved(lengths(shape), self._value.size)
    value = self._value
    if value.__class__ is not np.ndarray or value.flags.c_contiguous or np.may_share_memory(value.reshape(size), value):
        return view_op(self, size)
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
    return self if start == end else self.reshape(*shape[:start], -1, *shape[end + 1 :])


@public("ravel")
def ravel(self: Tensor) -> Any:
    """Return one dimension."""
    return self.contiguous().view(-1)


@public("unflatten")
def unflatten(self: Tensor, dim: int, sizes: Sequence[int]) -> Any:
    """Split one dimension into several."""
    shape, axis = self._value.shape, axis_of(dim, self._value.ndim)
    return self.view(*shape[:axis], *resolved(tuple(sizes), shape[axis]), *shape[axis + 1 :])


@public("view_as", function=False)
def view_as(self: Tensor, other: Tensor) -> Any:
    """View in the shape of another tensor."""
    return self.view(other.shape)


@public("reshape_as", function=False)
def reshape_as(self: Tensor, other: Tensor) -> Any:
    """Reshape to the shape of another tensor."""
    return self.reshape(other.shape)


@public("expand", function=False)
def expand(self: Tensor, *size: Any) -> Any:
    """Repeat dimensions of length 1 without copying."""
    return expand_op(self, lengths(size))


@public("expand_as", function=False)
def expand_as(self: Tensor, other: Tensor) -> Any:
    """Expand to the shape of another tensor."""
    return expand_op(self, tuple(other.shape))


@public("broadcast_to")
def broadcast_to(self: Tensor, size: Any) -> Any:
    """Expand to a shape."""
    return expand_op(self, lengths((size,)))


@public("broadcast_tensors", method=False)
def broadcast_tensors(*tensors: Tensor) -> Any:
    """Expand tensors to their common shape; one that has it already stays itself."""
    shape = np.broadcast_shapes(*(each._value.shape for each in tensors))
    return tuple(each if each._value.shape == shape else expand_op(each, shape) for each in tensors)


@public("permute")
def permute(self: Tensor, *dims: Any) -> Any:
    """Reorder the dimensions."""
    return permute_op(self, lengths(dims))


@public("movedim", "moveaxis")
def movedim(self: Tensor, source: Any, destination: Any) -> Any:
    """Move dimensions to other places."""
    sources = [axis_of(each, self._value.ndim) for each in (source if isinstance(source, (tuple, list)) else (source,))]
    places = [
        axis_of(each, self._value.ndim)
        for each in (destination if isinstance(destination, (tuple, list)) else (destination,))
    ]
    order = [i for i in range(self._value.ndim) if i not in sources]
    for place, each in sorted(zip(places, sources, strict=True)):
        order.insert(place, each)
    return permute_op(self, tuple(order))


@public("squeeze")
def squeeze(self: Tensor, dim: Any = None) -> Any:
    """Drop dimensions of length 1: all, or those named."""
    return squeeze_all(self) if dim is None else squeeze_dim(self, dim)


def whole_transpose(self: Tensor) -> Any:
    """Reverse the dimensions: `.T`."""
    if self._value.ndim not in (0, 2):
        messages.warn(
            "The use of `x.T` on tensors of dimension other than 2 to reverse their shape is deprecated and it "
            "will throw an "
            "error in a future release. Consider `x.mT` to transpose batches of matrices or "
            "`x.permute(*torch.arange(x.ndim - "
            "1, -1, -1))` to reverse the dimensions of a tensor."
        )
    return permute_op(self, tuple(range(self._value.ndim))[::-1])


def matrix_transpose(self: Tensor) -> Any:
    """Swap the last two dimensions: `.mT`."""
    if self._value.ndim < 2:
        raise RuntimeError(
            f"tensor.mT is only supported on matrices or batches of matrices. Got {self._value.ndim}-D tensor."
        )
    return self.transpose(-2, -1)


Tensor.T = property(whole_transpose)
Tensor.mT = Tensor.mH = property(matrix_transpose)
Tensor.H = property(lambda self: self.transpose(0, 1) if self._value.ndim else self)

# -- shape changes of the tensor itself -------------------------------------------------------------------------------


def itself(name: str, forward: str, node: str, vjp: str, arguments: str = "") -> Any:
    """Declare the in-place form of a view: the tensor takes the shape and the node."""
    function = view(f"{name}.in_place", forward, node, vjp, arguments=arguments, symbol=name, title=f"{name} in place")

    def change(self: Tensor, *others: Any) -> Tensor:
        watcher, watch.current = watch.current, None
        try:
            made = function(self, *others)
        finally:
            watch.current = watcher
        before = Tensor._of(self._value, self._edge)
        self._value, self._edge = made._value, made._edge
        self._counter.count += 1
        if watcher is not None:
            watcher.op_ran(find(f"{name}.in_place"), (before, *others), {}, (self,), True)
        return self

    change.__doc__ = f"Do {name} to the tensor itself."
    return change


Tensor.t_ = itself("t", "turned(self)", "TBackward1", "grad.T")
Tensor.unsqueeze_ = itself(
    "unsqueeze", "unsqueezed(self, dim)", "UnsqueezeBackward1", "reshaped(grad, self.shape)", "dim"
)
squeeze_all_ = itself("squeeze", "squeezed(self)", "SqueezeBackward3", "reshaped(grad, self.shape)")
squeeze_dim_ = itself("squeeze.dim", "squeezed(self, dim)", "SqueezeBackward4", "reshaped(grad, self.shape)", "dim")
Tensor.squeeze_ = lambda self, dim=None: squeeze_all_(self) if dim is None else squeeze_dim_(self, dim)
Tensor.transpose_ = itself(
    "transpose", "swapped(self, dim0, dim1)", "TransposeBackward1", "swapped(grad, dim0, dim1)", "dim0, dim1"
)


# -- joining and cutting ----------------------------------------------------------------------------------------------


@kernel
def joined(tensors: list[Any], dim: int) -> Any:
    """Concatenate along a dimension; empty vectors are left out, types are brought together."""
    if not tensors:
        raise RuntimeError("torch.cat(): expected a non-empty list of Tensors")
    used = [each for each in tensors if each.shape != (0,)] or tensors
    for index, each in enumerate(used):
        if not each.ndim:
            raise RuntimeError(f"zero-dimensional tensor (at position {index}) cannot be concatenated")
    axis = axis_of(dim, used[0].ndim)
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
    return np.concatenate(dtypes.align(*used), axis)


@kernel
def parts(grad: Any, shapes: list[tuple[int, ...]], dim: int) -> list[Any]:
    """Cut a gradient into the pieces that were joined."""
    result, start = [], 0
    for shape in shapes:
        if shape == (0,) and grad.ndim != 1:
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
    return np.stack(dtypes.align(*tensors), axis_of(dim, tensors[0].ndim + 1))


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
    return cat_op([each.reshape(1, -1) if each.ndim < 2 else each for each in tensors], 0)


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
    if not self._value.ndim:
        raise RuntimeError("Dimension specified as 0 but tensor has no dimensions")
    return unbind_op(self, axis_of(dim, self._value.ndim))


@public("split")
def split(self: Tensor, split_size_or_sections: Any = None, dim: int = 0, *, split_size: Any = None) -> Any:
    """Cut into pieces of one length, or of given lengths."""
    size = split_size if split_size_or_sections is None else split_size_or_sections
    axis = axis_of(dim, self._value.ndim)
    whole = self._value.shape[axis]
    if not isinstance(size, int):
        if sum(size) != whole:
            raise RuntimeError(
                f"split_with_sizes expects split_sizes to sum exactly to {whole} (input tensor's size at "
                f"dimension {axis}), "
                f"but got split_sizes={list(size)}"
            )
        return split_sizes_op(self, list(size), axis)
    starts = range(0, whole, size) if size else range(1)
    return split_op(self, [min(size, whole - start) for start in starts] or [0], axis)


@public("chunk")
def chunk(self: Tensor, chunks: int, dim: int = 0) -> Any:
    """Cut into a number of pieces of nearly equal length."""
    whole = self._value.shape[axis_of(dim, self._value.ndim)]
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
    return repeat_op(self, lengths(repeats))


@public("tile")
def tile(self: Tensor, *dims: Any) -> Any:
    """Repeat like NumPy's tile: missing dimensions count as 1."""
    numbers = lengths(dims)
    return repeat_op(self, (1,) * (self._value.ndim - len(numbers)) + numbers)


@kernel
def tiled(x: Any, repeats: tuple[int, ...]) -> Any:
    """Repeat the whole array along each dimension."""
    if len(repeats) < x.ndim:
        raise RuntimeError("Number of dimensions of repeat dims can not be smaller than number of dimensions of tensor")
    return np.tile(x, repeats)


@kernel
def untiled(grad: Any, shape: tuple[int, ...], repeats: tuple[int, ...]) -> Any:
    """Sum a gradient over the repetitions."""
    full = (1,) * (len(repeats) - len(shape)) + shape
    split_shape = [n for pair in zip(repeats, full, strict=True) for n in pair]
    return grad.reshape(split_shape).sum(axis=tuple(range(0, 2 * len(full), 2)), dtype=grad.dtype).reshape(shape)


# -- types ------------------------------------------------------------------------------------------------------------


@kernel
def converted(x: Any, dtype: Any) -> Any:
    """Return the array in another type."""
    return x.astype(getattr(dtype, "numpy", dtype))


to_copy = op(
    "to_copy",
    arguments="dtype",
    symbol="type",
    group="shape",
    title="change the type",
    node="ToCopyBackward0",
    code="{self}.double()",
    forward="converted(self, dtype)",
    vjp={"self": "converted(grad, self.dtype)"},
    samples=[(MATRIX, {"dtype": dtypes.float64})],
)


def in_type(self: Tensor, dtype: dtypes.dtype, copy: bool = False) -> Any:
    """Return the tensor in a type: itself if it has it."""
    return (clone_op(self) if copy else self) if dtype is self.dtype else to_copy(self, dtype)


for name, kind in {
    "float": dtypes.float32,
    "double": dtypes.float64,
    "half": dtypes.float16,
    "long": dtypes.int64,
    "int": dtypes.int32,
    "short": dtypes.int16,
    "char": dtypes.int8,
    "byte": dtypes.uint8,
    "bool": dtypes.bool_,
}.items():

    def cast(self: Tensor, memory_format: Any = None, *, kind: dtypes.dtype = kind) -> Any:
        """Return the tensor in this type."""
        return in_type(self, kind)

    setattr(Tensor, name, cast)


@public("to", function=False)
def to(
    self: Tensor,
    *args: Any,
    dtype: Any = None,
    device: Any = None,
    non_blocking: bool = False,
    copy: bool = False,
    memory_format: Any = None,
) -> Any:
    """Return the tensor in another type or on another device (there is only the CPU)."""
    from ..device import check

    for each in args:
        if isinstance(each, dtypes.dtype):
            dtype = each
        elif isinstance(each, Tensor):
            dtype = each.dtype
        elif not isinstance(each, bool):
            device = each
    check(device)
    return in_type(self, dtype or self.dtype, copy)


@public("type", function=False)
def type_of(self: Tensor, dtype: Any = None, non_blocking: bool = False) -> Any:
    """Return the type's name, or the tensor in another type."""
    if dtype is None:
        return messages.type_name(self)
    if isinstance(dtype, str):
        name = dtype.removeprefix("torch.").removesuffix("Tensor")
        dtype = next(each for each in dtypes.ALL if each.tensor_name == name)
    return in_type(self, getattr(dtype, "dtype", dtype))


@public("type_as", function=False)
def type_as(self: Tensor, other: Tensor) -> Any:
    """Return the tensor in the type of another."""
    return in_type(self, other.dtype)


@public("cpu", function=False)
def cpu(self: Tensor, memory_format: Any = None) -> Tensor:
    """Return the tensor itself: it is on the CPU."""
    return self


@public("cuda", function=False)
def cuda(self: Tensor, *_: Any, **__: Any) -> Tensor:
    """Raise: there is no GPU here."""
    from ..device import check

    check("cuda")
    return self


# -- questions about the shape ----------------------------------------------------------------------------------------


@public("size", function=False)
def size(self: Tensor, dim: int | None = None) -> Any:
    """Return the shape, or one length of it."""
    return self.shape if dim is None else self._value.shape[axis_of(dim, self._value.ndim)]


@public("stride", function=False)
def stride(self: Tensor, dim: int | None = None) -> Any:
    """Return the steps in memory per dimension, in elements."""
    value = self._value
    steps = tuple(step // value.dtype.itemsize for step in value.strides) if isinstance(value, np.ndarray) else ()
    return steps if dim is None else steps[dim]


@public("dim", "ndimension", function=False)
def dim(self: Tensor) -> int:
    """Return the number of dimensions."""
    return self._value.ndim  # type: ignore[no-any-return]


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


@public("is_complex")
def is_complex(self: Tensor) -> bool:
    """Return False: there are no complex types here."""
    return False


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
