"""Python's search for reference cycles, when nobody waits for the window.

When enough has been made, Python looks through everything there is, and every thread stands still meanwhile: 260 ms
with two records of 10,000 ops, three times while their picture is laid out. Here it looks only through what is young, a
few milliseconds at a time; through all of it when the window was left alone for a while, or when too much has come
together to wait for that. Records and pictures have no cycles (a test says so): they go when they are let go.
"""

from __future__ import annotations

import gc
import time

from PySide6.QtCore import QObject, QTimer

from ..session.session import Session
from ..session.view import View

YOUNG = (700, 10)
"""Python's own: after so many new objects, and every tenth time with those that were new before."""
NEVER = 2**31 - 1
REST = 5_000
"""Milliseconds without a change of what is shown."""
IDLE = 0.1
"""Share of these in which the process may have worked: more, and a picture is being made."""
ENOUGH, TOO_MUCH = 30, 1_000
"""Looks through the young, each after some 7,000 objects that stayed: worth a look through all; not to be put off."""


class Collecting(QObject):
    """For one session; what was made before it is taken to stay for ever."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._before = gc.get_threshold()
        gc.freeze()
        gc.set_threshold(*YOUNG, NEVER)
        self._timer = QTimer(self, singleShot=True, interval=REST)
        self._timer.timeout.connect(self._rested)
        self._spent = 0.0
        session.changed.connect(self._view_changed)
        self._session = session

    def _view_changed(self, view: View) -> None:
        waiting = gc.get_count()[2]
        if waiting >= TOO_MUCH:
            self._collect()
        elif waiting >= ENOUGH:
            self._rest()

    def _rest(self) -> None:
        self._spent = time.process_time()
        self._timer.start()

    def _rested(self) -> None:
        works = time.process_time() - self._spent > IDLE * self._timer.interval() / 1000
        if works or self._session.view.is_busy:
            self._rest()
        else:
            self._collect()

    def _collect(self) -> None:
        self._timer.stop()
        gc.collect()

    def shutdown(self) -> None:
        """Leave it to Python again."""
        self._session.changed.disconnect(self._view_changed)
        self._timer.stop()
        gc.set_threshold(*self._before)
