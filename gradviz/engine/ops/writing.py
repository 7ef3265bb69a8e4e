"""Taking by flat numbers and masks, and writing a part of a tensor into a copy of it."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import dtype as dtypes
from ..in_place import in_place_form
from ..kernels import SPACE, axis_of, kernel, length_of
from ..meaning import on_tensors
from ..op import find, op
from ..operands import broadcast
from ..surface import public
from ..tensor import Tensor
from .diagonal import diagonal_of, put_diagonal
from .indexing import MATRIX, put_layer, put_slice, selected, sliced
from .out_of_range import refuse_far
from .picking import array_of

FLAT = {"index": np.array([0, 5, 0])}


@kernel
def taken(x: Any, index: Any) -> Any:
    """Return the elements with given numbers, counted over the whole array."""
    index = array_of(index)
    if index.size and not x.size:
        raise IndexError("take(): tried to take from an empty tensor")
    wrong = index[(index >= x.size) | (index < -x.size)]
    if wrong.size:
        raise IndexError(f"out of range: tried to access index {wrong.flat[0]} on a tensor of {x.size} elements.")
    return x.reshape(-1)[index]


@kernel
def put_taken(grad: Any, shape: tuple[int, ...], index: Any) -> Any:
    """Add a gradient at elements with given numbers."""
    result = np.zeros(shape, grad.dtype)
    np.add.at(result.reshape(-1), array_of(index), grad)
    return result


@kernel
def sown(x: Any, mask: Any, source: Any) -> Any:
    """Return a copy with a source's elements, in order, where the mask holds."""
    if mask.dtype != np.bool_:
        raise RuntimeError(f"masked_scatter_ only supports boolean masks, but got mask with dtype {dtypes.of(mask)}")
    if x.dtype != source.dtype:
        own, other = dtypes.of(x).tensor_name, dtypes.of(source).tensor_name
        raise RuntimeError(f"masked_scatter: expected self and source to have same dtypes but got{own} and {other}")
    broadcast(mask.shape, x.shape)
    mask = np.broadcast_to(mask, x.shape)
    result, number = np.array(x), int(mask.sum())
    if source.size < number:
        raise RuntimeError("Number of elements of source < number of ones in mask")
    result[mask] = source.reshape(-1)[:number]
    return result[()]


@kernel
def reaped(grad: Any, mask: Any, shape: tuple[int, ...]) -> Any:
    """Return a gradient's elements where the mask holds as the first of a source's."""
    result = np.zeros(shape, grad.dtype)
    picked = grad[np.broadcast_to(array_of(mask), grad.shape)]
    result.reshape(-1)[: picked.size] = picked
    return result


op(
    "take",
    arguments="index",
    symbol="[i…]",
    group="indexing",
    title="elements by number",
    node="TakeBackward0",
    forward="taken(self, index)",
    vjp={"self": "put_taken(grad, self.shape, index)"},
    saves={"self": "self"},
    names="take",
    samples=[(MATRIX, FLAT)],
)
select_masked = op(
    "masked_select",
    arguments="mask",
    symbol="[mask]",
    group="indexing",
    title="elements where a mask holds",
    node="MaskedSelectBackward0",
    forward="picked(self, (mask,))",
    vjp={"self": "put_back(grad, self.shape, (mask,))"},
    recorded={"self": "put_masked(grad, self.shape, mask)"},
    saves={"self": "self"},
    samples=[(MATRIX, {"mask": np.array([[True, False, True], [False, True, False]])})],
)
scatter_masked = op(
    "masked_scatter",
    inputs="self mask source",
    symbol="[mask] =",
    group="indexing",
    title="write where a mask holds",
    node="MaskedScatterBackward0",
    forward="sown(self, mask, source)",
    vjp={"self": "where(mask, 0, grad)", "source": "reaped(grad, mask, source.shape)"},
    recorded={"self": "grad.masked_fill(mask, 0)"},
    samples=[(MATRIX, np.array([[True, False, True], [False, True, False]]), [1.0, 2.0, 3.0, 4.0])],
)
op(
    "masked_scatter_backward",
    inputs="grad_output mask",
    arguments="shape",
    symbol="∂[mask] =",
    group="indexing",
    title="masked scatter, backwards",
    node="MaskedScatterBackwardBackward0",
    forward="reaped(grad_output, mask, shape)",
    vjp={"grad_output": "sown(zeros_like(grad_output), mask, grad)"},
    samples=[(MATRIX, np.array([[True, False, True], [False, True, False]]), {"shape": (4,)})],
)
Tensor.masked_scatter_ = in_place_form(find("masked_scatter"), scatter_masked)


@public("masked_scatter")
def masked_scatter(self: Tensor, mask: Tensor, source: Tensor) -> Any:
    """Return a copy with a source's elements, in order, where the mask holds."""
    shape = broadcast(mask.shape, self.shape)
    return scatter_masked(self if self._value.shape == shape else self.expand(shape), mask, source)


@public("masked_select")
def masked_select(self: Tensor, mask: Tensor) -> Any:
    """Return the elements where a mask holds."""
    if mask._value.dtype != np.bool_:
        raise RuntimeError("masked_select: expected BoolTensor for mask")
    shape = broadcast(mask.shape, self.shape)
    whole = self if self._value.shape == shape else self.expand(shape)
    return select_masked(whole, np.broadcast_to(mask._value, shape))


@public("take_along_dim")
def take_along_dim(self: Tensor, indices: Tensor, dim: int | None = None) -> Any:
    """Return the elements at indices along a dimension; sizes of one are repeated."""
    if dim is None:
        return self.reshape(-1).gather(0, indices.reshape(-1))
    axis = axis_of(dim, self.ndim)
    length_of(self, 0)
    shape = np.broadcast_shapes(
        *((*each.shape[:axis], 1, *each.shape[axis + 1 :]) for each in (self, indices))
    )
    source, places = (
        each.expand(*shape[:axis], each.shape[axis], *shape[axis + 1 :]) for each in (self, indices)
    )
    return source.gather(axis, places)


@kernel
def put_flat(x: Any, source: Any, index: Any, accumulate: bool) -> Any:
    """Return a copy with a source's elements at flat numbers."""
    places, result = array_of(index), np.array(x, order="C")
    if places.size != source.size:
        raise IndexError(
            "put_(): Expected source and index to have the same number of elements, but got source.numel() = "
            f"{source.size}, index.numel() = {places.size}"
        )
    if x.dtype != source.dtype:
        raise RuntimeError(
            f"put_(): self and source expected to have the same dtype, but got self.dtype = {dtypes.of(x).tensor_name} "
            f"and source.dtype = {dtypes.of(source).tensor_name}"
        )
    if places.size and not x.size:
        raise IndexError("put_(): Tried to put elements into an empty tensor")
    wrong = places[(places < -x.size) | (places >= x.size)]
    if wrong.size:
        raise IndexError(f"out of range: tried to access index {wrong[0]} on a tensor of {x.size} elements.")
    if accumulate:
        np.add.at(result.reshape(-1), places, source.reshape(places.shape))
    else:
        result.reshape(-1)[places] = source.reshape(places.shape)
    return result[()]


@kernel
def left_by(shape: tuple[int, ...], index: Any, accumulate: bool) -> Any:
    """Return where elements stay that are put at flat numbers."""
    result = np.ones(shape, bool)
    if not accumulate:
        result.reshape(-1)[array_of(index)] = False
    return result


put_op = op(
    "put",
    inputs="self source",
    arguments="index, accumulate",
    symbol="put",
    group="indexing",
    title="elements by number, replaced",
    node="PutBackward0",
    forward="put_flat(self, source, index, accumulate)",
    vjp={
        "self": "where(left_by(self.shape, index, accumulate), grad, 0)",
        "source": "taken(grad, index).reshape(source.shape)",
    },
    recorded={"self": "left_alone(grad, source.shape, index, accumulate)"},
    samples=[(MATRIX, [5.0, 6.0], {"index": np.array([0, 5]), "accumulate": each}) for each in (False, True)],
)
put_in_place = in_place_form(find("put"), put_op)


@public("put")
def put(self: Tensor, index: Tensor, source: Tensor, accumulate: bool = False) -> Any:
    """Return a copy with values written at flat numbers."""
    return put_op(self, source, index, accumulate)


@public("put_", function=False)
def put_(self: Tensor, index: Tensor, source: Tensor, accumulate: bool = False) -> Any:
    """Write values at flat numbers in place."""
    return put_in_place(self, source, index, accumulate)


@public("argwhere")
def argwhere(self: Tensor) -> Any:
    """Return the places of elements that are not zero, one per row."""
    return self.nonzero()


@kernel
def with_layer(x: Any, src: Any, dim: int, index: int) -> Any:
    """Return a copy with one layer replaced."""
    result = np.array(x)
    selected(result, dim, index)[...] = src
    return result


@kernel
def with_slice(x: Any, src: Any, dim: int, start: Any, end: Any, step: int) -> Any:
    """Return a copy with a slice replaced."""
    result = np.array(x)
    sliced(result, dim, start, end, step)[...] = src
    return result


@kernel
def with_diagonal(x: Any, src: Any, offset: int, dim1: int, dim2: int) -> Any:
    """Return a copy with a diagonal replaced."""
    result = np.array(x)
    diagonal_of(result, offset, dim1, dim2)[...] = src
    return result


@kernel
def without_layer(grad: Any, dim: int, index: int) -> Any:
    """Return a gradient with zeros at one layer."""
    return grad - put_layer(selected(grad, dim, index), grad.shape, dim, index)


@kernel
def without_slice(grad: Any, dim: int, start: Any, end: Any, step: int) -> Any:
    """Return a gradient with zeros at a slice."""
    return grad - put_slice(sliced(grad, dim, start, end, step), grad.shape, dim, start, end, step)


@kernel
def without_diagonal(grad: Any, offset: int, dim1: int, dim2: int) -> Any:
    """Return a gradient with zeros on a diagonal."""
    return grad - put_diagonal(diagonal_of(grad, offset, dim1, dim2), grad.shape, offset, dim1, dim2)


def into_copy(name: str, node: str, part: str, taking: str, arguments: str, sample: Any) -> Any:
    """Declare an op that replaces a part in a copy."""
    names = ", ".join(each.partition("=")[0].strip() for each in arguments.split(","))
    function = op(
        name,
        inputs="self src",
        arguments=arguments,
        symbol="[…] =",
        group="indexing",
        title=f"copy with another {part}",
        node=node,
        forward=f"with_{part}(self, src, {names})",
        vjp={"self": f"without_{part}(grad, {names})", "src": f"{taking}(grad, {names})"},
        samples=[sample],
    )

    def without_recorded(grad: Tensor, *place: Any) -> Any:
        """Write zeros over the part."""
        return function(grad, Tensor._of(np.zeros_like(SPACE[taking](grad._value, *place)), None), *place)

    on_tensors(f"without_{part}")(without_recorded)
    return function


select_scatter_op = into_copy(
    "select_scatter", "SelectScatterBackward0", "layer", "selected", "dim, index",
    (MATRIX, [5.0, 6.0], {"dim": 1, "index": 0}),
)  # fmt: skip
slice_scatter_op = into_copy(
    "slice_scatter", "SliceScatterBackward0", "slice", "sliced", "dim=0, start=None, end=None, step=1",
    (MATRIX, [[5.0], [6.0]], {"dim": 1, "start": 0, "end": 1}),
)  # fmt: skip
diagonal_scatter_op = into_copy(
    "diagonal_scatter", "DiagonalScatterBackward0", "diagonal", "diagonal_of", "offset=0, dim1=0, dim2=1",
    (MATRIX, [5.0, 6.0], {}),
)  # fmt: skip


@public("select_scatter")
def select_scatter(self: Tensor, src: Tensor, dim: int, index: int) -> Any:
    """Return a copy with one layer replaced."""
    refuse_far(self._value, dim, index)
    return select_scatter_op(self, src, axis_of(dim, self.ndim), index)


@public("slice_scatter")
def slice_scatter(
    self: Tensor, src: Tensor, dim: int = 0, start: int | None = None, end: int | None = None, step: int = 1
) -> Any:
    """Return a copy with a slice replaced."""
    if not self.ndim:
        raise IndexError("slice() cannot be applied to a 0-dim tensor.")
    return slice_scatter_op(self, src, axis_of(dim, self.ndim), start, end, step)


@public("diagonal_scatter")
def diagonal_scatter(self: Tensor, src: Tensor, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Any:
    """Return a copy with a diagonal replaced."""
    return diagonal_scatter_op(self, src, offset, dim1, dim2)
