"""Unconnected parts of a graph, set in rows in reading order, about as wide as a screen is to its height."""

from __future__ import annotations

from math import sqrt

from gradviz.layout.geometry import Rect

SCREEN = 1.6
"""Width of the packed picture to its height, about."""


def packed(sizes: list[tuple[float, float]], gap: float, width: float = 0.0) -> list[tuple[float, float]]:
    """Top left corners for boxes of the given (width, height), left to right in rows, the first at (0, 0).

    Rows are as wide as the widest box, as `width`, or as gives the whole the shape of a screen, whichever is most.
    """
    area = sum((across + gap) * (down + gap) for across, down in sizes)
    limit = max(width, sqrt(area * SCREEN), *(across for across, _ in sizes), 0.0)
    corners = []
    x = y = row = 0.0
    for across, down in sizes:
        if x > 0 and x + across > limit:
            x, y, row = 0.0, y + row + gap, 0.0
        corners.append((x, y))
        x += across + gap
        row = max(row, down)
    return corners


def bounds(boxes: list[Rect]) -> Rect:
    """The smallest rectangle around all; empty at the origin for none."""
    if not boxes:
        return Rect(0.0, 0.0, 0.0, 0.0)
    left, top = min(box.x for box in boxes), min(box.y for box in boxes)
    return Rect(left, top, max(box.right for box in boxes) - left, max(box.bottom for box in boxes) - top)
