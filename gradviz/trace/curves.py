"""The scalars of every pass: complete, columnar, and growing without copies."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .messages import CurveKey, CurvesExtended

MISSING = float(np.uint64(0x7FF8_0000_0000_07A2).view(np.float64))
"""A NaN of our own, for "there is no number here": a program's NaN is a number that went wrong, and is to be seen.

No arithmetic makes these bits: a NaN of the processor has none of the low ones set, nor has one that was a float32.
"""


def is_missing(column: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Where a column has no number at all."""
    found: NDArray[np.bool_] = np.ascontiguousarray(column).view(np.uint64) == np.uint64(0x7FF8_0000_0000_07A2)
    return found


class Curves:
    """A frozen view of the first `length` passes. New passes go into the shared columns behind it."""

    __slots__ = ("_columns", "length")

    def __init__(self, columns: dict[CurveKey, NDArray[np.float64]] | None = None, length: int = 0) -> None:
        self._columns = columns if columns is not None else {}
        self.length = length

    @property
    def keys(self) -> tuple[CurveKey, ...]:
        return tuple(self._columns)

    def column(self, key: CurveKey) -> NDArray[np.float64]:
        """float64 (length,), `MISSING` for passes without this scalar; KeyError for an unknown key."""
        column = self._columns[key]
        if len(column) >= self.length:
            return column[: self.length]
        return np.concatenate([column, np.full(self.length - len(column), MISSING)])

    def extended(self, message: CurvesExtended) -> Curves:
        """The view that also holds the message's passes. Views taken earlier stay as they were.

        Rows are only ever written behind the last view's length, so sharing the columns is safe; passes come in order.
        """
        again = self.length - message.first
        if again > 1:
            raise ValueError(f"passes come in order: {message.first} is there already")
        if again == 1 and self.length:
            return self._without_last().extended(message)
        end = message.first + len(message.rows)
        columns = dict(self._columns)
        for position, key in enumerate(message.keys):
            column = columns.get(key)
            if column is None or len(column) < end:
                # Growing by half makes a million appended passes cost some million writes, not a million copies.
                grown = np.full(max(256, end + end // 2), MISSING)
                if column is not None:
                    grown[: len(column)] = column
                columns[key] = column = grown
            column[message.first : end] = message.rows[:, position]
        return Curves(columns, end)

    def _without_last(self) -> Curves:
        """The passes before the last one, in columns of their own: the last was open, and comes again."""
        length = self.length - 1
        return Curves({key: column[:length].copy() for key, column in self._columns.items()}, length)
