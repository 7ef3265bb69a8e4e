"""Lets go of long passes a little at a time: 10,000 ops at once would take 40 ms, just when a new run comes in."""

from __future__ import annotations

import time
import weakref

from PySide6.QtCore import QObject, QTimer, Signal

from ..session.session import Session
from ..session.view import View
from ..trace.history import History

LONG = 1_000
"""Events of a pass that is worth the trouble."""
SLICE = 3e-3
"""Seconds, after which the window has its turn again."""
FEW = 200
"""Parts between two looks at the clock."""


class Releasing(QObject):
    """Holds the parts of long passes; once nobody holds the pass any more, it drops them one after another."""

    _left = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._parts: dict[weakref.ref[History], list[object]] = {}
        self._leaving: list[object] = []
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._drop)
        self._left.connect(self._timer.start)
        self._session = session
        session.changed.connect(self._view_changed)

    @property
    def is_busy(self) -> bool:
        return bool(self._leaving)

    def _view_changed(self, view: View) -> None:
        # Every pass is the last one of its run at some time.
        if not view.newest.passes or len(view.newest.passes[-1].events) < LONG:
            return
        history = view.newest.passes[-1].history
        if weakref.ref(history) not in self._parts:
            parts = [*history.events, *history.tensors.values(), *history.nodes.values(), *history.ops.values()]
            self._parts[weakref.ref(history, self._gone)] = [*parts, *history.contributions.values()]

    def _gone(self, history: weakref.ref[History]) -> None:
        """Nobody holds the pass any more; told on whichever thread let it go."""
        self._leaving += self._parts.pop(history, ())
        self._left.emit()

    def _drop(self) -> None:
        until = time.perf_counter() + SLICE
        while self._leaving:
            del self._leaving[-FEW:]
            if time.perf_counter() > until:
                break
        if not self._leaving:
            self._timer.stop()

    def shutdown(self) -> None:
        self._session.changed.disconnect(self._view_changed)
        self._timer.stop()
        self._parts.clear()
        self._leaving.clear()
