"""The transposed Jacobian of one node as a heat map, between the gradient that came in and the one it sent.

A row for each element of the input, a column for each of the output: the gradient that came in lies above the columns,
and what a row gives with it stands at the row's end. So the picture is the product itself.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from ...scene.jacobian import Floats, Index, Product, indexed
from ...scene.numbers import short_number
from ...scene.theme import Theme
from ..fonts import pixels
from .cells import cells

LARGEST, SMALLEST, TALLEST = 18, 3, 240
"""Sides of a cell and height of the whole, in pixels at 100 % type."""

STRIP = 12
"""Thickness of the two gradients."""


class JacobianPicture(QWidget):
    """Shows one Jacobian after another. `chosen` tells which row was clicked, as an index of the input."""

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._product: Product | None = None
        self._images: tuple[QImage | None, ...] = ()
        self._index: Index = ()
        self._theme: Theme | None = None
        self._type_size = 100
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_product(self, product: Product | None, theme: Theme, type_size: int) -> None:
        """Show another product; None, or one whose Jacobian is too large, hides the picture."""
        self._product, self._theme, self._type_size = product, theme, type_size
        jacobian = product.jacobian if product is not None else None
        self.setVisible(jacobian is not None)
        if product is None or jacobian is None:
            self._product = None
            return
        matrices = product.came.reshape(1, -1), jacobian.T, product.went.reshape(-1, 1)
        self._images = tuple(cells(matrix, theme) for matrix in matrices)
        self.setAccessibleName(
            f"The transposed Jacobian of {product.output.plain} by {product.target.plain}, "
            f"{product.sent.size} rows and {product.incoming.size} columns"
        )
        self.setFixedHeight(int(self._places()[1].bottom()) + 2)
        self.update()

    def mark(self, index: Index) -> None:
        """Mark the row of an element."""
        self._index = index
        self.update()

    # -- where ---------------------------------------------------------------------------------------------------

    def _places(self) -> tuple[QRectF, QRectF, QRectF]:
        """The boxes of the incoming gradient, the matrix, and the outgoing gradient."""
        product = self._product
        assert product is not None, "asked while a product is shown"
        rows, columns, px = product.sent.size, product.incoming.size, self._px
        gap = px(5)
        strip = px(STRIP)
        wide = max(SMALLEST, min(px(LARGEST), int((self.width() - gap - strip - 4) / columns)))
        tall = max(SMALLEST, min(px(LARGEST), int(px(TALLEST) / rows)))
        left, top = 2, 2 + strip + gap
        return (
            QRectF(left, 2, wide * columns, strip),
            QRectF(left, top, wide * columns, tall * rows),
            QRectF(left + wide * columns + gap, top, strip, tall * rows),
        )

    def _px(self, size: float) -> int:
        return pixels(size, self._type_size)

    def _cell(self, at: QPointF) -> tuple[str, int, int] | None:
        """What lies under a point: which box, which row, which column."""
        if self._product is None:
            return None
        rows, columns = self._product.sent.size, self._product.incoming.size
        shapes = ((1, columns), (rows, columns), (rows, 1))
        for name, box, (down, across) in zip(("came", "slope", "sent"), self._places(), shapes, strict=True):
            if box.contains(at):
                row = min(down - 1, int((at.y() - box.top()) * down / box.height()))
                return name, row, min(across - 1, int((at.x() - box.left()) * across / box.width()))
        return None

    def words_at(self, at: QPointF) -> str:
        """What a point of the picture says; empty between the boxes."""
        cell, product = self._cell(at), self._product
        if cell is None or product is None or product.jacobian is None:
            return ""
        name, row, column = cell
        x = indexed(product.target, _unraveled(row, product.sent.shape)).plain
        u = product.at_output(_unraveled(column, product.incoming.shape)).plain
        match name:
            case "slope":
                return f"∂{u}/∂{x} = {short_number(product.jacobian[column, row])}"
            case "came":
                return f"∂{product.root.plain}/∂{u} = {_number(product.came, column)}"
        return f"∂{product.root.plain}/∂{x} = {_number(product.went, row)}"

    # -- Qt ------------------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(self._px(160), self.height())

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            self._tell(QPointF(event.pos()))
            return True
        return super().event(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        # One reads along a row: the number changes at once, not after a second of rest on each cell.
        if QToolTip.isVisible():
            self._tell(event.position())
        cell = self._cell(event.position())
        is_row = cell is not None and cell[0] != "came"
        self.setCursor(Qt.CursorShape.PointingHandCursor if is_row else Qt.CursorShape.ArrowCursor)

    def _tell(self, at: QPointF) -> None:
        QToolTip.showText(self.mapToGlobal(at.toPoint()), self.words_at(at), self)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        cell = self._cell(event.position())
        if cell is not None and cell[0] != "came" and self._product is not None:
            self.chosen.emit(_unraveled(cell[1], self._product.sent.shape))

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._product is None or self._theme is None:
            return
        painter = QPainter(self)
        boxes = self._places()
        frame = QPen(QColor(self._theme.line_strong), 1)
        for box, image in zip(boxes, self._images, strict=True):
            if image is not None:
                painter.drawImage(box, image)
            painter.setPen(frame)
            painter.drawRect(box)
        shape = self._product.sent.shape
        row = int(np.ravel_multi_index(self._index, shape)) if self._index else 0
        tall = boxes[1].height() / self._product.sent.size
        painter.setPen(QPen(QColor(self._theme.gradient), 2))
        for box in boxes[1:]:
            painter.drawRect(QRectF(box.left(), box.top() + row * tall, box.width(), tall))
        painter.end()


def _unraveled(flat: int, shape: Index) -> Index:
    return tuple(int(side) for side in np.unravel_index(flat, shape)) if shape else ()


def _number(numbers: Floats, flat: int) -> str:
    return short_number(numbers.ravel()[flat])
