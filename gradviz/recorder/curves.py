"""The scalars of every pass, gathered row by row and sent in blocks."""

from __future__ import annotations

import math
import threading
from typing import Any

import numpy as np

from ..trace.messages import CurveKey, CurvesExtended

LEAVES = 100
"""Leaves that get curves: nobody reads a thousand of them, and a block must stay small."""

LOSS = CurveKey("loss")

Row = dict[CurveKey, float]


def number_of(value: Any) -> float:
    """The number itself for one element, the Euclidean norm for more."""
    if value.size == 1:
        return float(value.real) if not value.ndim else float(value.real.item())
    flat = np.ravel(value).astype(np.float64)
    return math.sqrt(float(np.dot(flat, flat)))


def total(value: Any) -> float:
    """The number itself for one element, the sum for more: what a person minimises."""
    return float(value.real) if not value.ndim else float(np.sum(value.real, dtype=np.float64))


def leaf_keys(name: str, row: Row) -> tuple[CurveKey, CurveKey]:
    """Keys for a leaf's value and gradient. Leaves of one pass that share a name are told apart by a number."""
    unique, count = name, 2
    while CurveKey("value", unique) in row:
        unique, count = f"{name} ({count})", count + 1
    return CurveKey("value", unique), CurveKey("gradient", unique)


class Rows:
    """Rows of passes that have not been sent. The program adds, the recorder's clock takes."""

    def __init__(self) -> None:
        self._rows: list[Row] = []
        self._first = 0
        self._lock = threading.Lock()

    def add(self, row: Row) -> None:
        """The next pass's scalars; passes come in order and each has one row."""
        self._rows.append(row)

    def take(self) -> CurvesExtended | None:
        """Everything that has come since the last time, as one block."""
        with self._lock:
            # Only the end is ever added to, so what is counted here is there to stay.
            count = len(self._rows)
            if not count:
                return None
            taken, first = self._rows[:count], self._first
            del self._rows[:count]
            self._first += count
        keys = tuple(dict.fromkeys(key for row in taken for key in row))
        block = np.full((count, len(keys)), np.nan)
        for position, key in enumerate(keys):
            block[:, position] = [row.get(key, math.nan) for row in taken]
        return CurvesExtended(first, keys, block)
