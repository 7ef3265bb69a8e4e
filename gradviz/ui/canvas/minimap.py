"""The whole graph, small, in a corner of the canvas, with a frame around what is in view; a drag moves the frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from ...scene.roles import CARD_STYLES, Role
from ...scene.scene import Geometry, Look
from ...scene.theme import Theme
from ..fonts import pixels
from ..style import theme_of
from .batches import draw_rects
from .camera import Camera, fitted

if TYPE_CHECKING:
    from .canvas import GraphCanvas

WIDE, TALL, MARGIN, INSIDE = 190, 120, 12, 6
"""Pixels at 100 % type: the largest size, and the room around and inside."""
SHARE = 0.28
"""Of the canvas, at most: the ready queue stands beside it."""
LEAST_WIDE, LEAST_TALL = 400, 260
"""Pixels at 100 % type: a smaller canvas is needed for its cards."""


class Minimap(QWidget):
    """Lies on its canvas, and hides while the whole graph is in view."""

    def __init__(self, canvas: GraphCanvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._picture: QPixmap | None = None
        self._drawn: tuple[object, ...] = ()
        self.setAccessibleName("Map of the graph")
        self.setToolTip("The whole graph. Drag the frame to move the view.")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        canvas.installEventFilter(self)
        canvas.camera_moved.connect(self.follow)
        canvas.stage.rebuilt.connect(self.follow)
        canvas.stage.restyled.connect(self.follow)
        self.hide()

    def follow(self) -> None:
        """Take over where the canvas looks now."""
        geometry = self._canvas.stage.geometry
        if geometry is None or self._is_cramped or self._all_in_view(geometry):
            self.hide()
            return
        size = self._wanted_size(geometry)
        margin = self._px(MARGIN)
        place = self._canvas.rect().bottomRight() - QPointF(size.width() + margin, size.height() + margin).toPoint()
        self.setGeometry(place.x(), place.y(), size.width(), size.height())
        self.show()
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.follow()
        return False

    # -- where things are ----------------------------------------------------------------------------------------

    def _px(self, size: float) -> int:
        return pixels(size, self._canvas.session.settings.type_size)

    def _theme(self) -> Theme:
        return theme_of(self._canvas.session.settings.theme)

    @property
    def _is_cramped(self) -> bool:
        return self._canvas.width() < self._px(LEAST_WIDE) or self._canvas.height() < self._px(LEAST_TALL)

    def _all_in_view(self, geometry: Geometry) -> bool:
        left, top, width, height = self._canvas.camera.box_to_scene((0, 0, self._canvas.width(), self._canvas.height()))
        x, y, wide, tall = geometry.bounds
        slack = 4 / self._canvas.camera.zoom
        return (
            left <= x + slack
            and top <= y + slack
            and x + wide <= left + width + slack
            and y + tall <= top + height + slack
        )

    def _wanted_size(self, geometry: Geometry) -> QSize:
        _, _, wide, tall = geometry.bounds
        most = min(self._px(WIDE), SHARE * self._canvas.width())
        zoom = min(most / max(wide, 1.0), self._px(TALL) / max(tall, 1.0))
        least = self._px(44)
        inside = 2 * self._px(INSIDE)
        return QSize(max(least, round(wide * zoom)) + inside, max(least, round(tall * zoom)) + inside)

    def _view(self, geometry: Geometry) -> Camera:
        """From the scene to this widget."""
        inside = self._px(INSIDE)
        room = (inside, inside, self.width() - 2 * inside, self.height() - 2 * inside)
        x, y, width, height = geometry.bounds
        zoom = min(room[2] / max(width, 1.0), room[3] / max(height, 1.0))
        middle = fitted(geometry.bounds, room, 1.0)
        if middle.zoom == zoom:
            return middle
        # Graphs so large that the canvas could not show them whole at its smallest zoom.
        return Camera(zoom, self.width() / 2 - (x + width / 2) * zoom, self.height() / 2 - (y + height / 2) * zoom)

    # -- hand ----------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._look(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._look(event.position())

    def _look(self, point: QPointF) -> None:
        canvas, geometry = self._canvas, self._canvas.stage.geometry
        if geometry is None:
            return
        x, y = self._view(geometry).to_scene(point.x(), point.y())
        zoom = canvas.camera.zoom
        canvas.is_fitted = False
        canvas.look_at(Camera(zoom, canvas.width() / 2 - x * zoom, canvas.height() / 2 - y * zoom))

    # -- painting ------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        canvas, geometry, look = self._canvas, self._canvas.stage.geometry, self._canvas.stage.look
        if geometry is None or look is None:
            return
        theme, view = self._theme(), self._view(geometry)
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._cards(geometry, look, view, theme))
        box = canvas.camera.box_to_scene((0, 0, canvas.width(), canvas.height()))
        x, y = view.to_screen(box[0], box[1])
        frame = QRectF(x, y, box[2] * view.zoom, box[3] * view.zoom)
        frame = frame.intersected(QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.focus), 1.5))
        ground = QColor(theme.focus)
        ground.setAlphaF(0.10)
        painter.setBrush(ground)
        painter.drawRoundedRect(frame, 3, 3)
        painter.end()

    def _cards(self, geometry: Geometry, look: Look, view: Camera, theme: Theme) -> QPixmap:
        """The cards in the colours of this step; drawn once for a step, not for every move of the frame."""
        drawn = (geometry, look, theme.name, self.size(), self.devicePixelRatio())
        if self._picture is not None and len(self._drawn) == len(drawn) and self._is_drawn(drawn):
            return self._picture
        picture = QPixmap(self.size() * self.devicePixelRatio())
        picture.setDevicePixelRatio(self.devicePixelRatio())
        picture.fill(QColor(theme.card))
        painter = QPainter(picture)
        painter.setPen(Qt.PenStyle.NoPen)
        boxes = geometry.rects * view.zoom
        boxes[:, :2] += (view.x, view.y)
        boxes[:, 2:] = np.maximum(boxes[:, 2:], 1.2)
        for role in np.flatnonzero(np.bincount(look.cards)):
            style = CARD_STYLES[Role(int(role))]
            painter.setBrush(QColor(getattr(theme, style.border)))
            draw_rects(painter, boxes[look.cards == role])
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(theme.line_strong), 1))
        painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
        painter.end()
        self._picture, self._drawn = picture, drawn
        return picture

    def _is_drawn(self, drawn: tuple[object, ...]) -> bool:
        return self._drawn[0] is drawn[0] and self._drawn[1] is drawn[1] and self._drawn[2:] == drawn[2:]
