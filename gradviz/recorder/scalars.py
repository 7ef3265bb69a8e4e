"""The scalars of a run: a row for every pass, and what belongs to it though it comes after its backward."""

from __future__ import annotations

from math import isfinite
from typing import Any

from ..trace.curves import MISSING
from ..trace.messages import CurveKey, CurvesExtended
from .curves import Rows, RowShape
from .modules import Modules
from .moves import Moves
from .rates import Rates
from .reader import Reader


class Scalars:
    """The program writes, the recorder's clock takes.

    A pass's row is written when its backward has ended and stays open until the next one is written: how far the
    leaves moved, the learning rate and what the program logged come in between.
    """

    def __init__(self, reader: Reader, modules: Modules) -> None:
        self._rows = Rows()
        self._moves = Moves(reader)
        self._rates = Rates(modules)
        self._early: set[str] = set()  # names that were logged before the first backward
        self._is_sound = True

    def begin(self, shape: RowShape, numbers: list[float], leaves: list[Any]) -> bool:
        """Write a row of other leaves than the one before; see `again`."""
        self._close()
        if shape is not self._moves.shape:
            self._rows.begin(shape)
        self._moves.begin(shape, leaves)
        return self._add(numbers)

    def again(self, numbers: list[float], is_sound: bool = False) -> bool:
        """Write a row of the same leaves. True where it is the run's first with NaN or infinity.

        `is_sound`: the caller knows that it has none.
        """
        rows, moves = self._rows, self._moves
        if moves.are_measured:
            rows.close(moves.begin_again(rows.newest))
        if is_sound:
            rows.add(numbers)
            return False
        return self._add(numbers)

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
        return rows.take(self._moves.since(rows.newest) if whole and rows.count else None)

    def finish(self) -> CurvesExtended | None:
        """The last rows of all; what was noted after them, with no backward to follow, has one of its own."""
        if self._rows.is_noted:
            self.begin(RowShape.EMPTY, [MISSING], [])
        return self.take(whole=True)

    def _close(self) -> None:
        rows = self._rows
        if rows.count:
            rows.note(self._moves.since(rows.newest), rows.count - 1)

    def _add(self, numbers: list[float]) -> bool:
        self._rows.add(numbers)
        # One sum asks for all of them; it may be too large itself.
        if not self._is_sound or isfinite(sum(numbers)) or all(map(isfinite, numbers)):
            return False
        self._is_sound = False
        return True
