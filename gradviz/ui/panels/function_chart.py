"""f(x) for a program with one scalar leaf: the curve, the path so far, the moving point and its tangent."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from ...scene.plots import FunctionPlot, bounds
from ...scene.theme import Theme
from ..fonts import pixels
from .plot import Plot, fill


class FunctionChart(QWidget):
    """Shows a `FunctionPlot`, or in words why there is none."""

    def __init__(self) -> None:
        super().__init__()
        self._theme: Theme | None = None
        self._type_size = 100
        self._plot_data: FunctionPlot | None = None
        self._title, self._reading = QLabel("f(x)"), QLabel()
        self._title.setProperty("role", "chart")
        self._reading.setProperty("role", "reading-plain")
        top = self._top = QWidget()
        top.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._head = QHBoxLayout(top)
        self._head.addWidget(self._title)
        self._head.addStretch(1)
        self._head.addWidget(self._reading)
        self.plot = Plot(self)
        self._curve, self._tangent = pg.PlotDataItem(antialias=True), pg.PlotDataItem(antialias=True)
        self._path, self._point = pg.ScatterPlotItem(pxMode=True), pg.ScatterPlotItem(pxMode=True)
        for item in (self._curve, self._tangent, self._path, self._point):
            self.plot.addItem(item, ignoreBounds=True)
        self._why = QLabel()
        self._why.setProperty("role", "muted")
        self._why.setWordWrap(True)
        self._why.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.plot.zoomed.connect(self._again)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(top)
        layout.addWidget(self.plot, 1)
        layout.addWidget(self._why, 1)

    def restyle(self, theme: Theme, type_size: int) -> None:
        self._theme, self._type_size = theme, type_size
        self._top.setFixedHeight(pixels(22, type_size))
        self._why.setMinimumWidth(pixels(170, type_size))
        self._head.setContentsMargins(pixels(8, type_size), 0, pixels(8, type_size), 0)
        self._why.setContentsMargins(pixels(8, type_size), pixels(6, type_size), pixels(8, type_size), 0)
        self._curve.setPen(pg.mkPen(theme.waiting, width=1.5))
        self._tangent.setPen(pg.mkPen(theme.gradient, width=1, style=Qt.PenStyle.DashLine))
        self._name_axes()
        if self._plot_data is not None:
            self.show_function(self._plot_data)

    def show_function(self, data: FunctionPlot) -> None:
        """Draw f(x) with the point where the person stands."""
        self._plot_data = data
        self._why.setVisible(bool(data.why_not))
        self.plot.setVisible(not data.why_not)
        self._title.setText("f(x)" if data.why_not else data.title)
        self._reading.setText(data.readout)
        self._make_room()
        if data.why_not:
            self._why.setText(data.why_not)
            return
        self._name_axes()
        self.plot.setAccessibleName(data.title)
        fill(self._curve, data.xs, data.ys)
        low, high = self.plot.x_range() if self.plot.is_zoomed else data.view
        fill(self._tangent, *data.tangent(low, high))
        self._draw_path(data)
        self.plot.show_range((low, high), bounds([data.ys[(data.xs >= low) & (data.xs <= high)]]))

    def _again(self) -> None:
        if self._plot_data is not None:
            self.show_function(self._plot_data)

    def _make_room(self) -> None:
        """The numbers matter more than the title, which the axes tell as well."""
        needed = self._title.sizeHint().width() + self._reading.sizeHint().width() + pixels(20, self._type_size)
        self._title.setVisible(not self._reading.text() or needed <= self.width())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def _draw_path(self, data: FunctionPlot) -> None:
        """Dots that grow darker towards now: where the descent came from."""
        if self._theme is None:
            return
        count = len(data.path_x)
        ages = np.linspace(0.15, 0.75, count) if count else np.zeros(0)
        brushes = []
        for age in ages:
            color = QColor(self._theme.value)
            color.setAlphaF(float(age))
            brushes.append(pg.mkBrush(color))
        whole = np.isfinite(data.path_x) & np.isfinite(data.path_y)
        self._path.setData(
            x=data.path_x[whole], y=data.path_y[whole], size=pixels(6, self._type_size), pen=None,
            brush=[brush for brush, good in zip(brushes, whole, strict=True) if good],
        )  # fmt: skip
        point = ([data.x], [data.y]) if data.has_point else ([], [])
        self._point.setData(
            x=point[0], y=point[1], size=pixels(11, self._type_size),
            pen=pg.mkPen(self._theme.window, width=1), brush=pg.mkBrush(self._theme.value),
        )  # fmt: skip

    def _name_axes(self) -> None:
        if self._theme is not None and self._plot_data is not None and not self._plot_data.why_not:
            self.plot.restyle(self._theme, self._type_size, self._plot_data.leaf, self._plot_data.root)
