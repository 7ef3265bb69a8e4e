"""Reading images at given points between their pixels: what spatial transformers do (Jaderberg et al. 2015).

A point has a coordinate per dimension of the space. Along each dimension it meets a few pixels ("taps") with a weight
each; the value is the sum over all combinations. The slopes of the weights give the gradient of the points.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from ..grids import cubic_weight
from ..kernels import axis_of, in_single, kernel
from ..meaning import on_tensors
from ..op import op
from ..tensor import Tensor

Sizes = tuple[int, ...]


class Tap(NamedTuple):
    """One pixel that a coordinate meets: its number, whether it is inside, its weight and the weight's derivatives."""

    number: Any
    inside: Any
    weight: Any
    slope: Any
    curve: Any


def bent(at: Any, size: int, padding_mode: str, align_corners: bool) -> tuple[Any, Any]:
    """Return coordinates brought inside by the padding mode, and by what their gradients are multiplied."""
    factor = np.ones_like(at)
    if padding_mode == "reflection":
        low, high = (0.0, size - 1.0) if align_corners else (-0.5, size - 0.5)
        span = high - low
        if not span:
            return np.zeros_like(at), np.zeros_like(at)
        moved = at - low
        factor = np.where(moved < 0, -factor, factor)
        moved = abs(moved)
        flips = np.floor(moved / span)
        left = np.fmod(moved, span)
        even = flips % 2 == 0
        at = np.where(even, left + low, span - left + low)
        factor = np.where(even, factor, -factor)
    if padding_mode != "zeros":
        factor = np.where((at <= 0) | (at >= size - 1), 0, factor)
        at = np.clip(at, 0, size - 1)
    return at, factor


def taps(point: Any, size: int, mode: str, padding_mode: str, align_corners: bool) -> list[Tap]:
    """Return the pixels that coordinates in [−1, 1] meet along a dimension."""
    scale = (size - 1) / 2 if align_corners else size / 2
    at = ((point + 1) / 2 * (size - 1) if align_corners else ((point + 1) * size - 1) / 2).astype(point.dtype)
    if mode == "bicubic":
        return [cubic_tap(at, step, size, padding_mode, align_corners, scale) for step in (-1, 0, 1, 2)]
    at, factor = bent(at, size, padding_mode, align_corners)
    if mode == "nearest":
        number = np.rint(at).astype(int)
        nothing = np.zeros_like(at)
        inside = (number >= 0) & (number < size)
        return [Tap(np.clip(number, 0, size - 1), inside, np.ones_like(at), nothing, nothing)]
    low = np.floor(at)
    found = []
    for number, weight, slope in ((low, low + 1 - at, -1), (low + 1, at - low, 1)):
        whole = number.astype(int)
        inside = (whole >= 0) & (whole < size)
        found.append(Tap(np.clip(whole, 0, size - 1), inside, weight, slope * factor * scale, np.zeros_like(at)))
    return found


def cubic_tap(at: Any, step: int, size: int, padding_mode: str, align_corners: bool, scale: float) -> Tap:
    """Return one of the four pixels of a cubic; the padding mode moves pixels here, not points."""
    number = np.floor(at) + step
    distance = at - number
    x = abs(distance)
    a = -0.75
    near = (3 * (a + 2) * x - 2 * (a + 3)) * x
    far = (3 * a * x - 10 * a) * x + 8 * a
    slope = np.sign(distance) * np.where(x <= 1, near, np.where(x < 2, far, 0))
    moved, _ = bent(number, size, padding_mode, align_corners)
    whole = np.rint(moved).astype(int) if padding_mode == "reflection" else moved.astype(int)
    inside = (whole >= 0) & (whole < size)
    curve = np.where(x <= 1, 6 * (a + 2) * x - 2 * (a + 3), np.where(x < 2, 6 * a * x - 10 * a, 0))
    weight = cubic_weight(distance, a).astype(at.dtype)
    return Tap(np.clip(whole, 0, size - 1), inside, weight, slope * scale, curve * scale * scale)


Choice = tuple[str, str, bool]  # interpolation mode, padding mode, align_corners


def combinations(space: Sizes, grid: Any, choice: Choice) -> Iterator[tuple[Tap, ...]]:
    """Yield one tap per dimension in every combination; the grid's last dimension counts coordinates backwards."""
    along = [taps(grid[..., len(space) - 1 - axis], size, *choice) for axis, size in enumerate(space)]
    return itertools.product(*along)


def flat(chosen: tuple[Tap, ...], space: Sizes) -> tuple[Any, Any]:
    """Return the pixels' numbers in the flattened space, and which lie inside."""
    number: Any = 0
    inside: Any = True
    for tap, size in zip(chosen, space, strict=True):
        number = number * size + tap.number
        inside = inside & tap.inside
    return number, inside


def share(chosen: tuple[Tap, ...], *by: int) -> Any:
    """Return the weight of a combination, differentiated by the coordinates of these dimensions."""
    factors = []
    for axis, tap in enumerate(chosen):
        factors.append((tap.weight, tap.slope, tap.curve)[by.count(axis)])
    return math.prod(factors)


def share_along(chosen: tuple[Tap, ...], direction: Any, *by: int) -> Any:
    """Return the same, differentiated once more when the points move in a direction (N, *out, dimensions)."""
    count = len(chosen)
    return sum(direction[..., count - 1 - axis] * share(chosen, axis, *by) for axis in range(count))


def pixels(x: Any, number: Any) -> Any:
    """Return x (N, C, *space) at pixels (N, *out): (N, C, *out)."""
    count = math.prod(number.shape[1:])
    rows = x.reshape(*x.shape[:2], math.prod(x.shape[2:]))
    index = np.broadcast_to(number.reshape(len(x), 1, count), (*x.shape[:2], count))
    return np.take_along_axis(rows, index, 2).reshape(*x.shape[:2], *number.shape[1:])


def read(x: Any, grid: Any, choice: Choice, weigh: Callable[[tuple[Tap, ...]], Any]) -> Any:
    """Return the weighted sum of the pixels that each point meets."""
    result = np.zeros((*x.shape[:2], *grid.shape[1:-1]), x.dtype)
    for chosen in combinations(x.shape[2:], grid, choice):
        number, inside = flat(chosen, x.shape[2:])
        result += pixels(x, number) * (weigh(chosen) * inside)[:, None].astype(x.dtype)
    return result


def write(grad: Any, shape: Sizes, grid: Any, choice: Choice, weigh: Callable[[tuple[Tap, ...]], Any]) -> Any:
    """Add what comes to each point up at the pixels that it meets: the transpose of `read`."""
    lead, size = shape[0] * shape[1], math.prod(shape[2:])
    result = np.zeros(lead * size)
    start = (np.arange(lead) * size).reshape(*shape[:2], 1)
    for chosen in combinations(shape[2:], grid, choice):
        number, inside = flat(chosen, shape[2:])
        places = start + number.reshape(shape[0], 1, math.prod(number.shape[1:]))
        shares = grad * (weigh(chosen) * inside)[:, None]
        result += np.bincount(places.ravel(), shares.ravel(), lead * size)
    return result.reshape(shape).astype(grad.dtype)


def point(grad: Any, x: Any, grid: Any, choice: Choice, weigh: Callable[[tuple[Tap, ...], int], Any]) -> Any:
    """Return for each coordinate of each point how it changes the sum of what is read, times what came."""
    result = np.zeros(grid.shape, grid.dtype)
    count = grid.shape[-1]
    for chosen in combinations(x.shape[2:], grid, choice):
        number, inside = flat(chosen, x.shape[2:])
        known = (grad * pixels(x, number)).sum(1) * inside
        for axis in range(count):
            result[..., count - 1 - axis] += known * weigh(chosen, axis)
    return result


@kernel
@in_single
def sampled(x: Any, grid: Any, mode: str, padding_mode: str, align_corners: bool) -> Any:
    """Return x (N, C, *space) at the points of a grid (N, *out, dimensions): (N, C, *out)."""
    refuse_wrong(x, grid, mode)
    return read(x, grid, (mode, padding_mode, align_corners), share)


@kernel
@in_single
def sampled_to_image(grad: Any, grid: Any, shape: Sizes, mode: str, padding_mode: str, align_corners: bool) -> Any:
    """Return what sampling sends back to the image."""
    return write(grad, shape, grid, (mode, padding_mode, align_corners), share)


@kernel
@in_single
def sampled_to_grid(grad: Any, x: Any, grid: Any, mode: str, padding_mode: str, align_corners: bool) -> Any:
    """Return what sampling sends back to the points."""
    return point(grad, x, grid, (mode, padding_mode, align_corners), share)


@kernel
def sampled_along(x: Any, grid: Any, way: Any, mode: str, padding_mode: str, align_corners: bool) -> Any:
    """Return how samples change when the points move some way."""
    return read(x, grid, (mode, padding_mode, align_corners), lambda chosen: share_along(chosen, way))


@kernel
def along_to_image(
    grad: Any, grid: Any, way: Any, shape: Sizes, mode: str, padding_mode: str, align_corners: bool
) -> Any:
    """Return what that change sends back to the image."""
    return write(grad, shape, grid, (mode, padding_mode, align_corners), lambda chosen: share_along(chosen, way))


@kernel
def along_to_grid(grad: Any, x: Any, grid: Any, way: Any, mode: str, padding_mode: str, align_corners: bool) -> Any:
    """Return what that change sends back to the points."""
    choice = mode, padding_mode, align_corners
    return point(grad, x, grid, choice, lambda chosen, axis: share_along(chosen, way, axis))


def refuse_wrong(x: Any, grid: Any, mode: str) -> None:
    """Raise PyTorch's errors for shapes that do not go together."""
    if x.shape[0] != grid.shape[0]:
        raise RuntimeError(
            "grid_sampler(): expected grid and input to have same batch size, but got input with sizes "
            f"{list(x.shape)} and grid with sizes {list(grid.shape)}"
        )
    if grid.shape[-1] != x.ndim - 2:
        raise RuntimeError(
            f"grid_sampler(): expected grid to have size {x.ndim - 2} in last dimension, but got grid with sizes "
            f"{list(grid.shape)}"
        )
    if mode == "bicubic" and x.ndim != 4:
        raise RuntimeError("grid_sampler(): bicubic interpolation only supports 4D input")


IMAGE = [[[[0.5, -1.0, 2.0], [0.25, 1.5, 0.75], [-0.5, 1.0, 3.0]]]]
POINTS = [[[[0.1, -0.3], [0.75, 0.2]], [[-0.6, -0.45], [1.4, 0.3]]]]
CUBE = [[[[[0.5, -1.0], [2.0, 0.25]], [[1.5, 0.75], [-0.5, 1.0]]]]]
HELD = "interpolation_mode, padding_mode, align_corners"
for count, samples in (
    (
        2,
        [
            (IMAGE, POINTS, {"interpolation_mode": mode, "padding_mode": padding, "align_corners": align})
            for mode, padding, align in (
                ("bilinear", "zeros", False),
                ("bilinear", "border", True),
                ("bilinear", "reflection", False),
                ("bicubic", "zeros", True),
                ("nearest", "zeros", False),
            )
        ],
    ),
    (3, [(CUBE, [[[[[0.1, -0.3, 0.2]]]]])]),
):
    op(
        f"grid_sampler_{count}d",
        inputs="input grid",
        arguments="interpolation_mode='bilinear', padding_mode='zeros', align_corners=False",
        symbol="sample",
        group="indexing",
        title="read at points of a grid",
        node=f"GridSampler{count}DBackward0",
        forward=f"sampled(input, grid, {HELD})",
        vjp={
            "input": f"sampled_to_image(grad, grid, input.shape, {HELD})",
            "grid": f"sampled_to_grid(grad, input, grid, {HELD})",
        },
        recorded={
            "gradients": f"grid_sampler_{count}d_backward(grad, input, grid, {HELD}, "
            "[each is not None for each in node.edges()])",
            "input": "gradients[0]",
            "grid": "gradients[1]",
        },
        saves=dict.fromkeys(("input", "grid"), "input grid"),
        samples=samples,
    )

# -- grids from maps --------------------------------------------------------------------------------------------------


def base_points(size: Sizes, align_corners: bool, kind: Any) -> Any:
    """Return the points (*space, dimensions + 1) of a regular grid over [−1, 1], last coordinate 1."""
    space = size[2:]
    lines = []
    for n in space:
        line = np.linspace(-1, 1, n) if n > 1 else np.zeros(1)
        lines.append(line if align_corners or n < 1 else line * (n - 1) / n)
    grids = np.meshgrid(*lines, indexing="ij")[::-1]
    return np.stack([*grids, np.ones(space)], -1).astype(kind)


@kernel
def affine_points(theta: Any, size: Sizes, align_corners: bool) -> Any:
    """Return the regular grid mapped by each matrix (N, d, d + 1): (N, *space, d)."""
    base = base_points(size, align_corners, theta.dtype)
    flat_points = base.reshape(-1, base.shape[-1])
    if theta.ndim != 3:
        axis_of(2 if theta.ndim == 2 else 1, theta.ndim)
    if (theta.shape[0], theta.shape[2]) != (size[0], base.shape[-1]):
        raise RuntimeError(
            f"Expected size for first two dimensions of batch2 tensor to be: [{size[0]}, {base.shape[-1]}] but got: "
            f"[{theta.shape[0]}, {theta.shape[2]}]."
        )
    return np.matmul(flat_points, theta.swapaxes(1, 2)).reshape(len(theta), *size[2:], theta.shape[1])


@kernel
def affine_back(grad: Any, size: Sizes, align_corners: bool) -> Any:
    """Return what the mapped grid sends back to the matrices."""
    base = base_points(size, align_corners, grad.dtype)
    rows = grad.reshape(len(grad), math.prod(grad.shape[1:-1]), grad.shape[-1])
    return np.matmul(rows.swapaxes(1, 2), base.reshape(-1, base.shape[-1]))


THETA = [[[0.5, -1.0, 2.0], [0.25, 1.5, 0.75]]]
op(
    "affine_grid_generator",
    inputs="theta",
    arguments="size, align_corners",
    symbol="grid",
    group="linear algebra",
    title="grid mapped by a matrix",
    node="AffineGridGeneratorBackward0",
    names="affine_grid_generator",
    forward="affine_points(theta, size, align_corners)",
    vjp={"theta": "affine_back(grad, size, align_corners)"},
    samples=[(THETA, {"size": (1, 1, 2, 3), "align_corners": each}) for each in (False, True)],
)


@on_tensors("affine_back")
def affine_back_recorded(grad: Any, size: Sizes, align_corners: bool) -> Any:
    """Return what the mapped grid sends back to the matrices, as ops."""
    base = base_points(size, align_corners, grad._value.dtype)
    rows = np.broadcast_to(base.reshape(-1, base.shape[-1]), (len(grad), base[..., 0].size, base.shape[-1]))
    flat_grad = grad.reshape(len(grad), base[..., 0].size, grad.shape[-1])
    return Tensor._of(rows, None).transpose(1, 2).bmm(flat_grad).transpose(1, 2)
