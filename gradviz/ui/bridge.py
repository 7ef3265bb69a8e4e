"""Brings word from the supervisor's thread to the window's, at most once a frame."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Signal

FRAME = 1 / 60
"""Seconds between two refreshes at least; a training run sends far more than a screen shows."""

LONGEST_REST = 0.05
"""Seconds at most. After a refresh that took t seconds, painting included, as much time is left for keys and clicks: on
a busy machine the window shows fewer pictures and still answers at once."""


class Bridge(QObject):
    """`wake` may be called from any thread; `refresh` is then called on this object's thread, once for many wakes."""

    _woken = Signal()

    def __init__(self, refresh: Callable[[], None] | None = None) -> None:
        super().__init__()
        self.refresh = refresh
        self._is_asked = False
        self._last = 0.0
        self._timer = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._refresh)
        self._rested = 0.0
        self._is_late = False
        # What a refresh has asked to be painted is painted before a timer of no time comes.
        self._painted = QTimer(self, singleShot=True, interval=0)
        self._painted.timeout.connect(self._settle)
        self._woken.connect(self._arrive, Qt.ConnectionType.QueuedConnection)

    def wake(self) -> None:
        """Ask for a refresh. A plain flag is enough: at worst two threads ask twice, and never is one lost."""
        if not self._is_asked:
            self._is_asked = True
            self._woken.emit()

    def shutdown(self) -> None:
        """No refresh comes after this."""
        self.refresh = None
        self._timer.stop()
        self._painted.stop()

    def _arrive(self) -> None:
        if self._painted.isActive():
            self._is_late = True  # the picture before is not painted yet
            return
        wait = self._rested - time.monotonic()
        if wait > 0 and self.refresh is not None:
            self._timer.start(max(1, round(wait * 1000)))
        else:
            self._refresh()

    def _refresh(self) -> None:
        # The flag falls before looking, so that a word that comes while we look asks again.
        self._is_asked = False
        self._last = time.monotonic()
        if self.refresh is not None:
            self._painted.start()
            self.refresh()

    def _settle(self) -> None:
        now = time.monotonic()
        took = now - self._last
        self._rested = now + max(FRAME - took, min(LONGEST_REST, took))
        if self._is_late:
            self._is_late = False
            self._arrive()
