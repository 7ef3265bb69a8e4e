"""Colours for Python, one line at a time: a single pattern, so that ten thousand pasted lines cost no wait."""

from __future__ import annotations

import keyword
import re

from PySide6.QtGui import QColor, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from ...scene.theme import Theme

LONGEST_LINE = 2_000
"""Characters; what lies beyond is data, not code, and stays plain."""

WORDS = "|".join(keyword.kwlist)
TOKEN = re.compile(
    rf"""
      (?P<cell>^\#\s?%%.*)
    | (?P<comment>\#.*)
    | (?P<open>[rbfuRBFU]{{0,2}}(?P<quotes>\"\"\"|'''))
    | (?P<string>[rbfuRBFU]{{0,2}}(?:"(?:\\.|[^"\\])*"?|'(?:\\.|[^'\\])*'?))
    | (?P<number>(?<![\w.])(?:0[xXbBoO][\da-fA-F_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?j?))
    | (?P<decorator>^\s*@[\w.]+)
    | (?P<keyword>\b(?:{WORDS})\b)
    | (?P<call>\b[A-Za-z_]\w*(?=\s*\())
    | (?P<word>\b\w+\b)
    """,
    re.VERBOSE,
)

PLAIN, IN_DOUBLE, IN_SINGLE = -1, 1, 2
CLOSING = {IN_DOUBLE: '"""', IN_SINGLE: "'''"}


class Highlighter(QSyntaxHighlighter):
    """Paints keywords, calls, numbers, strings, comments and cell lines in the theme's colours."""

    def __init__(self, document: QTextDocument, theme: Theme) -> None:
        super().__init__(document)
        self._formats: dict[str, QTextCharFormat] = {}
        self.use(theme, again=False)

    def use(self, theme: Theme, again: bool = True) -> None:
        """Take the colours of a theme."""
        colors = {
            "cell": theme.text_muted,
            "comment": theme.code_comment,
            "string": theme.code_string,
            "number": theme.code_number,
            "decorator": theme.code_keyword,
            "keyword": theme.code_keyword,
            "call": theme.code_name,
        }
        self._formats = {}
        for kind, color in colors.items():
            self._formats[kind] = QTextCharFormat()
            self._formats[kind].setForeground(QColor(color))
        self._formats["cell"].setFontWeight(700)
        if again:
            self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        text, start = text[:LONGEST_LINE], 0
        self.setCurrentBlockState(PLAIN)
        if self.previousBlockState() in CLOSING:
            start = self._string_goes_on(text, 0, self.previousBlockState())
        while start < len(text):
            match = TOKEN.search(text, start)
            if match is None:
                return
            kind = match.lastgroup or ""
            if match["open"] is not None:
                state = IN_DOUBLE if match["quotes"] == '"""' else IN_SINGLE
                self.setFormat(match.start(), match.end() - match.start(), self._formats["string"])
                start = self._string_goes_on(text, match.end(), state)
                continue
            if kind in self._formats:
                self.setFormat(match.start(), match.end() - match.start(), self._formats[kind])
            start = max(match.end(), match.start() + 1)

    def _string_goes_on(self, text: str, start: int, state: int) -> int:
        """Paint a string of several lines; returns where it ends, or the line's end if it goes on."""
        end = text.find(CLOSING[state], start)
        if end < 0:
            self.setFormat(start, len(text) - start, self._formats["string"])
            self.setCurrentBlockState(state)
            return len(text)
        self.setFormat(start, end + 3 - start, self._formats["string"])
        return end + 3
