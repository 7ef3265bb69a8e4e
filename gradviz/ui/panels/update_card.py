"""How a weight was moved, as a card: the optimizer's lines with their numbers, one element of a tensor at a time."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from ...scene.theme import Theme
from ...scene.update_rule import UpdateRule
from ..fonts import pixels
from ..formula import FormulaLabel
from .formula_card import FormulaCard


class ElementBox(QWidget):
    """Chooses an element; it is written as its index ("[1, 2]"), and counted in the order of the memory."""

    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._rule: UpdateRule | None = None
        self._element = 0
        self._index = QLabel()
        self._index.setProperty("role", "fact-value")
        self._index.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._index.setToolTip("Which element the numbers are of; at first the one that was moved farthest.")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for part in (self._arrow("‹", "The element before", -1), self._index, self._arrow("›", "The next element", 1)):
            row.addWidget(part)
        row.addStretch(1)

    def _arrow(self, text: str, tip: str, by: int) -> QToolButton:
        button = QToolButton()
        button.setText(text)
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setAutoRepeat(True)
        button.clicked.connect(lambda: self.choose(self._element + by))
        return button

    @property
    def element(self) -> int:
        return self._element

    @property
    def text(self) -> str:
        return self._index.text()

    def show_rule(self, rule: UpdateRule, element: int) -> None:
        self._rule, self._element = rule, element
        self._index.setText(rule.index(element))
        self.setVisible(rule.elements > 1)

    def choose(self, element: int) -> None:
        """Go to another element; behind the last comes the first."""
        if self._rule is not None:
            self.show_rule(self._rule, element % self._rule.elements)
            self.chosen.emit(self._element)


class UpdateCard(FormulaCard):
    """Shows one rule after another. The element that was chosen stays chosen for the same parameter."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("ruleCard")
        self._rule: UpdateRule | None = None
        self._look: tuple[Theme, int] | None = None
        self._chosen: dict[tuple[str, int], int] = {}
        self._title = QLabel()
        self._title.setProperty("role", "muted")
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._title.setWordWrap(True)
        self.element = ElementBox()
        self.element.chosen.connect(self._choose)
        self._lines: list[FormulaLabel] = []
        self._note = QLabel()
        self._note.setProperty("role", "muted")
        self._note.setWordWrap(True)
        self._note.setTextFormat(Qt.TextFormat.PlainText)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self._title)
        self._column.addWidget(self.element)
        self._column.addWidget(self._note)

    @property
    def rule(self) -> UpdateRule | None:
        return self._rule

    @property
    def note(self) -> str:
        return self._note.text()

    @property
    def lines(self) -> tuple[FormulaLabel, ...]:
        """Those that show something."""
        return tuple(label for label in self._lines if label.formula is not None)

    def show_rule(self, rule: UpdateRule | None, theme: Theme, type_size: int) -> None:
        """Show another rule; None hides the card."""
        self._rule, self._look = None, (theme, type_size)
        self.setVisible(rule is not None)
        if rule is None:
            return
        side, top = pixels(12, type_size), pixels(9, type_size)
        self._column.setContentsMargins(side, top, side, top)
        self._column.setSpacing(pixels(7, type_size))
        self._title.setText(rule.title)
        self.setAccessibleName(rule.title)
        chosen = self._chosen.get((rule.name, rule.elements), rule.most_moved)
        self.element.show_rule(rule, chosen)
        self._rule = rule
        self._show(chosen)

    def _choose(self, element: int) -> None:
        if self._rule is not None:
            self._chosen[self._rule.name, self._rule.elements] = element
            self._show(element)

    def _show(self, element: int) -> None:
        assert self._rule is not None, "shown by show_rule"
        assert self._look is not None, "shown by show_rule"
        shown = self._rule.lines(element)
        while len(self._lines) < len(shown.lines):
            label = FormulaLabel(self)
            self._column.insertWidget(self._column.count() - 1, label)
            self._lines.append(label)
        for place, label in enumerate(self._lines):
            label.show_formula(shown.lines[place] if place < len(shown.lines) else None, *self._look)
        said = [f"where {shown.legend}" if shown.legend else "", shown.note]
        if not shown.lines:
            said.append(self._rule.sentence)
        self._note.setText("\n".join(filter(None, said)))
        self._note.setVisible(bool(self._note.text()))
