"""Present mode: full screen, large type, only the graph, the player and the line of code."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from ..session.session import Session
from ..session.view import View
from .bottom import Bottom

TYPE = 150
"""Per cent that text grows to at least."""


class CodeLine(QWidget):
    """The line of the program that belongs to the step."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("status")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._line = QLabel()
        self._line.setProperty("role", "code")
        self._line.setTextFormat(Qt.TextFormat.PlainText)
        self._line.setAccessibleName("Line of the step")
        self._line.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 10, 20, 10)
        row.addWidget(self._line, 1)
        self.hide()
        session.changed.connect(self._view_changed)
        self._view_changed(session.view)

    def _view_changed(self, view: View) -> None:
        state = view.state
        source = state.history.source(state.step) if state else None
        lines = view.trace.program.split("\n")
        text = lines[source.line - 1].strip() if source and source.line <= len(lines) else ""
        self._line.setText(f"{source.line}   {text}" if source and text else "")


class Presenter:
    """Goes into present mode and out of it again; nothing of it is remembered."""

    def __init__(
        self, window: QWidget, session: Session, hidden: list[QWidget], bottom: Bottom, line: CodeLine
    ) -> None:
        self._window, self._session, self._hidden, self._line = window, session, hidden, line
        self._bottom, self._was_folded, self._opened_itself = bottom, False, False
        self._was_visible: list[bool] = []
        self._was_maximized = False
        self._type_size = 100
        self.is_on = False
        # A lecturer's clicker sends the keys of a slide show.
        self._clicks = []
        for key, slot in (("PgDown", session.predicting.click), ("PgUp", session.step_back)):
            shortcut = QShortcut(QKeySequence(key), window)
            shortcut.activated.connect(slot)
            shortcut.setEnabled(False)
            self._clicks.append(shortcut)

    def toggle(self) -> None:
        if self.is_on:
            self.leave()
        else:
            self._enter()

    def _enter(self) -> None:
        self.is_on = True
        self._was_visible = [widget.isVisibleTo(self._window) for widget in self._hidden]
        self._was_maximized = self._window.isMaximized()
        self._type_size = self._session.settings.type_size
        self._was_folded, self._opened_itself = self._bottom.is_folded, self._bottom.opens_itself
        self._bottom.opens_itself = False
        for widget in self._hidden:
            widget.hide()
        self._bottom.fold(True)
        self._line.show()
        for shortcut in self._clicks:
            shortcut.setEnabled(True)
        self._window.showFullScreen()
        self._session.change(type_size=max(TYPE, self._type_size))

    def leave(self) -> None:
        """Back to the window as it was; does nothing outside of present mode."""
        if not self.is_on:
            return
        self.is_on = False
        self._line.hide()
        for shortcut in self._clicks:
            shortcut.setEnabled(False)
        for widget, visible in zip(self._hidden, self._was_visible, strict=True):
            widget.setVisible(visible)
        if self._opened_itself and self._was_folded:
            self._bottom.fold_until_needed()
        else:
            self._bottom.opens_itself = self._opened_itself
            self._bottom.fold(self._was_folded)
        if self._was_maximized:
            self._window.showMaximized()
        else:
            self._window.showNormal()
        self._session.change(type_size=self._type_size)
