"""The scalars of a run: a row for every pass, and what belongs to it though it comes after its backward."""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite
from typing import Any

import numpy as np

from ..trace.curves import MISSING, is_missing
from ..trace.messages import CurveKey, CurvesExtended
from .modules import Modules
from .moves import Moves
from .rates import Rates, Scopes
from .reader import Reader
from .row_shape import RowShape
from .rows import Rows

PASSED = frozenset(("loss", "value", "gradient"))
"""What a pass itself makes."""


class Scalars:
    """The program writes, the recorder's clock takes.

    A pass's row is written when its backward has ended and stays open until the next one is written: how far the
    leaves moved, the learning rate and what the program logged come in between.
    """

    def __init__(self, reader: Reader, modules: Modules, scopes: Scopes = tuple) -> None:
        self._rows = Rows()
        self._moves = Moves(reader)
        self._rates = Rates(modules, scopes)
        self._early: set[str] = set()  # names that were logged before the first backward
        self._is_sound = True

    def begin(self, shape: RowShape, leaves: list[Any], loss: float, arrays: list[Any]) -> None:
        """Write a row of other leaves than the one before; see `again`."""
        rows, moves = self._rows, self._moves
        if rows.count:
            rows.note(moves.since(rows.open_row()), rows.count - 1)
        if shape is not moves.shape:
            rows.begin(shape)
        moves.begin(shape, leaves)
        rows.add(loss, *shape.split(arrays))

    @property
    def writer(self) -> Callable[[float, list[Any]], bool]:
        """`again`, for as long as the leaves are the same."""
        return self.again if self._moves.shape.measured else self._rows.add

    def again(self, loss: float, arrays: list[Any]) -> bool:
        """Write a row of the same leaves: the loss, and the arrays of each leaf's value and gradient.

        False, and no row, where one of them has changed its size.
        """
        rows, shape = self._rows, self._moves.shape
        if not shape.measured:
            return rows.add(loss, arrays)
        rows.close(self._moves.measure(rows.sizes()))
        return rows.add(loss, *shape.split(arrays))

    def is_first_fault(self, numbers: list[float]) -> bool:
        """Whether NaN or infinity is among the numbers of a row, for the first time in the run."""
        # One sum asks for all of them; it may be too large itself.
        if not self._is_sound or isfinite(sum(numbers)) or all(map(isfinite, numbers)):
            return False
        self._is_sound = False
        return True

    def first_fault(self, block: CurvesExtended) -> int | None:
        """The pass with NaN or infinity in a block, if it is the first of the run."""
        if not self._is_sound:
            return None
        shown = [place for place, key in enumerate(block.keys) if key.kind in PASSED]
        columns = block.rows[:, shown]
        if np.isfinite(columns).all():
            return None
        rows = np.flatnonzero(~(np.isfinite(columns) | is_missing(columns)).all(axis=1))
        if not len(rows):
            return None
        self._is_sound = False
        return block.first + int(rows[0])

    def step(self, optimizer: Any, is_written: bool) -> None:
        """An optimizer has moved its parameters, at these learning rates; `is_written`: the open pass has its row."""
        rows = self._rows
        rows.note(self._rates.of(optimizer), max(0, rows.count - 1) if is_written else rows.count)

    def log(self, name: str, value: float, is_written: bool) -> None:
        """A number that the program logged.

        It belongs to the pass whose backward was the last, even where the program has begun to compute anew: most log
        at the end of a loop's body. A name that came before the first backward keeps coming before: where the last
        pass has one, it is the next pass's.
        """
        rows, key = self._rows, CurveKey("logged", name)
        if not rows.count:
            self._early.add(name)
        is_again = rows.has(key, rows.count - 1) and (name in self._early or not is_written)
        is_last = rows.count > 0 and not is_again
        rows.note({key: value}, rows.count - 1 if is_last else rows.count)

    def take(self, whole: bool = False) -> CurvesExtended | None:
        """The rows that have come since the last time; `whole`: the open one as well, as far as it has come."""
        rows = self._rows
        return rows.take(self._moves.since(rows.open_row()) if whole and rows.count else None)

    def finish(self) -> CurvesExtended | None:
        """The last rows of all; what was noted after them, with no backward to follow, has one of its own."""
        if self._rows.is_noted:
            self.begin(RowShape.EMPTY, [], MISSING, [])
        return self.take(whole=True)
