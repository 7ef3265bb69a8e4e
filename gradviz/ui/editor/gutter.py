"""The strip beside the text: line numbers, breakpoints, and a mark where something went wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QTextCursor
from PySide6.QtWidgets import QToolTip, QWidget

if TYPE_CHECKING:
    from .editor import CodeEditor

MARGIN = 10
BREAKPOINTS = 13
"""Pixels at the left where a click is about breakpoints."""


class Gutter(QWidget):
    """Belongs to one editor, which tells it when to repaint. A click selects the line, left of the number it asks for a
    breakpoint."""

    def __init__(self, editor: CodeEditor) -> None:
        super().__init__(editor)
        self._editor = editor
        self.setAccessibleName("Line numbers")
        self.setCursor(Qt.CursorShape.ArrowCursor)

    def wanted_width(self) -> int:
        """Pixels for the numbers and the space around them."""
        digits = max(2, len(str(self._editor.blockCount())))
        return self._editor.fontMetrics().horizontalAdvance("9") * digits + 2 * MARGIN + 2

    def sizeHint(self) -> QSize:
        return QSize(self.wanted_width(), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        editor, theme = self._editor, self._editor.theme
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(theme.window))
        painter.setFont(editor.font())
        marked, caret = editor.marked_lines(), editor.textCursor().blockNumber() + 1
        for line, top, height in editor.visible_lines():
            if top > event.rect().bottom() or top + height < event.rect().top():
                continue
            box = QRect(0, round(top), self.width(), round(height))
            ground, bold = marked.get(line, ("", False))
            if ground:
                painter.fillRect(box, QColor(ground))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            if line in editor.breakpoints:
                painter.setBrush(QColor(theme.text_muted))
                painter.drawRoundedRect(QRectF(2, box.center().y() - 3, 8, 8), 2, 2)
            if line == editor.error_line:
                painter.setBrush(QColor(theme.error))
                painter.drawEllipse(QPointF(6, box.center().y() + 1), 3.5, 3.5)
            elif line in editor.notes:
                self._note(painter, QPointF(6, box.center().y() + 0.5), theme.text)
            painter.setPen(QColor(theme.text if bold or line == caret else theme.text_faint))
            painter.drawText(box.adjusted(0, 0, -MARGIN, 0), Qt.AlignmentFlag.AlignRight, str(line))

    def _note(self, painter: QPainter, middle: QPointF, color: str) -> None:
        """A small i in a ring, as in the list of problems."""
        painter.setPen(QPen(QColor(color), 1.1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(middle, 4.2, 4.2)
        painter.drawLine(middle + QPointF(0, -0.4), middle + QPointF(0, 2.2))
        painter.drawPoint(middle + QPointF(0, -2.2))

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            line = self._editor.cursorForPosition(event.pos()).blockNumber() + 1
            QToolTip.showText(event.globalPos(), self._editor.notes.get(line, ""), self)
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        editor = self._editor
        cursor = editor.cursorForPosition(event.position().toPoint())
        if event.position().x() < BREAKPOINTS:
            editor.breakpoint_asked.emit(cursor.blockNumber() + 1)
            return
        cursor.movePosition(QTextCursor.MoveOperation.StartOfBlock)
        cursor.movePosition(QTextCursor.MoveOperation.NextBlock, QTextCursor.MoveMode.KeepAnchor)
        editor.setTextCursor(cursor)
        editor.setFocus()
        editor.line_clicked.emit(cursor.document().findBlock(cursor.selectionStart()).blockNumber() + 1)
