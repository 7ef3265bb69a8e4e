"""The step under the pointer in words, beside the timeline: its first paint needs no explanations."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QToolTip

from ..scene.explain import explain, plain
from ..session.session import Session
from ..trace.query import State
from .timeline import Timeline


class StepTips(QObject):
    """Answers the timeline's questions for a tip."""

    def __init__(self, timeline: Timeline, session: Session) -> None:
        super().__init__(timeline)
        self._timeline, self._session = timeline, session
        timeline.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.ToolTip or not isinstance(event, QHelpEvent):
            return False
        QToolTip.showText(event.globalPos(), self.words_at(event.pos().x()), self._timeline)
        return True

    def words_at(self, x: float) -> str:
        """The step at a place of the timeline: where it is, what runs, its note, and the first sentence on it."""
        step, view = self._timeline.step_at(x), self._session.view
        if step is None or view.state is None:
            return "Run a program to have steps to walk."
        if self._session.settings.predict and step > view.state.step:
            return f"step {step} of {view.state.history.steps}\nHidden until you have predicted it."
        said = explain(view.trace, State(view.state.history, step))
        title = f"{said.place} · {said.title}" if said.title else said.place
        note = self._timeline.kept(view.state).get(step)
        title = f"{title}\n“{note}”" if note else title
        return f"{title}\n{plain(said.sentences[0])}" if said.sentences else title
