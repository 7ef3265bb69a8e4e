"""A surface seen from a point of view: which of its facets lie where on the picture, the farthest first.

Parallel projection of a unit box, turned about its upright axis by `turn` and tilted by `tilt` (radians). Facets are
painted from back to front, so no depth buffer is needed (the painter's algorithm; exact for a height field seen from
above its plane).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

FACETS = 44
"""Facets along a side at most: more cost time and show nothing on a panel."""

HEIGHT = 0.62
"""Of the box, in sides of its base."""


@dataclass(frozen=True)
class Eye:
    """Where the surface is looked at from."""

    turn: float = -0.9
    tilt: float = 0.62

    def turned(self, turn: float, tilt: float) -> Eye:
        """From farther around and above; never from below."""
        return Eye(self.turn + turn, float(np.clip(self.tilt + tilt, 0.05, np.pi / 2)))

    def project(self, x: Floats, y: Floats, z: Floats) -> tuple[Floats, Floats, Floats]:
        """Places across and up, and depths (larger is farther), of places in the box −½ … ½ by −½ … ½ by 0 … 1."""
        cos, sin = np.cos(self.turn), np.sin(self.turn)
        across, away = x * cos - y * sin, x * sin + y * cos
        height = (z - 0.5) * HEIGHT
        up = away * np.sin(self.tilt) + height * np.cos(self.tilt)
        return across, up, away * np.cos(self.tilt) - height * np.sin(self.tilt)


@dataclass(frozen=True, eq=False)
class Facets:
    """Corners (n, 4, 2) from back to front; of each its height (0 to 1) and how much it faces the light (0 to 1)."""

    corners: Floats
    heights: Floats
    light: Floats


def facets_of(heights: Floats, eye: Eye) -> Facets:
    """The facets of heights (rows up, columns across), as far as they are numbers."""
    grid = thinned(heights)
    rows, columns = grid.shape
    x, y = np.meshgrid(np.linspace(-0.5, 0.5, columns), np.linspace(-0.5, 0.5, rows))
    across, up, depth = eye.project(x, y, grid)

    def corners(of: Floats) -> Floats:
        return np.stack([of[:-1, :-1], of[:-1, 1:], of[1:, 1:], of[1:, :-1]], axis=-1).reshape(-1, 4)

    z = corners(grid)
    whole = np.isfinite(z).all(axis=1)
    far = corners(depth).mean(axis=1)[whole]
    order = np.argsort(-far, kind="stable")
    z = z[whole][order]
    places = np.stack([corners(across), corners(up)], axis=-1)[whole][order]
    slope_x = (z[:, 1] + z[:, 2] - z[:, 0] - z[:, 3]) / 2 * (columns - 1) * HEIGHT
    slope_y = (z[:, 2] + z[:, 3] - z[:, 0] - z[:, 1]) / 2 * (rows - 1) * HEIGHT
    light = (1 - 0.45 * slope_x - 0.35 * slope_y) / np.sqrt(1 + slope_x**2 + slope_y**2) / 1.16
    return Facets(places, z.mean(axis=1), np.clip(light, 0.0, 1.0))


def thinned(heights: Floats) -> Floats:
    """At most FACETS facets along each side. Each corner is the mean of what lies around it.

    Picked corners would turn a valley that is narrower than a facet into a row of teeth.
    """
    return _means(_means(heights, FACETS + 1).T, FACETS + 1).T


def _means(heights: Floats, most: int) -> Floats:
    """At most so many rows, each the mean of the finite numbers around its place; NaN where there are none."""
    count = len(heights)
    if count <= most:
        return heights
    places = np.linspace(0, count - 1, most).round().astype(np.intp)
    reach = round(count / most / 2)
    first, last = np.maximum(places - reach, 0), np.minimum(places + reach + 1, count)
    finite = np.isfinite(heights)
    before = ((1, 0), (0, 0))
    sums = np.pad(np.where(finite, heights, 0.0).cumsum(axis=0), before)
    numbers = np.pad(finite.cumsum(axis=0), before)
    found = (sums[last] - sums[first]) / np.maximum(numbers[last] - numbers[first], 1)
    return np.asarray(np.where(numbers[last] > numbers[first], found, np.nan), np.float64)
