"""Kept runs over a plot: their curves and paths, each in its run's colour and line style, its letter at the end."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QIcon, QPainter, QPen, QPixmap

from ...scene.looks import LOOKS, Look
from ...scene.overlays import Overlay
from ...scene.theme import Theme
from ...session.session import Session
from ..fonts import mono, pixels
from .plot import Plot, fill

AT_ONCE = 4
"""Lines made in one drawing: a dozen of them would hold up the window."""


def overlays_of(session: Session, shown: object) -> tuple[Overlay, ...]:
    """The kept runs that are not hidden, without the one that is on screen anyway (it began as `shown`)."""
    return tuple(
        Overlay(run.id, run.name, LOOKS[run.mark.look], run.trace)
        for run in session.runs.shown
        if run.trace.began is None or run.trace.began is not shown
    )


def pen_of(look: Look, theme: Theme, width: float = 1.0) -> QPen:
    """The pen of a run, cosmetic as all pens of plots."""
    pen = pg.mkPen(QColor(theme.series[look.color % len(theme.series)]), width=width)
    pen.setDashPattern(list(look.dash))
    return pen


def swatch_size(type_size: int) -> QSize:
    return QSize(pixels(58, type_size), pixels(14, type_size))


def swatch(look: Look, theme: Theme, type_size: int) -> QIcon:
    """A short piece of a run's line and its letter, for lists and menus."""
    size = swatch_size(type_size)
    pixmap = QPixmap(size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(pen_of(look, theme, 1.5))
    letter = pixels(12, type_size)
    painter.drawLine(letter, size.height() // 2, size.width(), size.height() // 2)
    painter.setFont(mono(type_size, size=10))
    painter.drawText(QRectF(0, 0, letter, size.height()), Qt.AlignmentFlag.AlignCenter, look.letter)
    painter.end()
    return QIcon(pixmap)


class Ends(pg.GraphicsObject):  # type: ignore[misc]
    """The letters of runs, each at the end of its line."""

    def __init__(self, plot: Plot) -> None:
        super().__init__()
        self._plot = plot
        self._ends: list[tuple[float, float, str, str]] = []
        self._font, self._ground = QFont(), QColor()

    def show_ends(self, ends: list[tuple[float, float, str, str]], font: QFont, ground: str) -> None:
        """Places in data coordinates, letters and colours."""
        self.prepareGeometryChange()
        self._ends, self._font, self._ground = ends, font, QColor(ground)
        self._ground.setAlpha(190)
        self.update()

    def boundingRect(self) -> QRectF:
        return QRectF(self._plot.getViewBox().viewRect())

    def viewTransformChanged(self) -> None:
        self.prepareGeometryChange()

    def paint(self, painter: QPainter, *further: object) -> None:
        transform: Any = painter.transform()
        painter.resetTransform()
        painter.setFont(self._font)
        metrics = painter.fontMetrics()
        area = transform.mapRect(self.boundingRect())
        wide, high = metrics.horizontalAdvance("M") + 2, metrics.ascent()
        taken: list[QRectF] = []
        for x, y, letter, colour in self._ends:
            if not self.boundingRect().contains(x, y):
                continue  # the line ends outside of what is in view
            place = transform.map(x, y)
            left = min(max(place[0] + 2, area.left()), area.right() - wide)
            box = QRectF(left, min(max(place[1] - high / 2, area.top()), area.bottom() - high), wide, high)
            for _ in range(len(self._ends)):  # letters of lines that end together stand beside one another
                if not any(box.intersects(other) for other in taken):
                    break
                box.translate(-wide, 0)
            taken.append(box)
            painter.fillRect(box, self._ground)
            painter.setPen(QColor(colour))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, letter)


class OverlaidLines:
    """The lines of kept runs in one plot, by (run, curve)."""

    def __init__(self, plot: Plot) -> None:
        self._plot = plot
        self._items: dict[tuple[Hashable, bool], pg.GraphicsObject] = {}
        """By line, and whether it is drawn as points."""
        self.is_whole = True
        """Whether all lines that were asked for are there; new ones are made a few at a time."""
        self._dressed: dict[tuple[Hashable, bool], tuple[object, ...]] = {}
        self._ends = Ends(plot)
        self._ends.setZValue(30)
        self._lettering, self._point = QFont(), 6
        self._theme: Theme | None = None
        plot.addItem(self._ends, ignoreBounds=True)

    def restyle(self, theme: Theme, type_size: int) -> None:
        self._theme, self._lettering, self._point = theme, mono(type_size, size=10), pixels(6, type_size)

    def show_lines(
        self, lines: Sequence[tuple[Hashable, Look, np.ndarray, np.ndarray]], height: int = 5, points: bool = False
    ) -> None:
        """Draw these lines (key, look, xs, ys) and no others; or only their points."""
        theme = self._theme
        if theme is None:
            return
        wanted = {(key, points) for key, *_ in lines}
        for known in self._items.keys() - wanted:
            self._plot.removeItem(self._items.pop(known))
            del self._dressed[known]
        ends: dict[tuple[str, object], tuple[float, float, str, str]] = {}
        made, self.is_whole = 0, True
        for line, look, xs, ys in lines:
            item = self._items.get((line, points))
            if item is None:
                if made == AT_ONCE:
                    self.is_whole = False
                    continue
                made += 1
                item = self._items[line, points] = (
                    pg.ScatterPlotItem(pxMode=True) if points else pg.PlotCurveItem(antialias=True)
                )
                item.setZValue(height)
                self._plot.addItem(item, ignoreBounds=True)
            dress = (look, theme.name, self._point)
            if self._dressed.get((line, points)) != dress:  # each of these draws the item anew
                self._dressed[line, points] = dress
                self._dress(item, look, theme, points)
            if points:
                item.setData(x=xs, y=ys)
            else:
                fill(item, xs, ys)
            whole = np.flatnonzero(np.isfinite(xs) & np.isfinite(ys))
            if len(whole):
                last = whole[-1]
                colour = theme.series[look.color % len(theme.series)]
                ends[look.letter, line] = (float(xs[last]), float(ys[last]), look.letter, colour)
        self._ends.show_ends(list(ends.values()), self._lettering, theme.window)

    def _dress(self, item: pg.GraphicsObject, look: Look, theme: Theme, points: bool) -> None:
        if not points:
            item.setPen(pen_of(look, theme))
            return
        item.setSymbol(look.symbol)
        item.setSize(self._point)
        item.setPen(pg.mkPen(theme.series[look.color % len(theme.series)], width=1))
        item.setBrush(None)
