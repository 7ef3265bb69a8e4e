"""The scalars of every pass, gathered row by row and sent in blocks."""

from __future__ import annotations

import math
import threading
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..trace.messages import CurveKey, CurvesExtended

LEAVES = 100
"""Leaves that get curves: nobody reads a thousand of them, and a block must stay small."""

SMALL, LARGE = 1e-30, 1e30
"""Between these a sum of squares loses nothing in float32."""

LOSS = CurveKey("loss")


def number_of(value: Any) -> float:
    """The number itself for one element, the Euclidean norm for more (to the precision of the elements)."""
    if value.size == 1:
        return float(value.real) if not value.ndim else float(value.real.item())
    flat = value.ravel()
    if flat.dtype == np.float32:
        square = float(flat.dot(flat))
        if SMALL < square < LARGE:
            return math.sqrt(square)
    flat = flat.astype(np.float64)
    return math.sqrt(float(np.dot(flat, flat)))


def total(value: Any) -> float:
    """The number itself for one element, the sum for more: what a person minimises."""
    return float(value.real) if not value.ndim else float(np.sum(value.real, dtype=np.float64))


def row_keys(names: tuple[str, ...]) -> tuple[CurveKey, ...]:
    """Keys for the loss, and for value and gradient of each leaf. Leaves of one name are told apart by a number."""
    keys, taken = [LOSS], set()
    for name in names:
        unique, count = name, 2
        while unique in taken:
            unique, count = f"{name} ({count})", count + 1
        taken.add(unique)
        keys += (CurveKey("value", unique), CurveKey("gradient", unique))
    return tuple(keys)


class Rows:
    """Rows of passes that have not been sent. The program adds, the recorder's clock takes."""

    def __init__(self) -> None:
        self._rows: list[tuple[tuple[CurveKey, ...], Sequence[float]]] = []
        self.add = self._rows.append
        """Adds the next pass's keys and scalars; passes come in order and each has one row."""
        self._first = 0
        self._lock = threading.Lock()

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
        keys = taken[0][0]
        if all(row[0] is keys for row in taken):  # the rows of a loop
            return CurvesExtended(first, keys, np.array([values for _, values in taken], np.float64))
        keys = tuple(dict.fromkeys(key for row, _ in taken for key in row))
        places = {key: place for place, key in enumerate(keys)}
        block = np.full((count, len(keys)), np.nan)
        for position, (row, values) in enumerate(taken):
            block[position, [places[key] for key in row]] = values
        return CurvesExtended(first, keys, block)
