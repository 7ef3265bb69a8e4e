"""PROBLEMS: what went wrong, at which line, and what usually helps; and what a run shows to be going wrong."""

from __future__ import annotations

from itertools import groupby

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QListWidget, QListWidgetItem, QStackedLayout, QWidget

from ...scene.findings import Finding
from ...session.session import Session
from ...session.view import View
from ..icons import icon
from ..problem import sentence_of, sentence_of_thinned
from ..style import theme_of

LINE = Qt.ItemDataRole.UserRole
FINDING = Qt.ItemDataRole.UserRole + 1

EMPTY = (
    "No problems. When a line fails, or training goes wrong, it is said here in words, with what usually helps."
)


class Problems(QWidget):
    """A list of sentences; a click goes to the line."""

    line_chosen = Signal(int)
    counted = Signal(int)
    finding_chosen = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._shown: list[tuple[str, int]] = []
        self._remark = ""
        self._findings: tuple[Finding, ...] = ()
        self._empty = QLabel(EMPTY)
        self._empty.setWordWrap(True)
        self._empty.setProperty("role", "empty")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.list = QListWidget(wordWrap=True)
        self.list.setAccessibleName("Problems")
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemClicked.connect(self._choose)
        self.list.itemActivated.connect(self._choose)
        self._pages = QStackedLayout(self)
        self._pages.setContentsMargins(10, 6, 6, 6)
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self.list)
        session.changed.connect(self._view_changed)
        session.settings_changed.connect(self._settings_changed)
        self._view_changed(session.view)

    def sentences(self) -> list[tuple[str, int]]:
        """(sentence, line or 0) of all that is wrong now, then the calls that led there."""
        view, found = self._session.view, []
        if view.failure:
            found.append((view.failure, 0))
        if view.error is not None:
            found.append((sentence_of(view.error), view.error.source.line if view.error.source else 0))
        thinned = view.newest.thinned
        if thinned is not None:
            found.append((sentence_of_thinned(thinned), thinned.source.line if thinned.source else 0))
        return found + self._calls()

    def remark(self) -> str:
        """How the run ended, where there is something to say of it: a stop is no problem."""
        view = self._session.view
        ended = view.newest.ended
        return ended.note if ended is not None and ended.note != view.failure else ""

    def count(self) -> int:
        """How many things are wrong; the calls that led to one are no further problems."""
        return len(self.sentences()) - len(self._calls()) + len(self._findings)

    def show_findings(self, findings: tuple[Finding, ...]) -> None:
        """What the record of the run shows to be going wrong."""
        if findings != self._findings:
            self._findings = findings
            self._fill()

    def _calls(self) -> list[tuple[str, int]]:
        """Who called whom, the nearest first; a function that calls itself stands once."""
        error = self._session.view.error
        frames = [frame for frame in reversed(error.frames[:-1]) if frame.line] if error is not None else []
        calls = []
        for frame, same in groupby(frames):
            times = sum(1 for _ in same)
            again = f", {times} times" if times > 1 else ""
            calls.append((f"called from line {frame.line} ({frame.function}){again}", frame.line))
        return calls

    def _view_changed(self, view: View) -> None:
        found = self.sentences(), self.remark()
        if found != (self._shown, self._remark):
            self._shown, self._remark = found
            self._fill()

    def _settings_changed(self, name: str) -> None:
        if name == "theme":
            self._fill()

    def _fill(self) -> None:
        theme = theme_of(self._session.settings.theme)
        self.list.clear()
        for text, line in self._shown:
            item = QListWidgetItem(icon("error", theme.error), text)
            item.setData(LINE, line)
            item.setToolTip("Click to go to the line." if line else "")
            self.list.addItem(item)
        if self._remark:
            self.list.addItem(QListWidgetItem(icon("note", theme.text), self._remark))
        for finding in self._findings:
            where = f"Line {finding.sight.line}: " if finding.sight.line else ""
            item = QListWidgetItem(icon("note", theme.text), where + finding.sentence)
            item.setData(LINE, finding.sight.line)
            item.setData(FINDING, finding)
            item.setToolTip("Click to go to the step that shows it.")
            self.list.addItem(item)
        self._pages.setCurrentIndex(1 if self.list.count() else 0)
        self.counted.emit(self.count())

    def _choose(self, item: QListWidgetItem) -> None:
        if item.data(FINDING) is not None:
            self.finding_chosen.emit(item.data(FINDING))
        if item.data(LINE):
            self.line_chosen.emit(item.data(LINE))
