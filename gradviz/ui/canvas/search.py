"""A strip over the canvas that finds cards: words in, the next card in the middle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton

from ...scene.search import found
from ..field import Field
from ..fonts import pixels
from ..icons import icon
from ..style import theme_of

if TYPE_CHECKING:
    from .canvas import GraphCanvas


class CardSearch(QFrame):
    """Hidden until `start` is called. Return goes to the next card, Shift+Return to the one before, Escape closes."""

    def __init__(self, canvas: GraphCanvas) -> None:
        super().__init__(canvas, objectName="notice")
        self._canvas = canvas
        self.field = Field(placeholderText="Name, op, line 12, 2x3")
        self.field.setAccessibleName("Find a card")
        self.field.textChanged.connect(self._search)
        self.field.escaped.connect(self.close_strip)
        self._count = QLabel()
        self._count.setProperty("role", "muted")
        self._buttons: dict[str, QToolButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 6, 6, 6)
        row.setSpacing(4)
        row.addWidget(self.field, 1)
        row.addWidget(self._count)
        for name, title, slot in (
            ("chevron_up", "Find the card before", self.go_back),
            ("chevron_down", "Find the next card", self.go_on),
            ("close", "Close", self.close_strip),
        ):
            button = QToolButton()
            button.setProperty("kind", "flat")
            button.setAccessibleName(title)
            button.setToolTip(title)
            button.clicked.connect(slot)
            self._buttons[name] = button
            row.addWidget(button)
        canvas.installEventFilter(self)
        canvas.session.settings_changed.connect(self._settings_changed)
        self._settings_changed("theme")
        self.hide()

    def start(self) -> None:
        """Show the strip and put the keyboard into it."""
        self._place()
        self.show()
        self.field.setFocus()
        self.field.selectAll()
        self._say(self._hits())

    def close_strip(self) -> None:
        self.hide()
        self._canvas.setFocus()

    def go_on(self) -> None:
        self._go(1)

    def go_back(self) -> None:
        self._go(-1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._go(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return False

    # -- searching -----------------------------------------------------------------------------------------------

    def _hits(self) -> list[str]:
        scene = self._canvas.stage.scene
        return [] if scene is None else found(self.field.text(), scene.cards, scene.history)

    def _search(self) -> None:
        """While one types, the first card that fits is shown, and the selected one if it still fits."""
        hits, selection = self._hits(), self._canvas.session.view.selection
        if hits and not set(selection) & set(hits):
            self._show_card(hits, 0)
        else:
            self._say(hits)

    def _go(self, by: int) -> None:
        hits, selection = self._hits(), self._canvas.session.view.selection
        if not hits:
            self._say(hits)
            return
        chosen = next((place for place, key in enumerate(hits) if key in selection), None)
        place = (0 if by > 0 else -1) if chosen is None else chosen + by
        self._show_card(hits, place % len(hits))

    def _show_card(self, hits: list[str], place: int) -> None:
        self._canvas.session.select(hits[place])
        self._canvas.centre_on(hits[place])
        self._say(hits)

    def _say(self, hits: list[str]) -> None:
        selection = self._canvas.session.view.selection
        place = next((place for place, key in enumerate(hits, 1) if key in selection), 0)
        of_them = f"{place} of {len(hits):,}" if place else f"{len(hits):,} found"
        self._count.setText(of_them if hits else "not found" if self.field.text().strip() else "")

    # -- look ----------------------------------------------------------------------------------------------------

    def _place(self) -> None:
        wide = min(pixels(340, self._canvas.session.settings.type_size), self._canvas.width() - 24)
        self.setGeometry(self._canvas.width() - wide - 12, 12, wide, self.sizeHint().height())

    def _settings_changed(self, name: str) -> None:
        if name in ("theme", "type_size"):
            theme = theme_of(self._canvas.session.settings.theme)
            for key, button in self._buttons.items():
                button.setIcon(icon(key, theme.text_muted))
            self._place()
