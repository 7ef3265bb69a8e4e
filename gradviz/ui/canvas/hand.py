"""Mouse, wheel, touchpad and keys on the canvas.

Plain arrows step through the pass, everywhere in the window; here Ctrl and an arrow moves the view, Alt and an arrow
goes from card to card.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QContextMenuEvent, QHelpEvent, QKeyEvent, QMouseEvent, QNativeGestureEvent, QWheelEvent
from PySide6.QtWidgets import QGestureEvent, QToolTip

from ...scene.scene import Scene
from ...session.stops import Breakpoints
from ...session.view import View
from ...trace.regions import is_region
from .accessible import announce
from .describing import edge_tip_text, tip_page, tip_text
from .menu import context_menu
from .painting import Marks
from .picking import cards_in, pill_at
from .pinch import Pinch

if TYPE_CHECKING:
    from .canvas import GraphCanvas

CLICK_SLACK = 5
"""Pixels that the pointer may move between press and release of a click."""
ADDS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
"""With these keys a click adds a card to the selection."""
PAN_STEP = 60
ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class Hand:
    """What a person points at and does, for one canvas."""

    def __init__(self, canvas: GraphCanvas) -> None:
        self._canvas, self._pinch = canvas, Pinch(canvas)
        self._pressed: QPointF | None = None
        self._is_dragging = False
        self._hovered = -1
        self._stops_of: tuple[tuple[int, Breakpoints], frozenset[int]] = ((0, Breakpoints()), frozenset())
        self.band: QRectF | None = None
        """The frame that a person draws around cards with Shift, in pixels of the canvas."""
        self.way: frozenset[int] | None = None
        """Cards of a way through the graph that a person asked for; all others step back."""
        self.notes: dict[str, str] = {}
        """Keys of the cards that show something going wrong in training, with the words."""
        self.focused = ""
        """Key of the card that has the keyboard."""
        self._handlers: dict[QEvent.Type, Callable[[Any], bool]] = {
            QEvent.Type.MouseButtonPress: self._press,
            QEvent.Type.MouseMove: self._move,
            QEvent.Type.MouseButtonRelease: self._release,
            QEvent.Type.MouseButtonDblClick: self._double_click,
            QEvent.Type.Wheel: self._wheel,
            QEvent.Type.NativeGesture: self._gesture,
            QEvent.Type.Gesture: self._touch,
            QEvent.Type.KeyPress: self._key,
            QEvent.Type.ShortcutOverride: self._key_before_shortcuts,
            QEvent.Type.Leave: self._leave,
            QEvent.Type.ToolTip: self._tip,
            QEvent.Type.ContextMenu: self._menu,
        }

    def handled(self, event: QEvent) -> bool:
        """Whether the event was one of ours, and is done."""
        handler = self._handlers.get(event.type())
        return handler is not None and handler(event)

    # -- marks ---------------------------------------------------------------------------------------------------

    def forget(self) -> None:
        """The cards are others now."""
        self._hovered = -1
        self.way = None

    def show_way(self, way: frozenset[int] | None) -> None:
        """Let all cards but these step back; None takes that away."""
        self.way = way
        self.mark()
        self._canvas.update()

    def mark(self) -> None:
        """Work out what is highlighted, and paint what that changes."""
        canvas, scene = self._canvas, self._canvas.stage.scene
        before = canvas.marks
        if scene is None:
            canvas.marks = Marks()
            return
        index, view = scene.table.index, canvas.session.view
        hovered = scene.family(self._hovered) if self._hovered >= 0 else []
        # A shared leaf is selected with all of its chips: they are one tensor.
        selected = {at for key in view.selection for place in places_of(scene, key) for at in scene.family(place)}
        operands = chosen = None
        if view.building is not None:
            operands = frozenset(
                at for at, card in enumerate(scene.cards) if canvas.session.operand(card.key) is not None
            )
            chosen = frozenset(index[key] for key in view.building.operands if key in index)
        marks = Marks(
            hovered=frozenset(hovered),
            lit=self._lit(scene, bool(hovered)),
            selected=frozenset(selected),
            focused=index.get(self.focused, -1) if canvas.hasFocus() else -1,
            operands=operands,
            chosen=chosen or frozenset(),
            stops=self._stops(scene, view),
            notes=frozenset(index[key] for key in self.notes if key in index),
            way=self.way,
            travel=before.travel,
        )
        canvas.marks = marks
        if operands is not None or before.operands is not None:
            canvas.update()
            return
        count = len(scene.cards)
        changed = (before.hovered ^ marks.hovered) | (before.selected ^ marks.selected) | (before.stops ^ marks.stops)
        changed |= before.notes ^ marks.notes
        changed |= {before.focused, marks.focused}
        canvas.update_cards(card for card in changed if 0 <= card < count)
        links = len(scene.table.links)
        if not np.array_equal(before.lit, marks.lit):
            canvas.update_links(link for link in (*before.lit, *marks.lit) if link < links)

    def _lit(self, scene: Scene, is_hovered: bool) -> NDArray[np.intp]:
        """The links of the hovered card; without one, those of the way."""
        none = np.zeros(0, np.intp)
        if is_hovered:
            return scene.links_of.get(scene.owner(self._hovered), none)
        if self.way is None or not len(scene.link_ends):
            return none
        return np.flatnonzero(np.isin(scene.link_ends, list(self.way)).all(axis=1))

    def _stops(self, scene: Scene, view: View) -> frozenset[int]:
        """The cards with a breakpoint, looked for anew only in another picture or with other breakpoints."""
        key = (id(scene), view.breakpoints)
        if self._stops_of[0] != key:
            found = (at for at, card in enumerate(scene.cards) if view.breakpoints.has_card(scene.history, card.key))
            self._stops_of = key, frozenset(found if view.breakpoints else ())
        return self._stops_of[1]

    def _hover(self, card: int) -> None:
        if card != self._hovered:
            self._hovered = card
            self._canvas.setCursor(Qt.CursorShape.ArrowCursor if card < 0 else Qt.CursorShape.PointingHandCursor)
            self.mark()

    # -- mouse ---------------------------------------------------------------------------------------------------

    def _press(self, event: QMouseEvent) -> bool:
        if event.button() not in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            return False
        self._pressed, self._is_dragging = event.position(), False
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and event.button() == Qt.MouseButton.LeftButton:
            self.band = QRectF(event.position(), event.position())
        return True

    def _move(self, event: QMouseEvent) -> bool:
        canvas, now = self._canvas, event.position()
        if self._pressed is None or not event.buttons():
            self._hover(canvas.card_at(now.x(), now.y()))
            return True
        way = now - self._pressed
        if self.band is not None:
            self.band = QRectF(self._pressed, now).normalized()
            self._is_dragging = self._is_dragging or way.manhattanLength() > CLICK_SLACK
            canvas.update()
            return True
        if self._is_dragging or way.manhattanLength() > CLICK_SLACK:
            if not self._is_dragging:
                self._is_dragging = True
                canvas.is_fitted = False
                canvas.setCursor(Qt.CursorShape.ClosedHandCursor)
            canvas.look_at(canvas.camera.moved(way.x(), way.y()))
            self._pressed = now
        return True

    def _release(self, event: QMouseEvent) -> bool:
        canvas, now = self._canvas, event.position()
        was_click = self._pressed is not None and not self._is_dragging
        self._pressed, self._is_dragging = None, False
        if self.band is not None:
            band, self.band = self.band, None
            canvas.update()
            if not was_click:
                self._select_in(band)
        canvas.setCursor(Qt.CursorShape.ArrowCursor)
        self._hovered = -2
        self._hover(canvas.card_at(now.x(), now.y()))
        if was_click and event.button() == Qt.MouseButton.LeftButton:
            self._click(self._hovered, bool(event.modifiers() & ADDS))
        return True

    def _select_in(self, band: QRectF) -> None:
        """Select all cards that the frame touches."""
        canvas, scene = self._canvas, self._canvas.stage.scene
        if scene is None or canvas.session.view.building is not None:
            return
        touched = cards_in(scene, canvas.camera.box_to_scene((band.x(), band.y(), band.width(), band.height())))
        canvas.session.select(*dict.fromkeys(scene.cards[scene.owner(int(card))].key for card in touched))

    def _click(self, card: int, adds: bool = False) -> None:
        canvas, scene = self._canvas, self._canvas.stage.scene
        if scene is None:
            return
        if card < 0:
            if self.way is not None:
                self.show_way(None)
            elif canvas.session.view.building is None and canvas.session.view.selection:
                canvas.session.select()
            return
        key = scene.cards[scene.owner(card)].key
        self.focused = key
        others = tuple(item for item in canvas.session.view.selection if item != key) if adds else ()
        canvas.session.select(*others, key)
        canvas.card_clicked.emit(key)

    def _double_click(self, event: QMouseEvent) -> bool:
        canvas, scene = self._canvas, self._canvas.stage.scene
        card = canvas.card_at(event.position().x(), event.position().y())
        if scene is None or event.button() != Qt.MouseButton.LeftButton:
            return False
        if card < 0:
            canvas.fit()
        elif not canvas.groups.open_card(scene.cards[card].key):
            canvas.centre_on(scene.cards[card].key)
        return True

    def _wheel(self, event: QWheelEvent) -> bool:
        canvas, where = self._canvas, event.position()
        canvas.is_fitted = False
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            turned = event.angleDelta().y() or event.angleDelta().x()
            canvas.look_at(canvas.camera.zoomed(1.0016**turned, where.x(), where.y()))
            return True
        # A touchpad says pixels, a wheel says angles; Shift turns a wheel sideways, which Qt has done already.
        way = event.pixelDelta() if not event.pixelDelta().isNull() else event.angleDelta() / 2
        canvas.look_at(canvas.camera.moved(way.x(), way.y()))
        self._hover(canvas.card_at(where.x(), where.y()))
        return True

    def _gesture(self, event: QNativeGestureEvent) -> bool:
        canvas, where = self._canvas, event.position()
        if event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
            canvas.is_fitted = False
            canvas.look_at(canvas.camera.zoomed(1 + event.value(), where.x(), where.y()))
            return True
        if event.gestureType() == Qt.NativeGestureType.SmartZoomNativeGesture:
            canvas.fit()
            return True
        return False

    def _touch(self, event: QGestureEvent) -> bool:
        # The first finger counts as a mouse button, too: it must not drag while there are two.
        self._pressed = None
        return self._pinch.handled(event)

    def _leave(self, event: QEvent) -> bool:
        self._hover(-1)
        return False

    def _tip(self, event: QHelpEvent) -> bool:
        canvas, scene, look = self._canvas, self._canvas.stage.scene, self._canvas.stage.look
        card = canvas.card_at(event.pos().x(), event.pos().y())
        if scene is None or look is None:
            QToolTip.hideText()
            return True
        if card < 0:
            where = canvas.camera.to_scene(event.pos().x(), event.pos().y())
            text = edge_tip_text(scene, look, pill_at(scene, look, *where), canvas.session.view.trace)
            QToolTip.showText(event.globalPos(), tip_page(text), canvas)
            return True
        text = tip_text(scene.cards[scene.owner(card)], scene.history, look.step)
        note = self.notes.get(scene.cards[scene.owner(card)].key)
        text = f"{text}\n{note}" if note else text
        QToolTip.showText(event.globalPos(), tip_page(text), canvas, canvas.screen_box(card))
        return True

    def _menu(self, event: QContextMenuEvent) -> bool:
        canvas = self._canvas
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            scene = canvas.stage.scene
            card = scene.table.index.get(self.focused, -1) if scene is not None else -1
            where = canvas.mapToGlobal(canvas.screen_box(card).center()) if card >= 0 else event.globalPos()
        else:
            card, where = canvas.card_at(event.pos().x(), event.pos().y()), event.globalPos()
        context_menu(canvas, card).popup(where)
        return True

    # -- keys ----------------------------------------------------------------------------------------------------

    def _key_before_shortcuts(self, event: QKeyEvent) -> bool:
        """Escape first takes away what is shown of a way; only then is it the window's."""
        if self.way is None or event.key() != Qt.Key.Key_Escape:
            return False
        event.accept()
        return True

    def _key(self, event: QKeyEvent) -> bool:
        canvas, key = self._canvas, Qt.Key(event.key())
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if key in ARROWS and modifiers == Qt.KeyboardModifier.ControlModifier:
            dx, dy = ARROWS[key]
            canvas.is_fitted = False
            canvas.look_at(canvas.camera.moved(-dx * PAN_STEP, -dy * PAN_STEP))
            return True
        if key in ARROWS and modifiers == Qt.KeyboardModifier.AltModifier:
            self._walk(*ARROWS[key])
            return True
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not modifiers and self.focused:
            scene = canvas.stage.scene
            self._click(scene.table.index.get(self.focused, -1) if scene is not None else -1)
            return True
        if key == Qt.Key.Key_Escape and self.way is not None:
            self.show_way(None)
            return True
        if key == Qt.Key.Key_Escape and (canvas.session.view.building or canvas.session.view.selection):
            canvas.session.clear()
            return True
        return False

    def _walk(self, dx: int, dy: int) -> None:
        """Give the keyboard to the nearest card in a direction; the first card where none has it."""
        canvas, scene, geometry = self._canvas, self._canvas.stage.scene, self._canvas.stage.geometry
        if scene is None or geometry is None or not scene.cards:
            return
        at = scene.table.index.get(self.focused, -1)
        found = 0 if at < 0 else neighbour(geometry.rects, at, dx, dy)
        if found < 0:
            return
        self.focused = scene.cards[found].key
        box = canvas.screen_box(found, 20)
        if not canvas.rect().contains(box):
            canvas.centre_on(self.focused)
        if canvas.session.view.building is None:
            canvas.session.select(scene.cards[scene.owner(found)].key)
        self.mark()
        announce(canvas, found)


def places_of(scene: Scene, key: str) -> set[int]:
    """Where a card is; for an open group, where the cards in it are."""
    index = scene.table.index
    if key in index:
        return {index[key]}
    return {index[part] for part in scene.history.region_cards(key) if part in index} if is_region(key) else set()


def neighbour(rects: np.ndarray, at: int, dx: int, dy: int) -> int:
    """The card that lies nearest in a direction, −1 for none: along the way counts once, aside of it twice."""
    centres = rects[:, :2] + rects[:, 2:] / 2
    way = centres - centres[at]
    along = way[:, 0] * dx + way[:, 1] * dy
    aside = np.abs(way[:, 0] * dy) + np.abs(way[:, 1] * dx)
    costs = np.where(along > 1.0, along + 2 * aside, np.inf)
    best = int(np.argmin(costs))
    return best if np.isfinite(costs[best]) else -1
