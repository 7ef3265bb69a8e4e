"""How the elements of a tensor are spread: counts in equal parts from the least to the greatest."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from ...scene.numbers import short_number
from ...scene.shades import mixed
from ...scene.theme import Theme
from ...trace.value import Value
from ..fonts import mono, pixels

HEIGHT = 44
"""Pixels of the tallest bar at 100 % type."""


class Histogram(QWidget):
    """Bars, with the least and the greatest element below and a line at zero where it lies between."""

    def __init__(self) -> None:
        super().__init__()
        self._value: Value | None = None
        self._theme: Theme | None = None
        self._role, self._type_size = "value", 100
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_value(self, value: Value, role: str, theme: Theme, type_size: int) -> None:
        """Show the elements of another value in the colour of a role; one without counts hides the bars."""
        self._value, self._role, self._theme, self._type_size = value, role, theme, type_size
        self.setVisible(value.histogram.size > 1)
        self.setFixedHeight(self._bars + pixels(18, type_size))
        self.update()

    @property
    def _bars(self) -> int:
        return pixels(HEIGHT, self._type_size)

    def words_at(self, x: float) -> str:
        """What the bar at a place across says."""
        if self._value is None or not self._value.histogram.size or not 0 <= x < self.width():
            return ""
        counts, summary = self._value.histogram, self._value.summary
        bar = int(x * counts.size / self.width())
        low, high = np.linspace(summary.least, summary.greatest, counts.size + 1)[bar : bar + 2]
        noun = "element" if counts[bar] == 1 else "elements"
        return f"{int(counts[bar]):,} {noun} from {short_number(float(low))} to {short_number(float(high))}"

    def sizeHint(self) -> QSize:
        return QSize(pixels(160, self._type_size), self.height())

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.words_at(event.pos().x()), self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._value is None or self._theme is None or not self._value.histogram.size:
            return
        counts, summary, theme = self._value.histogram, self._value.summary, self._theme
        painter = QPainter(self)
        colour = QColor(mixed(theme.window, getattr(theme, self._role), 0.75))
        wide, tallest = self.width() / counts.size, max(1, int(counts.max()))
        for place, count in enumerate(counts.tolist()):
            # A part with a single element among thousands is still seen to be there.
            tall = max(1.0, count / tallest * (self._bars - 2)) if count else 0.0
            painter.fillRect(QRectF(place * wide, self._bars - tall, max(1.0, wide - 1), tall), colour)
        painter.setPen(QPen(QColor(theme.line_strong), 1))
        painter.drawLine(0, self._bars, self.width(), self._bars)
        painter.setFont(mono(self._type_size, 11))
        painter.setPen(QColor(theme.text_muted))
        below = QRectF(0, self._bars, self.width(), self.height() - self._bars)
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, short_number(summary.least))
        painter.drawText(
            below, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom, short_number(summary.greatest)
        )
        if summary.least < 0 < summary.greatest:
            zero = round(-summary.least / (summary.greatest - summary.least) * self.width())
            painter.setPen(QPen(QColor(theme.text_faint), 1, Qt.PenStyle.DashLine))
            painter.drawLine(zero, 0, zero, self._bars)
            side = painter.fontMetrics().horizontalAdvance("0")
            room = painter.fontMetrics().horizontalAdvance(short_number(summary.greatest) + "  ")
            if room < zero < self.width() - room:
                painter.setPen(QColor(theme.text_faint))
                painter.drawText(QRectF(zero - side, self._bars, 2 * side, below.height()),
                                 Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom, "0")  # fmt: skip
        painter.end()
