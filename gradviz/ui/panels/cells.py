"""Numbers as coloured cells: one image for a whole matrix."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from ...scene.shades import shade_colour
from ...scene.theme import Theme

LEVELS = 127
"""Shades on each side of zero."""


@lru_cache(maxsize=8)
def _palette(theme: Theme) -> NDArray[np.uint32]:
    """Colours of −1 … 1 in equal steps, and that of NaN."""
    shades = [*np.linspace(-1, 1, 2 * LEVELS + 1).tolist(), float("nan")]
    return np.array([0xFF000000 | int(shade_colour(shade, theme)[1:], 16) for shade in shades], np.uint32)


def cells(matrix: NDArray[np.floating], theme: Theme) -> QImage | None:
    """One pixel for each number, its shade that of the number over the greatest magnitude; None for no numbers."""
    if not matrix.size:
        return None
    numbers = matrix.astype(np.float64)
    finite = np.abs(numbers[np.isfinite(numbers)])
    greatest = (float(finite.max()) if finite.size else 0.0) or 1.0
    strange = np.isnan(numbers)
    levels = np.where(strange, 0.0, np.clip(np.where(strange, 0.0, numbers) / greatest, -1, 1))
    places = np.where(strange, 2 * LEVELS + 1, np.rint((levels + 1) * LEVELS).astype(np.intp))
    pixels = np.ascontiguousarray(_palette(theme)[places])
    rows, columns = pixels.shape
    return QImage(pixels.tobytes(), columns, rows, 4 * columns, QImage.Format.Format_RGB32).copy()
