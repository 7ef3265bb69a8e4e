"""Rows of name and value in the code font; a value can lead to a card or to a line, and every value can be copied."""

from __future__ import annotations

import re
from html import escape

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QContextMenuEvent, QGuiApplication
from PySide6.QtWidgets import QGridLayout, QLabel, QMenu, QSizePolicy, QWidget

from ...scene.facts import Fact
from ...scene.theme import Theme
from ..fonts import pixels

LABEL_WIDTH = 150
"""Pixels at 100 % type at most: in a wide panel the values get the rest."""


def breakable(text: str) -> str:
    """Long names with places (of no width) where a line may break: Accumulate|Grad, requires_|grad."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=_)|(?<=\.)(?=[A-Za-z])", "\u200b", text)


class FactTable(QWidget):
    """The rows are labels that stay and get new words; a step makes no widgets."""

    card_chosen = Signal(str)
    line_chosen = Signal(int)

    def __init__(self, name: str, shares: tuple[int, int] = (3, 4)) -> None:
        """`shares` divides the width between names and values."""
        super().__init__()
        self.setAccessibleName(name)
        self._facts: tuple[Fact, ...] = ()
        self._rows: list[tuple[QLabel, QLabel]] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        # Shares and not widths, so that the tables of a panel stand in line.
        self._grid.setColumnStretch(0, shares[0])
        self._grid.setColumnStretch(1, shares[1])
        self._most = 16_777_215 if shares[0] > shares[1] else LABEL_WIDTH
        self._told: list[tuple[Fact, Theme, int] | None] = []
        """What stands in each row."""
        self._copied: QLabel | None = None
        self._copy_one = QAction("Copy Value", self)
        self._copy_one.triggered.connect(self._copy_value)
        self._copy_all = QAction("Copy All", self)
        self._copy_all.triggered.connect(self._copy_table)

    @property
    def facts(self) -> tuple[Fact, ...]:
        return self._facts

    def show_facts(self, facts: tuple[Fact, ...], theme: Theme, type_size: int) -> None:
        """Show other rows; none hides the table."""
        self._facts = facts
        self._grid.setHorizontalSpacing(pixels(12, type_size))
        self._grid.setVerticalSpacing(pixels(5, type_size))
        while len(self._rows) < len(facts):
            self._add_row()
        for row, ((label, value), fact) in enumerate(zip(self._rows, facts, strict=False)):
            told = (fact, theme, type_size)
            if self._told[row] == told:
                continue  # rich text is read anew even where it is the same
            self._told[row] = told
            label.setText(breakable(fact.label))
            link = fact.card or (f"line:{fact.line}" if fact.line else "")
            color = getattr(theme, fact.role or ("value" if link else "text"))
            text = escape(breakable(fact.text))
            if link:
                text = f'<a href="{escape(link)}" style="color:{color};text-decoration:none">{text}</a>'
            else:
                text = f'<span style="color:{color}">{text}</span>'
            value.setText(text)
            value.setToolTip("Go to the card." if fact.card else "Go to the line." if fact.line else "")
            value.setAccessibleName(f"{fact.label} {fact.text}".strip())
            for item in (label, value):
                if item.isHidden():
                    item.show()  # not for nothing: each call asks for another layout
            label.setMaximumWidth(min(16_777_215, pixels(self._most, type_size)))
        for row in range(len(facts), len(self._rows)):
            self._told[row] = None
            for item in self._rows[row]:
                if not item.isHidden():
                    item.hide()
        self.setVisible(bool(facts))

    def _add_row(self) -> None:
        label, value = QLabel(), QLabel()
        label.setProperty("role", "fact")
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        value.setProperty("role", "fact-value")
        value.setTextFormat(Qt.TextFormat.RichText)
        value.setWordWrap(True)
        value.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        value.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        value.setTextInteractionFlags(
            Qt.TextInteractionFlag.LinksAccessibleByMouse | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
        )
        value.linkActivated.connect(self._follow)
        row = len(self._rows)
        self._grid.addWidget(label, row, 0)
        self._grid.addWidget(value, row, 1)
        self._rows.append((label, value))
        self._told.append(None)

    def _follow(self, link: str) -> None:
        if link.startswith("line:"):
            self.line_chosen.emit(int(link.removeprefix("line:")))
        else:
            self.card_chosen.emit(link)

    # -- copying -------------------------------------------------------------------------------------------------

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        at = next((row for row, pair in enumerate(self._rows) if self._reaches(pair, event.pos().y())), None)
        self._copied = self._rows[at][1] if at is not None and at < len(self._facts) else None
        self._copy_one.setEnabled(self._copied is not None)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions([self._copy_one, self._copy_all])
        menu.popup(event.globalPos())

    def _reaches(self, pair: tuple[QLabel, QLabel], y: int) -> bool:
        return pair[0].isVisible() and pair[0].y() <= y <= max(label.geometry().bottom() for label in pair)

    def _copy_value(self) -> None:
        for (_, value), fact in zip(self._rows, self._facts, strict=False):
            if value is self._copied:
                QGuiApplication.clipboard().setText(fact.text)

    def _copy_table(self) -> None:
        QGuiApplication.clipboard().setText("\n".join(f"{fact.label}\t{fact.text}" for fact in self._facts))
