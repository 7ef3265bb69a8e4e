"""Curves over the passes: a legend that hides and shows, a read-out under the pointer, a marker at the cursor."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction, QColor
from PySide6.QtWidgets import QLabel, QMenu, QRubberBand, QVBoxLayout, QWidget

from ...scene.overlays import Overlay, reading_of
from ...scene.plots import Chart, Manner, Series, bounds, magnitudes, readout
from ...scene.reduction import Reduction
from ...scene.theme import Theme
from ...trace.curves import Curves
from ...trace.messages import CurveKey
from ..fonts import pixels
from .legend import Legend
from .overlaid import OverlaidLines
from .plot import Plot, fill

FEW = 4
"""More curves than this keep thin pens: each wide one takes 3 ms."""

PALE = 70
"""Of 255, how strong the curve itself is behind its mean."""

NEAR = 7
"""Pixels from a mark within which the pointer is at it."""


class CurveChart(QWidget):
    """Shows one `Chart`. Passes in signals count from 0."""

    pass_chosen = Signal(int)
    """A pass was clicked."""
    break_chosen = Signal(int)
    """The mark where NaN or infinity begins was clicked."""
    note_chosen = Signal(int)
    """The mark of a finding was clicked: its pass."""
    pointed = Signal(int)
    """The pointer is at a pass; −1 when it left."""
    zoomed = Signal()

    def __init__(self, words: Callable[[int], str] = lambda number: "") -> None:
        super().__init__()
        self._words = words
        self._chart: Chart | None = None
        self._curves = Curves()
        self._run: object = None
        self._reductions: dict[CurveKey, Reduction] = {}
        self._theme: Theme | None = None
        self._type_size = 100
        self._manner = Manner()
        self._pen_width = 1.0
        self._items: dict[CurveKey, pg.PlotDataItem] = {}
        self._behind: dict[CurveKey, pg.PlotDataItem] = {}
        self.legend = Legend()
        self.legend.changed.connect(self._draw)
        self.plot = Plot(self)
        self.plot.band = QRubberBand(QRubberBand.Shape.Rectangle, self.plot)
        self.plot.across.whole = True
        self._marker = pg.InfiniteLine(angle=90, movable=False)
        self._pointer = pg.InfiniteLine(angle=90, movable=False)
        self._breaks = pg.ScatterPlotItem(pxMode=True, symbol="x")
        self._notes: dict[int, str] = {}
        self._noted = pg.ScatterPlotItem(pxMode=True, symbol="t1")
        for item in (self._marker, self._pointer, self._breaks, self._noted):
            self.plot.addItem(item, ignoreBounds=True)
        self._marker.hide()
        self._pointer.hide()
        self._over = OverlaidLines(self.plot)
        self._overlays: tuple[Overlay, ...] = ()
        self._over_reductions: dict[tuple[int, CurveKey], Reduction] = {}
        self._number = 0
        self._pointed = -1
        self._reading = QLabel(self)  # above the curves, not on them
        self._reading.setProperty("role", "reading")
        self._reading.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._reading.hide()
        self._actions: Sequence[QAction] = ()
        self.plot.hovered.connect(self._hovered)
        self.plot.clicked.connect(self._clicked)
        self.plot.zoomed.connect(self._zoomed)
        self.plot.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.plot.customContextMenuRequested.connect(self._show_menu)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.legend)
        layout.addWidget(self.plot, 1)

    # -- what is shown -------------------------------------------------------------------------------------------

    def restyle(self, theme: Theme, type_size: int) -> None:
        self._theme, self._type_size = theme, type_size
        self._marker.setPen(pg.mkPen(theme.gradient, width=1))
        self._pointer.setPen(pg.mkPen(theme.line_strong, width=1, style=Qt.PenStyle.DashLine))
        self._breaks.setSize(pixels(9, type_size))
        self._breaks.setPen(pg.mkPen(theme.error, width=2))
        self._breaks.setBrush(pg.mkBrush(theme.error))
        self._noted.setSize(pixels(10, type_size))
        self._noted.setPen(pg.mkPen(theme.text, width=1))
        self._noted.setBrush(pg.mkBrush(theme.card))
        self.legend.restyle(theme, type_size)
        self._over.restyle(theme, type_size)
        self._set_pens()
        self._name_axes()

    def offer(self, actions: Sequence[QAction]) -> None:
        """What the context menu offers."""
        self._actions = actions

    def show_chart(self, chart: Chart, curves: Curves, run: object, manner: Manner, is_live: bool) -> None:
        """Draw the curves of a run as they stand; only what is new is made anew."""
        if run is not self._run or curves.length < self._curves.length:
            self._run, self._reductions = run, {}
        if chart != self._chart:
            self._take_over(chart)
        # A curve reduced to least and greatest of each column is a thicket: no clearer in a wide pen, and three times
        # as slow.
        is_dense = curves.length > 2 * self.plot.width() and not (chart.series and manner.is_smooth(chart.series[0]))
        width = 1.0 if is_live or is_dense or len(chart.series) > FEW else 1.6
        if width != self._pen_width:
            self._pen_width = width
            self._set_pens()
        if manner != self._manner:
            if manner.log_passes != self._manner.log_passes:
                self.plot.is_zoomed = False
            self._manner = manner
            self._set_pens()
            self._name_axes()
        self._curves = curves
        self._draw()
        self.show_pass(self._number)

    def lay_over(self, overlays: tuple[Overlay, ...]) -> None:
        """Kept runs to draw beside the run itself from the next `show_chart` on."""
        known = {each.id for each in overlays}
        self._over_reductions = {key: each for key, each in self._over_reductions.items() if key[0] in known}
        self._overlays = overlays

    def show_notes(self, notes: dict[int, str]) -> None:
        """Mark passes at which something goes wrong, with words for the pointer."""
        if notes != self._notes:
            self._notes = notes
            self._draw()

    def show_pass(self, number: int) -> None:
        """Put the marker at the cursor's pass."""
        self._number = number
        self._marker.setValue(self._x(number + 1))
        self._marker.setVisible(self._curves.length > 1)

    def _take_over(self, chart: Chart) -> None:
        self._chart = chart
        keys = {series.key for series in chart.series}
        for key in self._items.keys() - keys:
            for items in (self._items, self._behind):
                self.plot.removeItem(items.pop(key))
        for key in keys - self._items.keys():
            for items in (self._behind, self._items):
                item = items[key] = pg.PlotDataItem(antialias=True)
                self.plot.addItem(item, ignoreBounds=True)
        self.legend.show_chart(chart)
        self._set_pens()
        self.plot.setAccessibleName(f"{chart.title}, plot over the passes")
        self._name_axes()

    def _set_pens(self) -> None:
        for series in self._chart.series if self._chart else ():
            color = QColor(self.legend.color(series))
            self._items[series.key].setPen(pg.mkPen(color, width=self._pen_width))
            color.setAlpha(PALE)
            self._behind[series.key].setPen(pg.mkPen(color, width=1))

    def _name_axes(self) -> None:
        if self._chart is None or self._theme is None:
            return
        up = f"|{self._chart.axis}|" if self._manner.log_curves and self._chart.magnitude else self._chart.axis
        self.plot.up.is_log, self.plot.across.is_log = self._manner.log_curves, self._manner.log_passes
        self.plot.across.whole = not self._manner.log_passes
        self.plot.restyle(self._theme, self._type_size, "pass", up)

    def _x(self, at: float) -> float:
        """Where a pass, counted from 1, stands on the axis."""
        return math.log10(max(at, 0.5)) if self._manner.log_passes else at

    def _pass_at(self, x: float) -> int:
        """The pass, counted from 0, at a place on the axis."""
        at = 10.0 ** min(x, 12.0) if self._manner.log_passes else x
        return max(0, min(round(at) - 1, self._length - 1))

    @property
    def is_whole(self) -> bool:
        """Whether the curves of all kept runs are there; further ones come with the next `show_chart`."""
        return self._over.is_whole

    @property
    def _length(self) -> int:
        """Passes of the longest run in the plot."""
        return max([self._curves.length, *(each.trace.curves.length for each in self._overlays)])

    # -- drawing -------------------------------------------------------------------------------------------------

    def _draw(self) -> None:
        if self._chart is None:
            return
        shown: list[np.ndarray] = []
        broken: set[int] = set()
        length = max(2, self._length)
        for series in self._chart.series:
            is_shown = series.key not in self.legend.hidden
            self._items[series.key].setVisible(is_shown)
            self._behind[series.key].setVisible(is_shown and self._manner.is_smooth(series))
            if is_shown and series.key in self._curves.keys:
                shown.append(self._draw_series(series, length))
                if series.key.kind != "update":
                    broken.update(self._reductions[series.key].breaks)
        self._draw_overlays(shown, length)
        air = (self._x(length) - self._x(1)) * 0.01
        self.plot.show_range((self._x(1) - air, self._x(length) + air), bounds(shown, self._manner.log_curves))
        self._draw_breaks(sorted(broken))

    def _draw_series(self, series: Series, length: int) -> np.ndarray:
        """Returns the values that were drawn."""
        manner = self._manner
        if series.key not in self._reductions:
            self._reductions[series.key] = Reduction()
        reduction = self._reductions[series.key].follow(self._curves.column(series.key))
        xs, across, ys = self._points(reduction, length)
        drawn = ys
        if self._manner.is_smooth(series) and len(xs):
            drawn = reduction.smoothed(xs, manner)
            self._fill(self._behind[series.key], across, ys)
        self._fill(self._items[series.key], across, drawn)
        return magnitudes(ys) if manner.log_curves else ys

    def _points(self, reduction: Reduction, length: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Passes, where they stand on the axis, and values: of the stretch in view."""
        low, high = self.plot.x_range() if self.plot.is_zoomed else (self._x(1), self._x(length))
        pieces = max(100, self.plot.width())
        if self._manner.log_passes:
            xs, ys = reduction.spread(pieces, 10.0**low, 10.0**high)
            return xs, np.log10(xs), ys
        xs, ys = reduction.points(pieces, low, high)
        return xs, xs, ys

    def _draw_overlays(self, shown: list[np.ndarray], length: int) -> None:
        """The curves of kept runs, as smooth as the run's own; their values count for the range."""
        lines, manner = [], self._manner
        for each in self._overlays:
            for series in self._chart.series:
                curves, key = each.trace.curves, (each.id, series.key)
                if series.key in self.legend.hidden or series.key not in curves.keys or not curves.length:
                    continue
                column, known = curves.column(series.key), self._over_reductions.get(key)
                reduction = (known or Reduction()).follow(column)
                self._over_reductions[key] = reduction
                xs, across, ys = self._points(reduction, length)
                if self._manner.is_smooth(series) and len(xs):
                    ys = reduction.smoothed(xs, manner)
                shown.append(magnitudes(ys) if manner.log_curves else ys)
                lines.append((key, each.look, across, np.log10(magnitudes(ys)) if manner.log_curves else ys))
        self._over.show_lines(lines)

    def _fill(self, item: pg.PlotDataItem, xs: np.ndarray, ys: np.ndarray) -> None:
        fill(item, xs, np.log10(magnitudes(ys)) if self._manner.log_curves else ys)

    def _draw_breaks(self, numbers: list[int]) -> None:
        """Crosses at the foot of the plot where NaN or infinity begins, triangles where something goes wrong."""
        low, high = self.plot.getViewBox().viewRange()[1]
        foot = low + (high - low) * 0.07
        for marks, passes in ((self._breaks, numbers), (self._noted, sorted(self._notes))):
            marks.setData(x=[self._x(number + 1) for number in passes], y=[foot] * len(passes), data=passes)

    # -- pointer -------------------------------------------------------------------------------------------------

    def point_at(self, number: int) -> None:
        """Read the curves at a pass; −1 for none."""
        self._pointed = number
        text = readout(self._curves, self._chart, number, frozenset(self.legend.hidden)) if self._chart else ""
        if self._overlays and self._chart is not None and len(self._chart.series) == 1 and number >= 0:
            others = reading_of(self._overlays, self._chart.series[0].key, number)
            text = "\n".join([text or f"pass {number + 1:,}", *others]) if others else text
        self._pointer.setVisible(bool(text))
        self._reading.setVisible(bool(text))
        if not text:
            return
        self._pointer.setValue(self._x(number + 1))
        self._read(text, number)

    def _read(self, text: str, number: int) -> None:
        """Show words beside the pointer; what is wider than the chart goes into lines below one another."""
        label, room = self._reading, self.width() - 4
        label.setWordWrap(False)
        label.setText(text)
        label.adjustSize()
        if label.width() > room:
            label.setText(text.replace("   ", "\n") if "\n" not in text else text)
            label.adjustSize()
        if label.width() > room:
            label.setWordWrap(True)
            label.resize(room, label.heightForWidth(room))
        left = self.plot.place_of(self._x(number + 1), 0).x() + 8
        label.move(round(max(0, min(left, room - label.width()))), 0)
        label.raise_()

    def _hovered(self, x: float, y: float) -> None:
        number = -1 if math.isnan(x) or not self._length else self._pass_at(x)
        broken = None if number < 0 else self._near(self._breaks, x, y)
        noted = None if number < 0 or broken is not None else self._near(self._noted, x, y)
        number = number if broken is None else broken
        number = number if noted is None else noted
        self.pointed.emit(number)
        self.point_at(number)
        if broken is not None and self._reading.isVisible():
            self._read(f"{self._reading.text()}\n{self._words(broken)}".rstrip(), broken)
        elif noted is not None and self._reading.isVisible():
            self._read(f"{self._reading.text()}\n{self._notes[noted]}", noted)

    def _near(self, marks: pg.ScatterPlotItem, x: float, y: float) -> int | None:
        """The pass of the mark under the pointer."""
        here = self.plot.place_of(x, y)
        for spot in marks.points():
            there = self.plot.place_of(spot.pos().x(), spot.pos().y())
            if (here - there).manhattanLength() <= pixels(NEAR, self._type_size):
                return int(spot.data())
        return None

    def _clicked(self, x: float, y: float) -> None:
        if not self._curves.length:
            return
        broken, noted = self._near(self._breaks, x, y), self._near(self._noted, x, y)
        if broken is not None:
            self.break_chosen.emit(broken)
        elif noted is not None:
            self.note_chosen.emit(noted)
        else:
            self.pass_chosen.emit(self._pass_at(x))

    def _zoomed(self) -> None:
        self._draw()
        self.zoomed.emit()

    def follow(self, other: CurveChart) -> None:
        """Show the passes that another chart shows."""
        if other.plot.is_zoomed:
            self.plot.is_zoomed = True
            self.plot.getViewBox().setXRange(*other.plot.x_range(), padding=0)
        else:
            self.plot.is_zoomed, self.plot.heights = False, None
        self._draw()

    def _show_menu(self, place: QPoint) -> None:
        if self._actions:
            menu = QMenu(self)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.addActions(list(self._actions))
            menu.popup(self.plot.mapToGlobal(place))
