"""A curve of any length as few points: least and greatest of each pixel column, means, and where NaN begins.

Curves only grow, so stretches of BLOCK passes are looked at once and never again: a million passes are drawn from four
thousand numbers. No spike is lost, and only what is drawn is reduced; the curve itself stays complete.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ..trace.curves import is_missing
from .plots import Manner
from .smoothing import Fading

Floats = NDArray[np.float64]

BLOCK = 256

MOST_BREAKS = 50
"""Beginnings of NaN or infinity that are marked: a curve that flickers would be nothing but marks."""


class Reduction:
    """Follows one curve. A pass is counted from 1, as people do, wherever it is an x."""

    def __init__(self) -> None:
        self._ys: Floats = np.zeros(0)
        self._least = self._most = self._total = self._sizes = self._count = np.zeros(0)
        self._looked = 0
        self._was_broken = False
        self._fading: Fading | None = None
        self.breaks: tuple[int, ...] = ()
        """Numbers (from 0) of the passes in which NaN or infinity begins, `MOST_BREAKS` at most."""

    def follow(self, ys: Floats) -> Reduction:
        """Take the curve as it stands now; earlier passes are as they were, but for the last one, which was open."""
        self._ys = ys
        known = len(self._least)
        blocks = max(0, len(ys) - 1) // BLOCK
        if blocks > known:
            whole = _finite(ys[known * BLOCK : blocks * BLOCK]).reshape(-1, BLOCK)
            sizes = np.abs(whole)
            self._least = np.concatenate([self._least, np.fmin.reduce(whole, axis=1)])
            self._most = np.concatenate([self._most, np.fmax.reduce(whole, axis=1)])
            self._total = np.concatenate([self._total, np.nansum(whole, axis=1)])
            self._sizes = np.concatenate([self._sizes, np.nansum(sizes, axis=1)])
            self._count = np.concatenate([self._count, np.isfinite(whole).sum(axis=1)])
        self._look_for_breaks(ys)
        return self

    def points(self, pieces: int, low: float = 1.0, high: float = math.inf) -> tuple[Floats, Floats]:
        """(passes, values) of the passes low … high, ready to be drawn on `pieces` pixel columns."""
        begin, end = self._stretch(low, high)
        ys, count = self._ys[begin:end], end - begin
        if count <= 2 * pieces:
            return np.arange(begin + 1.0, end + 1), ys
        size = -(-count // pieces)
        if size < 2 * BLOCK:
            whole = count // size
            body = _finite(ys[: whole * size]).reshape(whole, size)
            extremes = np.stack([np.fmin.reduce(body, axis=1), np.fmax.reduce(body, axis=1)], axis=1)
            first, rest = begin, ys[whole * size :]
        else:
            blocks = -(-begin // BLOCK), min(len(self._least), end // BLOCK)
            group = -(-size // BLOCK)
            size, whole = group * BLOCK, (blocks[1] - blocks[0]) // group
            chosen = slice(blocks[0], blocks[0] + whole * group)
            least = np.fmin.reduce(self._least[chosen].reshape(whole, group), axis=1)
            most = np.fmax.reduce(self._most[chosen].reshape(whole, group), axis=1)
            extremes = np.stack([least, most], axis=1)
            first = blocks[0] * BLOCK
            rest = self._ys[first + whole * size : end]
        starts = first + 1 + np.arange(whole) * float(size)
        xs, values = np.stack([starts, starts + size / 2], axis=1).ravel(), extremes.ravel()
        if len(rest) > 2:
            tail = _finite(rest)
            rest = np.array([np.fmin.reduce(tail), np.fmax.reduce(tail), tail[-1]])
        at = np.linspace(first + whole * size + 1.0, end, len(rest)) if len(rest) else np.zeros(0)
        return np.concatenate([xs, at]), np.concatenate([values, rest])

    def spread(self, pieces: int, low: float = 1.0, high: float = math.inf) -> tuple[Floats, Floats]:
        """The same for a logarithmic axis of passes: each doubling has as many points as the next."""
        low, high = max(1.0, low), min(high, float(len(self._ys)))
        edges = [low]
        while edges[-1] * 2 < high:
            edges.append(edges[-1] * 2)
        each = max(8, pieces // len(edges))
        parts = [self.points(each, start, end) for start, end in zip(edges, [*edges[1:], high], strict=True)]
        xs = np.concatenate([part[0] for part in parts])
        order = np.unique(xs, return_index=True)[1]
        return xs[order], np.concatenate([part[1] for part in parts])[order]

    def smoothed(self, xs: Floats, manner: Manner) -> Floats:
        """At each of some passes (the points of `points` or `spread`), the curve as smooth as wanted.

        Absolute values are smoothed where the axis shows those.
        """
        if not manner.factor:
            return self.means(xs, manner.smoothing, sizes=manner.log_curves)
        fading = self._fading
        if fading is None or (fading.factor, fading.sizes) != (manner.factor, manner.log_curves):
            fading = self._fading = Fading(manner.factor, manner.log_curves)
        return fading.at(self._ys, np.clip(xs.astype(np.intp), 1, len(self._ys)))

    def means(self, xs: Floats, window: int, sizes: bool = False) -> Floats:
        """At each of some passes (the points of `points` or `spread`), the mean of the `window` passes up to it.

        What is no number is left out. Where points are further apart than the window, it is of the passes between
        them. `sizes`: of absolute values.
        """
        ends = np.clip(xs.astype(np.intp), 1, len(self._ys))
        gap = int(np.median(np.diff(ends))) * 2 if len(ends) > 2 else 1
        window = max(window, gap if gap > 2 else 1)
        if window >= 2 * BLOCK and len(self._least) > 1:
            length = -(-window // BLOCK)
            last = np.clip(ends // BLOCK, 1, len(self._least))
            places = last[:, None] - 1 - np.arange(length)
            inside = places >= 0
            total = np.where(inside, (self._sizes if sizes else self._total)[places], 0).sum(axis=1)
            count = np.where(inside, self._count[places], 0).sum(axis=1)
        else:
            places = ends[:, None] - 1 - np.arange(window)
            near = _finite(self._ys[places])
            good = (places >= 0) & ~np.isnan(near)
            total = np.where(good, np.abs(near) if sizes else near, 0).sum(axis=1)
            count = good.sum(axis=1)
        with np.errstate(all="ignore"):
            means: Floats = np.where(count > 0, total / count, np.nan)
        return means

    def _stretch(self, low: float, high: float) -> tuple[int, int]:
        length = len(self._ys)
        begin = max(0, math.floor(min(low, length)) - 2)
        end = length if math.isinf(high) else max(begin, min(length, math.ceil(high) + 1))
        return begin, end

    def _look_for_breaks(self, ys: Floats) -> None:
        """Note where NaN or infinity begins in the passes that are new; the last one may come again."""
        new = ys[self._looked : max(self._looked, len(ys))]
        if not len(new) or len(self.breaks) >= MOST_BREAKS:
            return
        broken = ~np.isfinite(new)
        if broken.any():
            broken &= ~is_missing(new)
        before = np.concatenate([[self._was_broken], broken[:-1]])
        found = [self._looked + int(place) for place in np.flatnonzero(broken & ~before)]
        self.breaks = tuple(dict.fromkeys((*self.breaks, *found)))[:MOST_BREAKS]
        if len(new) > 1:
            self._was_broken = bool(broken[-2])
        self._looked = max(self._looked, len(ys) - 1)


def _finite(ys: Floats) -> Floats:
    """The same with NaN for infinity, which is marked and not drawn."""
    return np.where(np.isfinite(ys), ys, np.nan)
