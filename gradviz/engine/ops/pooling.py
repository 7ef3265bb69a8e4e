"""The largest element of each window.

A node remembers for each window which of its places won (counted through the window), not where that lies in the input:
with that number forward and backward are one comparison per place in the window over whole arrays. Programs that ask
for indices get PyTorch's, counted through the input's space.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .. import messages
from ..kernels import in_single, kernel
from ..op import find, op
from ..surface import public
from ..tensor import Tensor
from ..windows import offsets

Sizes = tuple[int, ...]


def places_of(space: Sizes, kernel: Sizes, stride: Sizes, padding: Sizes, dilation: Sizes, ceil_mode: bool) -> Sizes:
    """Return how many windows lie along each dimension; with ceil_mode also those that begin inside and end outside."""
    found = []
    for n, k, s, p, d in zip(space, kernel, stride, padding, dilation, strict=True):
        room = n + 2 * p - d * (k - 1) - 1
        count = -(-room // s) + 1 if ceil_mode else room // s + 1
        found.append(count - 1 if ceil_mode and (count - 1) * s >= n + p else count)
    return tuple(found)


def widened(x: Any, places: Sizes, kernel: Sizes, stride: Sizes, padding: Sizes, dilation: Sizes, value: Any) -> Any:
    """Return x with `value` around its space, as far as the windows reach."""
    space = x.shape[-len(kernel) :]
    wide = tuple(
        max(n + p, (m - 1) * s + d * (k - 1) + 1)
        for n, m, k, s, p, d in zip(space, places, kernel, stride, (2 * p for p in padding), dilation, strict=True)
    )
    if wide == space:
        return x
    result = np.full((*x.shape[: -len(kernel)], *wide), value, x.dtype)
    result[middle(padding, space)] = x
    return result


def middle(padding: Sizes, space: Sizes) -> tuple[Any, ...]:
    """Return the index of what `widened` surrounded."""
    return (..., *(slice(p, p + n) for p, n in zip(padding, space, strict=True)))


@kernel
@in_single
def window_maxima(
    x: Any, kernel_size: Sizes, stride: Sizes, padding: Sizes, dilation: Sizes, ceil_mode: bool
) -> tuple[Any, Any]:
    """Return the largest element of each window (NaN wins, else the first of equals) and its place in the window."""
    geometry = kernel_size, stride, padding, dilation
    space = x.shape[-len(kernel_size) :]
    places = places_of(space, *geometry, ceil_mode)
    refuse_wrong(x.shape, places, *geometry)
    lowest = -np.inf if x.dtype.kind == "f" else np.iinfo(x.dtype).min
    wide = widened(x, places, *geometry, lowest)
    with_nan = x.dtype.kind == "f" and x.size > 0 and bool(np.isnan(x.max()))
    best: Any = None
    for number, (_, place) in enumerate(offsets(kernel_size, stride, dilation, places)):
        here = wide[place]
        if best is None:
            best = here.copy()
            winner = np.zeros(best.shape, np.uint8 if math.prod(kernel_size) <= 256 else np.int64)
            continue
        larger = here > best
        if with_nan:
            larger |= np.isnan(here)
        np.maximum(best, here, out=best)
        np.maximum(winner, np.multiply(larger, number, dtype=winner.dtype), out=winner)
    return best, winner


@kernel
@in_single
def won_back(
    grad: Any,
    winner: Any,
    shape: Sizes,
    kernel_size: Sizes,
    stride: Sizes,
    padding: Sizes,
    dilation: Sizes,
) -> Any:
    """Give each window's gradient to the element that won it."""
    places = grad.shape[-len(kernel_size) :]
    empty = np.broadcast_to(grad.dtype.type(0), shape)
    wide = np.zeros(widened(empty, places, kernel_size, stride, padding, dilation, 0).shape, grad.dtype)
    apart = all(s >= k for s, k in zip(stride, kernel_size, strict=True)) and max(dilation) == 1
    for number, (_, place) in enumerate(offsets(kernel_size, stride, dilation, places)):
        if apart:
            np.multiply(grad, winner == number, out=wide[place])
        else:
            wide[place] += grad * (winner == number)
    space = shape[-len(kernel_size) :]
    return wide[middle(padding, space)]


@kernel
@in_single
def winners_of(x: Any, winner: Any, kernel_size: Sizes, stride: Sizes, padding: Sizes, dilation: Sizes) -> Any:
    """Take from x the elements that won the windows."""
    places = winner.shape[-len(kernel_size) :]
    wide = widened(x, places, kernel_size, stride, padding, dilation, 0)
    result = np.zeros(winner.shape, x.dtype)
    for number, (_, place) in enumerate(offsets(kernel_size, stride, dilation, places)):
        np.copyto(result, wide[place], where=winner == number)
    return result


def flat_places(winner: Any, space: Sizes, geometry: tuple[Sizes, ...]) -> Any:
    """Return where in the input's flattened space each window's winner lies, as PyTorch's indices."""
    kernel_size, stride, padding, dilation = geometry
    result: Any = np.zeros(winner.shape, np.int64)
    inside = np.unravel_index(winner, kernel_size)
    for axis, (at, n) in enumerate(zip(inside, space, strict=True)):
        count = winner.shape[axis - len(space)]
        start = (np.arange(count) * stride[axis] - padding[axis]).reshape(-1, *[1] * (len(space) - 1 - axis))
        result = result * n + start + at * dilation[axis]
    return result


SAMPLE = [[[0.5, -1.0, 2.0, 0.25], [1.5, 0.75, -0.5, 1.0], [-2.0, 1.25, 0.6, -0.75]]]
GEOMETRY = {"kernel_size": (2, 2), "stride": (2, 2), "padding": (0, 0), "dilation": (1, 1)}
HELD = "kernel_size, stride, padding, dilation"
OVERLAPPING = GEOMETRY | {"stride": (1, 1), "padding": (1, 1)}

for count, gradient, grid, settings in (
    (2, [[[1.0, 0.5]]], SAMPLE, [GEOMETRY, OVERLAPPING, GEOMETRY | {"ceil_mode": True}]),
    (
        3,
        [[[[1.0, 0.5]]]],
        [SAMPLE],
        [{"kernel_size": (1, 2, 2), "stride": (1, 2, 2), "padding": (0,) * 3, "dilation": (1,) * 3}],
    ),
):
    op(
        f"max_pool{count}d",
        arguments=f"{HELD}, ceil_mode=False",
        symbol="max",
        group="reduction",
        title="largest of each window",
        node=f"MaxPool{count}DWithIndicesBackward0",
        outputs=2,
        forward=f"window_maxima(self, {HELD}, ceil_mode)",
        vjp={"self": f"won_back(grad[0], result[1], self.shape, {HELD})"},
        recorded={"self": f"max_pool{count}d_backward(grad[0], self, result[1], {HELD})"},
        saves={"self": "self"},
        samples=[(grid, each) for each in settings],
    )
    op(
        f"max_pool{count}d_backward",
        inputs="grad_output self winner",
        arguments=HELD,
        symbol="∂max",
        group="reduction",
        title="largest of each window, backwards",
        node=f"MaxPool{count}DWithIndicesBackwardBackward0",
        forward=f"won_back(grad_output, winner, self.shape, {HELD})",
        vjp={"grad_output": f"winners_of(grad, winner, {HELD})", "self": "zeros_like(grad)"},
        samples=[(gradient, grid, np.array([[[2, 1]]], np.uint8)[(None,) * (count - 2)], settings[0])],
    )


def refuse_wrong(shape: Sizes, places: Sizes, kernel: Sizes, stride: Sizes, padding: Sizes, dilation: Sizes) -> None:
    """Raise PyTorch's errors for windows that do not fit."""
    for p, k, d in zip(padding, kernel, dilation, strict=True):
        if p < 0:
            raise RuntimeError(f"pad must be non-negative, but got pad: {p}")
        if p > (d * (k - 1) + 1) // 2:
            raise RuntimeError(
                f"pad should be at most half of effective kernel size, but got pad={p}, kernel_size={k} and "
                f"dilation={d}"
            )
    if min(places) < 1:
        space = shape[-len(places) :]
        channels = shape[-len(places) - 1]
        given, made = ("x".join(map(str, (channels, *each))) for each in (space, places))
        raise RuntimeError(f"Given input size: ({given}). Calculated output size: ({made}). Output size is too small")


def numbers_of(name: str, what: str, value: Any, dimensions: int) -> Sizes:
    """Return a number, or as many as there are dimensions, as a tuple."""
    numbers = (value,) if isinstance(value, int) else tuple(value)
    if len(numbers) not in (1, dimensions):
        words = {1: "", 2: "a single int, or a tuple of two ints", 3: "a single int, or a tuple of three ints"}
        raise RuntimeError(f"{name}: {what} must either be {words[dimensions]}")
    return numbers * dimensions if len(numbers) == 1 else numbers


def pool_geometry(
    name: str, kernel_size: Any, stride: Any, padding: Any, dilation: Any, dimensions: int
) -> tuple[Sizes, Sizes, Sizes, Sizes]:
    """Return what describes windows, as tuples; without a stride they lie side by side."""
    kernel = numbers_of(name, "kernel_size", kernel_size, dimensions)
    empty = stride is None or (not isinstance(stride, int) and not tuple(stride))
    steps = kernel if empty else numbers_of(name, "stride", stride, dimensions)
    if 0 in steps:
        raise RuntimeError("stride should not be zero")
    return (
        kernel,
        steps,
        numbers_of(name, "padding", padding, dimensions),
        numbers_of(name, "dilation", dilation, dimensions),
    )


def max_pooling(dimensions: int) -> Any:
    """Return the pooling with indices over so many dimensions."""
    name = f"max_pool{dimensions}d"
    pool = find("max_pool3d" if dimensions == 3 else "max_pool2d").function

    def pooled(
        input: Tensor,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        dilation: Any = 1,
        ceil_mode: bool = False,
        return_indices: bool = False,
    ) -> Any:
        """Return the largest element of each window of (N, C, *space) or (C, *space), and on wish where it lies."""
        if not isinstance(input, Tensor):
            raise TypeError(f"{name}(): argument 'input' (position 1) must be Tensor, not {type(input).__name__}")
        geometry = pool_geometry(name, kernel_size, stride, padding, dilation, dimensions)
        check_space(input, dimensions, geometry, ceil_mode)
        if dimensions == 1:
            geometry = tuple((neutral, *each) for neutral, each in zip((1, 1, 0, 1), geometry, strict=True))  # type: ignore[assignment]
            input = input.unsqueeze(-2)
        values, winner = pool(input, *geometry, ceil_mode)
        if dimensions == 1:
            values = values.squeeze(-2)
        if not return_indices:
            return values
        indices = Tensor._of(flat_places(winner._value, input.shape[-len(geometry[0]) :], geometry), None)
        return values, indices.squeeze(-2) if dimensions == 1 else indices

    pooled.__name__ = pooled.__qualname__ = name
    return pooled


def check_space(input: Tensor, dimensions: int, geometry: tuple[Sizes, Sizes, Sizes, Sizes], ceil_mode: bool) -> None:
    """Raise PyTorch's errors for an input without room."""
    if dimensions == 1:
        if input.ndim not in (2, 3):
            raise RuntimeError(
                "max_pool1d: Expected 2D or 3D (batch mode) tensor with optional 0 dim batch size for input, but got:"
                f"{messages.sizes(input.shape)}"
            )
        (kernel,), _, (padding,), _ = geometry
        if padding > kernel // 2:
            raise RuntimeError(
                "max_pool1d() padding should be at most half of kernel size, but got "
                f"padding={padding} and kernel_size={kernel}"
            )
        window, stride, around, dilation = geometry
        (count,) = places_of(input.shape[-1:], window, stride, around, dilation, ceil_mode)
        if count < 1:
            raise RuntimeError(f"max_pool1d() Invalid computed output size: {count}")
        return
    if input.ndim not in (dimensions + 1, dimensions + 2):
        raise RuntimeError(f"non-empty {dimensions + 1}D or {dimensions + 2}D (batch mode) tensor expected for input")
    if dimensions == 3:
        refuse_short(input, "max_pool3d_with_indices_out_cpu_template()")
    if 0 in input.shape[-dimensions - 1 :]:
        raise RuntimeError(
            f"Expected {dimensions + 1}D or {dimensions + 2}D (batch mode) tensor with optional 0 dim batch size for "
            f"input, but got:{messages.sizes(input.shape)}"
        )


def refuse_short(input: Tensor, name: str) -> None:
    """Raise for a volume without elements; PyTorch's words tell the length where they mean the dimension."""
    if 0 in input.shape[-4:]:
        raise RuntimeError(
            f"{name}: Expected input's non-batch dimensions to have positive length, but input has a shape of "
            f"{messages.sizes(input.shape)} and non-batch dimension 0 has length zero!"
        )


for each in (1, 2, 3):
    public(f"max_pool{each}d", method=False)(max_pooling(each))
