"""A tensor of any size: its elements where the record has them, a heat map, a histogram and statistics of many."""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QAction, QGuiApplication, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from ...scene.inspection import Shown
from ...scene.numbers import shape_text, short_number
from ...scene.theme import Theme
from ...trace.value import Value
from ..fonts import pixels
from .cells import cells
from .elements import ElementTable
from .histogram import Histogram

GLANCE = 32
"""Up to this many elements are seen at a glance: more have a heat map and a histogram as well."""


class HeatMap(QWidget):
    """Block means of a tensor as coloured cells."""

    def __init__(self) -> None:
        super().__init__()
        self._image: QImage | None = None
        self._side = 8
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_value(self, value: Value, theme: Theme, type_size: int) -> None:
        sketch = value.summary.sketch
        self._image = cells(sketch, theme)
        self.setFixedHeight(pixels(min(160, max(16, 6 * sketch.shape[0])), type_size))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(160, self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._image is None:
            return
        painter = QPainter(self)
        columns, rows = self._image.width(), self._image.height()
        wide = min(self.width(), max(1, round(self.height() * columns / rows)) if columns > rows else self.width())
        painter.drawImage(QRectF(0, 0, max(wide, min(self.width(), 10 * columns)), self.height()), self._image)
        painter.end()


class ValueView(QWidget):
    """A heading with the shape, and below it the numbers."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: Shown | None = None
        self._heading = QLabel()
        self._heading.setTextFormat(Qt.TextFormat.PlainText)
        self._heading.setWordWrap(True)
        self.table = ElementTable()
        self.heat = HeatMap()
        self.histogram = Histogram()
        self._statistics = QLabel()
        self._statistics.setWordWrap(True)
        self._statistics.setProperty("role", "fact")
        self._heading.setProperty("role", "fact-value")
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        for item in (self._heading, self.heat, self.table, self.histogram, self._statistics):
            self._layout.addWidget(item)
        copy = QAction("Copy Value", self)
        copy.triggered.connect(self._copy)
        self.addAction(copy)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    def show_value(self, shown: Shown | None, theme: Theme, type_size: int) -> None:
        """Show another tensor; None hides the view."""
        self._shown = shown
        self.setVisible(shown is not None)
        if shown is None:
            return
        value = shown.value
        self._heading.setText(f"{shown.title} {shape_text(value.shape)} {value.dtype}")
        self._heading.setStyleSheet(f"color: {getattr(theme, shown.role)};")
        self.table.setAccessibleName(f"{shown.title}, elements")
        self.heat.setAccessibleName(f"{shown.title}, heat map")
        self.histogram.setAccessibleName(f"{shown.title}, histogram")
        has_elements = value.data is not None and value.size > 0
        is_large = value.size > GLANCE or (value.data is None and value.size > 0)
        self.table.setVisible(has_elements)
        # One number everywhere makes no picture.
        is_even = is_large and value.summary.least == value.summary.greatest
        self.heat.setVisible(is_large and not (is_even and not value.summary.nan))
        if has_elements:
            self.table.show_value(value, type_size)
        if is_large:
            self.heat.show_value(value, theme, type_size)
            self.histogram.show_value(value, shown.role, theme, type_size)
        else:
            self.histogram.hide()
        text = statistics_text(value)
        self._statistics.setText(text)
        self._statistics.setVisible(bool(text))

    def _copy(self) -> None:
        if self._shown is None:
            return
        value = self._shown.value
        text = statistics_text(value) if value.data is None else str(value.data.tolist())
        QGuiApplication.clipboard().setText(text)


def statistics_text(value: Value) -> str:
    """Range and mean of the finite elements, and the others counted; empty for a handful that one sees at a glance."""
    if value.size == 0:
        return "no elements"
    summary = value.summary
    strange = [f"{count} {name}" for count, name in ((summary.nan, "NaN"), (summary.infinite, "inf")) if count]
    if value.size <= 4 and not strange:
        return ""
    if math.isnan(summary.mean):
        return " · ".join(strange)
    numbers = [("min", summary.least), ("max", summary.greatest), ("mean", summary.mean), ("std", summary.deviation)]
    return " · ".join([f"{name} {short_number(number)}" for name, number in numbers] + strange)
