"""Where a training run waits between two passes: hold, one pass at a time, and the speed limit.

The program's thread goes through the gate when the next pass begins, so that a person sees the gradients and the
update of the one before. Any other thread may turn the gate's handles.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from . import records


@dataclass(frozen=True)
class PassEnd:
    """What a goal may ask of a pass that is over."""

    number: int = 0
    loss: float = math.nan
    raw: Sequence[Any] = ()

    def has_update(self) -> bool:
        """Whether a tensor was changed in place, by an optimizer or by hand."""
        return any(kind == records.UPDATED for kind, _ in records.records(list(self.raw)))


Reached = Callable[[PassEnd], bool]


class Gate:
    """Open unless someone holds it, limits the speed, or waits for a goal."""

    def __init__(self) -> None:
        self._turned = threading.Condition()
        self._left: int | None = None
        """Passes that may still end before the gate shuts; None for no limit."""
        self._goal: Reached | None = None
        self._interval = 0.0
        self._next = 0.0
        self.open = True
        """True while a pass can go through without asking anything: the hot path looks at nothing else."""

    def hold(self) -> None:
        """Shut after the pass that is running."""
        self._set(left=1)

    def resume(self, passes: int = 0, goal: Reached | None = None) -> None:
        """Let `passes` more passes end, or those before the goal, then shut; without either all go on."""
        self._set(passes or None, goal)

    def set_speed(self, passes_per_second: float) -> None:
        """At most so many passes a second; 0 for no limit."""
        with self._turned:
            self._interval = 1.0 / passes_per_second if passes_per_second > 0 else 0.0
            self._next = 0.0
            self._changed()

    def shuts(self, end: PassEnd) -> bool:
        """Whether the pass that is open, should it end so, is the last one that may."""
        return self._left <= 1 if self._left is not None else self._goal is not None and self._goal(end)

    def pass_ended(self, on_hold: Callable[[], None], end: PassEnd | None = None) -> None:
        """Called by the program between two passes: wait as long as asked. `on_hold` runs before a hold."""
        with self._turned:
            self._wait_for_time()
            if self.shuts(end or PassEnd()):
                self._left, self._goal = 0, None
                on_hold()
            elif self._left is not None:
                self._left -= 1
            while self._left is not None and self._left <= 0:
                # Bounded waits, because Windows delivers an interrupt only between two of them.
                self._turned.wait(1.0)

    def _wait_for_time(self) -> None:
        while self._interval and not (self._left is not None and self._left <= 1):
            rest = self._next - time.monotonic()
            if rest <= 0:
                break
            self._turned.wait(rest)
        self._next = max(self._next, time.monotonic()) + self._interval

    def _set(self, left: int | None, goal: Reached | None = None) -> None:
        with self._turned:
            self._left, self._goal = left, goal
            self._changed()

    def _changed(self) -> None:
        self.open = self._left is None and self._goal is None and not self._interval
        self._turned.notify_all()
