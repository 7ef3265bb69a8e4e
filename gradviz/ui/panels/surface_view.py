"""The loss over a plane as a surface that can be turned: by dragging, with the arrow keys, back with Home.

Painted facet by facet with Qt's own painter: no OpenGL, whose drivers a lecture hall cannot rely on.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from ...scene.contours import heights
from ...scene.landscape import Cut
from ...scene.shades import mixed
from ...scene.surface import Eye, Facets, facets_of
from ...scene.theme import Theme
from ..fonts import pixels, sans
from .function_plot import band_colour

DEGREE = 0.01
"""Radians for a pixel of a drag."""

KEY = 0.12
"""Radians for a press of an arrow key."""


TURNS: dict[int, tuple[float, float] | None] = {
    Qt.Key.Key_Left: (-KEY, 0.0), Qt.Key.Key_Right: (KEY, 0.0), Qt.Key.Key_Up: (0.0, -KEY), Qt.Key.Key_Down: (0.0, KEY),
    Qt.Key.Key_Home: None,
}  # fmt: skip
"""How far a key turns; None turns back."""

FLATTER = 2.0
"""Power of the heights: the floor of a steep valley is nearly level, or where it is narrow it would be all teeth."""


class SurfaceView(QWidget):
    """Shows losses (ys, xs); nothing while there are none."""

    def __init__(self) -> None:
        super().__init__()
        self._theme: Theme | None = None
        self._type_size = 100
        self._cut: Cut | None = None
        self._xs = self._ys = np.zeros(0)
        self._heights, self._losses = np.zeros((0, 0)), np.zeros((0, 0))
        self._eye = Eye()
        self._facets: Facets | None = None
        self._ground: QPixmap | None = None
        """The surface as it was painted last: only the way on it moves with every frame of a run."""
        self._pressed: QPointF | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setAccessibleName("Surface of the loss")
        self.setToolTip("Drag, or use the arrow keys, to turn the surface; Home turns it back.")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        return QSize(320, 200)

    @property
    def eye(self) -> Eye:
        return self._eye

    def dress(self, theme: Theme, type_size: int) -> None:
        self._theme, self._type_size, self._ground = theme, type_size, None
        self.update()

    def show_surface(self, xs: np.ndarray, ys: np.ndarray, losses: np.ndarray, levels: np.ndarray) -> None:
        """The surface; its heights grow from contour line to contour line, its shades are those of the contours."""
        self._xs, self._ys, self._losses = xs, ys, losses
        self._heights = heights(losses, levels) ** FLATTER
        self._facets = self._ground = None
        self.update()

    def show_cut(self, cut: Cut) -> None:
        """The way on it."""
        if self._cut is None or (cut.across, cut.up) != (self._cut.across, self._cut.up):
            self._ground = None
        self._cut = cut
        self.update()

    def turn(self, eye: Eye) -> None:
        self._eye, self._facets, self._ground = eye, None, None
        self.update()

    # -- painting ------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        if theme is None:
            return
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.window))
        if self._heights.size and self.width() > 40 and self.height() > 40:
            size = self.size() * self.devicePixelRatio()
            if self._ground is None or self._ground.size() != size:
                self._ground = self._painted(theme, size)
            painter.drawPixmap(0, 0, self._ground)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_way(painter, theme)
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme.focus), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _painted(self, theme: Theme, size: QSize) -> QPixmap:
        """The surface on its base, at so many pixels of the screen."""
        ground = QPixmap(size)
        ground.setDevicePixelRatio(self.devicePixelRatio())
        ground.fill(QColor(theme.window))
        painter = QPainter(ground)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_base(painter, theme)
        self._paint_facets(painter, theme)
        painter.end()
        return ground

    def _paint_facets(self, painter: QPainter, theme: Theme) -> None:
        facets = self._facets = self._facets or facets_of(self._heights, self._eye)
        across, up = self._on_widget(facets.corners[..., 0], facets.corners[..., 1])
        colours = [QColor(band_colour(theme, part)) for part in np.linspace(0, 1, 33)]
        edges = QPen(QColor(mixed(theme.card, theme.waiting, 0.6)), 0.4)
        painter.setPen(edges)
        shades = np.clip(np.round(facets.heights ** (1 / FLATTER) * 32), 0, 32).astype(int)
        lights = np.round(82 + 36 * facets.light).astype(int)
        lit: dict[tuple[int, int], QColor] = {}
        for x, y, shade, light in zip(across.tolist(), up.tolist(), shades.tolist(), lights.tolist(), strict=True):
            if (shade, light) not in lit:
                lit[shade, light] = colours[shade].lighter(light)
            painter.setBrush(lit[shade, light])
            painter.drawConvexPolygon([QPointF(a, b) for a, b in zip(x, y, strict=True)])

    def _paint_base(self, painter: QPainter, theme: Theme) -> None:
        """The frame that the surface stands on, with the names of the axes at its near sides."""
        corners = np.array([(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)])
        across, up, depth = self._eye.project(corners[:, 0], corners[:, 1], np.zeros(4))
        xs, ys = self._on_widget(across, up)
        painter.setPen(QPen(QColor(theme.line_strong), 1))
        painter.setBrush(QColor(theme.canvas))
        painter.drawPolygon(QPolygonF([QPointF(a, b) for a, b in zip(xs, ys, strict=True)]))
        if self._cut is None:
            return
        painter.setFont(sans(self._type_size, size=10))
        painter.setPen(QColor(theme.text_muted))
        metrics = QFontMetricsF(painter.font())
        nearest = {axis: min(pairs, key=lambda pair: depth[list(pair)].sum())
                   for axis, pairs in (("x", ((0, 1), (3, 2))), ("y", ((0, 3), (1, 2))))}  # fmt: skip
        middle = self.rect().center()
        for axis, name in (("x", self._cut.across), ("y", self._cut.up)):
            one, other = nearest[axis]
            at = QPointF((xs[one] + xs[other]) / 2, (ys[one] + ys[other]) / 2)
            text = metrics.elidedText(name, Qt.TextElideMode.ElideRight, self.width() * 0.42)
            wide = metrics.horizontalAdvance(text)
            left = at.x() - wide - 6 if at.x() < middle.x() else at.x() + 6
            left = min(max(4.0, left), self.width() - wide - 4)
            painter.drawText(QPointF(left, min(at.y() + metrics.height(), self.height() - 4)), text)

    def _paint_way(self, painter: QPainter, theme: Theme) -> None:
        cut = self._cut
        if cut is None or not cut.is_plane or not len(cut.path):
            return
        places = np.concatenate([cut.path, [cut.here]]) if cut.has_point else cut.path
        x, y, z = self._in_box(places)
        known = np.isfinite(z)
        across, up, _ = self._eye.project(x[known], y[known], z[known])
        xs, ys = self._on_widget(across, up)
        line = QPolygonF([QPointF(a, b) for a, b in zip(xs, ys, strict=True)])
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(theme.card), 3.5))
        painter.drawPolyline(line)
        painter.setPen(QPen(QColor(theme.value), 1.8))
        painter.drawPolyline(line)
        if cut.has_point and known[-1]:
            painter.setPen(QPen(QColor(theme.window), 1.5))
            painter.setBrush(QColor(theme.value))
            size = pixels(5, self._type_size)
            painter.drawEllipse(line.last(), size, size)

    def _in_box(self, places: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Places of the plane in the box, as high as the surface there; NaN beside it."""
        xs, ys = self._xs, self._ys
        column = (places[:, 0] - xs[0]) / (xs[-1] - xs[0]) * (len(xs) - 1)
        row = (places[:, 1] - ys[0]) / (ys[-1] - ys[0]) * (len(ys) - 1)
        with np.errstate(invalid="ignore"):
            inside = (column >= 0) & (column <= len(xs) - 1) & (row >= 0) & (row <= len(ys) - 1)
        column, row = np.where(inside, column, 0), np.where(inside, row, 0)
        left, low = np.minimum(column.astype(int), len(xs) - 2), np.minimum(row.astype(int), len(ys) - 2)
        right, over = column - left, row - low
        grid = self._heights
        z = (
            grid[low, left] * (1 - right) * (1 - over)
            + grid[low, left + 1] * right * (1 - over)
            + grid[low + 1, left] * (1 - right) * over
            + grid[low + 1, left + 1] * right * over
        )
        z = np.where(inside, z, np.nan)
        return column / (len(xs) - 1) - 0.5, row / (len(ys) - 1) - 0.5, z

    def _on_widget(self, across: np.ndarray, up: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """As large as the turned box fits, below it a line for the names of the axes."""
        corners = np.array([(x, y, z) for x in (-0.5, 0.5) for y in (-0.5, 0.5) for z in (0.0, 1.0)])
        xs, ys, _ = self._eye.project(*corners.T)
        line = pixels(18, self._type_size)
        room_x, room_y = self.width() - line, self.height() - 1.6 * line
        scale = min(room_x / np.ptp(xs), room_y / np.ptp(ys))
        middle_x, middle_y = (xs.max() + xs.min()) / 2, (ys.max() + ys.min()) / 2
        return self.width() / 2 + (across - middle_x) * scale, (self.height() - line) / 2 - (up - middle_y) * scale

    # -- the hand ------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is not None:
            moved = event.position() - self._pressed
            self._pressed = event.position()
            self.turn(self._eye.turned(moved.x() * DEGREE, moved.y() * DEGREE))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pressed = None
        self.setCursor(Qt.CursorShape.OpenHandCursor)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.turn(Eye())

    def event(self, event: QEvent) -> bool:
        """The keys that turn are the player's elsewhere: with the focus here they are meant for the surface."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in TURNS:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if event.key() in TURNS and held == Qt.KeyboardModifier.NoModifier:
            turn = TURNS[event.key()]
            self.turn(Eye() if turn is None else self._eye.turned(*turn))
        else:
            super().keyPressEvent(event)
