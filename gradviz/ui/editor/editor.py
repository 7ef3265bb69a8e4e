"""The text of the program with what the run knows beside it.

The QTextDocument's undo stack is the only one: sliders and the palette edit through `apply_edits`, as one step each.
"""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QEvent, QMimeData, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QLinearGradient,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextBlock,
    QTextCharFormat,
    QTextCursor,
    QTextFormat,
)
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from ...scene.theme import LIGHT, Theme
from ...session.edits import TextEdit
from ...trace.events import Source
from .. import fonts
from . import keystrokes
from .gutter import Gutter
from .highlighter import Highlighter

GAP = 12
"""Pixels between code and the value behind it, and between the value and the edge."""

OWN_KEYS = {Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_Space, Qt.Key.Key_Escape}
"""Keys that step the graph elsewhere and write here."""


class Mark:
    """A line (and the piece of it) to be marked, with its ground and its line colour."""

    def __init__(self, source: Source, ground: str, accent: str, style: QTextCharFormat.UnderlineStyle) -> None:
        self.source, self.ground, self.accent, self.style = source, ground, accent, style


class CodeEditor(QPlainTextEdit):
    """A Python editor. It knows text, marks and values, and nothing of sessions."""

    edited = Signal()
    """The text is another one now, by whatever hand."""
    line_clicked = Signal(int)
    """The person moved to a line without typing."""
    breakpoint_asked = Signal(int)
    """The person clicked left of the number of a line."""
    left = Signal()
    """Escape: the person wants the keys to step again."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT
        self.error_line = 0
        self.breakpoints: frozenset[int] = frozenset()
        self.notes: dict[int, str] = {}
        """Lines with something to say about them."""
        self.values: dict[int, str] = {}
        self._marks: list[Mark] = []
        self._found: list[QTextEdit.ExtraSelection] = []
        self._is_joining = False
        self.setProperty("role", "code")
        self.setAccessibleName("Program")
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setMouseTracking(True)
        self.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        # The ground of a marked line runs on from the gutter without a gap.
        self.document().setDocumentMargin(0)
        self._gutter = Gutter(self)
        self._highlighter = Highlighter(self.document(), self.theme)
        self.blockCountChanged.connect(self._make_room)
        self.updateRequest.connect(self._repaint_gutter)
        self.cursorPositionChanged.connect(self._refresh_marks)
        self.textChanged.connect(self.edited)
        self.use(self.theme, 100)

    # -- look ----------------------------------------------------------------------------------------------------

    def use(self, theme: Theme, type_size: int) -> None:
        """Take a theme and a type zoom in per cent."""
        font = fonts.mono(type_size)
        self.setFont(font)
        self.document().setDefaultFont(font)
        self.setTabStopDistance(4 * QFontMetrics(font).horizontalAdvance(" "))
        if theme is not self.theme:
            self.theme = theme
            self._highlighter.use(theme)
        self._make_room()
        self._refresh_marks()
        if self.isVisible():
            self.viewport().update()

    # -- text ----------------------------------------------------------------------------------------------------

    def show_text(self, text: str) -> None:
        """Another program: nothing to undo, caret at the top."""
        self.setPlainText(text)
        self._is_joining = False

    def apply_edits(self, edits: list[TextEdit], join: bool = False) -> None:
        """Make edits as one undo step; with `join`, as part of the step before, if that was also an applied edit."""
        text = self.toPlainText()
        cursor = QTextCursor(self.document())
        if join and self._is_joining:
            cursor.joinPreviousEditBlock()
        else:
            cursor.beginEditBlock()
        for edit in sorted(edits, key=lambda item: item.start, reverse=True):
            cursor.setPosition(_units(text, edit.start))
            cursor.setPosition(_units(text, edit.end), QTextCursor.MoveMode.KeepAnchor)
            cursor.insertText(edit.text)
        cursor.endEditBlock()
        self._is_joining = True

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        # A dropped file is opened by the window, not pasted as its name.
        return not source.hasUrls() and super().canInsertFromMimeData(source)

    def toggle_comment(self) -> None:
        keystrokes.toggle_comment(self.textCursor())

    def line_text(self, line: int) -> str:
        return self.document().findBlockByNumber(line - 1).text()

    def go_to_line(self, line: int) -> None:
        """Put the caret at the start of the line's code and show it."""
        block = self.document().findBlockByNumber(line - 1)
        if block.isValid():
            cursor = QTextCursor(block)
            indent = len(block.text()) - len(block.text().lstrip())
            cursor.setPosition(block.position() + indent)
            self.setTextCursor(cursor)
            self.centerCursor()

    def show_line(self, line: int) -> None:
        """Scroll as little as needed for the line to be seen; the caret stays."""
        first, last = self.firstVisibleBlock().blockNumber(), self._last_visible()
        if line - 1 < first:
            self.verticalScrollBar().setValue(max(0, line - 3))
        elif line - 1 >= last:
            self.verticalScrollBar().setValue(line - 1 - (last - first) + 3)

    # -- marks ---------------------------------------------------------------------------------------------------

    def show_breakpoints(self, lines: frozenset[int]) -> None:
        if lines != self.breakpoints:
            self.breakpoints = lines
            self._gutter.update()

    def show_notes(self, notes: dict[int, str]) -> None:
        """Mark lines in the gutter; the words are shown there under the pointer."""
        if notes != self.notes:
            self.notes = notes
            self._gutter.update()

    def mark(self, marks: list[Mark], error_line: int = 0) -> None:
        """Show marks instead of the ones before; later ones lie on top."""
        self._marks, self.error_line = marks, error_line
        self._refresh_marks()
        self._gutter.update()

    def show_values(self, values: dict[int, str]) -> None:
        """Texts at the end of lines, in place of the ones before."""
        if values != self.values:
            self.values = values
            self.viewport().update()

    def show_found(self, cursors: list[QTextCursor]) -> None:
        """Mark what a search found."""
        self._found = [self._selection(cursor, self.theme.selection) for cursor in cursors]
        self._refresh_marks()

    def marked_lines(self) -> dict[int, tuple[str, bool]]:
        """Line → ground colour and whether its number stands out."""
        return {
            line: (mark.ground, True)
            for mark in self._marks
            for line in range(mark.source.line, mark.source.end_line + 1)
        }

    def _refresh_marks(self) -> None:
        selections: list[QTextEdit.ExtraSelection] = []
        for mark in self._marks:
            selections += self._grounds(mark)
        for mark in self._marks:
            selections += self._underline(mark)
        selections += self._found
        pair = keystrokes.matching_bracket(self.document(), self.textCursor().position()) if self.hasFocus() else None
        for position in pair or ():
            cursor = QTextCursor(self.document())
            cursor.setPosition(position)
            cursor.movePosition(QTextCursor.MoveOperation.NextCharacter, QTextCursor.MoveMode.KeepAnchor)
            selections.append(self._selection(cursor, self.theme.selection))
        self.setExtraSelections(selections)
        self._gutter.update()

    def _grounds(self, mark: Mark) -> list[QTextEdit.ExtraSelection]:
        found = []
        for line in range(mark.source.line, min(mark.source.end_line, mark.source.line + 50) + 1):
            block = self.document().findBlockByNumber(line - 1)
            if block.isValid():
                selection = self._selection(QTextCursor(block), mark.ground)
                selection.format.setProperty(QTextFormat.Property.FullWidthSelection, True)
                found.append(selection)
        return found

    def _underline(self, mark: Mark) -> list[QTextEdit.ExtraSelection]:
        start = self._position(mark.source.line, mark.source.column)
        end = self._position(mark.source.end_line, mark.source.end_column)
        if start is None or end is None or end <= start:
            return []
        cursor = QTextCursor(self.document())
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        selection = QTextEdit.ExtraSelection()
        selection.cursor = cursor
        selection.format.setUnderlineStyle(mark.style)
        selection.format.setUnderlineColor(QColor(mark.accent))
        return [selection]

    def _position(self, line: int, column: int) -> int | None:
        block = self.document().findBlockByNumber(line - 1)
        if not block.isValid():
            return None
        return block.position() + min(_units(block.text(), column), max(0, block.length() - 1))

    def _selection(self, cursor: QTextCursor, ground: str) -> QTextEdit.ExtraSelection:
        selection = QTextEdit.ExtraSelection()
        selection.cursor = cursor
        selection.format.setBackground(QColor(ground))
        return selection

    # -- geometry ------------------------------------------------------------------------------------------------

    def visible_lines(self) -> Iterator[tuple[int, float, float]]:
        """(line number, top, height) in the viewport's pixels of every line that can be seen."""
        block = self.firstVisibleBlock()
        while block.isValid():
            box = self.blockBoundingGeometry(block).translated(self.contentOffset())
            if box.top() > self.contentsRect().height():
                return
            yield block.blockNumber() + 1, box.top(), box.height()
            block = block.next()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_gutter()

    def _make_room(self) -> None:
        self.setViewportMargins(self._gutter.wanted_width(), 0, 0, 0)
        self._place_gutter()

    def _place_gutter(self) -> None:
        inside = self.contentsRect()
        self._gutter.setGeometry(QRect(inside.left(), inside.top(), self._gutter.wanted_width(), inside.height()))

    def _repaint_gutter(self, area: QRect, scrolled: int) -> None:
        if scrolled:
            self._gutter.scroll(0, scrolled)
        else:
            self._gutter.update(0, area.y(), self._gutter.width(), area.height())

    def _last_visible(self) -> int:
        height = max(1.0, self.blockBoundingRect(self.firstVisibleBlock()).height())
        return self.firstVisibleBlock().blockNumber() + int(self.viewport().height() / height)

    # -- painting ------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        cells = [(line, top) for line, top, _ in self.visible_lines() if line > 1 and self._starts_cell(line)]
        if not cells and not self.values:
            return  # `viewport` takes 10 ms when it is first asked for, and the first paint has nothing to draw on it
        painter = QPainter(self.viewport())
        painter.setPen(QColor(self.theme.line))
        for _, top in cells:
            painter.drawLine(0, round(top), self.viewport().width(), round(top))
        if self.values:
            self._paint_values(painter, self.font())

    def _starts_cell(self, line: int) -> bool:
        text = self.line_text(line)
        return text.startswith(("# %%", "#%%"))

    def _paint_values(self, painter: QPainter, font: QFont) -> None:
        small = QFont(font)
        small.setPixelSize(max(8, round(font.pixelSize() * 0.92)))
        metrics, code = QFontMetrics(small), QFontMetrics(font)
        painter.setFont(small)
        grounds = {line: ground for line, (ground, _) in self.marked_lines().items()}
        caret = self.textCursor().blockNumber() + 1 if self.hasFocus() else 0
        width = self.viewport().width()
        for line, top, height in self.visible_lines():
            text = self.values.get(line)
            if text is None:
                continue
            room = metrics.horizontalAdvance(text)
            ends = code.horizontalAdvance(self.line_text(line)) + self.contentOffset().x()
            box = QRectF(width - room - GAP, top, room, height)
            if ends + GAP > box.left():
                if line == caret:
                    continue
                self._fade(painter, box, grounds.get(line, self.theme.window))
            painter.setPen(QColor(self.theme.text_faint))
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, text)

    def _fade(self, painter: QPainter, box: QRectF, ground: str) -> None:
        """Let long code fade out behind its value; it is whole again when the caret comes to the line."""
        solid, clear = QColor(ground), QColor(ground)
        clear.setAlpha(0)
        fade = QLinearGradient(box.left() - 3 * GAP, 0, box.left() - GAP / 2, 0)
        fade.setColorAt(0, clear)
        fade.setColorAt(1, solid)
        painter.fillRect(box.adjusted(-3 * GAP, 0, GAP, 0), fade)

    # -- keys ----------------------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            plain = not event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
            if plain and (event.key() in OWN_KEYS or (event.text().isprintable() and event.text())):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, cursor = event.key(), self.textCursor()
        plain = not event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
        self._is_joining = False
        if key == Qt.Key.Key_Escape:
            self.left.emit()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain:
            keystrokes.new_line(cursor)
            self.ensureCursorVisible()
        elif key == Qt.Key.Key_Tab and plain:
            if cursor.hasSelection():
                keystrokes.indent_lines(cursor)
            else:
                cursor.insertText(" " * (4 - cursor.positionInBlock() % 4))
        elif key == Qt.Key.Key_Backtab:
            keystrokes.dedent_lines(cursor)
        elif key == Qt.Key.Key_Backspace and plain and not cursor.hasSelection() and self._is_in_indent(cursor):
            for _ in range((cursor.positionInBlock() - 1) % 4 + 1):
                cursor.deletePreviousChar()
        else:
            before = cursor.blockNumber()
            super().keyPressEvent(event)
            moved = key in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
            if moved and self.textCursor().blockNumber() != before:
                self.line_clicked.emit(self.textCursor().blockNumber() + 1)

    def _is_in_indent(self, cursor: QTextCursor) -> bool:
        block: QTextBlock = cursor.block()
        before = block.text()[: cursor.positionInBlock()]
        return bool(before) and not before.strip(" ")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.LeftButton and not self.textCursor().hasSelection():
            self.line_clicked.emit(self.textCursor().blockNumber() + 1)


def _units(text: str, position: int) -> int:
    """Qt counts UTF-16 units, Python characters; they differ behind an emoji."""
    return position if text.isascii() else len(text[:position].encode("utf-16-le")) // 2
