"""The elements of a tensor as a table: the last axis runs across, all others down."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from ...scene.numbers import short_number
from ...trace.value import Value
from ..fonts import pixels

TABLE_ROWS = 7
"""Rows in sight; more are scrolled."""

Index = QModelIndex | QPersistentModelIndex


class Elements(QAbstractTableModel):
    """The numbers of a value as texts; what is out of sight is never written."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._matrix = np.zeros((0, 0))
        self._shape: tuple[int, ...] = ()
        self._lead: tuple[int, ...] = ()

    @property
    def _is_vector(self) -> bool:
        return len(self._shape) == 1

    def show_value(self, value: Value) -> None:
        self.beginResetModel()
        data = np.zeros((0, 0)) if value.data is None else value.data
        self._shape = data.shape
        # A vector runs down, where a narrow panel has room for it.
        self._matrix = data.reshape(-1, 1 if data.ndim < 2 else data.shape[-1])
        self._lead = data.shape if self._is_vector else data.shape[:-1]
        self.endResetModel()

    def longest_text(self) -> int:
        """Characters of the longest element, judged by the first few and by the least and the greatest."""
        flat = self._matrix.ravel()
        some = [*flat[:48], *((flat.min(), flat.max()) if flat.size and flat.dtype.kind in "fiub" else ())]
        return max((len(short_number(number)) for number in some), default=1)

    def position_of(self, index: tuple[int, ...]) -> QModelIndex:
        """Where an element stands in the table."""
        flat = int(np.ravel_multi_index(index, self._shape)) if index else 0
        return self.index(*divmod(flat, self._matrix.shape[1]))

    def element_at(self, position: QModelIndex) -> tuple[int, ...]:
        """Which element stands at a place in the table."""
        flat = position.row() * self._matrix.shape[1] + position.column()
        return tuple(int(side) for side in np.unravel_index(flat, self._shape)) if self._shape else ()

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
            return "" if self._is_vector else str(section)
        return ", ".join(map(str, np.unravel_index(section, self._lead))) if self._lead else ""


class Places(QHeaderView):
    """A header that is told how large its longest text is: Qt would read hundreds of them at each change of size."""

    def __init__(self, orientation: Qt.Orientation, parent: QWidget) -> None:
        super().__init__(orientation, parent)
        self._size = QSize(0, 0)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setSectionsClickable(True)
        self.setHighlightSections(True)

    def take(self, size: QSize) -> None:
        """Keep to a width (of a column of places) and height (of a row of them)."""
        self._size = size

    def sizeHint(self) -> QSize:
        return self._size


class ElementTable(QTableView):
    """A table of numbers that is as high as a few of its rows."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.elements = Elements(self)
        self.setModel(self.elements)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setCornerButtonEnabled(False)
        self._across, self._down = Places(Qt.Orientation.Horizontal, self), Places(Qt.Orientation.Vertical, self)
        self.setHorizontalHeader(self._across)
        self.setVerticalHeader(self._down)

    def show_value(self, value: Value, type_size: int) -> None:
        """Show the elements of a value that was kept whole."""
        self.elements.show_value(value)
        row = pixels(24, type_size)
        rows, columns = self.elements.rowCount(), self.elements.columnCount()
        last = str(self.elements.headerData(rows - 1, Qt.Orientation.Vertical)) if rows else ""
        self._down.take(QSize(pixels(8 * (len(last) + 2), type_size), row))
        self._across.take(QSize(row, row))
        self._down.setDefaultSectionSize(row)
        longest = self.elements.longest_text()
        self._across.setDefaultSectionSize(pixels(8 * (longest + 2), type_size))
        self._across.setHidden(columns <= 1)
        header = row if columns > 1 else 0
        scroll = pixels(12, type_size) if columns > 3 else 2
        self.setFixedHeight(min(rows, TABLE_ROWS) * row + header + scroll)
