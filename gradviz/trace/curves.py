"""The scalars of every pass: complete, columnar, and growing without copies."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .messages import CurveKey, CurvesExtended


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
        """float64 (length,), NaN for passes without this scalar; KeyError for an unknown key."""
        column = self._columns[key]
        if len(column) >= self.length:
            return column[: self.length]
        return np.concatenate([column, np.full(self.length - len(column), np.nan)])

    def extended(self, message: CurvesExtended) -> Curves:
        """The view that also holds the message's passes. Views taken earlier stay as they were.

        Rows are only ever written behind the last view's length, so sharing the columns is safe; passes come in order.
        """
        end = message.first + len(message.rows)
        if message.first < self.length:
            raise ValueError(f"passes come in order: {message.first} is there already")
        columns = dict(self._columns)
        for position, key in enumerate(message.keys):
            column = columns.get(key)
            if column is None or len(column) < end:
                # Doubling makes a million appended passes cost a million writes, not a million copies.
                grown = np.full(max(256, 2 * end), np.nan)
                if column is not None:
                    grown[: len(column)] = column
                columns[key] = column = grown
            column[message.first : end] = message.rows[:, position]
        return Curves(columns, end)
