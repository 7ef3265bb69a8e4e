"""A switch as on a telephone: on or off, with its name beside it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton

from ..scene.theme import LIGHT, Theme
from . import fonts


class Switch(QAbstractButton):
    """On is told by colour and by the place of the knob."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.setText(text)
        self.setAccessibleName(text)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._theme: Theme = LIGHT
        self._type_size = 100

    def use(self, theme: Theme, type_size: int) -> None:
        self._theme, self._type_size = theme, type_size
        self.setFont(fonts.sans(type_size))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        words = self.fontMetrics().horizontalAdvance(self.text())
        return QSize(words + self._px(26 + 8 + 8), self._px(28))

    def _px(self, size: float) -> int:
        return fonts.pixels(size, self._type_size)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, painter = self._theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width, height = self._px(26), self._px(15)
        track = QRectF(self._px(4), (self.height() - height) / 2, width, height)
        painter.setPen(QPen(QColor(theme.value if self.isChecked() else theme.line_strong), 1))
        painter.setBrush(QColor(theme.value if self.isChecked() else theme.card))
        painter.drawRoundedRect(track, height / 2, height / 2)
        radius = height / 2 - 2.5
        x = track.right() - height / 2 if self.isChecked() else track.left() + height / 2
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.on_accent if self.isChecked() else theme.line_strong))
        painter.drawEllipse(QPointF(x, track.center().y()), radius, radius)
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme.focus), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        painter.setPen(QColor(theme.text))
        painter.setFont(self.font())
        words = QRectF(track.right() + self._px(8), 0, self.width(), self.height())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.text())
