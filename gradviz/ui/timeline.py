"""The steps of a pass as a line: forward blue, backward orange, updates purple; drag to scrub."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from ..scene.theme import Theme
from ..session.session import Session
from ..session.view import View
from ..trace.query import Cursor, State
from .fonts import pixels
from .style import theme_of

CLOSEST_TICKS = 5
"""Pixels; nearer to each other, ticks are a bar and not drawn."""


class Timeline(QWidget):
    """Shows where the cursor stands in its pass and lets a person drag it."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._hovered: int | None = None
        self.setAccessibleName("Timeline")
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        session.changed.connect(self._view_changed)
        session.settings_changed.connect(self._settings_changed)
        self._view_changed(session.view)

    def sizeHint(self) -> QSize:
        return QSize(320, self._px(30))

    def minimumSizeHint(self) -> QSize:
        return QSize(90, self._px(26))

    def _px(self, size: float) -> int:
        return pixels(size, self._session.settings.type_size)

    def _view_changed(self, view: View) -> None:
        state = view.state
        self.setAccessibleDescription("" if state is None else f"step {state.step} of {state.history.steps}")
        self.update()

    def _settings_changed(self, name: str) -> None:
        if name in ("theme", "type_size"):
            self.updateGeometry()
            self.update()

    # -- geometry ------------------------------------------------------------------------------------------------

    def _track(self) -> QRectF:
        return QRectF(self._px(8), self.height() / 2, max(1, self.width() - 2 * self._px(8)), 0)

    def x_of(self, step: int, steps: int) -> float:
        """Where a step is, in the widget's pixels."""
        track = self._track()
        return track.left() + track.width() * step / max(1, steps)

    def step_at(self, x: float) -> int | None:
        """The step nearest to a place, None while there is none."""
        state = self._session.view.state
        if state is None:
            return None
        track, steps = self._track(), state.history.steps
        return max(0, min(steps, round((x - track.left()) / track.width() * steps)))

    # -- painting ------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, state, track = theme_of(self._session.settings.theme), self._session.view.state, self._track()
        self._line(painter, theme.line, track.left(), track.right())
        if state is None:
            return
        spans = _spans(state, theme)
        for first, last, color in spans:
            end = min(last, state.step)
            if end > first:
                self._line(painter, color, self.x_of(first, state.history.steps), self.x_of(end, state.history.steps))
        self._ticks(painter, theme, state, spans)
        self._diamonds(painter, theme, state)
        self._thumb(painter, theme, state, spans)
        self._flags(painter, theme, state)
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme.focus), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1.5, 3.5, -1.5, -3.5), 5, 5)

    def _line(self, painter: QPainter, color: str, left: float, right: float) -> None:
        pen = QPen(QColor(color), self._px(4))
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        y = self.height() / 2
        painter.drawLine(QPointF(left, y), QPointF(right, y))

    def _ticks(self, painter: QPainter, theme: Theme, state: State, spans: list[tuple[int, int, str]]) -> None:
        steps = state.history.steps
        if not steps or self._track().width() / steps < CLOSEST_TICKS:
            return
        width, height = self._px(4), self._px(13)
        top = self.height() / 2 - height / 2
        for first, last, color in spans:
            boxes = [
                QRectF(self.x_of(step, steps) - width / 2, top, width, height) for step in range(first + 1, last + 1)
            ]
            passed = max(0, min(len(boxes), state.step - first))
            # A tick that is still to come has the ground of the window, one that was passed is filled.
            painter.setPen(QPen(QColor(color), 1.2))
            for ground, part in ((color, boxes[:passed]), (theme.window, boxes[passed:])):
                painter.setBrush(QColor(ground))
                painter.drawRects(part)

    def _diamonds(self, painter: QPainter, theme: Theme, state: State) -> None:
        """A diamond at each step of an optimizer: there it is worked out what is added to the weights."""
        half, y = self._px(8), self.height() / 2
        painter.setPen(QPen(QColor(theme.update), 1.2))
        for step in state.history.optimizer_steps:
            x = self.x_of(step, state.history.steps)
            painter.setBrush(QColor(theme.update if step <= state.step else theme.window))
            corners = QPointF(x, y - half), QPointF(x + half, y), QPointF(x, y + half), QPointF(x - half, y)
            painter.drawPolygon(QPolygonF(corners))

    def _thumb(self, painter: QPainter, theme: Theme, state: State, spans: list[tuple[int, int, str]]) -> None:
        x, half = self.x_of(state.step, state.history.steps), self._px(11)
        color = next((color for first, last, color in reversed(spans) if state.step > first), spans[0][2])
        painter.setPen(QPen(QColor(theme.window), 1.5))
        painter.setBrush(QColor(color))
        width = self._px(9)
        painter.drawRoundedRect(QRectF(x - width / 2, self.height() / 2 - half, width, 2 * half), 3, 3)

    def _flags(self, painter: QPainter, theme: Theme, state: State) -> None:
        """A pennant over each step of this pass that was kept."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.text_muted))
        top, wide = self.height() / 2 - self._px(14), self._px(7)
        for step in self.kept(state):
            x = self.x_of(step, state.history.steps)
            painter.drawPolygon(QPolygonF([QPointF(x, top), QPointF(x + wide, top + wide / 2), QPointF(x, top + wide)]))
            painter.drawRect(QRectF(x - 0.6, top, 1.2, 1.6 * wide))

    def kept(self, state: State) -> dict[int, str]:
        """Step → note of the bookmarks of this pass."""
        marks = self._session.view.bookmarks
        return {mark.cursor.step: mark.note for mark in marks if mark.cursor.number == state.history.number}

    # -- hand ----------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._go(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go(event.position().x())

    def _go(self, x: float) -> None:
        step, view = self.step_at(x), self._session.view
        if step is None or view.state is None:
            return
        number = view.state.history.number
        if Cursor(number, step) != view.cursor:
            self._session.go_to(Cursor(number, step))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        far = {Qt.Key.Key_PageUp: -10, Qt.Key.Key_PageDown: 10}.get(Qt.Key(event.key()))
        if far is None:
            super().keyPressEvent(event)
        else:
            self._session.step(far)


def _spans(state: State, theme: Theme) -> list[tuple[int, int, str]]:
    """(step before the first, last step, colour) of each phase of the pass."""
    history, steps = state.history, state.history.steps
    began = max(0, min(history.backward_began - 1, steps))
    ended = max(began, min(history.backward_ended, steps))
    spans = [(0, began, theme.value), (began, ended, theme.gradient), (ended, steps, theme.update)]
    return [span for span in spans if span[1] > span[0]] or [(0, steps, theme.value)]
