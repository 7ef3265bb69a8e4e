"""A strip over the canvas that finds cards: words in, the next card in the middle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject

from ...scene.search import found
from ..find_strip import FindStrip
from ..fonts import pixels
from ..style import theme_of

if TYPE_CHECKING:
    from .canvas import GraphCanvas


class CardSearch(FindStrip):
    """Finds cards, selects them and brings them into the middle."""

    def __init__(self, canvas: GraphCanvas) -> None:
        names = "Find a card", "Name, op, line 12, 2x3", "Find the card before", "Find the next card"
        super().__init__(*names, canvas)
        self.setObjectName("notice")
        self._canvas = canvas
        self.layout().setContentsMargins(8, 6, 6, 6)
        self.layout().setSpacing(4)
        canvas.installEventFilter(self)
        canvas.session.settings_changed.connect(self._settings_changed)
        self._settings_changed("theme")

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

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return False

    # -- searching -----------------------------------------------------------------------------------------------

    def _hits(self) -> list[str]:
        scene = self._canvas.stage.scene
        return [] if scene is None else found(self.field.text(), scene.cards, scene.history)

    def search(self) -> None:
        """While one types, the first card that fits is shown, and the selected one if it still fits."""
        hits, selection = self._hits(), self._canvas.session.view.selection
        if hits and not set(selection) & set(hits):
            self._show_card(hits, 0)
        else:
            self._say(hits)

    def go(self, by: int) -> None:
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
            self.use(theme_of(self._canvas.session.settings.theme))
            self._place()
