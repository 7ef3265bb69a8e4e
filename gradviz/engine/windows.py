"""Sliding windows over arrays (N, C, *space): what convolution and pooling compute with, in any number of dimensions.

Convolution is a matrix product once every window is a column ("im2col", Chellapilla et al. 2006): the windows are a
view with overlapping strides, copied once. Its two gradients are the same product turned round: the columns' gradients
are added back to where they were cut ("col2im"), one strided slice for each place in the kernel.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from typing import Any

import numpy as np

Sizes = tuple[int, ...]


def padded(x: Any, padding: Sizes, value: float = 0.0) -> Any:
    """Return x with `value` around its space, as much on both sides of a dimension."""
    if not any(padding):
        return x
    shape = x.shape[: x.ndim - len(padding)] + tuple(
        n + 2 * p for n, p in zip(x.shape[-len(padding) :], padding, strict=True)
    )
    result = np.full(shape, value, x.dtype) if value else np.zeros(shape, x.dtype)
    result[inner(padding, shape)] = x
    return result


def inner(padding: Sizes, shape: Sizes) -> tuple[Any, ...]:
    """Return the index of what was there before padding."""
    return (..., *(slice(p, n - p) for p, n in zip(padding, shape[-len(padding) :], strict=True)))


def out_size(size: int, kernel: int, stride: int, padding: int, dilation: int) -> int:
    """Return how many windows lie along a dimension."""
    return (size + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1


def windows(x: Any, kernel: Sizes, stride: Sizes, dilation: Sizes) -> Any:
    """Return the view (N, C, *kernel, *places) of all windows of x."""
    if not x.flags.c_contiguous:
        x = np.ascontiguousarray(x)
    steps = x.strides[2:]
    places = tuple(map(out_size, x.shape[2:], kernel, stride, (0,) * len(kernel), dilation))
    shape = (*x.shape[:2], *kernel, *places)
    within = tuple(a * d for a, d in zip(steps, dilation, strict=True))
    between = tuple(a * s for a, s in zip(steps, stride, strict=True))
    return np.ndarray(shape, x.dtype, x, 0, (*x.strides[:2], *within, *between))


def columns(x: Any, kernel: Sizes, stride: Sizes, padding: Sizes, dilation: Sizes, groups: int) -> Any:
    """Return the windows of x as (N, groups, channels · kernel, places)."""
    cut = windows(padded(x, padding), kernel, stride, dilation)
    inside = x.shape[1] // groups * math.prod(kernel)
    return cut.reshape(x.shape[0], groups, inside, math.prod(cut.shape[2 + len(kernel) :]))


def offsets(kernel: Sizes, stride: Sizes, dilation: Sizes, places: Sizes) -> Iterator[tuple[Sizes, tuple[Any, ...]]]:
    """Yield each place in the kernel with the index of the elements that stand there, one for each window."""
    for at in itertools.product(*map(range, kernel)):
        yield (
            at,
            (
                ...,
                *(
                    slice(i * d, i * d + s * (n - 1) + 1, s)
                    for i, d, s, n in zip(at, dilation, stride, places, strict=True)
                ),
            ),
        )


def added_back(cut: Any, space: Sizes, kernel: Sizes, stride: Sizes, padding: Sizes, dilation: Sizes) -> Any:
    """Add windows (N, C, *kernel, *places) up where they were cut, and return the sum (N, C, *space)."""
    wide = tuple(n + 2 * p for n, p in zip(space, padding, strict=True))
    result = np.zeros((*cut.shape[:2], *wide), cut.dtype)
    for at, place in offsets(kernel, stride, dilation, cut.shape[2 + len(kernel) :]):
        result[place] += cut[(slice(None), slice(None), *at)]
    return result[inner(padding, wide)] if any(padding) else result


# Where rows of windows are short, NumPy would spend its time on beginning them. Then the samples become one more
# dimension of the space, the innermost, along which the kernel has length 1: the rows are as long as there are samples.
SHORT = 16


def short(places: Sizes, samples: int) -> bool:
    """Return True where rows are so short that samples had better lie innermost."""
    return places[-1] < SHORT <= samples


def samples_last(x: Any) -> Any:
    """Return (N, C, *space) as (1, C, *space, N)."""
    return np.ascontiguousarray(np.moveaxis(x, 0, -1))[None]


def samples_first(x: Any) -> Any:
    """Return (1, C, *space, N) as (N, C, *space)."""
    return np.ascontiguousarray(np.moveaxis(x[0], -1, 0))


def lengthened(stride: Sizes, padding: Sizes, dilation: Sizes) -> tuple[Sizes, Sizes, Sizes]:
    """Return a geometry with one dimension more, along which nothing slides."""
    return (*stride, 1), (*padding, 0), (*dilation, 1)


def correlated(x: Any, weight: Any, stride: Sizes, padding: Sizes, dilation: Sizes, groups: int) -> Any:
    """Slide a kernel (O, C / groups, *kernel) over x (N, C, *space) and return (N, O, *places)."""
    kernel = weight.shape[2:]
    places = tuple(map(out_size, x.shape[2:], kernel, stride, padding, dilation))
    if short(places, len(x)):
        longer = lengthened(stride, padding, dilation)
        return samples_first(correlated(samples_last(x), weight[..., None], *longer, groups))
    cut = columns(x, kernel, stride, padding, dilation, groups)
    product = np.matmul(weight.reshape(groups, weight.shape[0] // groups, cut.shape[2]), cut)
    return product.reshape(x.shape[0], weight.shape[0], *places)


def spread_back(
    grad: Any, weight: Any, space: Sizes, stride: Sizes, padding: Sizes, dilation: Sizes, groups: int
) -> Any:
    """Return what `correlated` gives back to x: grad (N, O, *places) spread over kernels, (N, C, *space)."""
    kernel, samples = weight.shape[2:], grad.shape[0]
    places = grad.shape[2:]
    if short(places, samples):
        longer = lengthened(stride, padding, dilation)
        return samples_first(spread_back(samples_last(grad), weight[..., None], (*space, samples), *longer, groups))
    inside = weight.shape[1] * math.prod(kernel)
    matrix = weight.reshape(groups, weight.shape[0] // groups, inside).swapaxes(1, 2)
    cut = np.matmul(matrix, grad.reshape(samples, groups, matrix.shape[2], math.prod(places)))
    cut = cut.reshape(samples, weight.shape[1] * groups, *kernel, *places)
    return added_back(cut, space, kernel, stride, padding, dilation)


def kernel_gradient(
    x: Any, grad: Any, kernel: Sizes, stride: Sizes, padding: Sizes, dilation: Sizes, groups: int
) -> Any:
    """Return what `correlated` gives back to its weight, (O, C / groups, *kernel)."""
    if short(grad.shape[2:], len(x)):
        longer = lengthened(stride, padding, dilation)
        return kernel_gradient(samples_last(x), samples_last(grad), (*kernel, 1), *longer, groups)[..., 0]
    cut = columns(x, kernel, stride, padding, dilation, groups)
    rows = grad.reshape(grad.shape[0], groups, grad.shape[1] // groups, cut.shape[3])
    product = np.matmul(cut, rows.swapaxes(2, 3)).sum(axis=0).swapaxes(1, 2)
    return product.reshape(grad.shape[1], x.shape[1] // groups, *kernel)
