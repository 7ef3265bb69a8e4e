"""The painted canvas for screen readers: a list whose entries are the cards, in words.

Qt asks a factory for the interface of a widget. The canvas keeps its interface (`spoken`), and that the ones of the
cards, because Qt takes no ownership of what Python made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRect
from PySide6.QtGui import QAccessible, QAccessibleEvent, QAccessibleInterface, QColor, QWindow
from PySide6.QtWidgets import QAccessibleWidget

from ...scene.roles import Role
from .describing import spoken_text

if TYPE_CHECKING:
    from .canvas import GraphCanvas


class CardInterface(QAccessibleInterface):
    """One card: its sentence, its place, whether it has the keyboard."""

    def __init__(self, canvas: GraphCanvas, card: int) -> None:
        super().__init__()
        self._canvas = canvas
        self._card = card

    def isValid(self) -> bool:
        scene = self._canvas.stage.scene
        return scene is not None and self._card < len(scene.cards)

    def object(self) -> QObject | None:
        return None

    def window(self) -> QWindow | None:
        return self._canvas.window().windowHandle()

    def parent(self) -> QAccessibleInterface | None:
        return QAccessible.queryAccessibleInterface(self._canvas)

    def child(self, index: int) -> QAccessibleInterface | None:
        return None

    def childAt(self, x: int, y: int) -> QAccessibleInterface | None:
        return None

    def childCount(self) -> int:
        return 0

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        return -1

    def text(self, kind: QAccessible.Text) -> str:
        scene, look = self._canvas.stage.scene, self._canvas.stage.look
        if kind != QAccessible.Text.Name or scene is None or look is None or not self.isValid():
            return ""
        return spoken_text(scene.cards[self._card], Role(int(look.cards[self._card])), scene.history, look.step)

    def setText(self, kind: QAccessible.Text, text: str) -> None:
        """A card's words cannot be changed here."""

    def role(self) -> QAccessible.Role:
        return QAccessible.Role.ListItem

    def rect(self) -> QRect:
        if not self.isValid():
            return QRect()
        box = self._canvas.screen_box(self._card)
        return QRect(self._canvas.mapToGlobal(box.topLeft()), box.size())

    def state(self) -> QAccessible.State:
        state = QAccessible.State()
        state.focusable = state.selectable = True
        state.focused = self._canvas.marks.focused == self._card
        state.selected = self._card in self._canvas.marks.selected
        return state

    def foregroundColor(self) -> QColor:
        return QColor()

    def backgroundColor(self) -> QColor:
        return QColor()


class CanvasInterface(QAccessibleWidget):
    """The canvas: a list of its cards."""

    def __init__(self, canvas: GraphCanvas) -> None:
        super().__init__(canvas, QAccessible.Role.List, "Graph")
        self._canvas = canvas
        self._cards: dict[int, CardInterface] = {}

    def childCount(self) -> int:
        scene = self._canvas.stage.scene
        return len(scene.cards) if scene is not None else 0

    def child(self, index: int) -> QAccessibleInterface | None:
        if not 0 <= index < self.childCount():
            return None
        if index not in self._cards:
            self._cards[index] = CardInterface(self._canvas, index)
        return self._cards[index]

    def childAt(self, x: int, y: int) -> QAccessibleInterface | None:
        spot = self._canvas.mapFromGlobal(QRect(x, y, 1, 1).topLeft())
        return self.child(self._canvas.card_at(spot.x(), spot.y()))

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        return next((index for index, card in self._cards.items() if card is child), -1)

    def focusChild(self) -> QAccessibleInterface | None:
        return self.child(self._canvas.marks.focused)


def _make(name: str, target: QObject) -> QAccessibleInterface | None:
    from .canvas import GraphCanvas

    if not isinstance(target, GraphCanvas):
        return None
    if target.spoken is None and not target.is_shut:
        target.spoken = CanvasInterface(target)
    return target.spoken


def forget(canvas: GraphCanvas) -> None:
    """Take the voice out of Qt's cache before canvas and voice are freed, in whichever order that comes.

    Python frees the voice with the canvas's wrapper, and Qt would look at it once more when the widget goes.
    """
    if canvas.spoken is not None:
        number = QAccessible.uniqueId(canvas.spoken)
        QAccessible.deleteAccessibleInterface(number)
        canvas.spoken = None


def install() -> None:
    """Let Qt know; more than once does no harm."""
    QAccessible.installFactory(_make)


def announce(canvas: GraphCanvas, card: int) -> None:
    """Say that a card has the keyboard now."""
    if QAccessible.isActive():
        event = QAccessibleEvent(canvas, QAccessible.Event.Focus)
        event.setChild(card)
        QAccessible.updateAccessibility(event)
