"""What the two strips that find something share: a line to type in, a count, and the ways on, back and out."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from ..scene.theme import Theme
from .field import Field
from .icon_buttons import IconButtons


class FindStrip(QFrame):
    """Hidden until it is started. Return goes to the next hit, Shift+Return to the one before, Escape closes.

    Whoever derives from it says what `search` (the words are others now), `go` (to a neighbour) and `close_strip` do.
    """

    def __init__(self, name: str, hint: str, before: str, following: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = Field(placeholderText=hint)
        self.field.setAccessibleName(name)
        self.field.textChanged.connect(self.search)
        self.field.escaped.connect(self.close_strip)
        self._count = QLabel()
        self._count.setProperty("role", "muted")
        row = QHBoxLayout(self)
        row.addWidget(self.field, 1)
        row.addWidget(self._count)
        self._buttons = IconButtons(
            row,
            ("chevron_up", before, self.go_back),
            ("chevron_down", following, self.go_on),
            ("close", "Close", self.close_strip),
        )
        self.hide()

    def use(self, theme: Theme) -> None:
        self._buttons.use(theme)

    def search(self) -> None:
        raise NotImplementedError

    def go(self, by: int) -> None:
        raise NotImplementedError

    def close_strip(self) -> None:
        raise NotImplementedError

    def go_on(self) -> None:
        self.go(1)

    def go_back(self) -> None:
        self.go(-1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.go(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
        else:
            super().keyPressEvent(event)
