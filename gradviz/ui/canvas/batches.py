"""Many lines or rectangles in one call, straight from a NumPy array.

QPainter's drawLines and drawRects take a pointer and a count. Wrapping the array's address saves making 10,000 Qt
objects per repaint; the array is float64, as QLineF and QRectF are.
"""

from __future__ import annotations

import struct

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QByteArray, QDataStream, QLineF, QRectF
from PySide6.QtGui import QPainter, QPainterPath
from shiboken6 import wrapInstance


def draw_lines(painter: QPainter, lines: NDArray[np.float64]) -> None:
    """(k, 4): x1, y1, x2, y2."""
    if len(lines):
        lines = np.ascontiguousarray(lines, dtype=np.float64)
        painter.drawLines(wrapInstance(lines.ctypes.data, QLineF), len(lines))


def draw_rects(painter: QPainter, rects: NDArray[np.float64]) -> None:
    """(k, 4): x, y, width, height."""
    if len(rects):
        rects = np.ascontiguousarray(rects, dtype=np.float64)
        painter.drawRects(wrapInstance(rects.ctypes.data, QRectF), len(rects))


_ELEMENT = np.dtype([("type", ">i4"), ("x", ">f8"), ("y", ">f8")])


def polygons(points: NDArray[np.float64]) -> QPainterPath:
    """Many polygons (k, corners, 2) as one path, through the format in which Qt streams one: no object a point.

    They should not lie on one another: a path is filled as one shape.
    """
    count, corners = points.shape[:2]
    elements = np.zeros(count * corners, dtype=_ELEMENT)
    elements["x"], elements["y"] = points.reshape(-1, 2).T
    elements["type"] = np.tile([0] + [1] * (corners - 1), count)  # move to the first, line to the others
    # The last number is the rule of filling: what is covered twice is covered still.
    data = struct.pack(">i", len(elements)) + elements.tobytes() + struct.pack(">ii", 0, 1)
    path, stream = QPainterPath(), QDataStream(QByteArray(data))
    stream >> path
    return path


def lines_of(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Polylines (k, n, 2) as single lines (k * (n − 1), 4)."""
    return np.concatenate([points[:, :-1], points[:, 1:]], axis=2).reshape(-1, 4)
