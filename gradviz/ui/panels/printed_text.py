"""The text edit of the output panel: printed lines with pictures between them, and what one can do with a picture."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, Qt
from PySide6.QtGui import (
    QAction,
    QColor,
    QContextMenuEvent,
    QGuiApplication,
    QImage,
    QKeyEvent,
    QKeySequence,
    QResizeEvent,
    QTextCharFormat,
    QTextCursor,
)
from PySide6.QtWidgets import QMenu, QPlainTextEdit

from ...session.saving import write_file
from ...trace.messages import FigureShown
from .. import dialogs
from .pictures import LINE_BREAK, OBJECT, Pictures, Shown

MOST_LINES = 20_000


class PrintedText(QPlainTextEdit):
    """Read only; what is appended keeps its colour."""

    def __init__(self) -> None:
        super().__init__(readOnly=True, maximumBlockCount=MOST_LINES, undoRedoEnabled=False)
        self.setProperty("role", "code")
        self.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self.pictures = Pictures(self)

    def clear(self) -> None:
        super().clear()
        self.pictures.clear()

    def append_text(self, text: str, color: QColor) -> None:
        look = QTextCharFormat()
        look.setForeground(color)
        cursor = QTextCursor(self.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.insertText(text, look)

    def menu_at(self, cursor: QTextCursor) -> QMenu:
        """What can be done where one clicked; it deletes itself when it closes."""
        shown = self.pictures.at(cursor)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if shown is None:
            copy = menu.addAction("Copy", QKeySequence.StandardKey.Copy, self.copy)
            copy.setEnabled(self.textCursor().hasSelection())
            menu.addAction("Select All", QKeySequence.StandardKey.SelectAll, self.selectAll)
        else:
            menu.addAction(PictureAction("Copy Picture", copy_picture, shown, menu))
            menu.addAction(PictureAction("Save Picture…", save_picture, shown, menu))
        return menu

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        is_mouse = event.reason() == QContextMenuEvent.Reason.Mouse
        cursor = self.cursorForPosition(event.pos()) if is_mouse else self.textCursor()
        self.menu_at(cursor).popup(event.globalPos())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.pictures.lay_out()

    def copy(self) -> None:
        """Copy the selected text; a picture in it leaves an empty line.

        Not by `createMimeDataFromSelection`: what Python returns from there is freed twice when the process ends while
        it is on the clipboard.
        """
        text = self.textCursor().selection().toPlainText().replace(OBJECT, "")
        QGuiApplication.clipboard().setText(text.replace(LINE_BREAK, "\n"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        else:
            super().keyPressEvent(event)


class PictureAction(QAction):
    """Does something with one picture. (A bound method, not a lambda: a lambda would keep the window alive.)"""

    def __init__(self, title: str, do: Callable[[Shown, PrintedText], None], shown: Shown, menu: QMenu) -> None:
        super().__init__(title, menu)
        self._do = do
        self._shown = shown
        self.triggered.connect(self._act)

    def _act(self) -> None:
        self._do(self._shown, self.parent().parentWidget())


def copy_picture(shown: Shown, text: PrintedText) -> None:
    """Put the picture on the clipboard, in full."""
    QGuiApplication.clipboard().setImage(text.pictures.whole(shown))


def save_picture(shown: Shown, text: PrintedText) -> None:
    """Ask where, and write the PNG file as matplotlib made it, or of the plane as it is shown."""
    name = f"figure_{shown.key}" if isinstance(shown, FigureShown) else re.sub(r"\W+", "_", shown.name).strip("_")
    path = dialogs.ask_picture(text, str(Path.home() / f"{name or 'plane'}.png"))
    if path is None:
        return
    try:
        write_file(path, shown.png.tobytes() if isinstance(shown, FigureShown) else png_of(text.pictures.whole(shown)))
    except OSError as error:
        dialogs.tell(text, f"{path.name} could not be written: {error.strerror or error}")


def png_of(image: QImage) -> bytes:
    """The image as a PNG file."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "png")
    return bytes(buffer.data().data())
