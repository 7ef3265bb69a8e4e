"""Looks for failures of training while a program runs, a little at a time, and tells those who show them.

The window's thread does it in slices of a few milliseconds: a pass is read once, and the curves are looked at again
only after a rest that is long against what the look cost.
"""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, QTimer, Signal

from ..scene.findings import Evidence, Finding, findings_in
from ..session.session import Session
from ..session.view import View
from ..trace.trace import Trace

SLICE, LOOK = 200, 4e-3
"""Events read at a time, and seconds after which the window has its turn again."""
REST = 150
"""Milliseconds between two looks at least."""
SHARE = 20
"""A look that took long is followed by a rest of so many times its length."""


class Findings(QObject):
    """The findings of the newest run; `changed` when they are others."""

    changed = Signal()
    shown = Signal(str)
    """The card of a finding was chosen: its key."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._evidence = Evidence()
        self._trace = Trace()
        self.found: tuple[Finding, ...] = ()
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._look)
        session.changed.connect(self._view_changed)

    def _view_changed(self, view: View) -> None:
        if view.newest is not self._trace:
            self._trace = view.newest
            if not self._timer.isActive():
                self._timer.start(REST)

    def _look(self) -> None:
        began = time.perf_counter()
        self._evidence.follow(self._trace)
        while not self._evidence.read(SLICE):
            if time.perf_counter() - began > LOOK:
                self._timer.start(0)
                return
        found = findings_in(self._evidence)
        spent = (time.perf_counter() - began) * 1e3
        if self._trace is not self._session.view.newest:
            self._trace = self._session.view.newest
            self._timer.start(round(max(REST, SHARE * spent)))
        if found != self.found:
            self.found = found
            self.changed.emit()

    def go_to(self, finding: Finding) -> None:
        """Take everything to the step that shows it, with its card chosen."""
        sight, trace = finding.sight, self._session.view.trace
        item = trace.find_pass(sight.cursor.number)
        if item is None or item.number != sight.cursor.number:
            self._session.go_to_pass(sight.cursor.number)
            return
        self._session.go_to(sight.cursor)
        if sight.card:
            self._session.select(sight.card)
            self.shown.emit(sight.card)

    def shutdown(self) -> None:
        self._timer.stop()
