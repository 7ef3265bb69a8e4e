"""Curves over the passes: a legend that hides and shows, a read-out under the pointer, a marker at the cursor."""

from __future__ import annotations

import math

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QColor, QIcon, QPainter, QPixmap, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from ...scene.plots import Chart, Series, bounds, magnitudes, readout, reduced
from ...scene.theme import Theme
from ...trace.curves import Curves
from ...trace.messages import CurveKey
from ..fonts import pixels
from .plot import Plot, fill

FEW = 4
"""More curves than this keep thin pens: each wide one takes 3 ms."""

NAMED = 6
"""Legend entries beside the title at most; further ones are in its menu."""


class CurveChart(QWidget):
    """Shows one `Chart`; `pass_chosen` has the number (from 0) of the pass that was clicked."""

    pass_chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._chart: Chart | None = None
        self._curves = Curves()
        self._theme: Theme | None = None
        self._type_size = 100
        self._logarithmic = False
        self._pen_width = 1.0
        self._items: dict[CurveKey, pg.PlotDataItem] = {}
        self._hidden: set[CurveKey] = set()
        self._told: set[CurveKey] = set()
        self._title = QLabel()
        self._title.setProperty("role", "chart")
        self._buttons = [self._legend_button() for _ in range(NAMED)]
        self._more = QToolButton()
        self._more.setAccessibleName("More curves")
        self._more.setProperty("kind", "legend")
        self._more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu = QMenu(self)
        self._menu.triggered.connect(self._menu_chosen)
        self._more.setMenu(self._menu)
        top = self._top = QWidget()
        top.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._head = QHBoxLayout(top)
        self._head.addWidget(self._title)
        self._head.addStretch(1)
        for button in (*self._buttons, self._more):
            self._head.addWidget(button)
        self.plot = Plot(self)
        self.plot.across.whole = True
        self._marker = pg.InfiniteLine(angle=90, movable=False)
        self._pointer = pg.InfiniteLine(angle=90, movable=False)
        self._point = pg.ScatterPlotItem(pxMode=True)
        for item in (self._marker, self._pointer, self._point):
            self.plot.addItem(item, ignoreBounds=True)
        self._marker.hide()
        self._pointer.hide()
        self._reading = QLabel(self.plot)
        self._reading.setProperty("role", "reading")
        self._reading.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._reading.hide()
        self.plot.hovered.connect(self._hovered)
        self.plot.clicked.connect(self._clicked)
        self.plot.zoomed.connect(self._draw)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(top)
        layout.addWidget(self.plot, 1)

    def _legend_button(self) -> QToolButton:
        button = QToolButton()
        button.setAccessibleName("A curve that is not there yet")
        button.setProperty("kind", "legend")
        button.setCheckable(True)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.clicked.connect(self._legend_clicked)
        return button

    # -- what is shown -------------------------------------------------------------------------------------------

    def restyle(self, theme: Theme, type_size: int) -> None:
        self._theme, self._type_size = theme, type_size
        self._marker.setPen(pg.mkPen(theme.gradient, width=1))
        self._pointer.setPen(pg.mkPen(theme.line_strong, width=1, style=Qt.PenStyle.DashLine))
        self._top.setFixedHeight(pixels(22, type_size))
        self._head.setContentsMargins(pixels(8, type_size), 0, pixels(8, type_size), 0)
        self._head.setSpacing(pixels(2, type_size))
        self._set_pens()
        if self._chart is not None:
            self._name_axes()
            self._fill_legend()

    def show_chart(self, chart: Chart, curves: Curves, logarithmic: bool, is_live: bool) -> None:
        """Draw the curves as they stand; only what is new is made anew."""
        if chart != self._chart:
            self._take_over(chart)
        width = 1.0 if is_live or len(chart.series) > FEW else 1.6
        if width != self._pen_width:
            self._pen_width = width
            self._set_pens()
        if logarithmic != self._logarithmic:
            self._logarithmic = logarithmic
            self._name_axes()
        self._curves = curves
        self._draw()

    def show_pass(self, number: int) -> None:
        """Put the marker at the cursor's pass."""
        self._marker.setValue(number + 1)
        self._marker.setVisible(self._curves.length > 1)

    def _take_over(self, chart: Chart) -> None:
        self._chart = chart
        keys = {series.key for series in chart.series}
        for key in self._items.keys() - keys:
            self.plot.removeItem(self._items.pop(key))
        for series in chart.series:
            if series.key not in self._told:
                self._told.add(series.key)
                if not series.shown:
                    self._hidden.add(series.key)
            if series.key not in self._items:
                item = self._items[series.key] = pg.PlotDataItem(antialias=True)
                self.plot.addItem(item, ignoreBounds=True)
        self._set_pens()
        self._title.setText(chart.title)
        self.plot.setAccessibleName(f"{chart.title}, plot over the passes")
        self._name_axes()
        self._fill_legend()

    def _set_pens(self) -> None:
        for key, item in self._items.items():
            item.setPen(pg.mkPen(self._color(self._series(key)), width=self._pen_width))

    def _name_axes(self) -> None:
        if self._chart is None or self._theme is None:
            return
        up = f"|{self._chart.axis}|" if self._logarithmic and self._chart.magnitude else self._chart.axis
        self.plot.up.is_log = self._logarithmic
        self.plot.restyle(self._theme, self._type_size, "pass", up)

    def _draw(self) -> None:
        if self._chart is None:
            return
        shown: list[np.ndarray] = []
        length = max(2, self._curves.length)
        low, high = self.plot.x_range() if self.plot.is_zoomed else (1.0, float(length))
        pieces = max(100, self.plot.width())
        for series in self._chart.series:
            item = self._items[series.key]
            item.setVisible(series.key not in self._hidden)
            if series.key in self._hidden:
                continue
            xs, ys = reduced(self._curves.column(series.key), pieces, low, high)
            if self._logarithmic:
                ys = magnitudes(ys)
            shown.append(ys)
            fill(item, xs, np.log10(ys) if self._logarithmic else ys)
        margin = (length - 1) * 0.01
        self.plot.show_range((1 - margin, length + margin), bounds(shown, self._logarithmic))

    # -- legend --------------------------------------------------------------------------------------------------

    def _fill_legend(self) -> None:
        assert self._chart is not None, "a legend belongs to a chart"
        series = self._chart.series if len(self._chart.series) > 1 else ()
        for button, item in zip(self._buttons, series, strict=False):
            self._name(button, item)
        named = self._fitting(len(series))
        for position, button in enumerate(self._buttons):
            button.setVisible(position < named)
        self._menu.clear()
        self._more.setVisible(len(series) > named)
        self._more.setText(f"+{len(series) - named}")
        for item in series[named:]:
            action = QAction(self._dot(item), item.title, self._menu, checkable=True)
            action.setChecked(item.key not in self._hidden)
            action.setData(item.key.leaf)
            self._menu.addAction(action)

    def _fitting(self, count: int) -> int:
        """How many legend entries have room beside the title; the others are in the menu."""
        room = self.width() - self._title.sizeHint().width() - pixels(24, self._type_size)
        named = min(count, NAMED)
        gap = self._head.spacing()

        def taken(number: int) -> int:
            widths = [button.sizeHint().width() + gap for button in self._buttons[:number]]
            return sum(widths) + (pixels(40, self._type_size) if number < count else 0)

        while named and taken(named) > room:
            named -= 1
        return named

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._chart is not None:
            self._fill_legend()
            self._draw()

    def _name(self, button: QToolButton, series: Series) -> None:
        title = series.title if len(series.title) <= 12 else "…" + series.title[-11:]
        button.setText(title)
        button.setIcon(self._dot(series))
        button.setIconSize(QSize(pixels(9, self._type_size), pixels(9, self._type_size)))
        button.setChecked(series.key not in self._hidden)
        button.setToolTip(f"{series.title}: click to hide or show its curve.")
        button.setAccessibleName(f"Show {series.title}")

    def _series(self, key: CurveKey) -> Series:
        assert self._chart is not None, "a series belongs to a chart"
        return next(series for series in self._chart.series if series.key == key)

    def _color(self, series: Series) -> str:
        colors = self._theme.series if self._theme else ("#000000",)
        return colors[series.color % len(colors)]

    def _dot(self, series: Series) -> QIcon:
        """A filled dot for a shown curve, a ring for a hidden one: never colour alone."""
        side = pixels(9, self._type_size)
        pixmap = QPixmap(side, side)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        color = QColor(self._color(series))
        painter.setPen(color)
        painter.setBrush(Qt.BrushStyle.NoBrush if series.key in self._hidden else color)
        painter.drawEllipse(1, 1, side - 3, side - 3)
        painter.end()
        return QIcon(pixmap)

    def _legend_clicked(self) -> None:
        button = self.sender()
        if self._chart is not None and isinstance(button, QToolButton):
            self._toggle(self._chart.series[self._buttons.index(button)].key)

    def _menu_chosen(self, action: QAction) -> None:
        if self._chart is not None:
            self._toggle(CurveKey(self._chart.series[0].key.kind, action.data()))

    def _toggle(self, key: CurveKey) -> None:
        self._hidden ^= {key}
        self._fill_legend()
        self._draw()

    # -- pointer -------------------------------------------------------------------------------------------------

    def _hovered(self, x: float, _: float) -> None:
        number = -1 if math.isnan(x) else max(0, min(round(x) - 1, self._curves.length - 1))
        text = readout(self._curves, self._chart, number, frozenset(self._hidden)) if self._chart else ""
        self._pointer.setVisible(bool(text))
        self._reading.setVisible(bool(text))
        if not text:
            return
        self._pointer.setValue(number + 1)
        self._reading.setText(text)
        self._reading.adjustSize()
        room = self.plot.width() - self._reading.width() - 4
        left = self.plot.place_of(number + 1, 0).x() + 8
        self._reading.move(round(max(self.plot.up.width(), min(left, room))), 2)

    def _clicked(self, x: float, _: float) -> None:
        if self._curves.length:
            self.pass_chosen.emit(max(0, min(round(x) - 1, self._curves.length - 1)))
