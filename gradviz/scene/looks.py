"""The twelve looks of kept runs: a colour of the theme, a line style and a letter, each look unlike every other.

Never colour alone: two runs of one colour differ in their dashes, and the letter stands at the end of each curve.
"""

from __future__ import annotations

from dataclasses import dataclass

DASHES: tuple[tuple[str, tuple[float, ...]], ...] = (
    ("dashed", (6.0, 3.0)),
    ("dotted", (1.5, 2.5)),
    ("long dashes", (13.0, 4.0)),
    ("dash and dot", (7.0, 2.5, 1.5, 2.5)),
    ("dash and two dots", (7.0, 2.5, 1.5, 2.5, 1.5, 2.5)),
)
"""Title, and lengths of strokes and gaps in widths of the pen. A solid line is the run on screen, so none is solid."""

SYMBOLS = ("s", "t", "d", "+", "x")
"""Shapes of points, one for each line style: square, triangle, diamond, plus, cross."""

COLOURS = ("blue", "orange", "green", "purple", "teal", "pink", "olive", "grey")
"""Names of the theme's series, in their order."""


@dataclass(frozen=True, slots=True)
class Look:
    """`color` counts through the theme's series; `dash` is for a pen, `symbol` for points that no line joins."""

    letter: str
    color: int
    style: str
    dash: tuple[float, ...]
    symbol: str

    @property
    def title(self) -> str:
        return f"{self.letter}: {COLOURS[self.color]}, {self.style}"


LOOKS: tuple[Look, ...] = tuple(
    Look(letter, (place + 1) % len(COLOURS), *DASHES[place % len(DASHES)], SYMBOLS[place % len(SYMBOLS)])
    for place, letter in enumerate("ABCDEFGHIJKL")
)
