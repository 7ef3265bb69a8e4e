"""A thin bar that shows how far a run has come. Qt's own paints itself at once at every value: 20 ms in the middle of a
run, and it moves by a timer where the end is not known; this one is drawn with the rest of the window."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ..scene.theme import Theme
from .fonts import pixels

PIECE = 0.3
"""The part of the bar that wanders where the end is not known."""

TURN = 24
"""Changes of the value in which it wanders along the bar once."""


class Progress(QWidget):
    """`most` is 0 where the end is not known; `unit` is what is counted."""

    def __init__(self, unit: str = "passes") -> None:
        super().__init__()
        self._unit = unit
        self.value = self.most = self._changes = 0
        self._theme: Theme | None = None
        self._type_size = 100
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Progress of the program")

    def restyle(self, theme: Theme, type_size: int) -> None:
        self._theme, self._type_size = theme, type_size
        self.setFixedSize(self.sizeHint())
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(pixels(60, self._type_size), pixels(6, self._type_size))

    def show_value(self, value: int, most: int) -> None:
        """Be so far; drawn with the next picture of the window."""
        if (value, most) == (self.value, self.most):
            return
        self.value, self.most = value, most
        self._changes += 1
        self.setAccessibleDescription(f"{value:,} of {most:,} {self._unit}" if most else f"{value:,} {self._unit}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._theme is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        width, height = float(self.width()), float(self.height())
        painter.setBrush(QColor(self._theme.line))
        painter.drawRoundedRect(QRectF(0, 0, width, height), height / 2, height / 2)
        painter.setBrush(QColor(self._theme.value))
        if self.most:
            filled = QRectF(0, 0, max(height, width * min(1.0, self.value / self.most)), height)
        else:
            place = (self._changes % TURN) / TURN
            filled = QRectF(place * width * (1 - PIECE), 0, width * PIECE, height)
        painter.drawRoundedRect(filled, height / 2, height / 2)
        painter.end()
