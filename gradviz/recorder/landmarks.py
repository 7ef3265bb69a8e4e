"""Which passes of a long run are sent whole, and how often: the first, those asked for, some of every stretch."""

from __future__ import annotations

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


def following(number: int, keep: Iterable[int]) -> int:
    """The next such pass: one of the first, one of those in `keep`, or a landmark."""
    if number + 1 < FIRST:
        return number + 1
    step = 1 << max(0, number.bit_length() - 1 - LANDMARKS)
    return min([number - number % step + step, *(each for each in keep if each > number)])
