"""Views by geometry: overlapping windows, any strides; and questions about the memory below."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..kernels import axis_of, kernel
from ..op import op
from ..storage import TypedStorage, UntypedStorage, address, offset_in_memory, whole_memory
from ..surface import public
from ..tensor import Tensor, share

MATRIX = [[0.5, -1.5, 2.0], [2.5, -0.25, 1.0]]


@kernel
def windows(x: Any, dimension: int, size: int, step: int) -> Any:
    """Return overlapping windows along a dimension, as a view with one dimension more."""
    axis = axis_of(dimension, x.ndim)
    if not x.ndim:
        return x[None]
    length = x.shape[axis]
    if size > length:
        raise RuntimeError(
            f"maximum size for tensor at dimension {axis} is {length} but size is {size}"
        )
    if step <= 0:
        raise RuntimeError(f"step is {step} but must be > 0")
    shape = (*x.shape[:axis], (length - size) // step + 1, *x.shape[axis + 1 :], size)
    strides = (*x.strides[:axis], x.strides[axis] * step, *x.strides[axis + 1 :], x.strides[axis])
    return np.lib.stride_tricks.as_strided(x, shape, strides)


@kernel
def put_windows(grad: Any, shape: tuple[int, ...], dimension: int, size: int, step: int) -> Any:
    """Add a gradient where windows were; where they overlap it is summed."""
    if not shape:
        return grad.sum()
    result = np.zeros(shape, grad.dtype)
    axis = axis_of(dimension, len(shape))
    for place in range(size):
        stop = place + (grad.shape[axis] - 1) * step + 1
        result[(*(slice(None),) * axis, slice(place, stop, step))] += grad[..., place]
    return result


def places(size: tuple[int, ...], stride: tuple[int, ...], offset: int) -> Any:
    """Return the numbers of the elements that a geometry shows."""
    found = np.full(size, offset)
    for axis, (length, step) in enumerate(zip(size, stride, strict=True)):
        found = found + np.arange(length).reshape([-1 if i == axis else 1 for i in range(len(size))]) * step
    return found


@kernel
def strided(x: Any, size: tuple[int, ...], stride: tuple[int, ...], storage_offset: int) -> Any:
    """Return a view of the memory by sizes and strides."""
    memory = whole_memory(x)
    last = storage_offset + sum((n - 1) * s for n, s in zip(size, stride, strict=True))
    if 0 not in size and last >= memory.size:
        raise RuntimeError(
            f"setStorage: sizes {list(size)}, strides {list(stride)}, storage offset {storage_offset}, and itemsize "
            f"{x.itemsize} requiring a storage size of {(last + 1) * x.itemsize} are out of bounds for storage of size "
            f"{memory.nbytes}"
        )
    return np.lib.stride_tricks.as_strided(memory[storage_offset:], size, tuple(s * x.itemsize for s in stride))


@kernel
def put_strided(grad: Any, shape: tuple[int, ...], size: tuple[int, ...], stride: tuple[int, ...], start: int) -> Any:
    """Add a gradient at the elements that a geometry showed."""
    result = np.zeros(shape, grad.dtype)
    np.add.at(result.reshape(-1), places(size, stride, start), grad)
    return result


@kernel
def taken_strided(x: Any, size: tuple[int, ...], stride: tuple[int, ...], start: int) -> Any:
    """Return a copy of the elements that a geometry shows."""
    return x.reshape(-1)[places(size, stride, start)]


op(
    "unfold",
    arguments="dimension, size, step",
    symbol="windows",
    group="shape",
    title="windows along a dimension",
    view=True,
    node="UnfoldBackward0",
    forward="windows(self, dimension, size, step)",
    vjp={"self": "put_windows(grad, self.shape, dimension, size, step)"},
    samples=[(MATRIX, {"dimension": 1, "size": 2, "step": 1})],
)
op(
    "unfold_backward",
    inputs="grad_output",
    arguments="shape, dimension, size, step",
    symbol="∂windows",
    group="shape",
    title="windows, backwards",
    node="UnfoldBackwardBackward0",
    forward="put_windows(grad_output, shape, dimension, size, step)",
    vjp={"grad_output": "windows(grad, dimension, size, step)"},
    samples=[([[1.0, 2.0], [3.0, 4.0]], {"shape": (3,), "dimension": 0, "size": 2, "step": 1})],
)
as_strided_op = op(
    "as_strided",
    arguments="size, stride, storage_offset, start",
    symbol="strides",
    group="shape",
    title="view by strides",
    view=True,
    node="AsStridedBackward0",
    forward="strided(self, size, stride, storage_offset)",
    vjp={"self": "put_strided(grad, self.shape, size, stride, start)"},
    samples=[(MATRIX, {"size": (2, 2), "stride": (1, 1), "storage_offset": 0, "start": 0})],
)
op(
    "as_strided_call_backward",
    inputs="grad_output",
    arguments="shape, size, stride, start",
    symbol="∂strides",
    group="shape",
    title="view by strides, backwards",
    node="AsStridedBackwardBackward0",
    forward="put_strided(grad_output, shape, size, stride, start)",
    vjp={"grad_output": "taken_strided(grad, size, stride, start)"},
    samples=[([1.0, 2.0], {"shape": (2, 3), "size": (2,), "stride": (3,), "start": 1})],
)
op(
    "as_strided_call_forward",
    arguments="size, stride, start",
    symbol="strides",
    group="shape",
    title="copy by strides",
    node="AsStridedBackward0",
    forward="taken_strided(self, size, stride, start)",
    vjp={"self": "put_strided(grad, self.shape, size, stride, start)"},
    samples=[(MATRIX, {"size": (2, 2), "stride": (1, 1), "start": 0})],
)


@public("unfold", function=False)
def unfold(self: Tensor, dimension: int, size: int, step: int) -> Any:
    """Return overlapping windows along a dimension."""
    from ..op import find

    return find("unfold").function(self, dimension, size, step)


@public("as_strided")
def as_strided(self: Tensor, size: Any, stride: Any, storage_offset: int | None = None) -> Any:
    """Return a view of the tensor's memory by sizes and strides."""
    share(self)
    own = offset_in_memory(self._value)
    offset = own if storage_offset is None else storage_offset
    return as_strided_op(self, tuple(size), tuple(stride), offset, offset - own)


@public("storage_offset", function=False)
def storage_offset(self: Tensor) -> int:
    """Return how many elements of the memory lie before the tensor's first."""
    return offset_in_memory(self._value) if isinstance(self._value, np.ndarray) else 0


@public("untyped_storage", function=False)
def untyped_storage(self: Tensor) -> UntypedStorage:
    """Return the tensor's memory, counted in bytes."""
    share(self)
    return UntypedStorage(self._value)


@public("storage", function=False)
def storage(self: Tensor) -> TypedStorage:
    """Return the tensor's memory, counted in elements."""
    share(self)
    return TypedStorage(self._value)


@public("is_set_to", function=False)
def is_set_to(self: Tensor, tensor: Tensor) -> bool:
    """Return True when both are the same view of the same memory."""
    share(self)
    share(tensor)
    a, b = self._value, tensor._value
    return bool(address(a) == address(b) and a.shape == b.shape and a.strides == b.strides)
