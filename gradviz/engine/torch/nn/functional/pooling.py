"""One number for each window."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from gradviz.engine import messages, torch
from gradviz.engine.kernels import length_of
from gradviz.engine.op import find
from gradviz.engine.ops.pooling import Sizes, numbers_of, places_of, pool_geometry, refuse_short, refuse_wrong
from gradviz.engine.tensor import Tensor


def max_pooling(dimensions: int) -> Any:
    """Return max_pool1d, 2d or 3d."""
    pool = getattr(torch, f"max_pool{dimensions}d")

    def max_pool(
        input: Tensor,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        dilation: Any = 1,
        ceil_mode: bool = False,
        return_indices: bool = False,
    ) -> Any:
        return pool(input, kernel_size, stride, padding, dilation, ceil_mode, return_indices)

    return named(max_pool, f"max_pool{dimensions}d")


def named(function: Any, name: str) -> Any:
    """Give a function that was made for a number of dimensions its name."""
    function.__name__ = function.__qualname__ = name
    return function


max_pool1d, max_pool2d, max_pool3d = max_pooling(1), max_pooling(2), max_pooling(3)


# Means


def average(input: Tensor, kernel: Sizes, stride: Sizes, padding: Sizes, *options: Any) -> Any:
    """Return the means of windows over two or three dimensions."""
    count = len(kernel)
    places = places_of(input.shape[-count:], kernel, stride, padding, (1,) * count, bool(options and options[0]))
    refuse_wrong((1, *input.shape), places, kernel, stride, padding, (1,) * count)
    return find(f"avg_pool{count}d").function(input, kernel, stride, padding, *options)


def avg_pool1d(
    input: Tensor,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Any:
    kernel, steps, around, _ = pool_geometry("avg_pool1d", kernel_size, stride, padding, 1, 1)
    if input.ndim not in (2, 3):
        raise RuntimeError(f"Expected 2D or 3D (batch mode) tensor for input, but got: {list(input.shape)}")
    wide = average(input.unsqueeze(-2), (1, *kernel), (1, *steps), (0, *around), ceil_mode, count_include_pad)
    return wide.squeeze(-2)


def averaging(dimensions: int) -> Any:
    """Return avg_pool2d or avg_pool3d."""
    name = f"avg_pool{dimensions}d"

    def avg_pool(
        input: Tensor,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        divisor_override: int | None = None,
    ) -> Any:
        kernel, steps, around, _ = pool_geometry(name, kernel_size, stride, padding, 1, dimensions)
        if divisor_override == 0:
            raise RuntimeError("divisor must be not zero")
        if dimensions == 2 and input.ndim < 3:
            length_of(input._value, -3)
        if dimensions == 2 and (input.ndim not in (3, 4) or 0 in input.shape[-3:]):
            raise RuntimeError(
                "Expected 3D or 4D (batch mode) tensor with optional 0 dim batch size for input, but "
                f"got:{messages.sizes(input.shape)}"
            )
        if dimensions == 3:
            if input.ndim not in (4, 5):
                raise RuntimeError("non-empty 4D or 5D (batch mode) tensor expected for input")
            refuse_short(input, "avg_pool3d()")
        return average(input, kernel, steps, around, ceil_mode, count_include_pad, divisor_override)

    return named(avg_pool, name)


avg_pool2d, avg_pool3d = averaging(2), averaging(3)


def adaptive_sizes(name: str, input: Tensor, output_size: Any, dimensions: int) -> Sizes:
    """Return the output's lengths; None keeps the input's."""
    if isinstance(output_size, (tuple, list)) and input.ndim <= len(output_size) and dimensions > 1:
        raise ValueError(f"Input dimension should be at least {len(output_size) + 1}")
    if input.ndim not in (dimensions + 1, dimensions + 2):
        colon = ":" if "max" in name else ""
        raise RuntimeError(
            f"{name}(): Expected {dimensions + 1}D or {dimensions + 2}D tensor, but got{colon} {list(input.shape)}"
        )
    given = (output_size,) * dimensions if output_size is None or isinstance(output_size, int) else tuple(output_size)
    if len(given) != dimensions:
        raise RuntimeError(f"{name}: output_size must be {dimensions}")
    for axis in range(input.ndim - dimensions, input.ndim):
        if not input.shape[axis]:
            raise RuntimeError(
                f"{name}(): Expected input to have non-zero size for non-batch dimensions, but input has sizes "
                f"{messages.sizes(input.shape)} with dimension {axis} being empty"
            )
    return tuple(n if size is None else size for size, n in zip(given, input.shape[-dimensions:], strict=True))


def adaptive_avg_pool1d(input: Tensor, output_size: Any) -> Any:
    (size,) = adaptive_sizes("adaptive_avg_pool1d", input, output_size, 1)
    return find("adaptive_avg_pool2d").function(input.unsqueeze(-2), (1, size)).squeeze(-2)


def adaptive_avg_pool2d(input: Tensor, output_size: Any) -> Any:
    sizes = adaptive_sizes("adaptive_avg_pool2d", input, output_size, 2)
    if sizes == (1, 1):
        return input.mean((-1, -2), keepdim=True)
    return find("adaptive_avg_pool2d").function(input, sizes)


def adaptive_avg_pool3d(input: Tensor, output_size: Any) -> Any:
    sizes = adaptive_sizes("adaptive_avg_pool3d", input, output_size, 3)
    if sizes == (1, 1, 1):
        return input.mean((-1, -2, -3), keepdim=True)
    return find("adaptive_avg_pool3d").function(input, sizes)


# The largest of stretches


def adaptive_max_pool1d(input: Tensor, output_size: Any, return_indices: bool = False) -> Any:
    (size,) = adaptive_sizes("adaptive_max_pool1d", input, output_size, 1)
    values, indices = find("adaptive_max_pool2d").function(input.unsqueeze(-2), (1, size))
    return (values.squeeze(-2), indices.squeeze(-2)) if return_indices else values.squeeze(-2)


def adaptive_max_pooling(dimensions: int) -> Any:
    """Return adaptive_max_pool2d or adaptive_max_pool3d."""
    name = f"adaptive_max_pool{dimensions}d"

    def adaptive_max_pool(input: Tensor, output_size: Any, return_indices: bool = False) -> Any:
        values, indices = find(name).function(input, adaptive_sizes(name, input, output_size, dimensions))
        return (values, indices) if return_indices else values

    return named(adaptive_max_pool, name)


adaptive_max_pool2d, adaptive_max_pool3d = adaptive_max_pooling(2), adaptive_max_pooling(3)


# Roots of sums of powers


def power_pooling(dimensions: int) -> Any:
    """Return lp_pool1d, 2d or 3d."""
    name = f"lp_pool{dimensions}d"
    mean = (avg_pool1d, avg_pool2d, avg_pool3d)[dimensions - 1]
    largest = (max_pool1d, max_pool2d, max_pool3d)[dimensions - 1]

    def lp_pool(input: Tensor, norm_type: float, kernel_size: Any, stride: Any = None, ceil_mode: bool = False) -> Any:
        """The p-th root of the sum of p-th powers over each window."""
        if math.isinf(norm_type):
            if norm_type > 0:
                return largest(input.abs(), kernel_size, stride, 0, 1, ceil_mode)
            return -largest(-input.abs(), kernel_size, stride, 0, 1, ceil_mode)
        out = mean(input.pow(norm_type), kernel_size, stride, 0, ceil_mode)
        whole = math.prod(numbers_of(name, "kernel_size", kernel_size, dimensions))
        return (torch.sign(out) * torch.abs(out).relu()).mul(whole).pow(1.0 / norm_type)

    return named(lp_pool, name)


lp_pool1d, lp_pool2d, lp_pool3d = power_pooling(1), power_pooling(2), power_pooling(3)


# Back to where the largest were


def unpooling(dimensions: int) -> Any:
    """Return max_unpool1d, 2d or 3d."""
    name = f"max_unpool{dimensions}d"

    def max_unpool(
        input: Tensor,
        indices: Tensor,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        output_size: Sequence[int] | None = None,
    ) -> Any:
        """Put each element back where max_pool with return_indices=True found it, zero elsewhere."""
        kernel, steps, around, _ = pool_geometry(name, kernel_size, stride, padding, 1, dimensions)
        size = unpooled_size(input.shape[-dimensions:], kernel, steps, around, output_size)
        if dimensions == 1:
            unpool = find("max_unpool2d").function
            return unpool(input.unsqueeze(-1), indices.unsqueeze(-1), (*size, 1)).squeeze(-1)
        if input.shape != indices.shape:
            raise RuntimeError(
                f"Expected shape of indices to be same as that of the input tensor ({messages.sizes(input.shape)}) but "
                f"got indices tensor with shape: {messages.sizes(indices.shape)}"
            )
        return find(name).function(input, indices, size)

    return named(max_unpool, name)


def unpooled_size(space: Sizes, kernel: Sizes, stride: Sizes, padding: Sizes, asked: Sequence[int] | None) -> Sizes:
    """Return the size before pooling: the one asked for, or the smallest that fits."""
    least = tuple((n - 1) * s + k - 2 * p for n, s, k, p in zip(space, stride, kernel, padding, strict=True))
    if asked is None:
        return least
    count = len(kernel)
    if len(asked) not in (count, count + 2):
        raise ValueError(
            f"output_size should be a sequence containing {count} or {count + 2} elements, but it has a length of "
            f"'{len(asked)}'"
        )
    asked = asked[-count:]
    for d, (n, low, s) in enumerate(zip(asked, least, stride, strict=True)):
        if not low - s < n < low + s:
            raise ValueError(f'invalid output_size "{asked}" (dim {d} must be between {low - s} and {low + s})')
    return tuple(asked)


max_unpool1d, max_unpool2d, max_unpool3d = unpooling(1), unpooling(2), unpooling(3)


# The older names of those that return indices too


def with_indices(pool: Any) -> Any:
    """Return a pooling that gives (values, indices)."""

    def both(*args: Any, **options: Any) -> Any:
        return pool(*args, **options | {"return_indices": True})

    return named(both, f"{pool.__name__}_with_indices")


max_pool1d_with_indices, max_pool2d_with_indices = with_indices(max_pool1d), with_indices(max_pool2d)
max_pool3d_with_indices = with_indices(max_pool3d)
adaptive_max_pool1d_with_indices = with_indices(adaptive_max_pool1d)
adaptive_max_pool2d_with_indices = with_indices(adaptive_max_pool2d)
adaptive_max_pool3d_with_indices = with_indices(adaptive_max_pool3d)
