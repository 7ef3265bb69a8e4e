"""A strip above the text that finds words in the program."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QTextCursor, QTextDocument
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from ...scene.theme import Theme
from ..field import Field
from ..icons import icon
from .editor import CodeEditor

MOST = 1_000
"""More hits than this are not counted."""


class FindBar(QWidget):
    """Hidden until `start` is called. Return goes to the next hit, Shift+Return to the one before, Escape closes."""

    closed = Signal()

    def __init__(self, editor: CodeEditor) -> None:
        super().__init__()
        self._editor = editor
        self._hits: list[QTextCursor] = []
        self.field = Field(placeholderText="Find in the program")
        self.field.setAccessibleName("Find in the program")
        self.field.textChanged.connect(self._search)
        self.field.escaped.connect(self.close_bar)
        self._count = QLabel()
        self._count.setProperty("role", "muted")
        self._buttons = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 8, 6)
        row.setSpacing(2)
        row.addWidget(self.field, 1)
        row.addWidget(self._count)
        for name, title, slot in (
            ("chevron_up", "Find the one before", self.go_back),
            ("chevron_down", "Find the next", self.go_on),
            ("close", "Close", self.close_bar),
        ):
            button = QToolButton()
            button.setProperty("kind", "flat")
            button.setAccessibleName(title)
            button.setToolTip(title)
            button.clicked.connect(slot)
            self._buttons[name] = button
            row.addWidget(button)
        self.hide()

    def use(self, theme: Theme) -> None:
        for name, button in self._buttons.items():
            button.setIcon(icon(name, theme.text_muted))

    def start(self) -> None:
        """Show the strip; a selected word is looked for at once."""
        word = self._editor.textCursor().selectedText()
        self.show()
        if word and "\u2029" not in word:
            self.field.setText(word)
        self.field.selectAll()
        self.field.setFocus()
        self._search()

    def close_bar(self) -> None:
        self.hide()
        self._editor.show_found([])
        self._editor.setFocus()
        self.closed.emit()

    def go_on(self) -> None:
        self._go(1)

    def go_back(self) -> None:
        self._go(-1)

    def _search(self) -> None:
        word, document = self.field.text(), self._editor.document()
        self._hits = []
        hit = document.find(word) if word else QTextCursor()
        while not hit.isNull() and len(self._hits) < MOST:
            self._hits.append(hit)
            hit = document.find(word, hit, QTextDocument.FindFlag(0))
        self._editor.show_found(self._hits)
        self._count.setText("" if not word else f"{len(self._hits)} found" if self._hits else "not found")

    def _go(self, by: int) -> None:
        self._search()
        if not self._hits:
            return
        at = self._editor.textCursor().selectionStart()
        later = [hit for hit in self._hits if hit.selectionStart() > at]
        before = [hit for hit in self._hits if hit.selectionStart() < at]
        if by > 0:
            target = later[0] if later else self._hits[0]
        else:
            target = before[-1] if before else self._hits[-1]
        self._editor.setTextCursor(target)
        self._editor.ensureCursorVisible()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._go(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
        else:
            super().keyPressEvent(event)
