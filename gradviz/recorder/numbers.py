"""What a curve shows of a tensor: one number."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

SMALL, LARGE = 1e-30, 1e30
"""Between these a sum of squares loses nothing in float32."""

FEW = 32
"""Elements that Python sums quicker than NumPy is called."""

FLOAT = np.dtype(np.float32)


def number_of(value: Any) -> float:
    """The number itself for one element, the Euclidean norm for more (to the precision of the elements)."""
    size = value.size
    if size == 1:
        return float(value) if value.__class__ is np.float32 else float(value.item().real)
    flat = value if value.ndim == 1 else value.ravel()
    is_single = flat.dtype is FLOAT
    if size <= FEW and (is_single or flat.dtype.kind == "f"):
        return math.hypot(*flat.tolist())
    if is_single:
        square = float(flat.dot(flat))
        if SMALL < square < LARGE:
            return math.sqrt(square)
    flat = np.abs(flat).astype(np.float64)
    return math.sqrt(float(np.dot(flat, flat)))


def total(value: Any) -> float:
    """The number itself for one element, the sum for more: what a person minimises."""
    return float(value.real) if not value.ndim else float(np.sum(value.real, dtype=np.float64))
