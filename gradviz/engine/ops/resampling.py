"""Ops that map one grid to another: means of even stretches, interpolation, padding with what is there.

The arithmetic stands in `grids.py`. Each op says which maps its arguments mean; forward applies them, the rule applies
their transposes, and a recorded pass applies them again.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from .. import grids
from ..kernels import in_single, kernel
from ..op import op

Sizes = tuple[int, ...]
VOLUME = [
    [[[0.5, -1.0, 2.0], [1.5, 0.75, -0.5], [-2.0, 1.25, 0.6]], [[1.0, 0.25, -0.75], [0.4, -1.5, 2.5], [3.0, 0, 1]]]
]
IMAGE = VOLUME[0]
ROWS = IMAGE[0]
SAMPLES = {1: [ROWS], 2: [IMAGE], 3: [VOLUME]}


@kernel
@in_single
def resampled(x: Any, maps: grids.Maps) -> Any:
    """Apply a map to each of the last dimensions."""
    return grids.applied(x, maps)


@kernel
@in_single
def resampled_back(grad: Any, maps: grids.Maps) -> Any:
    """Apply the maps' transposes."""
    return grids.applied(grad, maps, back=True)


def grid_op(
    name: str, node: str, maps: str, arguments: str, samples: list[Any], space: Sizes, keeps: bool = False, **rest: Any
) -> None:
    """Declare an op whose result is a map of its input's grid, and the way back, which PyTorch has as an op too.

    `space` is that of the first sample's result. Some of PyTorch's ways back take the input too (`keeps`), only for its
    shape; the others take the shape.
    """
    held = ", ".join(each.partition("=")[0] for each in arguments.split(", "))
    op(
        name,
        arguments=arguments,
        node=f"{node}Backward0",
        forward=f"resampled(self, {maps})",
        vjp={"self": f"resampled_back(grad, {maps})"},
        recorded={"self": f"{name}_backward(grad, {'self' if keeps else 'self.shape'}, {held})"},
        saves={"self": "self"} if keeps else {},
        samples=samples,
        **rest,
    )
    start, given = samples[0]
    shape = (*np.shape(start)[: -len(space)], *space)
    made = np.linspace(-1.0, 2.0, prod(shape)).reshape(shape)
    kept = {} if keeps else {"shape": np.shape(start)}
    op(
        f"{name}_backward",
        inputs="grad_output self" if keeps else "grad_output",
        arguments=arguments if keeps else f"shape, {arguments}",
        node=f"{node}BackwardBackward0",
        forward=f"resampled_back(grad_output, {maps if keeps else maps.replace('self.', '')})",
        vjp={
            "grad_output": f"resampled(grad, {maps.replace('self', 'grad')})",
            **({"self": "zeros_like(grad)"} if keeps else {}),  # nothing depends on it; PyTorch has the edge
        },
        recorded={"grad_output": f"{name}(grad, {held})"},
        samples=[(made, *([start] if keeps else []), given | kept)],
        **rest | {"symbol": f"∂{rest['symbol']}", "title": f"{rest['title']}, backwards"},
    )


@kernel
def adapted(shape: Sizes, output_size: Sizes) -> grids.Maps:
    """Return the maps to means of stretches that cover each dimension evenly."""
    return grids.each_dimension(grids.even_mean, shape[-len(output_size) :], output_size)


for count in (2, 3):
    grid_op(
        f"adaptive_avg_pool{count}d",
        f"AdaptiveAvgPool{count}D",
        "adapted(self.shape, output_size)",
        "output_size",
        [(SAMPLES[count], {"output_size": (2,) * count})],
        (2,) * count,
        keeps=True,
        symbol="mean",
        group="reduction",
        title="mean of even stretches",
    )


@kernel
def mirrored(shape: Sizes, pad: Sizes) -> grids.Maps:
    """Return the maps that continue the last dimensions as in a mirror."""
    return grids.each_dimension(grids.reflection, shape[-(len(pad) // 2) :], pad[-2::-2], pad[::-2])


@kernel
def repeated_edge(shape: Sizes, pad: Sizes) -> grids.Maps:
    """Return the maps that repeat what is at the edge of the last dimensions."""
    return grids.each_dimension(grids.replication, shape[-(len(pad) // 2) :], pad[-2::-2], pad[::-2])


for count in (1, 2, 3):
    for name, kind, maps in (("reflection", "Reflection", "mirrored"), ("replication", "Replication", "repeated_edge")):
        grid_op(
            f"{name}_pad{count}d",
            f"{kind}Pad{count}D",
            f"{maps}(self.shape, pad)",
            "pad",
            [(SAMPLES[count], {"pad": (1, 1, 0, 1, 1, 0)[: 2 * count]})],
            (3, 4, 5)[-count:],
            keeps=True,
            symbol="pad",
            group="shape",
            title=f"pad by {name}",
        )


@kernel
def nearest_maps(shape: Sizes, output_size: Sizes, scales: tuple[float | None, ...], exact: bool) -> grids.Maps:
    """Return the maps to nearest elements."""
    space = shape[-len(output_size) :]
    return grids.each_dimension(grids.nearest, space, output_size, scales, (exact,) * len(space))


@kernel
def linear_maps(shape: Sizes, output_size: Sizes, scales: tuple[float | None, ...], align_corners: bool) -> grids.Maps:
    """Return the maps that interpolate between neighbours."""
    space = shape[-len(output_size) :]
    return grids.each_dimension(grids.linear, space, output_size, scales, (align_corners,) * len(space))


@kernel
def cubic_maps(shape: Sizes, output_size: Sizes, scales: tuple[float | None, ...], align_corners: bool) -> grids.Maps:
    """Return the maps that fit cubics."""
    space = shape[-len(output_size) :]
    return grids.each_dimension(grids.cubic, space, output_size, scales, (align_corners,) * len(space))


@kernel
def smooth_maps(
    shape: Sizes, output_size: Sizes, scales: tuple[float | None, ...], align_corners: bool, reach: int
) -> grids.Maps:
    """Return the maps that average when they shrink."""
    space = shape[-len(output_size) :]
    count = len(space)
    return grids.each_dimension(grids.smoothed, space, output_size, scales, (align_corners,) * count, (reach,) * count)


def upsampling(name: str, node: str, count: int, maps: str, arguments: str) -> None:
    """Declare a way to interpolate."""
    space = (5, 2, 4)[:count]
    sizes: dict[str, Any] = {"output_size": space, "scales": (None,) * count}
    samples = [
        (SAMPLES[count], sizes),
        (SAMPLES[count], sizes | {"output_size": (3, 4, 4)[-count:], "scales": (1.6,) * count}),
    ]
    if arguments:
        samples.append((SAMPLES[count], sizes | {"align_corners": True}))
    grid_op(
        name,
        node,
        maps,
        f"output_size, scales{arguments}",
        samples,
        space,
        symbol="upsample",
        group="shape",
        title="interpolate",
    )


WITH_CORNERS = ", align_corners=False"
for count, word in ((1, "linear"), (2, "bilinear"), (3, "trilinear")):
    nearest, exact = (f"nearest_maps(self.shape, output_size, scales, {each})" for each in (False, True))
    upsampling(f"upsample_nearest{count}d", f"UpsampleNearest{count}D", count, nearest, "")
    upsampling(f"upsample_nearest_exact{count}d", f"UpsampleNearestExact{count}D", count, exact, "")
    upsampling(
        f"upsample_{word}{count}d",
        f"Upsample{word.capitalize()}{count}D",
        count,
        "linear_maps(self.shape, output_size, scales, align_corners)",
        WITH_CORNERS,
    )
upsampling(
    "upsample_bicubic2d",
    "UpsampleBicubic2D",
    2,
    "cubic_maps(self.shape, output_size, scales, align_corners)",
    WITH_CORNERS,
)
for word, reach in (("Bilinear", 1), ("Bicubic", 2)):
    upsampling(
        f"upsample_{word.lower()}2d_aa",
        f"Upsample{word}2DAa",
        2,
        f"smooth_maps(self.shape, output_size, scales, align_corners, {reach})",
        WITH_CORNERS,
    )
