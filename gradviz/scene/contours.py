"""Contours of a loss over a plane, as polygons with a level each."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LEVELS = 14

STEEP = 12.0
"""A surface that reaches so many times farther above its middle than its middle lies above its bottom is read by
ratios: equal steps would put all lines onto its walls, and none into the valley where the descent goes."""


@dataclass(frozen=True, eq=False)
class Band:
    """What lies between two levels: rings one after another in `points` (n, 2); ring k is offsets[k] : offsets[k + 1].

    `part` says where the band is between the lowest (0) and the highest (1).
    """

    points: Floats
    offsets: NDArray[np.intp]
    part: float


@dataclass(frozen=True, eq=False)
class Contours:
    """Bands from low to high; `levels` are the losses between them; `is_steep` where they grow by ratios."""

    levels: Floats
    bands: tuple[Band, ...]
    is_steep: bool


def contours_of(xs: Floats, ys: Floats, losses: Floats) -> Contours:
    """Filled contours of losses (ys, xs). Places without a finite loss stay open."""
    from contourpy import FillType, contour_generator

    finite = np.isfinite(losses)
    if losses.shape[0] < 2 or losses.shape[1] < 2 or not finite.any():
        return Contours(np.zeros(0), (), False)
    levels, is_steep = levels_of(losses[finite])
    edges = np.concatenate([[-np.inf], levels, [np.inf]])
    shown = np.ma.masked_invalid(losses)
    generator = contour_generator(xs, ys, shown, fill_type=FillType.OuterOffset, quad_as_tri=False)
    bands = []
    for place, (low, high) in enumerate(pairwise(edges)):
        # With this fill type: a list of points, and of where the rings begin, for each polygon and its holes.
        filled: Any = generator.filled(low, high)
        points, offsets = filled
        if points:
            begins = np.cumsum([0, *(len(each) for each in points)])
            joined = [np.asarray(each[:-1], np.intp) + begin for each, begin in zip(offsets, begins, strict=False)]
            ends = np.concatenate([*joined, [begins[-1]]]).astype(np.intp)
            bands.append(Band(np.concatenate(points), ends, place / max(1, len(edges) - 2)))
    return Contours(levels, tuple(bands), is_steep)


def boundary_of(xs: Floats, ys: Floats, values: Floats) -> list[Floats]:
    """Lines (n, 2) along which values (ys, xs) are 0."""
    from contourpy import contour_generator

    if min(values.shape) < 2:
        return []
    lines: Any = contour_generator(xs, ys, np.ma.masked_invalid(values)).lines(0.0)
    return list(lines)


def levels_of(losses: Floats, count: int = LEVELS) -> tuple[Floats, bool]:
    """Losses at which lines are drawn, rising, and whether they are spaced by ratios above the least one."""
    low, high = float(losses.min()), float(losses.max())
    if not low < high:
        return np.array([low]), False
    middle = float(np.median(losses))
    if high - middle <= STEEP * max(middle - low, 1e-12 * (high - low)):
        return np.linspace(low, high, count + 2)[1:-1], False
    least = max(float(np.quantile(losses, 0.01)) - low, 1e-6 * (high - low))
    return low + np.geomspace(least, high - low, count + 1)[:-1], True


def heights(losses: Floats, levels: Floats) -> Floats:
    """Losses as heights from 0 to 1 in equal steps from level to level; NaN stays."""
    finite = losses[np.isfinite(losses)]
    if not finite.size or not len(levels):
        return np.zeros(losses.shape)
    low, high = float(finite.min()), float(finite.max())
    marks = np.unique(np.concatenate([[low], levels, [high]]))
    if len(marks) < 2:
        return np.zeros(losses.shape)
    found = np.interp(losses, marks, np.linspace(0.0, 1.0, len(marks)))
    return np.where(np.isfinite(losses), found, np.nan)
