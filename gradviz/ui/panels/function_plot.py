"""The loss drawn over one axis or two: curve or filled contours, the way so far, where one stands, slope and step.

Nothing is computed here. The picture under the way may be older than the way: it is replaced when a new one is there.
"""

from __future__ import annotations

import math

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsPathItem, QWidget

from ...scene.contours import Contours
from ...scene.landscape import Cut
from ...scene.leaf_path import Iterates
from ...scene.overlays import Overlay, path_in
from ...scene.plots import bounds
from ...scene.shades import mixed
from ...scene.theme import Theme
from ...scene.window import Window
from ..fonts import pixels
from .overlaid import OverlaidLines
from .plot import Plot, fill

GRADIENT_ARROW = 46
"""Pixels: the gradient's arrow tells a direction; its length on an axis of leaves would mean nothing."""

SINGLE = 80
"""Points of a way in a plane that are drawn one by one."""

NEAR = 14
"""Pixels: a click so near to a point of the way means it."""

SHADES = 12
"""Of the dots of the way, from long ago to now: pyqtgraph draws a picture for each brush that it has not met."""


def band_colour(theme: Theme, part: float) -> str:
    """From low (0) to high (1): deeper is darker, on paper as on a dark screen it stands out against the way's blue."""
    return mixed(theme.card, theme.waiting, 0.62 * (1 - part) + 0.04)


class FunctionPlot(Plot):
    """`pass_chosen` has the number of the pass whose point was clicked."""

    pass_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cut: Cut | None = None
        self._theme: Theme | None = None
        self._bands: list[QGraphicsPathItem] = []
        self._shades: list[QBrush] = []
        self._drawn: Contours | None = None
        self._over = OverlaidLines(self)
        self._iterates: dict[int, Iterates] = {}
        self._curve, self._tangent = pg.PlotDataItem(antialias=True), pg.PlotDataItem(antialias=True)
        self._way = pg.PlotDataItem(antialias=True)
        self._dots, self._point = pg.ScatterPlotItem(pxMode=True), pg.ScatterPlotItem(pxMode=True)
        self._slope, self._step = QGraphicsPathItem(), QGraphicsPathItem()
        layers = (self._curve, self._tangent, self._way, self._dots, self._slope, self._step, self._point)
        for height, item in enumerate(layers, 10):
            item.setZValue(height)
            self.addItem(item, ignoreBounds=True)
        self.clicked.connect(self._choose)
        self.getViewBox().sigResized.connect(self._place_arrows)

    # -- what is shown -------------------------------------------------------------------------------------------

    def dress(self, theme: Theme, type_size: int) -> None:
        """Colours and type; what is drawn stays."""
        self._theme, self._type_size = theme, type_size
        cut = self._cut
        self.restyle(theme, type_size, cut.across if cut else "", (cut.up or cut.loss) if cut else "")
        self._shades = [_shade(theme.value, age) for age in np.linspace(0.15, 0.75, SHADES)]
        self._over.restyle(theme, type_size)
        self._curve.setPen(pg.mkPen(theme.waiting, width=1.5))
        self._tangent.setPen(pg.mkPen(theme.gradient, width=1, style=Qt.PenStyle.DashLine))
        for item, colour in ((self._slope, theme.gradient), (self._step, theme.update)):
            item.setPen(pg.mkPen(colour, width=2))
            item.setBrush(QBrush(QColor(colour)))
        drawn, self._drawn = self._drawn, None
        self.show_contours(drawn)
        self._draw_way()

    def show_cut(self, cut: Cut) -> None:
        """The way, the point, slope and step; names of the axes."""
        before, self._cut = self._cut, cut
        if before is None or (before.across, before.up, before.loss) != (cut.across, cut.up, cut.loss):
            self.setMouseEnabled(x=True, y=cut.is_plane)
            if self._theme is not None:
                self.restyle(self._theme, self._type_size, cut.across, cut.up or cut.loss)
        self._draw_way()

    def lay_over(self, overlays: tuple[Overlay, ...]) -> bool:
        """The paths of kept runs in the same picture; those over other leaves are left out.

        Whether all of them are there: further ones come with the next call.
        """
        self._iterates = {each.id: self._iterates.get(each.id, Iterates()) for each in overlays}
        lines = []
        for each in overlays:
            places = path_in(self._cut, each.trace, self._iterates[each.id]) if self._cut is not None else ()
            if len(places):
                lines.append((each.id, each.look, places[:, 0], places[:, 1]))
        self._over.show_lines(lines, height=11, points=self._cut is not None and not self._cut.is_plane)
        return self._over.is_whole

    def show_curve(self, xs: np.ndarray, ys: np.ndarray) -> None:
        """The function over one axis; no values take it away."""
        fill(self._curve, xs, ys)

    def show_contours(self, contours: Contours | None) -> None:
        """Filled contours; None takes them away."""
        if contours is self._drawn:
            return
        self._drawn = contours
        scene = self.getViewBox()
        for item in self._bands:
            scene.removeItem(item)
        self._bands = []
        if contours is None or self._theme is None:
            return
        line = QPen(QColor(mixed(self._theme.card, self._theme.waiting, 0.8)), 0)
        for band in contours.bands:
            starts = np.ones(len(band.points), np.int32)
            starts[band.offsets[1:] - 1] = 0  # a ring ends where the next one begins
            path = pg.arrayToQPath(band.points[:, 0], band.points[:, 1], connect=starts)
            path.setFillRule(Qt.FillRule.OddEvenFill)
            item = QGraphicsPathItem(path)
            item.setBrush(QBrush(QColor(band_colour(self._theme, band.part))))
            item.setPen(line)
            scene.addItem(item, ignoreBounds=True)
            self._bands.append(item)

    def show_window(self, window: Window, ys: np.ndarray) -> None:
        """Look at a window; over one axis the height follows the losses `ys` in it."""
        if self.is_zoomed:
            if self._cut is not None and not self._cut.is_plane:
                self.getViewBox().setYRange(*bounds([ys]), padding=0)
        else:
            across = window.low_x, window.high_x
            up = (window.low_y, window.high_y) if self._cut is not None and self._cut.is_plane else bounds([ys])
            self.getViewBox().setRange(xRange=across, yRange=up, padding=0)
        self._draw_tangent()
        self._place_arrows()

    def window_in_view(self) -> Window:
        """What a person has zoomed to."""
        (low_x, high_x), (low_y, high_y) = self.getViewBox().viewRange()
        if self._cut is None or not self._cut.is_plane:
            return Window(float(low_x), float(high_x))
        return Window(float(low_x), float(high_x), float(low_y), float(high_y))

    # -- drawing -------------------------------------------------------------------------------------------------

    def _heights(self, cut: Cut) -> np.ndarray:
        return cut.path[:, 1] if cut.is_plane else cut.losses

    def _draw_way(self) -> None:
        cut, theme = self._cut, self._theme
        if cut is None or theme is None:
            return
        xs, ys = cut.path[:, 0], self._heights(cut)
        whole = np.isfinite(xs) & np.isfinite(ys)
        xs, ys = xs[whole], ys[whole]
        self._way.setPen(pg.mkPen(theme.value, width=1))
        fill(self._way, xs if cut.is_plane else xs[:0], ys if cut.is_plane else ys[:0])
        if cut.is_plane and len(xs) > SINGLE:
            xs, ys = xs[:0], ys[:0]  # the line tells it all
        brushes = [self._shades[place * len(self._shades) // len(xs)] for place in range(len(xs))]
        self._dots.setData(x=xs, y=ys, size=pixels(5, self._type_size), pen=None, brush=brushes)
        point = ([cut.here[0]], [cut.here[1] if cut.is_plane else cut.at]) if cut.has_point else ([], [])
        self._point.setData(
            x=point[0], y=point[1], size=pixels(11, self._type_size),
            pen=pg.mkPen(theme.window, width=1.5), brush=pg.mkBrush(theme.value),
        )  # fmt: skip
        self._draw_tangent()
        self._place_arrows()

    def _draw_tangent(self) -> None:
        cut = self._cut
        if cut is None or cut.is_plane or not cut.has_point or not math.isfinite(cut.slope[0]):
            fill(self._tangent, np.zeros(0), np.zeros(0))
            return
        low, high = self.x_range()
        xs = cut.here[0] + np.array([-1.0, 1.0]) * (high - low) / 6
        fill(self._tangent, xs, cut.at + cut.slope[0] * (xs - cut.here[0]))

    def _place_arrows(self) -> None:
        """The gradient points up the slope and has one length; the step goes to where the update led."""
        cut = self._cut
        self._slope.setPath(QPainterPath())
        self._step.setPath(QPainterPath())
        if cut is None or not cut.has_point:
            return
        here = QPointF(cut.here[0], cut.here[1] if cut.is_plane else cut.at)
        wide, high = self.getViewBox().viewPixelSize()
        if not (wide > 0 and high > 0):
            return
        if cut.is_plane and all(map(math.isfinite, cut.slope)) and any(cut.slope):
            # The direction in which the loss grows fastest per unit of the leaves, as the axes show it.
            length = math.hypot(cut.slope[0] / wide, cut.slope[1] / high)
            reach = pixels(GRADIENT_ARROW, self._type_size or 100) / length
            tip = QPointF(here.x() + cut.slope[0] * reach, here.y() + cut.slope[1] * reach)
            self._slope.setPath(arrow(here, tip, wide, high))
        if all(map(math.isfinite, cut.step)) and any(cut.step):
            tip = QPointF(here.x() + cut.step[0], here.y() + (cut.step[1] if cut.is_plane else 0.0))
            self._step.setPath(arrow(here, tip, wide, high))

    # -- the hand ------------------------------------------------------------------------------------------------

    def _zoomed(self) -> None:
        super()._zoomed()
        self._draw_tangent()
        self._place_arrows()

    def _choose(self, x: float, y: float) -> None:
        """Go to the pass whose point is nearest to the click."""
        cut = self._cut
        if cut is None or not len(cut.path):
            return
        wide, high = self.getViewBox().viewPixelSize()
        away = np.hypot((cut.path[:, 0] - x) / wide, (self._heights(cut) - y) / high)
        if np.isfinite(away).any() and np.nanmin(away) <= pixels(NEAR, self._type_size or 100):
            self.pass_chosen.emit(int(cut.numbers[int(np.nanargmin(away))]))

    def place_of_pass(self, number: int) -> QPointF:
        """Where the point of a pass is drawn on the widget."""
        assert self._cut is not None, "asked with a way only"
        at = int(np.argmin(np.abs(self._cut.numbers - number)))
        return self.place_of(float(self._cut.path[at, 0]), float(self._heights(self._cut)[at]))


def arrow(tail: QPointF, tip: QPointF, wide: float, high: float) -> QPainterPath:
    """A line with a head at its tip; `wide` and `high` are the size of a pixel. A very short one is all head."""
    across, up = (tip.x() - tail.x()) / wide, (tip.y() - tail.y()) / high
    length = math.hypot(across, up)
    path = QPainterPath(tail)
    if not 1.0 <= length < 1e6:
        return QPainterPath()
    path.lineTo(tip)
    head = min(9.0, length)
    across, up = across / length, up / length
    for side in (0.42, -0.42):
        path.moveTo(tip)
        path.lineTo(
            tip.x() - head * (across - side * up) * wide,
            tip.y() - head * (up + side * across) * high,
        )
    return path


def _shade(colour: str, strength: float) -> QBrush:
    shade = QColor(colour)
    shade.setAlphaF(strength)
    return QBrush(shade)
