"""What cards with formulas share: a menu that copies those in sight, as text or as LaTeX."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QFrame

from ..formula import FormulaLabel


class FormulaCard(QFrame):
    """Whoever derives from it says in `lines` where its formulas stand. `copied` names what is copied, in the menu."""

    def __init__(self, copied: str = "Formula") -> None:
        super().__init__()
        for title, latex in ((f"Copy {copied}", False), ("Copy as LaTeX", True)):
            action = QAction(title, self)
            action.setData(latex)
            action.triggered.connect(self._copy)
            self.addAction(action)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    @property
    def lines(self) -> tuple[FormulaLabel, ...]:
        raise NotImplementedError

    def _copy(self) -> None:
        action = self.sender()
        shown = [label.formula for label in self.lines if label.formula is not None]
        if isinstance(action, QAction) and shown:
            lines = [formula.latex if action.data() else formula.plain for formula in shown]
            QGuiApplication.clipboard().setText("\n".join(lines))
