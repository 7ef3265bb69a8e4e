"""Linear maps between grids, one dimension at a time: averaging, interpolating, repeating what is at the edge.

Average pooling, interpolation and padding with what is there all do the same: along each dimension every new element is
a weighted sum of old ones. So each is a matrix per dimension, its way back the same matrices transposed, and the way
back of that the first again. Where every new element is one old element (padding, nearest) the map keeps its number.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

Sizes = tuple[int, ...]


class Map:
    """A matrix (new, old); `index` is the number of the old element where each new one is exactly one."""

    __slots__ = ("index", "matrix", "singles")

    def __init__(self, matrix: Any, index: Any = None) -> None:
        self.matrix, self.index = matrix, index
        self.singles: dict[Any, Any] = {}

    def of(self, kind: Any) -> Any:
        """Return the matrix in the type of the values it will meet."""
        if kind not in self.singles:
            self.singles[kind] = self.matrix.astype(kind)
        return self.singles[kind]

    @staticmethod
    def taking(index: Any, old: int) -> Map:
        """Return the map that takes the elements with these numbers."""
        matrix = np.zeros((len(index), old))
        matrix[np.arange(len(index)), index] = 1
        return Map(matrix, np.asarray(index))


Maps = tuple[Map | None, ...]


def applied(x: Any, maps: Maps, back: bool = False) -> Any:
    """Apply maps to the last dimensions of x, None where nothing changes; `back` applies their transposes."""
    for axis, each in enumerate(maps, x.ndim - len(maps)):
        if each is None:
            continue
        if each.index is not None and not back:
            x = np.take(x, each.index, axis)
            continue
        matrix = each.of(x.dtype)
        x = along(x, matrix.T if back else matrix, axis)
    return x


def along(x: Any, matrix: Any, axis: int) -> Any:
    """Multiply one dimension of x by a matrix."""
    before, after = x.shape[:axis], x.shape[axis + 1 :]
    if not after:
        return np.matmul(x.reshape(math.prod(before), x.shape[axis]), matrix.T).reshape(*before, len(matrix))
    folded = x.reshape(math.prod(before), x.shape[axis], math.prod(after))
    return np.matmul(matrix, folded).reshape(*before, len(matrix), *after)


@functools.lru_cache(256)
def even_mean(size: int, places: int) -> Map:
    """Return the map to the means of `places` stretches that cover the dimension evenly and may overlap by one."""
    matrix = np.zeros((places, size))
    for place in range(places):
        start, end = stretch(place, size, places)
        matrix[place, start:end] = 1 / (end - start)
    return Map(matrix)


def stretch(place: int, size: int, places: int) -> tuple[int, int]:
    """Return where an evenly spread stretch begins and ends."""
    return place * size // places, -(-(place + 1) * size // places)


@functools.lru_cache(256)
def reflection(size: int, before: int, after: int) -> Map:
    """Return the map that continues a dimension as in a mirror on its first and last element."""
    numbers = np.abs(np.arange(-before, size + after))
    return Map.taking(size - 1 - np.abs(size - 1 - numbers), size)


@functools.lru_cache(256)
def replication(size: int, before: int, after: int) -> Map:
    """Return the map that repeats the first and the last element."""
    return Map.taking(np.clip(np.arange(-before, size + after), 0, size - 1), size)


@functools.lru_cache(256)
def nearest(size: int, places: int, scale: float | None, exact: bool) -> Map:
    """Return the map to the nearest old element, rounded down; `exact` measures from the middle of the new one."""
    step = np.float32(1 / scale if scale else size / places)
    numbers = np.arange(places, dtype=np.float32) + np.float32(0.5 if exact else 0)
    return Map.taking(np.minimum(np.floor(numbers * step).astype(int), size - 1), size)


def sources(size: int, places: int, scale: float | None, align_corners: bool) -> Any:
    """Return where new elements lie among the old ones, as fractions."""
    numbers = np.arange(places, dtype=np.float64)
    if align_corners:
        return numbers * ((size - 1) / (places - 1) if places > 1 else 0)
    return (numbers + 0.5) * (1 / scale if scale else size / places) - 0.5


@functools.lru_cache(256)
def linear(size: int, places: int, scale: float | None, align_corners: bool) -> Map:
    """Return the map that interpolates between neighbours."""
    at = np.maximum(sources(size, places, scale, align_corners), 0)
    low = np.minimum(at.astype(int), size - 1)
    matrix = np.zeros((places, size))
    rows = np.arange(places)
    np.add.at(matrix, (rows, low), 1 - (at - low))
    np.add.at(matrix, (rows, np.minimum(low + 1, size - 1)), at - low)
    return Map(matrix)


def cubic_weight(distance: Any, a: float) -> Any:
    """Return the weight of an element at a distance below 2 (Keys 1981)."""
    x = abs(distance)
    near = ((a + 2) * x - (a + 3)) * x * x + 1
    far = ((a * x - 5 * a) * x + 8 * a) * x - 4 * a
    return np.where(x <= 1, near, np.where(x < 2, far, 0))


@functools.lru_cache(256)
def cubic(size: int, places: int, scale: float | None, align_corners: bool) -> Map:
    """Return the map that fits cubics through four neighbours; beyond the edge the edge is repeated."""
    at = sources(size, places, scale, align_corners)
    low = np.floor(at).astype(int)
    matrix = np.zeros((places, size))
    for step in (-1, 0, 1, 2):
        numbers = np.clip(low + step, 0, size - 1)
        np.add.at(matrix, (np.arange(places), numbers), cubic_weight(at - low - step, -0.75))
    return Map(matrix)


@functools.lru_cache(256)
def smoothed(size: int, places: int, scale: float | None, align_corners: bool, reach: int) -> Map:
    """Return the map that also averages when it shrinks, by a linear (reach 1) or cubic (reach 2) window."""
    if align_corners:
        step = (size - 1) / (places - 1) if places > 1 else 0.0
    else:
        step = 1 / scale if scale else size / places
    width = max(step, 1.0)
    matrix = np.zeros((places, size))
    for place in range(places):
        centre = step * (place + 0.5)
        first = max(int(centre - reach * width + 0.5), 0)
        end = min(int(centre + reach * width + 0.5), size)
        distance = (np.arange(first, end) - centre + 0.5) / width
        weight = np.maximum(1 - abs(distance), 0) if reach == 1 else cubic_weight(distance, -0.5)
        matrix[place, first:end] = weight / weight.sum()
    return Map(matrix)


def each_dimension(make: Any, *columns: Sequence[Any]) -> Maps:
    """Return the maps made dimension by dimension."""
    return tuple(make(*row) for row in zip(*columns, strict=True))
