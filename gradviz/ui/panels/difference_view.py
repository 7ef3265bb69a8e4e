"""How the programs of two kept runs differ, or of one and the program in the editor."""

from __future__ import annotations

import html
from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTextBrowser, QVBoxLayout, QWidget

from ...scene.theme import MONO, Theme
from ...session.difference import DiffLine, difference
from ...session.runs import KeptRun
from ...session.session import Session
from ..elided import ElidedLabel
from ..fonts import pixels
from ..style import theme_of


class DifferenceView(QWidget):
    """A small unified diff: what is gone with −, what is new with +."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._shown: tuple[object, ...] = ()
        self.title = ElidedLabel()
        self.title.setProperty("role", "chart")
        self.text = QTextBrowser()
        self.text.setAccessibleName("Differences of the programs")
        self.text.setLineWrapMode(QTextBrowser.LineWrapMode.NoWrap)
        self.text.setOpenLinks(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.title)
        layout.addWidget(self.text, 1)

    def show_runs(self, runs: Sequence[KeptRun]) -> None:
        """Two runs with one another, one with the program in the editor, none: nothing."""
        if not runs:
            return
        first = runs[0]
        before = first.trace.program
        after = runs[1].trace.program if len(runs) > 1 else self._session.document.text
        name = runs[1].name if len(runs) > 1 else "the program in the editor"
        settings = self._session.settings
        shown = (before, after, first.name, name, settings.theme, settings.type_size)
        if shown == self._shown:
            return
        self._shown = shown
        theme, size = theme_of(settings.theme), settings.type_size
        self.title.setContentsMargins(pixels(8, size), pixels(4, size), pixels(8, size), pixels(2, size))
        self.title.setText(f"{first.name}  →  {name}")
        self.title.setToolTip(self.title.text())
        self.title.setAlignment(Qt.AlignmentFlag.AlignLeft)
        lines = difference(before, after)
        if not lines:
            self.text.setPlainText("The programs are the same.")
            return
        rows = "".join(_row(line, theme) for line in lines)
        family = ", ".join(f"'{each}'" for each in MONO)
        self.text.setHtml(f'<pre style="font-family: {family}; font-size: {pixels(12, size)}px;">{rows}</pre>')


def _row(line: DiffLine, theme: Theme) -> str:
    if line.sign == "@":
        return f'<span style="color: {theme.text_faint};">     ⋯</span>\n'
    sign = {"-": "−"}.get(line.sign, line.sign)
    colour = {"-": theme.gradient, "+": theme.done}.get(line.sign, theme.text_muted)
    return f'<span style="color: {colour};">{line.line:>4} {sign} {html.escape(line.text)}</span>\n'
