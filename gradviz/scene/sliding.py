"""Functions of formulas that slide windows over images: convolution, pooling, and maps between grids.

Written a second time, as `functions` says: one tap of the window after the other, and a matrix for each dimension.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Sizes = Sequence[int]
Floats = NDArray[np.float64]


def _taps(places: Sizes, kernel: Sizes, stride: Sizes, dilation: Sizes) -> Iterator[tuple[tuple[int, ...], Any]]:
    """Each tap of the window, and the elements of a padded image that it meets at all places."""
    for tap in np.ndindex(*kernel):
        starts = [t * d for t, d in zip(tap, dilation, strict=True)]
        ends = [at + (n - 1) * s + 1 for at, n, s in zip(starts, places, stride, strict=True)]
        yield tap, (..., *(slice(a, b, s) for a, b, s in zip(starts, ends, stride, strict=True)))


def _reach(space: Sizes, places: Sizes, kernel: Sizes, stride: Sizes, padding: Sizes, dilation: Sizes) -> list[int]:
    """Sides of the padded image: what the last window needs may be more than the padding."""
    return [
        max(n + 2 * p, (count - 1) * s + (k - 1) * d + 1)
        for n, count, k, s, p, d in zip(space, places, kernel, stride, padding, dilation, strict=True)
    ]


def _padded(x: Any, sides: Sizes, padding: Sizes) -> Floats:
    wide = np.zeros((*np.shape(x)[: -len(sides)], *sides))
    wide[_inside(np.shape(x)[-len(sides) :], padding)] = x
    return wide


def _inside(space: Sizes, padding: Sizes) -> Any:
    return (..., *(slice(p, p + n) for n, p in zip(space, padding, strict=True)))


def _spread_back(gradient: Any, weight: Any, space: Sizes, stride: Sizes, padding: Sizes, dilation: Sizes) -> Any:
    """∂/∂image of a correlation: what each tap met gets its weight times the gradient."""
    kernel, places = weight.shape[2:], gradient.shape[2:]
    sides = _reach(space, places, kernel, stride, padding, dilation)
    wide = np.zeros((gradient.shape[0], weight.shape[1], *sides))
    for tap, met in _taps(places, kernel, stride, dilation):
        wide[met] += np.einsum("no...,oc->nc...", gradient, weight[(..., *tap)])
    return wide[_inside(space, padding)]


def _correlated(x: Any, weight: Any, places: Sizes, stride: Sizes, padding: Sizes, dilation: Sizes) -> Any:
    kernel = weight.shape[2:]
    wide = _padded(x, _reach(x.shape[2:], places, kernel, stride, padding, dilation), padding)
    return sum(
        np.einsum("nc...,oc->no...", wide[met], weight[(..., *tap)])
        for tap, met in _taps(places, kernel, stride, dilation)
    )


def convolution_to_input(
    gradient: Any, weight: Any, shape: Sizes, stride: Sizes, padding: Sizes, dilation: Sizes, transposed: bool,
    groups: int,
) -> Any:  # fmt: skip
    space, made = shape[2:], []
    for part, kernel in zip(np.split(gradient, groups, 1), np.split(weight, groups, 0), strict=True):
        back = _correlated if transposed else _spread_back
        made.append(back(part, kernel, space, stride, padding, dilation))
    return np.concatenate(made, 1)


def convolution_to_weight(
    gradient: Any, x: Any, shape: Sizes, stride: Sizes, padding: Sizes, dilation: Sizes, transposed: bool, groups: int
) -> Any:
    image, sent = (gradient, x) if transposed else (x, gradient)
    kernel, places, made = shape[2:], sent.shape[2:], []
    for part, whole in zip(np.split(sent, groups, 1), np.split(image, groups, 1), strict=True):
        wide = _padded(whole, _reach(whole.shape[2:], places, kernel, stride, padding, dilation), padding)
        found = np.zeros((part.shape[1], whole.shape[1], *kernel))
        for tap, met in _taps(places, kernel, stride, dilation):
            axes = (0, *range(2, part.ndim))
            place: Any = (slice(None), slice(None), *tap)
            found[place] = np.tensordot(part, wide[met], (axes, axes))
        made.append(found)
    return np.concatenate(made, 0)


def won_back(
    gradient: Any, winner: Any, shape: Sizes, kernel: Sizes, stride: Sizes, padding: Sizes, dilation: Sizes
) -> Any:
    """Each window's gradient to the element that won it; `winner` is the number of its tap."""
    count = len(kernel)
    space, places = shape[-count:], np.shape(gradient)[-count:]
    wide = np.zeros((*shape[:-count], *_reach(space, places, kernel, stride, padding, dilation)))
    for number, (_, met) in enumerate(_taps(places, kernel, stride, dilation)):
        wide[met] += np.where(np.equal(winner, number), gradient, 0)
    return wide[_inside(space, padding)]


def winners_of(x: Any, winner: Any, kernel: Sizes, stride: Sizes, padding: Sizes, dilation: Sizes) -> Any:
    """The elements that won the windows."""
    count = len(kernel)
    places = np.shape(winner)[-count:]
    wide = _padded(x, _reach(np.shape(x)[-count:], places, kernel, stride, padding, dilation), padding)
    taken = enumerate(_taps(places, kernel, stride, dilation))
    return sum(np.where(np.equal(winner, number), wide[met], 0) for number, (_, met) in taken)


def added_flat(gradient: Any, indices: Any, shape: Sizes, dimensions: int) -> Any:
    lead = int(np.prod(shape[: len(shape) - dimensions]))
    made = np.zeros((lead, int(np.prod(shape)) // max(lead, 1)))
    np.add.at(made, (np.arange(lead)[:, None], np.reshape(indices, (lead, -1))), np.reshape(gradient, (lead, -1)))
    return made.reshape(shape)


def taken_flat(x: Any, indices: Any, dimensions: int) -> Any:
    lead = np.shape(indices)[: np.ndim(indices) - dimensions]
    found = np.take_along_axis(np.reshape(x, (*lead, -1)), np.reshape(indices, (*lead, -1)), -1)
    return found.reshape(np.shape(indices))


# -- maps between grids: a matrix (new, old) for each of the last dimensions -------------------------------------------


def resampled(x: Any, maps: Sequence[Floats]) -> Any:
    return resampled_back(x, [matrix.T for matrix in maps])


def resampled_back(gradient: Any, maps: Sequence[Floats]) -> Any:
    for axis, matrix in enumerate(maps, np.ndim(gradient) - len(maps)):
        gradient = np.moveaxis(np.tensordot(gradient, matrix, (axis, 0)), -1, axis)
    return gradient


def _taking(index: Any, old: int) -> Floats:
    matrix: Floats = np.eye(old)[np.asarray(index)]
    return matrix


def averaging(
    shape: Sizes, kernel: Sizes, stride: Sizes, padding: Sizes, ceil: bool, counts: bool, divisor: int | None
) -> list[Floats]:
    maps = []
    for n, k, s, p in zip(shape[-len(kernel) :], kernel, stride, padding, strict=True):
        room = n + 2 * p - k
        places = (-(-room // s) if ceil else room // s) + 1
        if ceil and (places - 1) * s >= n + p:
            places -= 1
        matrix = np.zeros((places, n))
        for place in range(places):
            start, end = place * s - p, min(place * s - p + k, n + p)
            inside = slice(max(start, 0), min(end, n))
            matrix[place, inside] = 1 / (end - start if counts else inside.stop - inside.start)
        maps.append(matrix if divisor is None else (matrix > 0).astype(float))
    if divisor is not None:
        maps[0] = maps[0] / divisor
    return maps


def adapted(shape: Sizes, wanted: Sizes) -> list[Floats]:
    maps = []
    for n, places in zip(shape[-len(wanted) :], wanted, strict=True):
        matrix = np.zeros((places, n))
        for place in range(places):
            start, end = place * n // places, -(-(place + 1) * n // places)
            matrix[place, start:end] = 1 / (end - start)
        maps.append(matrix)
    return maps


def _padding_maps(shape: Sizes, pad: Sizes, mode: Any) -> list[Floats]:
    sides = shape[len(shape) - len(pad) // 2 :]
    pairs = zip(pad[-2::-2], pad[::-2], strict=True)
    return [_taking(_around(n, before, after, mode), n) for n, (before, after) in zip(sides, pairs, strict=True)]


def _around(n: int, before: int, after: int, mode: Any) -> Any:
    index = np.pad(np.arange(n), (max(before, 0), max(after, 0)), mode)
    return index[max(-before, 0) : len(index) - max(-after, 0)]


def nearest_maps(shape: Sizes, wanted: Sizes, scales: Any, exact: bool) -> list[Floats]:
    maps = []
    for axis, (n, places) in enumerate(zip(shape[-len(wanted) :], wanted, strict=True)):
        scale = scales[axis] if scales else None
        ratio = 1 / scale if scale else n / places
        index = np.floor((np.arange(places) + (0.5 if exact else 0)) * ratio).astype(int)
        maps.append(_taking(np.minimum(index, n - 1), n))
    return maps


def linear_maps(shape: Sizes, wanted: Sizes, scales: Any, corners: bool) -> list[Floats]:
    maps = []
    for axis, (n, places) in enumerate(zip(shape[-len(wanted) :], wanted, strict=True)):
        scale = scales[axis] if scales else None
        at = np.arange(places)
        if corners:
            source = at * ((n - 1) / (places - 1) if places > 1 else 0.0)
        else:
            source = np.maximum((at + 0.5) * (1 / scale if scale else n / places) - 0.5, 0)
        low = np.minimum(np.floor(source).astype(int), n - 1)
        share = (source - low)[:, None]
        maps.append(_taking(low, n) * (1 - share) + _taking(np.minimum(low + 1, n - 1), n) * share)
    return maps


SLIDING: dict[str, Callable[..., Any]] = {
    "convolution_to_input": convolution_to_input,
    "convolution_to_weight": convolution_to_weight,
    "per_channel": lambda gradient: np.sum(gradient, axis=(0, *range(2, np.ndim(gradient)))),
    "won_back": won_back,
    "added_flat": added_flat,
    "taken_flat": taken_flat,
    "winners_of": winners_of,
    "resampled": resampled,
    "resampled_back": resampled_back,
    "window_means": lambda x, *how: resampled(x, averaging(np.shape(x), *how)),
    "means_back": lambda gradient, shape, *how: resampled_back(gradient, averaging(shape, *how)),
    "adapted": adapted,
    "mirrored": lambda shape, pad: _padding_maps(shape, pad, "reflect"),
    "repeated_edge": lambda shape, pad: _padding_maps(shape, pad, "edge"),
    "nearest_maps": nearest_maps,
    "linear_maps": linear_maps,
}
