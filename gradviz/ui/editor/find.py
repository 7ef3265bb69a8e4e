"""A strip above the text that finds words in the program."""

from __future__ import annotations

from PySide6.QtGui import QTextCursor, QTextDocument

from ..find_strip import FindStrip
from .editor import CodeEditor

MOST = 1_000
"""More hits than this are not counted."""


class FindBar(FindStrip):
    """Finds text in the program."""

    def __init__(self, editor: CodeEditor) -> None:
        super().__init__("Find in the program", "Find in the program", "Find the one before", "Find the next")
        self._editor = editor
        self._hits: list[QTextCursor] = []
        self.layout().setContentsMargins(12, 0, 8, 6)
        self.layout().setSpacing(2)

    def start(self) -> None:
        """Show the strip; a selected word is looked for at once."""
        word = self._editor.textCursor().selectedText()
        self.show()
        if word and "\u2029" not in word:
            self.field.setText(word)
        self.field.selectAll()
        self.field.setFocus()
        self.search()

    def close_strip(self) -> None:
        self.hide()
        self._editor.show_found([])
        self._editor.setFocus()

    def search(self) -> None:
        word, document = self.field.text(), self._editor.document()
        self._hits = []
        hit = document.find(word) if word else QTextCursor()
        while not hit.isNull() and len(self._hits) < MOST:
            self._hits.append(hit)
            hit = document.find(word, hit, QTextDocument.FindFlag(0))
        self._editor.show_found(self._hits)
        self._count.setText("" if not word else f"{len(self._hits)} found" if self._hits else "not found")

    def go(self, by: int) -> None:
        self.search()
        if not self._hits:
            return
        at = self._editor.textCursor().selectionStart()
        later = [hit for hit in self._hits if hit.selectionStart() > at]
        before = [hit for hit in self._hits if hit.selectionStart() < at]
        if by > 0:
            target = later[0] if later else self._hits[0]
        else:
            target = before[-1] if before else self._hits[-1]
        self._editor.setTextCursor(target)
        self._editor.ensureCursorVisible()
