"""BUILD: write a line without typing. Choose an op here, click its operands on the graph."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from ...session.session import Session
from ...session.view import View
from ...trace.ops import OpInfo
from ..field import Field
from ..flow import FlowLayout
from ..icons import icon
from ..style import theme_of

FIRST = (
    "add",
    "sub",
    "mul",
    "div",
    "pow",
    "matmul",
    "exp",
    "log",
    "sin",
    "tanh",
    "relu",
    "sigmoid",
    "sum",
    "mean",
    "mse_loss",
)
"""What most programs are made of; all others are behind the search field and "All"."""

SYMBOLS = ("arithmetic", "linear algebra")
"""Groups whose signs everybody reads; Σ and σ are better known as sum and sigmoid."""


class Palette(QWidget):
    """Buttons for ops, from the catalogue of the engine."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._shown: tuple[OpInfo, ...] = ()
        self._shows_all = False
        heading = QLabel("BUILD")
        heading.setProperty("role", "heading")
        self.field = Field(placeholderText="Search ops", clearButtonEnabled=True)
        self.field.setAccessibleName("Search ops")
        self.field.setMaximumWidth(190)
        self.field.textChanged.connect(self._show_ops)
        self.field.returnPressed.connect(self._choose_first)
        self.field.escaped.connect(self._give_up)
        head = QHBoxLayout()
        head.addWidget(heading)
        head.addStretch(1)
        head.addWidget(self.field)
        self._empty = QLabel(wordWrap=True)
        self._empty.setProperty("role", "muted")
        self._ops = QVBoxLayout()
        self._ops.setSpacing(8)
        self._banner, self._asks = self._make_banner()
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 12, 10)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self._banner)
        column.addWidget(self._empty)
        column.addLayout(self._ops)
        session.changed.connect(self._view_changed)
        session.settings_changed.connect(self._settings_changed)
        self._settings_changed("theme")
        self._view_changed(session.view)

    def _give_up(self) -> None:
        """Escape: first the words of the search, then the line that is being built."""
        if self.field.text():
            self.field.clear()
        else:
            self.field.clearFocus()
            self._session.clear()

    def _make_banner(self) -> tuple[QFrame, QLabel]:
        banner = QFrame(objectName="notice")
        words = QLabel(wordWrap=True)
        self._cancel = QToolButton()
        self._cancel.setProperty("kind", "flat")
        self._cancel.setAccessibleName("Do not write this line")
        self._cancel.setToolTip("Do not write this line (Esc)")
        self._cancel.clicked.connect(self._session.clear)
        row = QHBoxLayout(banner)
        row.setContentsMargins(10, 6, 4, 6)
        row.addWidget(words, 1)
        row.addWidget(self._cancel)
        banner.hide()
        return banner, words

    def _settings_changed(self, name: str) -> None:
        if name == "theme":
            self._cancel.setIcon(icon("close", theme_of(self._session.settings.theme).text_muted))

    def _view_changed(self, view: View) -> None:
        if self._session.catalog != self._shown:
            self._shown = self._session.catalog
            self._show_ops()
        building = view.building
        self._banner.setVisible(building is not None)
        for button in self.findChildren(OpButton):
            button.setChecked(building is not None and button.op is building.op)
        if building is not None:
            self._asks.setText(f"<b>{building.op.title}</b>: click <b>{building.next_operand}</b> on the graph.")

    # -- ops -----------------------------------------------------------------------------------------------------

    def matching(self) -> tuple[OpInfo, ...]:
        """The ops to show: those searched for, or all, or the first few."""
        offered = tuple(op for op in self._shown if op.code)
        word = self.field.text().strip().lower()
        if word:
            return tuple(
                op for op in offered if word in op.name.lower() or word in op.title.lower() or word == op.symbol
            )
        if self._shows_all:
            return offered
        by_name = {op.name: op for op in offered}
        return tuple(by_name[name] for name in FIRST if name in by_name) or offered[: len(FIRST)]

    def _show_ops(self) -> None:
        _clear(self._ops)
        found, word = self.matching(), self.field.text().strip()
        self._empty.setVisible(not found)
        self._empty.setText(
            f"No op is called “{word}”." if word and self._shown else "The ops appear when the engine has started."
        )
        groups: dict[str, list[OpInfo]] = {}
        for op in found:
            groups.setdefault(op.group if self._shows_all and not word else "", []).append(op)
        for group, ops in groups.items():
            if group:
                label = QLabel(group.capitalize())
                label.setProperty("role", "muted")
                self._ops.addWidget(label)
            box = QWidget()
            flow = FlowLayout(box)
            for op in ops:
                flow.addWidget(OpButton(op, self._session))
            self._ops.addWidget(box)
            if group == list(groups)[-1] and not word:
                more = QPushButton("Fewer" if self._shows_all else "All…")
                more.setProperty("kind", "op")
                more.setAccessibleName("Show fewer ops" if self._shows_all else "Show all ops")
                more.clicked.connect(self._toggle_all)
                flow.addWidget(more)

    def _toggle_all(self) -> None:
        self._shows_all = not self._shows_all
        self._show_ops()

    def _choose_first(self) -> None:
        found = self.matching()
        if found:
            self._session.start_building(found[0])


class OpButton(QPushButton):
    """One op. A second click on the chosen one lets go of it."""

    def __init__(self, op: OpInfo, session: Session) -> None:
        super().__init__(op.symbol if op.group in SYMBOLS and len(op.symbol) <= 2 else op.name)
        self.op, self._session = op, session
        self.setProperty("kind", "op")
        self.setCheckable(True)
        self.setAccessibleName(op.title)
        self.setToolTip(f"{op.title}: {op.code}")
        self.clicked.connect(self._choose)

    def _choose(self) -> None:
        building = self._session.view.building
        if building is not None and building.op is self.op:
            self._session.clear()
        else:
            self._session.start_building(self.op)


def _clear(layout: QVBoxLayout) -> None:
    while layout.count():
        widget = layout.takeAt(0).widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
