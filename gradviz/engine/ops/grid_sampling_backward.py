"""What reading at points sends back, as one op with its own derivatives: for a pass that is itself recorded."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..kernels import formula, kernel
from ..meaning import on_tensors
from ..op import find, op
from ..tensor import Tensor
from .grid_sampling import (
    CUBE,
    HELD,
    IMAGE,
    POINTS,
    Sizes,
    along_to_grid,
    along_to_image,
    sampled,
    sampled_along,
    sampled_to_grid,
    sampled_to_image,
)


@kernel
def sampling_gradients(
    grad: Any, x: Any, grid: Any, mode: str, padding_mode: str, align_corners: bool, output_mask: tuple[bool, bool]
) -> tuple[Any, Any]:
    """Return what sampling sends back to image and points; what is not wanted is empty."""
    nothing = np.zeros(0, grad.dtype)
    return (
        sampled_to_image(grad, grid, x.shape, mode, padding_mode, align_corners) if output_mask[0] else nothing,
        sampled_to_grid(grad, x, grid, mode, padding_mode, align_corners) if output_mask[1] else nothing,
    )


@formula
def sampled_again(back: Any, x: Any, grid: Any, mode: str, padding_mode: str, align_corners: bool) -> Any:
    """Return what comes back to the gradient."""
    parts = []
    if back[0] is not None:
        parts.append(sampled(back[0], grid, mode, padding_mode, align_corners))
    if back[1] is not None:
        parts.append(sampled_along(x, grid, back[1], mode, padding_mode, align_corners))
    return sum(parts[1:], parts[0])


@formula
def again_to_points(
    back: Any, grad: Any, x: Any, grid: Any, mode: str, padding_mode: str, align_corners: bool
) -> Any:
    """Return what comes back to the points."""
    parts = []
    if back[0] is not None:
        parts.append(sampled_to_grid(grad, back[0], grid, mode, padding_mode, align_corners))
    if back[1] is not None:
        parts.append(along_to_grid(grad, x, grid, back[1], mode, padding_mode, align_corners))
    return sum(parts[1:], parts[0])


@formula
def again_to_image(back: Any, grad: Any, x: Any, grid: Any, mode: str, padding_mode: str, align_corners: bool) -> Any:
    """Return what comes back to the image."""
    if back[1] is None:
        return 0 * x
    return along_to_image(grad, grid, back[1], x.shape, mode, padding_mode, align_corners)


CHOICE = {"interpolation_mode": "bicubic", "padding_mode": "zeros", "align_corners": False}
for count, gradient, image, points in (
    (2, [[[[1.0, -0.5], [2.0, 0.25]]]], IMAGE, POINTS),
    (3, [[[[[1.5]]]]], CUBE, [[[[[0.1, -0.3, 0.2]]]]]),
):
    op(
        f"grid_sampler_{count}d_backward",
        inputs="grad_output input grid",
        arguments=f"{HELD}, output_mask=(True, True)",
        symbol="∂sample",
        group="indexing",
        title="read at points of a grid, backwards",
        node=f"GridSampler{count}DBackwardBackward0",
        outputs=2,
        forward=f"sampling_gradients(grad_output, input, grid, {HELD}, output_mask)",
        vjp={
            "grad_output": f"sampled_again(grad, input, grid, {HELD})",
            "input": f"again_to_image(grad, grad_output, input, grid, {HELD})",
            "grid": f"again_to_points(grad, grad_output, input, grid, {HELD})",
        },
        # What moving points changes is not recorded in turn: of these there are no third derivatives.
        samples=[(gradient, image, points, CHOICE | ({"interpolation_mode": "bilinear"} if count == 3 else {}))],
    )


@on_tensors("sampled")
def sampled_recorded(x: Any, grid: Any, *held: Any) -> Any:
    """Read at points, as the op for so many dimensions."""
    return find(f"grid_sampler_{grid.shape[-1]}d").function(x, grid, *held)


@on_tensors("sampled_to_image")
def sampled_to_image_recorded(grad: Any, grid: Any, shape: Sizes, *held: Any) -> Any:
    """Return what sampling sends back to the image, of which only the shape matters."""
    alone = Tensor._of(np.broadcast_to(grad._value.dtype.type(0), shape), None)
    return find(f"grid_sampler_{grid.shape[-1]}d_backward").function(grad, alone, grid, *held, (True, False))[0]


@on_tensors("sampled_to_grid")
def sampled_to_grid_recorded(grad: Any, x: Any, grid: Any, *held: Any) -> Any:
    """Return what sampling sends back to the points."""
    return find(f"grid_sampler_{grid.shape[-1]}d_backward").function(grad, x, grid, *held, (False, True))[1]
