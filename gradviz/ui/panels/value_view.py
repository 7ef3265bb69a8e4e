"""A tensor of any size: a table while it can be read as one, a heat map and its statistics beyond."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QAction, QColor, QGuiApplication, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QLabel, QSizePolicy, QTableView, QVBoxLayout, QWidget

from ...scene.inspection import Shown
from ...scene.numbers import shape_text, short_number
from ...scene.shades import shade_colour
from ...scene.theme import Theme
from ...trace.value import Value
from ..fonts import pixels

TABLE_ELEMENTS = 2048
"""More are no table that anyone reads."""

TABLE_ROWS = 7
"""Rows in sight; more are scrolled."""

Index = QModelIndex | QPersistentModelIndex


class Elements(QAbstractTableModel):
    """The elements as rows and columns: the last axis runs across, all others down."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._matrix = np.zeros((0, 0))
        self._lead: tuple[int, ...] = ()
        self._vector = False

    def show_value(self, value: Value) -> None:
        self.beginResetModel()
        data = np.zeros((0, 0)) if value.data is None else value.data
        self._vector = data.ndim == 1
        # A vector runs down, where a narrow panel has room for it.
        self._matrix = data.reshape(-1, 1) if self._vector else data.reshape(-1, data.shape[-1] if data.ndim else 1)
        self._lead = data.shape if self._vector else data.shape[:-1]
        self.endResetModel()

    def longest_text(self) -> int:
        """Characters of the longest element, judged by the first few hundred."""
        return max((len(short_number(number)) for number in self._matrix.ravel()[:512]), default=1)

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else int(self._matrix.shape[0])

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else int(self._matrix.shape[1])

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role == Qt.ItemDataRole.DisplayRole:
            return short_number(self._matrix[index.row(), index.column()])
        if role == Qt.ItemDataRole.ToolTipRole:
            return repr(self._matrix[index.row(), index.column()].item())
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation == Qt.Orientation.Horizontal:
            return "" if self._vector else str(section)
        return ", ".join(map(str, np.unravel_index(section, self._lead))) if self._lead else ""


class HeatMap(QWidget):
    """Block means of a tensor as coloured cells."""

    def __init__(self) -> None:
        super().__init__()
        self._image: QImage | None = None
        self._side = 8
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_value(self, value: Value, theme: Theme, type_size: int) -> None:
        sketch = value.summary.sketch
        finite = np.abs(sketch[np.isfinite(sketch)])
        greatest = float(finite.max()) if finite.size else 0.0
        rows, columns = sketch.shape
        self._image = None
        if sketch.size:
            self._image = QImage(columns, rows, QImage.Format.Format_RGB32)
            for (row, column), number in np.ndenumerate(sketch):
                level = float(number) / (greatest or 1.0)
                shade = level if math.isnan(level) else max(-1.0, min(1.0, level))
                self._image.setPixelColor(column, row, QColor(shade_colour(shade, theme)))
        self.setFixedHeight(pixels(min(160, max(16, 6 * rows)), type_size))
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
        self._model = Elements(self)
        self.table = QTableView()
        self.table.setModel(self._model)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.table.setShowGrid(False)
        self.table.setCornerButtonEnabled(False)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
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
            self._show_table(value, type_size)
        elif value.size:
            self.heat.show_value(value, theme, type_size)
        text = statistics_text(value)
        self._statistics.setText(text)
        self._statistics.setVisible(bool(text))

    def _show_table(self, value: Value, type_size: int) -> None:
        self._model.show_value(value)
        row = pixels(24, type_size)
        self.table.verticalHeader().setDefaultSectionSize(row)
        rows, columns = self._model.rowCount(), self._model.columnCount()
        longest = self._model.longest_text()
        self.table.horizontalHeader().setDefaultSectionSize(pixels(8 * (longest + 2), type_size))
        self.table.horizontalHeader().setVisible(columns > 1)
        header = row if columns > 1 else 0
        scroll = pixels(12, type_size) if columns > 3 else 2
        self.table.setFixedHeight(min(rows, TABLE_ROWS) * row + header + scroll)

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
