"""Unconnected parts of a graph, packed tidily in reading order: rows of parts, as wide as a screen is to its height."""

from __future__ import annotations

from math import sqrt

from gradviz.layout.geometry import Rect

SCREEN = 1.6
"""Width of the packed picture to its height, about."""


def packed(sizes: list[tuple[float, float]], gap: float) -> list[tuple[float, float]]:
    """Top left corners for boxes of the given (width, height), left to right in rows, first box at (0, 0)."""
    area = sum((width + gap) * (height + gap) for width, height in sizes)
    limit = max(max((width for width, _ in sizes), default=0.0), sqrt(area * SCREEN))
    corners = []
    x = y = row = 0.0
    for width, height in sizes:
        if x > 0 and x + width > limit:
            x, y, row = 0.0, y + row + gap, 0.0
        corners.append((x, y))
        x += width + gap
        row = max(row, height)
    return corners


def settled(boxes: list[Rect], placed: list[Rect], gap: float) -> tuple[float, float]:
    """How far new boxes, packed at the origin, must move to stand below everything that is placed already."""
    if not placed or not boxes:
        return 0.0, 0.0
    left = min(box.x for box in placed)
    bottom = max(box.bottom for box in placed)
    return left - min(box.x for box in boxes), bottom + gap - min(box.y for box in boxes)
