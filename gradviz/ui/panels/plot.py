"""The plotting surface that charts share: pyqtgraph in the theme's colours, with axis names and readable ticks.

As measured on 320 × 150 pixels: a curve of 100,000 points takes 10 ms with a pen of one pixel, 315 ms with two. So
curves are reduced to their pixel columns first (scene.plots), and wide pens wait until the program has ended.
pyqtgraph is imported here, and this module only when there is a curve to draw.
"""

from __future__ import annotations

import math

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRect, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QRubberBand, QWidget

from ...scene.theme import Theme
from ...scene.ticks import power_text, tick_text
from ..fonts import mono, pixels, sans

DRAG = 4
"""Pixels; a press that moves less is a click."""

LEAST_BAND = 12
"""Pixels; a rectangle less high is meant along x."""

LOW = 92
"""Pixels at 100 % type; a lower plot has the name of its axis beside a tick instead of below."""

WIDEST = 1e5
"""Steps from which on numbers beside an upright axis are written as powers of ten: there is no room for more."""

MOST_NAME = 16
"""Characters of the name beside an upright axis; a low plot has no room for more."""


class Ticks(pg.AxisItem):  # type: ignore[misc]
    """An axis that writes numbers as the rest of the window does."""

    is_log = False
    whole = False
    unit = ""
    """The axis name where it stands beside a tick."""
    line = 12
    """Height of a line of type in pixels: ticks along the side keep that distance."""
    _scale = math.inf
    """Pixels of the axis for a distance of 1."""

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        strings = self._numbers(values, spacing)
        if self.unit and strings:
            middle = len(strings) // 2
            strings[middle] = f"{self.unit} {strings[middle]}"
            width = QFontMetricsF(self.style["tickFont"] or self.font()).horizontalAdvance
            for side in (middle - 1, middle + 1):
                # In large type the name needs the room of its neighbours.
                if 0 <= side < len(strings) and width(strings[middle] + strings[side]) / 2 > spacing * self._scale - 4:
                    strings[side] = ""
        return strings

    def _numbers(self, values: list[float], spacing: float) -> list[str]:
        if self.is_log:
            return [power_text(value) for value in values]
        if self.whole:
            return [f"{round(value):,}" if abs(value - round(value)) < 1e-6 else "" for value in values]
        return [tick_text(value, spacing, WIDEST) for value in values]

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        self._scale = size / (high - low) if high > low else math.inf
        if not self.is_log:
            # One level only, minor ticks crowd a small plot; the second one where the first has a single tick.
            levels = super().tickValues(low, high, size)
            chosen = levels[:1] if len(levels) < 2 or len(levels[0][1]) > 1 else levels[1:2]
            if self.orientation == "left" and chosen:
                room = max(1, int(size / (1.4 * self.line)))
                spacing, values = chosen[0]
                chosen = [(spacing, values[:: max(1, -(-len(values) // room))])]
            return chosen
        first, last = math.ceil(low), math.floor(high)
        step = max(1, math.ceil((last - first + 1) / max(1, size / (1.8 * self.line))))
        return [(float(step), [float(value) for value in range(first, last + 1, step)])]


class Plot(pg.PlotWidget):  # type: ignore[misc]
    """A plot whose y range follows its data; the wheel and a drag zoom and move along x, a double click shows all.

    With a `band` a drag draws a rectangle and zooms into it, in both directions; Shift or the middle button moves.
    """

    hovered = Signal(float, float)
    """Data coordinates under the pointer; NaN when it left."""
    clicked = Signal(float, float)
    zoomed = Signal()
    """Another stretch of x is in view, by a person's hand."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self.across, self.up = Ticks("bottom"), Ticks("left")
        self._type_size, self._name = 0, ""
        super().__init__(parent, axisItems={"bottom": self.across, "left": self.up})
        self.is_zoomed = False
        self.heights: tuple[float, float] | None = None
        """The range of y that a person chose; None while it follows the data."""
        self.band: QRubberBand | None = None
        self._pressed: QPointF | None = None
        self._draws = False
        self.setMenuEnabled(False)
        self.hideButtons()
        self.setMouseEnabled(x=True, y=False)
        self.setMouseTracking(True)
        self.setFrameShape(self.Shape.NoFrame)
        self.getViewBox().disableAutoRange()
        self.getViewBox().sigRangeChangedManually.connect(self._zoomed)

    def restyle(self, theme: Theme, type_size: int, across: str, up: str) -> None:
        """Colours, type and names of the axes."""
        self.setBackground(theme.window)
        font = mono(type_size, size=10)
        up = up if len(up) <= MOST_NAME else up[: MOST_NAME - 1] + "…"
        for axis, name in ((self.across, across), (self.up, up)):
            axis.setPen(pg.mkPen(theme.line_strong, width=1))
            axis.setTextPen(pg.mkPen(theme.text_muted))
            axis.enableAutoSIPrefix(False)
            axis.setStyle(tickFont=font, tickLength=-3, tickTextOffset=pixels(4, type_size), maxTickLevel=0)
            axis.label.setFont(sans(type_size, size=10))
            axis.setLabel(name, color=theme.text_muted)
        self.up.line = pixels(12, type_size)
        self.up.setWidth(pixels(54, type_size))
        self._type_size, self._name = type_size, across
        self._make_room()

    def _make_room(self) -> None:
        """A low plot keeps its numbers; the names of its axes move or go."""
        if not self._type_size:
            return
        is_low = self.height() < pixels(LOW, self._type_size)
        self.across.showLabel(not is_low)
        self.across.unit = self._name if is_low else ""
        self.across.setHeight(pixels(17 if is_low else 30, self._type_size))
        self.up.showLabel(self.height() > pixels(70, self._type_size))
        # Half a line, or the number of a tick at the upper end would be cut through.
        self.getPlotItem().layout.setContentsMargins(1, pixels(6, self._type_size), 1, 1)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        if event is not None:
            self._make_room()

    def show_range(self, xs: tuple[float, float], ys: tuple[float, float]) -> None:
        """Set what is in view; x stays where a person zoomed to."""
        if self.is_zoomed:
            self.getViewBox().setYRange(*(self.heights or ys), padding=0)
        else:
            self.getViewBox().setRange(xRange=xs, yRange=ys, padding=0)

    def x_range(self) -> tuple[float, float]:
        low, high = self.getViewBox().viewRange()[0]
        return float(low), float(high)

    def _zoomed(self) -> None:
        self.is_zoomed = True
        self.zoomed.emit()

    def at(self, position: QPointF) -> tuple[float, float]:
        """Data coordinates of a place on the widget; NaN outside of the axes."""
        scene = self.mapToScene(position.toPoint())
        if not self.getViewBox().sceneBoundingRect().contains(scene):
            return math.nan, math.nan
        point = self.getViewBox().mapSceneToView(scene)
        return point.x(), point.y()

    def place_of(self, x: float, y: float) -> QPointF:
        """Where data coordinates are drawn on the widget."""
        return QPointF(self.mapFromScene(self.getViewBox().mapViewToScene(QPointF(x, y))))

    # -- Qt --------------------------------------------------------------------------------------------------------

    def zoom(self, xs: tuple[float, float], ys: tuple[float, float] | None = None) -> None:
        """Show a stretch of x, and of y where it is given."""
        self.is_zoomed, self.heights = True, ys
        self.getViewBox().setXRange(*xs, padding=0)
        self.zoomed.emit()

    def show_all(self) -> None:
        """Follow the data again."""
        self.is_zoomed, self.heights = False, None
        self.zoomed.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = event.position()
        moves = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        self._draws = self.band is not None and event.button() == Qt.MouseButton.LeftButton and not moves
        if not self._draws:
            super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, None
        draws, self._draws = self._draws, False
        if not draws:
            super().mouseReleaseEvent(event)
        if pressed is None or event.button() != Qt.MouseButton.LeftButton:
            return
        if (event.position() - pressed).manhattanLength() <= DRAG:
            x, y = self.at(event.position())
            if not math.isnan(x):
                self.clicked.emit(x, y)
        elif draws and self.band is not None:
            self._zoom_into(self.band.geometry())
        if self.band is not None:
            self.band.hide()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.show_all()
        super().mouseDoubleClickEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._draws and self._pressed is not None:
            self._draw_band(self._pressed, event.position())
            return
        super().mouseMoveEvent(event)
        self.hovered.emit(*self.at(event.position()))

    def _draw_band(self, start: QPointF, to: QPointF) -> None:
        area = self.mapFromScene(self.getViewBox().sceneBoundingRect()).boundingRect()
        rectangle = QRect(start.toPoint(), to.toPoint()).normalized() & area
        if rectangle.height() < LEAST_BAND:  # along the passes only
            rectangle.setTop(area.top())
            rectangle.setBottom(area.bottom())
        self.band.setGeometry(rectangle)
        self.band.setVisible((to - start).manhattanLength() > DRAG)

    def _zoom_into(self, rectangle: QRect) -> None:
        area = self.mapFromScene(self.getViewBox().sceneBoundingRect()).boundingRect()
        view = self.getViewBox()
        first = view.mapSceneToView(self.mapToScene(rectangle.topLeft()))
        last = view.mapSceneToView(self.mapToScene(rectangle.bottomRight()))
        is_whole = rectangle.height() >= area.height() - 2
        if rectangle.width() > DRAG:
            self.zoom((first.x(), last.x()), None if is_whole else (last.y(), first.y()))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.hovered.emit(math.nan, math.nan)


def fill(item: pg.PlotDataItem, xs: np.ndarray, ys: np.ndarray) -> None:
    """Give a curve its points. Gaps (NaN, infinity) are left open; only whole curves may skip the search for them."""
    whole = bool(np.isfinite(ys).all())
    item.setSkipFiniteCheck(whole)
    item.setData(xs, ys, connect="all" if whole else "finite")


def dots(color: str, size: int) -> pg.ScatterPlotItem:
    return pg.ScatterPlotItem(size=size, pen=None, brush=QColor(color), pxMode=True)
