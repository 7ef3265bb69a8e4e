"""Elements by their number in the flattened space: putting them back where pooling found them, and adaptive pooling."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..grids import stretch
from ..kernels import in_single, kernel
from ..meaning import on_tensors
from ..op import op
from ..tensor import Tensor
from .pooling import SAMPLE, Sizes, flat_places


@kernel
@in_single
def placed(x: Any, indices: Any, space: Sizes) -> Any:
    """Put each element at its place in a new space, zero elsewhere."""
    lead = x.shape[: x.ndim - len(space)]
    size = math.prod(space)
    if indices.size and not (indices.min() >= 0 and indices.max() < size):
        wrong = indices[(indices < 0) | (indices >= size)].flat[0]
        shown = "x".join(map(str, space))
        raise RuntimeError(f"Found an invalid max index: {wrong} (output volumes are of size {shown})")
    result = np.zeros((*lead, size), x.dtype)
    flat = (*lead, math.prod(x.shape[len(lead) :]))
    np.put_along_axis(result, indices.reshape(flat), x.reshape(flat), -1)
    return result.reshape(*lead, *space)


@kernel
def taken_flat(x: Any, indices: Any, dimensions: int) -> Any:
    """Take the elements with given numbers in the space, the last dimensions of x."""
    lead = indices.shape[: indices.ndim - dimensions]
    flat = np.take_along_axis(x.reshape(*lead, -1), indices.reshape(*lead, -1), -1)
    return flat.reshape(indices.shape)


@kernel
@in_single
def added_flat(grad: Any, indices: Any, shape: Sizes, dimensions: int) -> Any:
    """Add each element at its place in the space of a new array."""
    lead = math.prod(shape[: len(shape) - dimensions])
    size = math.prod(shape[len(shape) - dimensions :])
    places = indices.reshape(lead, indices.size // max(lead, 1)) + size * np.arange(lead)[:, None]
    return np.bincount(places.ravel(), grad.ravel(), lead * size).astype(grad.dtype).reshape(shape)


PLACES = np.array([[[0, 5, 7]]])
for count in (2, 3):
    op(
        f"max_unpool{count}d",
        inputs="self indices",
        arguments="output_size",
        symbol="unpool",
        group="shape",
        title="put back where the largest were",
        node=f"MaxUnpool{count}DBackward0",
        forward="placed(self, indices, output_size)",
        vjp={"self": f"taken_flat(grad, indices, {count})"},
        samples=[
            ([[[[0.5, -1.5, 2.0]]]], PLACES[None] if count == 3 else PLACES, {"output_size": (1, 3, 4)[-count:]})
            if count == 3
            else ([[[0.5, -1.5, 2.0]]], PLACES, {"output_size": (3, 4)})
        ],
    )


@on_tensors("taken_flat")
def taken_flat_recorded(x: Tensor, indices: Tensor, dimensions: int) -> Any:
    """Take elements by number, as ops (max_pool_double_backward in PyTorch)."""
    lead = tuple(indices.shape[: indices.ndim - dimensions])
    return x.contiguous().view(*lead, -1).gather(-1, indices.view(*lead, -1)).view(indices.shape)


@on_tensors("winners_of")
def winners_of_recorded(x: Tensor, winner: Tensor, *geometry: Sizes) -> Any:
    """Take the elements that won the windows, as ops: by their number in the space."""
    count = len(geometry[0])
    return taken_flat_recorded(x, Tensor._of(flat_places(winner._value, x.shape[-count:], geometry), None), count)


@kernel
@in_single
def even_maxima(x: Any, output_size: Sizes) -> tuple[Any, Any]:
    """Return the largest element of each of the stretches that cover the space evenly, and its number in the space."""
    count = len(output_size)
    space = x.shape[-count:]
    lead = x.shape[: x.ndim - count]
    numbers = np.arange(math.prod(space)).reshape(space)
    values = np.empty((*lead, *output_size), x.dtype)
    indices = np.empty(values.shape, np.int64)
    for at in np.ndindex(*output_size):
        part = tuple(slice(*stretch(i, n, m)) for i, n, m in zip(at, space, output_size, strict=True))
        inside = x[(..., *part)].reshape(*lead, math.prod(n.stop - n.start for n in part))
        best = inside.argmax(-1)
        values[(..., *at)] = np.take_along_axis(inside, best[..., None], -1)[..., 0]
        indices[(..., *at)] = numbers[part].ravel()[best]
    return values, indices


for count, grid in ((2, SAMPLE), (3, [SAMPLE])):
    sizes = (2, 2) if count == 2 else (1, 2, 3)
    gradient = np.linspace(-1.0, 2.0, math.prod(sizes)).reshape(1, *sizes)
    op(
        f"adaptive_max_pool{count}d",
        arguments="output_size",
        symbol="max",
        group="reduction",
        title="largest of even stretches",
        node=f"AdaptiveMaxPool{count}DBackward0",
        outputs=2,
        forward="even_maxima(self, output_size)",
        vjp={"self": f"added_flat(grad[0], result[1], self.shape, {count})"},
        recorded={"self": f"adaptive_max_pool{count}d_backward(grad[0], self, result[1])"},
        saves={"self": "self"},
        samples=[(grid, {"output_size": sizes})],
    )
    op(
        f"adaptive_max_pool{count}d_backward",
        inputs="grad_output self indices",
        symbol="∂max",
        group="reduction",
        title="largest of even stretches, backwards",
        node=f"AdaptiveMaxPool{count}DBackwardBackward0",
        forward=f"added_flat(grad_output, indices, self.shape, {count})",
        vjp={"grad_output": f"taken_flat(grad, indices, {count})", "self": "zeros_like(grad)"},
        samples=[(gradient, grid, even_maxima(np.array(grid), sizes)[1])],
    )
