"""OUTPUT: what the program printed, as it prints it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QStackedLayout, QToolButton, QVBoxLayout, QWidget

from ...session.session import Session
from ...session.view import View
from ...trace.messages import TextPrinted
from ...trace.trace import Trace
from .. import fonts
from ..icons import icon
from ..style import theme_of

MOST_LINES = 20_000
MOST_AT_ONCE = 100_000
"""Characters added in one refresh; a flood is cut to its newest part, and the cut is said."""


class Output(QWidget):
    """Standard output in the text colour, errors in red. Only what is new is added."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._began: object = None
        self._items: tuple[TextPrinted, ...] = ()
        self._dropped = 0
        self._is_shown = False
        self.text = QPlainTextEdit(readOnly=True, maximumBlockCount=MOST_LINES, undoRedoEnabled=False)
        self.text.setProperty("role", "code")
        self.text.setAccessibleName("What the program printed")
        self.text.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self._empty = QLabel("Nothing printed yet. print(w.grad) in the program shows up here.")
        self._empty.setProperty("role", "empty")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._buttons: dict[str, QToolButton] = {}
        self._follow = True
        tools = QVBoxLayout()
        tools.setSpacing(2)
        for name, tip, slot in (
            ("copy", "Copy all of it", self.copy_all),
            ("clear", "Clear the view", self.clear),
            ("follow", "Keep the newest line in view", self.toggle_follow),
        ):
            button = QToolButton()
            button.setProperty("kind", "flat")
            button.setToolTip(tip)
            button.setAccessibleName(tip)
            button.clicked.connect(slot)
            self._buttons[name] = button
            tools.addWidget(button)
        tools.addStretch(1)
        self._buttons["follow"].setCheckable(True)
        self._buttons["follow"].setChecked(True)
        pages = QWidget()
        self._pages = QStackedLayout(pages)
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self.text)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 6, 6, 6)
        row.addWidget(pages, 1)
        row.addLayout(tools)
        session.changed.connect(self._view_changed)
        session.settings_changed.connect(self._settings_changed)
        self._settings_changed("theme")
        self._view_changed(session.view)

    # -- commands ------------------------------------------------------------------------------------------------

    def copy_all(self) -> None:
        """Copy everything that is kept, not only what is in view."""
        QGuiApplication.clipboard().setText("".join(item.text for item in self._items))

    def clear(self) -> None:
        self.text.clear()

    def toggle_follow(self) -> None:
        self._follow = not self._follow
        self._buttons["follow"].setChecked(self._follow)
        if self._follow:
            self._to_end()

    # -- showing -------------------------------------------------------------------------------------------------

    def _settings_changed(self, name: str) -> None:
        if name not in ("theme", "type_size"):
            return
        settings = self._session.settings
        theme = theme_of(settings.theme)
        self.text.setFont(fonts.mono(settings.type_size))
        for key, button in self._buttons.items():
            button.setIcon(icon(key, theme.text_muted))
        self._start_over(self._session.view.newest)

    def _view_changed(self, view: View) -> None:
        trace = view.newest
        if trace.began is not self._began or trace.output_dropped != self._dropped:
            self._start_over(trace)
        elif trace.output is not self._items:
            self._add(_tail(self._items, trace.output))
            self._items = trace.output

    def _start_over(self, trace: Trace) -> None:
        self.text.clear()
        self._began, self._dropped, self._items = trace.began, trace.output_dropped, trace.output
        if trace.output_dropped:
            self._write(f"… {trace.output_dropped:,} characters are left out in the middle …\n", "note")
        self._add([(item.stream, item.text) for item in trace.output])
        self._pages.setCurrentIndex(1 if trace.output else 0)

    def _add(self, pieces: list[tuple[str, str]]) -> None:
        if not pieces:
            return
        self._pages.setCurrentIndex(1)
        excess = sum(len(text) for _, text in pieces) - MOST_AT_ONCE
        while excess > 0 and pieces:
            stream, text = pieces[0]
            pieces[0] = (stream, text[excess:])
            excess -= len(text)
            if not pieces[0][1]:
                pieces.pop(0)
        for stream, text in pieces:
            self._write(text, stream)
        if self._follow:
            self._to_end()

    def _write(self, text: str, stream: str) -> None:
        theme = theme_of(self._session.settings.theme)
        look = QTextCharFormat()
        look.setForeground(QColor({"stderr": theme.error, "note": theme.text_muted}.get(stream, theme.text)))
        cursor = QTextCursor(self.text.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.insertText(text, look)

    def _to_end(self) -> None:
        bar = self.text.verticalScrollBar()
        bar.setValue(bar.maximum())


def _tail(old: tuple[TextPrinted, ...], new: tuple[TextPrinted, ...]) -> list[tuple[str, str]]:
    """What `new` has behind `old`; the last old item may have grown."""
    if not old:
        return [(item.stream, item.text) for item in new]
    last = len(old) - 1
    grown = new[last].text[len(old[last].text) :]
    return [(new[last].stream, grown)] * bool(grown) + [(item.stream, item.text) for item in new[last + 1 :]]
