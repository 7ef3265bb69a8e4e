"""Where a training run waits between two passes: hold, one pass at a time, and the speed limit.

The program's thread goes through the gate when the next pass begins, so that a person sees the gradients and the
update of the one before. Any other thread may turn the gate's handles.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class Gate:
    """Open unless someone holds it or limits the speed."""

    def __init__(self) -> None:
        self._turned = threading.Condition()
        self._left: int | None = None
        """Passes that may still end before the gate shuts; None for no limit."""
        self._interval = 0.0
        self._next = 0.0
        self.open = True
        """True while a pass can go through without asking anything: the hot path looks at nothing else."""

    def hold(self) -> None:
        """Shut after the pass that is running."""
        self._set(left=1)

    def resume(self, passes: int = 0) -> None:
        """Let `passes` more passes end, then shut; 0 lets all go on."""
        self._set(left=passes or None)

    def set_speed(self, passes_per_second: float) -> None:
        """At most so many passes a second; 0 for no limit."""
        with self._turned:
            self._interval = 1.0 / passes_per_second if passes_per_second > 0 else 0.0
            self._next = 0.0
            self._changed()

    @property
    def held(self) -> bool:
        """Whether the pass that is open is the last one that may end."""
        return self._left is not None and self._left <= 1

    def pass_ended(self, on_hold: Callable[[], None]) -> None:
        """Called by the program between two passes: wait as long as asked. `on_hold` runs before a hold."""
        with self._turned:
            self._wait_for_time()
            if self._left is not None:
                self._left -= 1
            if self._left == 0:
                on_hold()
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

    def _set(self, left: int | None) -> None:
        with self._turned:
            self._left = left
            self._changed()

    def _changed(self) -> None:
        self.open = self._left is None and not self._interval
        self._turned.notify_all()
