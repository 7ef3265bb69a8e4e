"""How much is drawn: the farther away, the less, so that a full repaint stays within a frame at any size.

The limits are measured ones. They count what is visible as well as the zoom: a handful of cards keeps its texts where
thousands would not be read anyway.
"""

from __future__ import annotations

from enum import IntEnum


class Detail(IntEnum):
    FLAT = 0
    """Filled rectangles and hairlines."""
    BORDERED = 1
    TITLES = 2
    """Rounded cards with a large sign or name, curved edges."""
    FULL = 3


def detail_for(zoom: float, visible: int) -> Detail:
    """`visible` is the number of cards in view."""
    if zoom < 0.15 or (zoom < 0.2 and visible > 260):
        return Detail.FLAT
    if visible > 420 or (zoom < 0.3 and visible > 260):
        return Detail.BORDERED
    if zoom < 0.55 or visible > 120:
        return Detail.TITLES
    return Detail.FULL
