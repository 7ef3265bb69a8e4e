"""Where the gradient's number rides on an edge: on its line, beside no card and over no other number.

The places are found once per picture, for the widest text, so that numbers stand still while one steps.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from .curves import Curves, Floats, point_at
from .measure import text_width

PILL_HEIGHT = 18.0
PILL_SIZE = 11.0
PILL_PAD = 4.0

CAREFUL = 3000
"""Up to this many edges each number looks for a free place; beyond, nobody can read them all at once."""

# The middle first; then towards the source, where edges into one op have fanned out; then the other way.
FRACTIONS = (0.5, 0.42, 0.34, 0.58, 0.27, 0.66, 0.74)
# Two edges between the same two cards are apart where they arrive.
TWIN_FRACTIONS = (0.76, 0.7, 0.64, *FRACTIONS)
# Both edges of `x * x` take one way: there the numbers move apart, off their lines by up to half their height.
OFFSETS = (0.0, -6.0, 6.0, -11.0, 11.0, -20.0, 20.0)
# A level line is short, and a number on it would leave nothing to see of it: there it stands above, or else below.
LEVEL_OFFSETS = (-11.0, 11.0, 0.0, -20.0, 20.0)

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Pill:
    """A number on an edge: its text and its centre."""

    text: str
    x: float
    y: float
    width: float


def pill_width(text: str) -> float:
    return text_width(text, PILL_SIZE, mono=True) + 2 * PILL_PAD


def middles(curves: Curves) -> Floats:
    """(links, 2): the middle of each edge, without a look at what else is there."""
    middle = (curves.first[:-1] + curves.first[1:] - 1) // 2
    centres: Floats = curves.controls[middle].mean(axis=1)
    return centres


def pill_places(rects: Floats, curves: Curves, widths: Sequence[float], twins: Sequence[bool]) -> Floats:
    """(links, 2): a centre for the number on every edge, given how wide each can become.

    `twins` says which edges run between the same two cards as another one.
    """
    count = len(widths)
    places = np.zeros((count, 2))
    taken = _Boxes()
    for x, y, width, height in rects:
        taken.add((x - 2, y - 2, x + width + 2, y + height + 2))
    for link in range(count):
        line = curves.polyline(link)
        points = [point_at(line, fraction) for fraction in (TWIN_FRACTIONS if twins[link] else FRACTIONS)]
        is_level = bool(np.ptp(line[:, 1]) < 0.5)
        spots = [(x, y + offset) for offset in (LEVEL_OFFSETS if is_level else OFFSETS) for x, y in points]
        place = next((spot for spot in spots if taken.free(_box(spot, widths[link]))), spots[0])
        taken.add(_box(place, widths[link]))
        places[link] = place
    return places


def _box(centre: tuple[float, float], width: float) -> Box:
    x, y = centre
    return x - width / 2, y - PILL_HEIGHT / 2 - 1, x + width / 2, y + PILL_HEIGHT / 2 + 1


class _Boxes:
    """Rectangles in a coarse grid, so that a question looks at neighbours only."""

    SIDE = 160.0

    def __init__(self) -> None:
        self.cells: dict[tuple[int, int], list[Box]] = defaultdict(list)

    def _touched(self, box: Box) -> Iterator[tuple[int, int]]:
        for column in range(int(box[0] // self.SIDE), int(box[2] // self.SIDE) + 1):
            for row in range(int(box[1] // self.SIDE), int(box[3] // self.SIDE) + 1):
                yield column, row

    def add(self, box: Box) -> None:
        for cell in self._touched(box):
            self.cells[cell].append(box)

    def free(self, box: Box) -> bool:
        left, top, right, bottom = box
        return not any(
            left < other[2] and other[0] < right and top < other[3] and other[1] < bottom
            for cell in self._touched(box)
            for other in self.cells.get(cell, ())
        )
