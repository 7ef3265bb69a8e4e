"""Exponential smoothing of a curve of any length: each pass counts less with its age.

s ← β s + (1 − β) y, divided by 1 − β^t so that the first passes are not drawn towards nothing (Kingma & Ba 2015,
section 3). With that correction it is the mean of all passes so far, each with the weight β^age, and so it is computed:
what is no number has no weight.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

STRETCH = 256
"""Passes between two kept states."""


class Fading:
    """Follows one growing curve with one factor; `sizes`: absolute values of it."""

    def __init__(self, factor: float, sizes: bool) -> None:
        self.factor, self.sizes = factor, sizes
        self._ages: Floats = factor ** np.array([STRETCH, *range(STRETCH - 1, -1, -1)], np.float64)
        """Weights at the end of a stretch: of what was before it, then of its passes."""
        self._sums: list[float] = [0.0]
        """Weighted sums and weights of the passes before each stretch."""
        self._weights: list[float] = [0.0]

    def at(self, ys: Floats, ends: NDArray[np.intp]) -> Floats:
        """The mean after so many passes each (1 … length), NaN where no pass was a number."""
        self._extend(ys)
        stretch = (ends - 1) // STRETCH
        places = stretch[:, None] * STRETCH + np.arange(STRETCH)
        ages = ends[:, None] - 1 - places
        near = ys[np.minimum(places, len(ys) - 1)]
        counts = np.isfinite(near) & (ages >= 0)
        weight = np.where(counts, self.factor ** np.maximum(ages, 0.0), 0.0)
        near = np.where(counts, np.abs(near) if self.sizes else near, 0.0)
        before = self.factor ** (ends - stretch * STRETCH).astype(np.float64)
        sums = (weight * near).sum(axis=1) + np.array(self._sums)[stretch] * before
        weights = weight.sum(axis=1) + np.array(self._weights)[stretch] * before
        with np.errstate(all="ignore"):
            means: Floats = np.where(weights > 0, sums / weights, np.nan)
        return means

    def _extend(self, ys: Floats) -> None:
        """Take in the stretches that are over: the last pass may still be open."""
        known, whole = len(self._sums) - 1, max(0, len(ys) - 1) // STRETCH
        if whole <= known:
            return
        stretches = ys[known * STRETCH : whole * STRETCH].reshape(-1, STRETCH)
        counts = np.isfinite(stretches)
        good = np.where(counts, np.abs(stretches) if self.sizes else stretches, 0.0)
        fade = float(self._ages[0])
        for total, weight in zip((good @ self._ages[1:]).tolist(), (counts @ self._ages[1:]).tolist(), strict=True):
            self._sums.append(self._sums[-1] * fade + total)
            self._weights.append(self._weights[-1] * fade + weight)
