"""Views by geometry: overlapping windows, any strides; and questions about the memory below."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..kernels import axis_of, kernel
from ..meaning import on_tensors, zeros
from ..op import find, op
from ..storage import TypedStorage, UntypedStorage, address, offset_in_memory, whole_memory
from ..surface import public
from ..tensor import Tensor, share
from ..views import placed, steps

Sizes = tuple[int, ...]
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


def places(size: Sizes, stride: Sizes, offset: int) -> Any:
    """Return the numbers of the elements that a geometry shows: numbered memory, seen through it."""
    return placed(np.arange(1 + offset + farthest(size, stride)), (size, stride, offset))


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
def put_strided(grad: Any, shape: Sizes, size: Sizes, stride: Sizes, start: int, steps: Sizes) -> Any:
    """Add a gradient at the elements that a geometry showed, and return those of a tensor with given shape and steps.

    `start` counts from the tensor's first element. What the geometry showed beside the tensor has no gradient; an
    element that the tensor itself shows several times divides it among them, as in PyTorch.
    """
    if 0 in shape or 0 in size:
        return np.zeros(shape, grad.dtype)
    low = min(start, 0)
    memory = np.zeros(1 + max(farthest(shape, steps), start + farthest(size, stride)) - low, grad.dtype)
    np.add.at(memory, places(size, stride, start - low), grad)
    if overlaps(shape, steps):
        memory /= np.maximum(np.bincount(places(shape, steps, -low).reshape(-1), minlength=memory.size), 1)
    return placed(memory, (shape, steps, -low)).copy()[()]


def farthest(size: Sizes, stride: Sizes) -> int:
    """Return how far behind its first element a geometry reaches."""
    return sum((n - 1) * step for n, step in zip(size, stride, strict=True))


def overlaps(size: Sizes, stride: Sizes) -> bool:
    """Return True where a geometry may show an element twice: PyTorch's test, which errs on the safe side."""
    reached = 0
    for step, length in sorted((step, n) for n, step in zip(size, stride, strict=True) if n != 1):
        if step <= reached:
            return True
        reached += step * (length - 1)
    return False


@on_tensors("put_strided")
def put_strided_recorded(grad: Any, shape: Sizes, size: Sizes, stride: Sizes, start: int, steps: Sizes) -> Any:
    """Do the same as PyTorch: fresh memory is written or added to by the geometry, then seen as the tensor."""
    if 0 in shape or 0 in size:
        return zeros(shape, [grad])
    shown: list[tuple[int, int]] = []
    for axis, (length, step) in reversed(list(enumerate(zip(size, stride, strict=True)))):
        if length == 1:
            grad = grad.squeeze(axis)
        elif not step:
            grad = grad.sum(axis)
        else:
            shown.insert(0, (length, step))
    lengths, jumps = tuple(each[0] for each in shown), tuple(each[1] for each in shown)
    low = min(start, 0)
    memory: Any = zeros((1 + max(farthest(shape, steps), start + farthest(size, stride)) - low,), [grad])
    if overlaps(lengths, jumps):
        flat = places(lengths, jumps, start - low).reshape(-1)
        memory = find("index_add").function(memory, grad.reshape(-1), 0, flat, 1)
    else:
        as_strided(memory, lengths, jumps, start - low).copy_(grad)
    if overlaps(shape, steps):
        times = np.bincount(places(shape, steps, -low).reshape(-1), minlength=memory._value.size)
        memory = memory / Tensor._of(np.maximum(times, 1).astype(grad._value.dtype), None)
    return as_strided(memory, shape, steps, -low)


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
    arguments="size, stride, storage_offset, start, steps",
    symbol="strides",
    group="shape",
    title="view by strides",
    view=True,
    node="AsStridedBackward0",
    forward="strided(self, size, stride, storage_offset)",
    vjp={"self": "put_strided(grad, self.shape, size, stride, start, steps)"},
    samples=[
        (MATRIX, {"size": size, "stride": stride, "storage_offset": start, "start": start, "steps": (3, 1)})
        for size, stride, start in (((2, 2), (1, 1), 0), ((2, 1, 2), (3, 2, 1), 1))
    ],
)

@public("unfold", function=False)
def unfold(self: Tensor, dimension: int, size: int, step: int) -> Any:
    """Return overlapping windows along a dimension."""
    return find("unfold").function(self, dimension, size, step)


@public("as_strided")
def as_strided(self: Tensor, size: Any, stride: Any, storage_offset: int | None = None) -> Any:
    """Return a view of the tensor's memory by sizes and strides."""
    share(self)
    own = offset_in_memory(self._value)
    offset = own if storage_offset is None else storage_offset
    return as_strided_op(self, tuple(size), tuple(stride), offset, offset - own, steps(self._value))


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
