"""The mean of each window: what average pooling is.

Windows are added up one place after the other and divided once, as PyTorch does it: people print small images in full,
and any other order shows in the last digit, or as 4e-09 where torch prints 0.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..kernels import in_single, kernel
from ..op import op
from ..windows import offsets
from .pooling import middle, places_of, widened
from .resampling import SAMPLES

Sizes = tuple[int, ...]


def counted(
    space: Sizes,
    places: Sizes,
    kernel: Sizes,
    stride: Sizes,
    padding: Sizes,
    counts_padding: bool,
    divisor: int | None,
    kind: Any,
) -> Any:
    """Return by what the sum of each window is divided: how many elements lie in it, or a number given."""
    if divisor is not None:
        return kind.type(divisor)
    whole: Any = 1
    for n, m, k, s, p in zip(space, places, kernel, stride, padding, strict=True):
        start = np.arange(m) * s - p
        end = np.minimum(start + k, n + p)
        length = end - start if counts_padding else np.minimum(end, n) - np.maximum(start, 0)
        whole = np.multiply.outer(whole, length)
    return np.asarray(whole).astype(kind)


@kernel
@in_single
def window_means(
    x: Any,
    kernel_size: Sizes,
    stride: Sizes,
    padding: Sizes,
    ceil_mode: bool,
    count_include_pad: bool,
    divisor_override: int | None,
) -> Any:
    """Return the mean of each window over the last dimensions."""
    space, ones = x.shape[-len(kernel_size) :], (1,) * len(kernel_size)
    places = places_of(space, kernel_size, stride, padding, ones, ceil_mode)
    wide = widened(x, places, kernel_size, stride, padding, ones, 0)
    result = np.zeros((*x.shape[: -len(kernel_size)], *places), x.dtype)
    for _, place in offsets(kernel_size, stride, ones, places):
        result += wide[place]
    result /= counted(space, places, kernel_size, stride, padding, count_include_pad, divisor_override, x.dtype)
    return result


@kernel
@in_single
def means_back(
    grad: Any,
    shape: Sizes,
    kernel_size: Sizes,
    stride: Sizes,
    padding: Sizes,
    ceil_mode: bool,
    count_include_pad: bool,
    divisor_override: int | None,
) -> Any:
    """Give each element of a window its share of the window's gradient."""
    space, ones = shape[-len(kernel_size) :], (1,) * len(kernel_size)
    places = places_of(space, kernel_size, stride, padding, ones, ceil_mode)
    share = grad / counted(space, places, kernel_size, stride, padding, count_include_pad, divisor_override, grad.dtype)
    empty = np.broadcast_to(grad.dtype.type(0), shape)
    wide = np.zeros(widened(empty, places, kernel_size, stride, padding, ones, 0).shape, grad.dtype)
    # The last place first: so an element gets what comes to it in the order of the windows.
    for _, place in reversed(list(offsets(kernel_size, stride, ones, places))):
        wide[place] += share
    return wide[middle(padding, space)]


WINDOWS = "kernel_size, stride, padding"
DIVISORS = "count_include_pad, divisor_override"
for count in (2, 3):
    plain = {"kernel_size": (2,) * count, "stride": (1,) * count, "padding": (1,) * count}
    op(
        f"avg_pool{count}d",
        arguments=f"{WINDOWS}, ceil_mode=False, count_include_pad=True, divisor_override=None",
        symbol="mean",
        group="reduction",
        title="mean of each window",
        node=f"AvgPool{count}DBackward0",
        forward=f"window_means(self, {WINDOWS}, ceil_mode, {DIVISORS})",
        vjp={"self": f"means_back(grad, self.shape, {WINDOWS}, ceil_mode, {DIVISORS})"},
        recorded={"self": f"avg_pool{count}d_backward(grad, self, {WINDOWS}, ceil_mode, {DIVISORS})"},
        saves={"self": "self"},
        samples=[
            (SAMPLES[count], plain),
            (SAMPLES[count], plain | {"stride": (2,) * count, "ceil_mode": True, "count_include_pad": False}),
            (SAMPLES[count], plain | {"divisor_override": 3}),
        ],
    )
    op(
        f"avg_pool{count}d_backward",
        inputs="grad_output self",
        arguments=f"{WINDOWS}, ceil_mode=False, count_include_pad=True, divisor_override=None",
        symbol="∂mean",
        group="reduction",
        title="mean of each window, backwards",
        node=f"AvgPool{count}DBackwardBackward0",
        forward=f"means_back(grad_output, self.shape, {WINDOWS}, ceil_mode, {DIVISORS})",
        # Nothing depends on the input but a shape; PyTorch has the edge.
        vjp={"grad_output": f"window_means(grad, {WINDOWS}, ceil_mode, {DIVISORS})", "self": "zeros_like(grad)"},
        recorded={"grad_output": f"avg_pool{count}d(grad, {WINDOWS}, ceil_mode, {DIVISORS})"},
        samples=[(window_means(np.array(SAMPLES[count]), *plain.values(), False, True, 3), SAMPLES[count], plain)],
    )
