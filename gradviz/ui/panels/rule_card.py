"""The chain rule for one input of a node, as a card: rule, local derivative, numbers, and what the letters mean."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from ...scene.formula import ChainRule
from ...scene.theme import Theme
from ..fonts import pixels
from ..formula import FormulaLabel
from .formula_card import FormulaCard


class RuleCard(FormulaCard):
    """Shows one rule after another without making new widgets."""

    chosen = Signal(int)
    """The node id of the input, when its name is clicked."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("ruleCard")
        self._rule: ChainRule | None = None
        self._title = QLabel()
        self._title.setProperty("role", "muted")
        self._title.setTextFormat(Qt.TextFormat.RichText)
        self._title.setWordWrap(True)
        self._title.linkActivated.connect(self._choose)
        self._lines = [FormulaLabel(self) for _ in range(4)]
        self._note = QLabel()
        self._note.setProperty("role", "muted")
        self._note.setWordWrap(True)
        self._note.setTextFormat(Qt.TextFormat.PlainText)
        self._layout = QVBoxLayout(self)
        for item in (self._title, *self._lines, self._note):
            self._layout.addWidget(item)

    @property
    def rule(self) -> ChainRule | None:
        return self._rule

    @property
    def lines(self) -> tuple[FormulaLabel, ...]:
        return tuple(self._lines)

    def show_rule(self, rule: ChainRule | None, title: str, theme: Theme, type_size: int) -> None:
        """Show another rule; None hides the card. `title` is the rule's as rich text."""
        if rule is None and self._rule is None:
            self.hide()
            return
        self._rule = rule
        self.setVisible(rule is not None)
        if rule is None:
            self._title.clear()
            return
        self.setAccessibleName(rule.title)
        side, top = pixels(12, type_size), pixels(9, type_size)
        self._layout.setContentsMargins(side, top, side, top)
        self._layout.setSpacing(pixels(7, type_size))
        self._title.setText(title)
        for label, formula in zip(self._lines, (rule.symbolic, rule.local, rule.numbers, rule.summed), strict=True):
            label.show_formula(formula, theme, type_size)
        note = "\n".join(([f"where {rule.legend}"] if rule.legend else []) + list(rule.notes))
        self._note.setText(note)
        self._note.setVisible(bool(note))

    def formulas(self) -> list[QWidget]:
        return [label for label in self._lines if label.formula is not None]

    def _choose(self, _: str) -> None:
        if self._rule is not None:
            self.chosen.emit(self._rule.target)
