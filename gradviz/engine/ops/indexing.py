"""Indexing: reading gives views (int, slice, None, …) or copies (tensors, masks); writing changes the tensor in place.

As in PyTorch an index is taken apart from left to right into select, slice and unsqueeze, and what tensors remain
become one `index`. Writing takes the same views and then copies into the last of them.
"""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from .. import dtype as dtypes
from .. import messages
from ..element import element
from ..in_place import in_place_form
from ..kernels import axis_of, kernel
from ..op import find, op
from ..operands import laid_out_by
from ..surface import public
from ..tensor import Tensor
from .out_of_range import bad_step, index_error, refuse_far, too_many

MATRIX = [[0.5, -1.5, 2.0], [2.5, -0.25, 1.0]]


def one_of(dim: int, index: Any) -> Any:
    """Return NumPy's index for one layer along a dimension; the … at its end makes the result a view, never a copy."""
    return (*(slice(None),) * dim, index, ...)


@kernel
def selected(x: Any, dim: int, index: int) -> Any:
    """Return one layer along a dimension, as a view."""
    return x[one_of(dim, index)]


@kernel
def put_layer(grad: Any, shape: tuple[int, ...], dim: int, index: int) -> Any:
    """Put a gradient at one layer, zero elsewhere."""
    result = np.zeros(shape, grad.dtype)
    result[one_of(dim, index)] = grad
    return result


@kernel
def sliced(x: Any, dim: int, start: Any, end: Any, step: int) -> Any:
    """Return a slice along a dimension, as a view."""
    return x[(*(slice(None),) * dim, slice(start, end, step))]


@kernel
def put_slice(grad: Any, shape: tuple[int, ...], dim: int, start: Any, end: Any, step: int) -> Any:
    """Put a gradient at a slice, zero elsewhere."""
    result = np.zeros(shape, grad.dtype)
    result[(*(slice(None),) * dim, slice(start, end, step))] = grad
    return result


@kernel
def picked(x: Any, indices: Any) -> Any:
    """Return the elements at index arrays, as a copy; None stands for a whole dimension."""
    place = positions(indices)
    try:
        found = x[place]
    except IndexError as error:
        raise index_error(x, indices, error) from None
    # NumPy lays the result out by the index arrays alone.
    found = found if not found.ndim or found.flags.c_contiguous else np.ascontiguousarray(found)
    if found.ndim < 2 or (x.flags.c_contiguous and all(each is None or each.flags.c_contiguous for each in indices)):
        return found
    return laid_out_by(found, *restrided(x, indices))


def restrided(x: Any, indices: Any) -> list[Any]:
    """Return the operands of PyTorch's loop over an indexed result: x without steps where an index counts, the indices.

    Only their shapes and strides are meant; they decide in which order of dimensions the result is laid out.
    """
    arrays: list[Any] = []
    for each in indices:
        arrays += np.nonzero(each) if each is not None and each.dtype.kind == "b" else [each]
    arrays += [None] * (x.ndim - len(arrays))
    counted = [axis for axis, each in enumerate(arrays) if each is not None]
    spread = np.broadcast_arrays(*(arrays[axis] for axis in counted))
    rest = [axis for axis in range(x.ndim) if axis not in counted]
    together = counted == list(range(counted[0], counted[-1] + 1))
    before = [axis for axis in rest if together and axis < counted[0]]
    after = [axis for axis in rest if axis not in before]
    shape = tuple(x.shape[i] for i in before) + spread[0].shape + tuple(x.shape[i] for i in after)

    def placed(first: list[int], steps: tuple[int, ...], last: list[int]) -> Any:
        return np.lib.stride_tricks.as_strided(x, shape, (*first, *steps, *last))

    operands = [placed([x.strides[i] for i in before], (0,) * spread[0].ndim, [x.strides[i] for i in after])]
    for each in spread:  # an index has a step also where a dimension of length 1 stands beside it
        first = [each.size * each.itemsize if x.shape[i] == 1 else 0 for i in before]
        operands.append(placed(first, each.strides, [each.itemsize if x.shape[i] == 1 else 0 for i in after]))
    return operands


def positions(indices: Any) -> tuple[Any, ...]:
    """Return NumPy's index for index arrays and None; raise for whole numbers that PyTorch does not take."""
    if any(each is not None and each.dtype.char in "bh" for each in indices):
        raise IndexError("tensors used as indices must be long, int, byte or bool tensors")
    return tuple(slice(None) if each is None else each for each in indices)


@kernel
def put_back(grad: Any, shape: tuple[int, ...], indices: Any) -> Any:
    """Add a gradient at index arrays (an element taken twice gets both), zero elsewhere."""
    result = np.zeros(shape, grad.dtype)
    np.add.at(result, positions(indices), grad)
    return result


@kernel
def written(x: Any, values: Any, indices: Any, accumulate: bool) -> Any:
    """Return a copy with values put at index arrays."""
    if not x.ndim and any(each is not None and each.dtype.kind != "b" for each in indices):
        raise IndexError("too many indices for tensor of dimension 0 (got 1)")
    result = np.array(x)
    place = positions(indices)
    try:
        values = np.broadcast_to(values, x[place].shape)
        if values.dtype != x.dtype:
            raise RuntimeError(
                f"Index put requires the source and destination dtypes match, got {dtypes.of(x).tensor_name} for the "
                f"destination and {dtypes.of(values).tensor_name} for the source."
            )
        if accumulate:
            np.add.at(result, place, values)
        else:
            result[place] = values
    except IndexError as error:
        raise index_error(x, indices, error) from None
    except ValueError:
        raise RuntimeError(
            f"shape mismatch: value tensor of shape {messages.sizes(values.shape)} cannot be broadcast to "
            "indexing result of "
            f"shape {messages.sizes(picked(x, indices).shape)}"
        ) from None
    return result


@kernel
def without(grad: Any, indices: Any, accumulate: bool) -> Any:
    """Return a gradient with zeros where values were overwritten."""
    if accumulate:
        return grad
    result = grad.copy()
    result[positions(indices)] = 0
    return result


select_op = op(
    "select",
    arguments="dim, index",
    symbol="[i]",
    group="indexing",
    title="one element or layer",
    code="{self}[0]",
    view=True,
    node="SelectBackward0",
    forward="selected(self, dim, index)",
    vjp={"self": "put_layer(grad, self.shape, dim, index)"},
    samples=[([1.0, 2.0], {"dim": 0, "index": 1}), (MATRIX, {"dim": 1, "index": 0})],
)


slice_op = op(
    "slice",
    arguments="dim, start, end, step",
    symbol="[a:b]",
    group="indexing",
    code="{self}[0:2]",
    view=True,
    node="SliceBackward0",
    forward="sliced(self, dim, start, end, step)",
    vjp={"self": "put_slice(grad, self.shape, dim, start, end, step)"},
    samples=[(MATRIX, {"dim": 1, "start": 0, "end": 3, "step": 2})],
)


index_op = op(
    "index",
    arguments="indices",
    symbol="[…]",
    group="indexing",
    title="elements by index or mask",
    node="IndexBackward0",
    forward="picked(self, indices)",
    vjp={"self": "put_back(grad, self.shape, indices)"},
    saves={"self": "indices"},
    samples=[
        ([1.0, 2.0, 3.0], {"indices": (np.array([2, 0, 2]),)}),
        (MATRIX, {"indices": (np.array([[True, False, True], [False, True, False]]),)}),
        (MATRIX, {"indices": (None, np.array([1, 1]))}),
    ],
)


index_put_op = op(
    "index_put",
    inputs="self values",
    arguments="indices, accumulate=False",
    symbol="[…] =",
    group="indexing",
    title="write by index or mask",
    node="IndexPutBackward0",
    kind="pointwise",
    forward="written(self, values, indices, accumulate)",
    vjp={"self": "without(grad, indices, accumulate)", "values": "picked(grad, indices)"},
    saves={"self": "indices", "values": "indices"},
    samples=[([1.0, 2.0, 3.0], [5.0, 6.0], {"indices": (np.array([2, 0]),)})],
)


put_in_place = in_place_form(find("index_put"), index_put_op)


def taken_apart(tensor: Tensor, index: Any, *, reading: bool = True) -> tuple[Tensor, list[Any] | None]:
    """Apply ints, slices, None and … of an index; return the view and the index arrays that remain, or None."""
    items = list(index) if isinstance(index, tuple) or like_tuple(index) else [index]
    consumed = sum(dimensions_of(item) for item in items)
    if consumed > tensor._value.ndim:
        raise too_many(tensor._value.ndim, index, is_integer(index))
    found = tensor
    arrays: list[Any] = []
    dim = 0
    for place, item in enumerate(items):
        if item is Ellipsis:
            dim += tensor._value.ndim - consumed
        elif item is None:
            found = found.unsqueeze(dim)
            dim += 1
        elif isinstance(item, slice):
            found = cut(found, dim, item, always=reading and len(items) == 1)
            dim += 1
        elif is_integer(item):
            found = pick(found, dim, item, place)
        else:
            array = index_array(item)
            if array.dtype.kind == "b" and not array.ndim:
                found = found.unsqueeze(dim)
                array = np.zeros(1, np.int64) if array else np.zeros(0, np.int64)
            arrays += [None] * (dim - len_of(arrays)) + [array]
            dim += array.ndim if array.dtype.kind == "b" else 1
    return found, arrays or None


def like_tuple(index: Any) -> bool:
    """Return True for a list that stands for a tuple of indices: one with sequences, slices or tensors in it."""
    return isinstance(index, list) and any(
        isinstance(each, (list, tuple, slice, Tensor, np.ndarray)) or each is None or each is Ellipsis for each in index
    )


def len_of(arrays: list[Any]) -> int:
    """Return how many dimensions index arrays stand for."""
    return sum(each.ndim if each is not None and each.dtype.kind == "b" else 1 for each in arrays)


def dimensions_of(item: Any) -> int:
    """Return how many dimensions an item of an index uses up."""
    if item is Ellipsis or item is None or isinstance(item, (bool, np.bool_)):
        return 0
    if not isinstance(item, (Tensor, np.ndarray, list)):
        return 1
    if is_integer(item):
        return 1
    array = index_array(item)
    return array.ndim if array.dtype.kind == "b" else 1


def is_integer(item: Any) -> bool:
    """Return True for whole numbers, also as NumPy scalars and 0-d tensors."""
    if isinstance(item, Tensor):
        return not item._value.ndim and item._value.dtype.kind in "iu"
    return isinstance(item, (int, np.integer)) and not isinstance(item, bool)


def index_array(item: Any) -> Any:
    """Return a tensor, array or list as an index array; raise IndexError for what PyTorch does not take."""
    if isinstance(item, (str, bytes)):
        raise TypeError(f"new(): invalid data type '{type(item).__name__}'")
    value = item._value if isinstance(item, Tensor) else np.asarray(item)
    if isinstance(item, (list, tuple)) and not value.size:
        value = value.astype(np.int64)
    if value.dtype.kind not in "iub":
        if isinstance(item, (Tensor, np.ndarray, list)):
            raise IndexError("tensors used as indices must be long, int, byte or bool tensors")
        raise IndexError(
            "only integers, slices (`:`), ellipsis (`...`), None and long or byte Variables are valid indices "
            f"(got {type(item).__name__})"
        )
    return value.astype(bool) if value.dtype == np.uint8 else np.asarray(value)


def pick(tensor: Tensor, dim: int, item: Any, place: int) -> Any:
    """Select one layer; raise IndexError as PyTorch words it, with the place of the number in the index."""
    index, size = operator.index(item), tensor._value.shape[dim]
    if not -size <= index < size:
        raise IndexError(f"index {index} is out of bounds for dimension {place} with size {size}")
    return select_op(tensor, dim, index)


def cut(tensor: Tensor, dim: int, item: slice, always: bool) -> Any:
    """Slice along a dimension; a slice of everything is left out where PyTorch leaves it out."""
    size = tensor._value.shape[dim]
    if item.step is not None and int(item.step) <= 0:
        raise bad_step(item)
    start, end, step = slice(
        *(None if each is None else int(each) for each in (item.start, item.stop, item.step))
    ).indices(size)
    if (start, end, step) == (0, size, 1) and not always:
        return tensor
    return slice_op(tensor, dim, start, max(end, start), step)


def read(self: Tensor, index: Any) -> Any:
    """`x[index]`."""
    from .shape import alias_op

    if index.__class__ is int and self._value.ndim:
        return pick(self, 0, index, 0)
    found, arrays = taken_apart(self, index)
    if arrays is not None:
        return index_op(found, tuple(arrays))
    return alias_op(self) if found is self else found


def write(self: Tensor, index: Any, value: Any) -> None:
    """`x[index] = value`."""
    from ..creation import tensor as make
    from .shape import expand_op

    if not isinstance(value, Tensor):
        if isinstance(value, (int, float, bool, complex, np.generic)):
            value = value.item() if isinstance(value, np.generic) else value
        elif isinstance(value, np.ndarray):
            value = make(value)
        else:
            raise TypeError(f"can't assign a {type(value).__name__} to a {messages.type_name(self)}")
    found, arrays = taken_apart(self, index, reading=False)
    if arrays is not None:
        if not isinstance(value, Tensor):
            value = Tensor._of(element(value, self._value.dtype), None)
        put_in_place(found, leading_ones_dropped(value), tuple(arrays))
    elif isinstance(value, Tensor):
        shape = found._value.shape
        if value._value.shape == shape:
            found.copy_(value)
        elif not value._value.ndim:
            found.fill_(value)
        else:
            value = leading_ones_dropped(value, always=True)
            found.copy_(value if value._value.shape == shape else expand_op(value, shape))
    else:
        (found.fill_ if self._value.ndim else found.copy_)(Tensor._of(element(value, self._value.dtype), None))


def leading_ones_dropped(value: Tensor, always: bool = False) -> Any:
    """Drop leading dimensions of length 1; `always` takes a view even where there is none."""
    shape = value._value.shape
    first = next((i for i, n in enumerate(shape) if n != 1), len(shape))
    return value.view(shape[first:]) if first or always else value


Tensor.__getitem__ = read  # type: ignore[method-assign]


Tensor.__setitem__ = write  # type: ignore[method-assign]


@public("select")
def select(self: Tensor, dim: int, index: int) -> Any:
    """Return one layer along a dimension."""
    refuse_far(self._value, dim, index)
    axis = axis_of(dim, self._value.ndim)
    return pick(self, axis, index, axis)


@public("narrow")
def narrow(self: Tensor, dim: int, start: int, length: int) -> Any:
    """Return `length` layers from `start` along a dimension."""
    if not self._value.ndim:
        raise RuntimeError("narrow() cannot be applied to a 0-dim tensor.")
    size = self._value.shape[axis_of(dim, self._value.ndim)]
    if length < 0:
        raise RuntimeError("narrow(): length must be non-negative.")
    if not -size <= start <= size:
        raise IndexError(f"start out of range (expected to be in range of [{-size}, {size}], but got {start})")
    start += size if start < 0 else 0
    if start + length > size:
        raise RuntimeError(f"start ({start}) + length ({length}) exceeds dimension size ({size}).")
    return slice_op(self, axis_of(dim, self._value.ndim), start, start + length, 1)
