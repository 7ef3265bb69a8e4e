"""The last line of the window: facts on the left, what was just said in the middle, the main keys on the right."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from ..session.session import Session
from ..session.view import View
from ..trace.history import History
from .topbar import ENGINES

SAID_FOR = 6_000
"""Milliseconds that a sentence stays."""

KEYS = "Space play · ← → step · F fit · F1 keys"


class StatusBar(QWidget):
    """Built like every other panel; QStatusBar would hide the facts under its messages."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("status")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._session = session
        self._counted: tuple[History | None, str] = (None, "")
        self._facts, self._said, self._keys = QLabel(), QLabel(), QLabel(KEYS)
        for label in (self._facts, self._said, self._keys):
            label.setProperty("role", "muted")
        self._said.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._said.setAccessibleName("Message")
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 4, 14, 4)
        row.setSpacing(18)
        row.addWidget(self._facts)
        row.addWidget(self._said, 1)
        row.addWidget(self._keys, 0, Qt.AlignmentFlag.AlignRight)
        self._timer = QTimer(self, singleShot=True, interval=SAID_FOR)
        self._timer.timeout.connect(self._said.clear)
        session.changed.connect(self._view_changed)
        session.settings_changed.connect(self._settings_changed)
        session.told.connect(self.say)
        self._view_changed(session.view)

    def shutdown(self) -> None:
        self._timer.stop()

    def say(self, sentence: str) -> None:
        """Show a sentence for a while."""
        self._said.setText(sentence)
        self._said.setToolTip(sentence)
        self._timer.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._keys.setVisible(self.width() > 3 * self._keys.sizeHint().width())

    def _settings_changed(self, name: str) -> None:
        if name == "engine":
            self._view_changed(self._session.view)

    def _view_changed(self, view: View) -> None:
        facts = [self._counts(view), f"{ENGINES[self._session.settings.engine]} engine", _run_words(view)]
        self._facts.setText("     ".join(fact for fact in facts if fact))

    def _counts(self, view: View) -> str:
        history = view.state.history if view.state else None
        if history is not self._counted[0] and history is not None:
            edges = sum(1 for node in history.nodes.values() for edge in node.node.edges if edge is not None)
            words = f"{_count(len(history.nodes), 'node')} · {_count(edges, 'edge')}"
            self._counted = (history, words)
        return self._counted[1] if history is not None else ""


def _run_words(view: View) -> str:
    if view.failure:
        return "the program could not run"
    if view.status == "running" and view.newest.pass_count > 1:
        return f"running, pass {view.newest.pass_count:,}"
    words = {"starting": "starting", "running": "running", "held": "paused", "stopping": "stopping"}.get(view.status)
    if words is not None:
        return words
    ended = view.newest.ended
    if ended is None:
        return "stopped" if view.status == "ended" else ""
    if view.error is not None:
        return "stopped with an error"
    return f"ran in {_duration(ended.seconds)}"


def _duration(seconds: float) -> str:
    if seconds < 1:
        return f"{max(1, round(seconds * 1000))} ms"
    return f"{seconds:.1f} s" if seconds < 60 else f"{seconds / 60:.1f} min"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
