"""A tensor of any size: a table while it can be read as one, a heat map and its statistics beyond."""

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

TABLE_ELEMENTS = 2048
"""More are no table that anyone reads."""


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
        self._statistics = QLabel()
        self._statistics.setWordWrap(True)
        self._statistics.setProperty("role", "fact")
        self._heading.setProperty("role", "fact-value")
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        for item in (self._heading, self.table, self.heat, self._statistics):
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
        self._heading.setText(f"{shown.title} {shape_text(value.shape)}")
        self._heading.setStyleSheet(f"color: {getattr(theme, shown.role)};")
        self.table.setAccessibleName(f"{shown.title}, elements")
        self.heat.setAccessibleName(f"{shown.title}, heat map")
        is_table = value.data is not None and 0 < value.size <= TABLE_ELEMENTS
        self.table.setVisible(is_table)
        self.heat.setVisible(not is_table and value.size > 0)
        if is_table:
            self.table.show_value(value, type_size)
        elif value.size:
            self.heat.show_value(value, theme, type_size)
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
