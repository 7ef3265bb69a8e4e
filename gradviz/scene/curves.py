"""Edges as arrays: every bend of every route is one cubic Bézier segment, and all are sampled by one product.

A path object per edge is what makes other canvases slow; here 10,000 edges are a few matrix operations.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Curves:
    """`controls` (segments, 4, 2): the control points; `owner` (segments,): which link a segment belongs to, rising;
    `first` (links + 1,): where the segments of a link begin."""

    controls: Floats
    owner: NDArray[np.intp]
    first: NDArray[np.intp]

    def sampled(self, pieces: int, segments: NDArray[np.intp] | None = None, *, fine_ends: bool = False) -> Floats:
        """(segments, pieces + 1, 2): each segment as a polyline, shorter at its ends if they are to be `fine_ends`.

        A segment that climbs far turns close to its ends and is all but straight between them.
        """
        controls = self.controls if segments is None else self.controls[segments]
        points: Floats = np.einsum("tc,scd->std", _basis(pieces, fine_ends), controls)
        return points

    def segments_of(self, links: NDArray[np.intp]) -> NDArray[np.intp]:
        """Positions of all segments of the links."""
        counts = self.first[links + 1] - self.first[links]
        ends = np.cumsum(counts)
        offsets = np.repeat(self.first[links] - (ends - counts), counts)
        return np.arange(len(offsets), dtype=np.intp) + offsets.astype(np.intp)

    def polyline(self, link: int, pieces: int = 16) -> Floats:
        """(k, 2): one edge, from its source to its target."""
        segments = np.arange(self.first[link], self.first[link + 1])
        points = self.sampled(pieces, segments)
        return np.concatenate([points[0], points[1:, 1:].reshape(-1, 2)])

    @cached_property
    def boxes(self) -> Floats:
        """(segments, 4): left, top, right, bottom; a Bézier curve stays within its control points."""
        return np.concatenate([self.controls.min(axis=1), self.controls.max(axis=1)], axis=1)

    @cached_property
    def ends(self) -> tuple[Floats, Floats]:
        """(links, 2) each: where the edges leave their source and enter their target."""
        if not len(self.controls):
            return np.zeros((0, 2)), np.zeros((0, 2))
        return self.controls[self.first[:-1], 0], self.controls[self.first[1:] - 1, 3]


    def displaced(self, starts: Floats, stops: Floats) -> Curves:
        """The curves with their ends moved by `starts` and `stops` (links, 2), what lies between in proportion."""
        if not len(self.controls):
            return self
        counts = np.diff(self.first)
        place = np.arange(len(self.owner)) - self.first[self.owner]
        # Control points 0 and 1 belong to the beginning of a segment, 2 and 3 to its end: bends keep their direction.
        begin = (place / counts[self.owner])[:, None]
        end = ((place + 1) / counts[self.owner])[:, None]
        first, last = starts[self.owner], stops[self.owner]
        at_begin, at_end = first + (last - first) * begin, first + (last - first) * end
        moves = np.stack([at_begin, at_begin, at_end, at_end], axis=1)
        return Curves(self.controls + moves, self.owner, self.first)


def curves_of(routes: Sequence[Floats], direction: str) -> Curves:
    """Smooth curves through polylines (k, 2), leaving and entering every bend along the flow."""
    along = 0 if direction == "right" else 1
    counts = np.array([len(route) - 1 for route in routes], dtype=np.intp)
    first = np.concatenate([[0], np.cumsum(counts)]).astype(np.intp)
    if not len(routes):
        return Curves(np.zeros((0, 4, 2)), np.zeros(0, np.intp), first)
    starts = np.concatenate([route[:-1] for route in routes])
    stops = np.concatenate([route[1:] for route in routes])
    half = (stops[:, along] - starts[:, along]) / 2
    controls = np.stack([starts, starts, stops, stops], axis=1)
    controls[:, 1, along] += half
    controls[:, 2, along] -= half
    return Curves(controls, np.repeat(np.arange(len(routes)), counts), first)


def point_at(line: Floats, fraction: float) -> tuple[float, float]:
    """The point of a polyline after a fraction of its length."""
    steps = np.hypot(*np.diff(line, axis=0).T)
    length = np.concatenate([[0.0], np.cumsum(steps)])
    goal = fraction * length[-1]
    return float(np.interp(goal, length, line[:, 0])), float(np.interp(goal, length, line[:, 1]))


@lru_cache(maxsize=8)
def _basis(pieces: int, fine_ends: bool) -> Floats:
    t = np.linspace(0.0, 1.0, pieces + 1)[:, None]
    t = (1 - np.cos(np.pi * t)) / 2 if fine_ends else t
    return np.concatenate([(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3], axis=1)
