"""Which passes of a long run are sent whole, and how often: the first, those asked for, some of every stretch."""

from __future__ import annotations

import time
from collections.abc import Iterable

FIRST = 12
"""Passes at the beginning that are always sent whole: short programs are stepped through pass by pass."""

LANDMARKS = 3
"""After those, 2**LANDMARKS passes of each doubling are sent whole, so that a fast run has some of every stretch."""

SHARE = 32
"""A pass that took t seconds to assemble and send is followed by at least SHARE × t seconds without another."""

CREDIT = 0.05
"""Seconds that landmarks of a live run may take before they, too, have to keep to that share of the time."""

TICK = 1 / 30
"""Seconds between two sendings: as often as a person can tell pictures apart."""

QUICK, SELDOM = 20, 4
"""Passes in a tick after which the recorder's clock lets so many ticks pass: such a program sends what it has itself,
and each look at the clock costs it the interpreter's lock."""


class Schedule:
    """Which passes of one run are sent."""

    def __init__(self, keep: Iterable[int], live: bool) -> None:
        self.live = live
        self.next_kept = 0
        """The next pass that is sent for its number."""
        self.next_due = 0.0
        """The moment (of perf_counter) from which the next pass of a live run is sent for the time that has gone by."""
        self._keep = frozenset(keep)
        self._began = time.perf_counter()
        self._spent = 0.0

    def may_take(self, number: int) -> bool:
        """Whether it is worth asking `takes`."""
        return number >= self.next_kept or (self.live and time.perf_counter() >= self.next_due)

    def takes(self, number: int) -> bool:
        """Whether this pass, which is over, is sent."""
        now = time.perf_counter()
        due = self.live and now >= self.next_due
        if number >= self.next_kept:
            wanted = number < FIRST or number in self._keep
            due = due or wanted or not self.live or self._spent < CREDIT + (now - self._began) / SHARE
            self.next_kept = following(number, self._keep)
        return due

    def keep(self, *numbers: int) -> None:
        """Send these, too, where they are still to come."""
        self._keep |= {*numbers}
        self.next_kept = min(self.next_kept, *numbers)

    def sent(self, seconds: float) -> None:
        """A pass was sent, and it took so long."""
        self._spent += seconds
        self.next_due = time.perf_counter() + max(TICK - seconds, SHARE * seconds)


def following(number: int, keep: Iterable[int]) -> int:
    """The next such pass: one of the first, one of those in `keep`, or a landmark."""
    if number + 1 < FIRST:
        return number + 1
    step = 1 << max(0, number.bit_length() - 1 - LANDMARKS)
    return min([number - number % step + step, *(each for each in keep if each > number)])
