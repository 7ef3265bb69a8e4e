"""Which stretch of a line or plane a picture shows: where the way goes, with air, and the same as before if it does.

A picture is computed for a window. While a descent runs, the window stays until the way comes near its edge, so that
the picture is computed a few times and not with every pass.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .landscape import Cut

AIR = 0.35
"""Around the way, in parts of its extent."""

MARGIN = 0.05
"""As near as the way may come to an edge, in parts of the side."""

LARGEST = 8.0
"""A window that is so many times larger than needed is made anew."""


@dataclass(frozen=True)
class Window:
    """A stretch of each axis; a line has no second one (0 to 0)."""

    low_x: float
    high_x: float
    low_y: float = 0.0
    high_y: float = 0.0

    def is_near(self, other: Window, part: float = 1e-9) -> bool:
        """Whether both show the same, but for rounding."""
        wide, high = self.high_x - self.low_x, self.high_y - self.low_y
        return (
            abs(self.low_x - other.low_x) <= part * wide
            and abs(self.high_x - other.high_x) <= part * wide
            and abs(self.low_y - other.low_y) <= part * max(high, 1e-300)
            and abs(self.high_y - other.high_y) <= part * max(high, 1e-300)
        )


def window_for(cut: Cut, before: Window | None = None) -> Window:
    """Where to look: the window from before as long as the whole way lies within it."""
    spans = [_span(cut, axis) for axis in (0, 1)]
    if before is not None:
        sides = ((before.low_x, before.high_x), (before.low_y, before.high_y))
        if all(_fits(span, side) for span, side in zip(spans[: 1 + cut.is_plane], sides, strict=False)):
            return before
    extents = [high - low for low, high in spans]
    least = [
        max(cut.scale[axis] * 2, 0.35 * extents[1 - axis] if cut.is_plane else 0.0) for axis in (0, 1)
    ]
    made: list[tuple[float, float]] = []
    for axis, (low, high) in enumerate(spans):
        reach = max(AIR * (high - low), (least[axis] - (high - low)) / 2)
        if not reach > 0:
            reach = max(1.0, abs(low))
        made.append((low - reach, high + reach))
    if not cut.is_plane:
        return Window(*made[0])
    return Window(*made[0], *made[1])


def _span(cut: Cut, axis: int) -> tuple[float, float]:
    """Least and greatest place of the way; of a way that diverged only the part that a picture can hold."""
    places = cut.whole[:, axis]
    places = places[np.isfinite(places)]
    if not places.size:
        return 0.0, 0.0
    middle = float(np.median(places))
    near = np.abs(places - middle) <= 50 * max(float(np.median(np.abs(places - middle))), 1e-12 * max(abs(middle), 1.0))
    if np.abs(places).max() > 1e6 and near.any():
        places = places[near]
    return float(places.min()), float(places.max())


def _fits(span: tuple[float, float], side: tuple[float, float]) -> bool:
    margin = MARGIN * (side[1] - side[0])
    within = side[0] + margin <= span[0] and span[1] <= side[1] - margin
    extent = span[1] - span[0]
    return within and (extent == 0.0 or side[1] - side[0] <= LARGEST * extent)
