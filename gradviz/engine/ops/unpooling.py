"""Elements by their number in the flattened space: putting them back where pooling found them, and adaptive pooling."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..grids import stretch
from ..kernels import in_single, kernel
from ..op import op
from .pooling import SAMPLE, Sizes


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
op(
    "flat_forward",
    inputs="self indices",
    arguments="dimensions",
    symbol="take",
    group="indexing",
    title="elements by number",
    node="GatherBackward0",
    forward="taken_flat(self, indices, dimensions)",
    vjp={"self": "added_flat(grad, indices, self.shape, dimensions)"},
    samples=[(SAMPLE, PLACES, {"dimensions": 2})],
)
op(
    "flat_backward",
    inputs="grad_output indices",
    arguments="shape, dimensions",
    symbol="∂take",
    group="indexing",
    title="elements by number, backwards",
    node="ScatterAddBackward0",
    forward="added_flat(grad_output, indices, shape, dimensions)",
    vjp={"grad_output": "taken_flat(grad, indices, dimensions)"},
    samples=[([[[0.5, -1.5, 2.0]]], PLACES, {"shape": (1, 3, 4), "dimensions": 2})],
)


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
        saves={"self": "self"},
        samples=[(grid, {"output_size": (2,) * count if count == 2 else (1, 2, 3)})],
    )
