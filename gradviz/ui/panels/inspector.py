"""The right-hand panel: the current step, or the selected card, in words, formulas and facts.

What to show is decided in `scene.inspection`; this file only lays it out. Widgets are made once and filled again at
every step, and a panel that is hidden or shows the same step again does no work.
"""

from __future__ import annotations

import re
from html import escape

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from ...scene.facts import Fact
from ...scene.formula import ChainRule
from ...scene.inspection import Inspection, inspect
from ...scene.moved import MOST_RULES as MOST_UPDATES
from ...scene.numbers import short_number
from ...scene.sums import Buffer
from ...scene.theme import MONO, Theme
from ...scene.typeset import amount
from ...session.session import Session
from ...session.view import View
from ...trace.card_keys import card_of_node
from ..fonts import pixels
from ..formula import FormulaLabel
from ..style import theme_of
from .element_view import ElementView
from .fact_table import FactTable
from .rule_card import RuleCard
from .update_card import UpdateCard
from .value_view import ValueView

EMPTY = (
    "Nothing to inspect yet.\n\nWrite a program that calls backward(), or open a lesson. "
    "Then press → to step, or click a card."
)
MOST_RULES = 8
"""Cards; a node with more inputs (cat, stack) tells how many it leaves out."""


class Inspector(QWidget):
    """`line_chosen` asks the editor to show a line."""

    line_chosen = Signal(int)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._key: tuple[object, ...] = ()
        self._shown = Inspection("", "", False, ())
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self._fill_numbers)
        self.setObjectName("panel")
        self.setAccessibleName("Inspector")
        self._content = QWidget()
        self._content.setObjectName("panel")
        self._column = QVBoxLayout(self._content)
        self._make_parts()
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidget(self._content)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._area)
        session.changed.connect(self._view_changed)
        session.settings_changed.connect(self._settings_changed)
        self._restyle()

    # -- making --------------------------------------------------------------------------------------------------

    def _make_parts(self) -> None:
        self._place, self._title = self._label("heading"), self._label("fact")
        self._head = QWidget()
        self._head_row = QGridLayout(self._head)
        self._head_row.setContentsMargins(0, 0, 0, 0)
        self._head_row.setColumnStretch(1, 1)
        self._head_row.addWidget(self._place, 0, 0)
        self._head_row.addWidget(self._title, 0, 1)
        self._back = QPushButton("Back to the step")
        self._back.setToolTip("Let go of the selected card and show the current step again (Esc).")
        self._back.clicked.connect(self._session.clear)
        self._words = self._label("", wraps=True)
        self._words.setTextFormat(Qt.TextFormat.RichText)
        self._rules = [RuleCard() for _ in range(MOST_RULES)]
        self._updates = [UpdateCard() for _ in range(MOST_UPDATES)]
        self._more = self._label("muted", wraps=True)
        self._element_heading = self._label("heading", "ELEMENT BY ELEMENT")
        self._elements = ElementView()
        self._buffer_heading = self._label("heading", "INPUT BUFFER")
        self._buffer_words = self._label("muted", wraps=True)
        self._buffer_table = FactTable("Input buffer", (3, 1))
        self._buffer_sum = FormulaLabel()
        self._sum_heading = self._label("heading", "ACCUMULATED")
        self._sum = FormulaLabel()
        self._queue_heading = self._label("heading", "READY QUEUE")
        self._queue_words = self._label("muted", wraps=True)
        self._queue_table = FactTable("Ready queue", (3, 1))
        self._node_heading = self._label("heading", "NODE")
        self._node = FactTable("Node")
        self._tensor_heading = self._label("heading", "TENSOR")
        self._tensor = FactTable("Tensor")
        self._values = [ValueView() for _ in range(3)]
        for table in (self._buffer_table, self._queue_table, self._node, self._tensor):
            table.card_chosen.connect(self._session.select)
            table.line_chosen.connect(self.line_chosen)
        for card in self._rules:
            card.chosen.connect(self._select_node)
        for part in (
            self._head, self._back, self._words, *self._updates, *self._rules, self._more,
            self._element_heading, self._elements, self._sum_heading, self._sum,
            self._buffer_heading, self._buffer_words, self._buffer_table, self._buffer_sum,
            self._queue_heading, self._queue_words, self._queue_table,
            self._node_heading, self._node, self._tensor_heading, self._tensor, *self._values,
        ):  # fmt: skip
            self._column.addWidget(part)
        self._column.setAlignment(self._back, Qt.AlignmentFlag.AlignLeft)
        self._column.addStretch(1)

    def _label(self, role: str, text: str = "", wraps: bool = False) -> QLabel:
        label = QLabel(text)
        label.setWordWrap(wraps)
        label.setProperty("role", role)
        return label

    # -- changes -------------------------------------------------------------------------------------------------

    def _view_changed(self, view: View) -> None:
        if self.isVisible():
            self._render(view)

    def _settings_changed(self, name: str) -> None:
        if name in ("theme", "type_size"):
            self._restyle()
        elif name == "predict" and self.isVisible():
            self._render(self._session.view)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._render(self._session.view)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange_head()

    def _arrange_head(self) -> None:
        """Place and title side by side where both fit, else the title below."""
        margins = self._column.contentsMargins()
        room = self.width() - margins.left() - margins.right() - self._px(18)
        for label in (self._place, self._title):
            label.setWordWrap(False)  # to measure it on one line
        fits = self._place.sizeHint().width() + self._title.sizeHint().width() <= room
        self._head_row.addWidget(self._place, 0, 0, 1, 1 if fits else 2)
        self._head_row.addWidget(self._title, *((0, 1, 1, 1) if fits else (1, 0, 1, 2)))
        for label in (self._place, self._title):
            label.setWordWrap(not fits)
        side = Qt.AlignmentFlag.AlignRight if fits else Qt.AlignmentFlag.AlignLeft
        self._title.setAlignment(side | Qt.AlignmentFlag.AlignVCenter)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._restyle()  # the desktop went dark or light

    def _restyle(self) -> None:
        theme, px = self._theme, self._px
        sheet = (
            f"QFrame#ruleCard {{ background: {theme.card}; border: 1px solid {theme.line}; border-radius: {px(8)}px; }}"
            f'QLabel[role="fact"] {{ color: {theme.text_muted}; font-family: "{MONO[0]}"; font-size: {px(12)}px; }}'
            f'QLabel[role="fact-value"] {{ font-family: "{MONO[0]}"; font-size: {px(12)}px; }}'
            f'QTableView {{ font-family: "{MONO[0]}"; font-size: {px(12)}px; }}'
            f"QTableView::item {{ padding: 0 {px(4)}px; }}"
            f"QHeaderView::section {{ font-size: {px(11)}px; padding: {px(2)}px {px(4)}px; }}"
            "QTableCornerButton::section { background: transparent; border: none; }"
        )
        if sheet != self._content.styleSheet():
            self._content.setStyleSheet(sheet)
        self._column.setContentsMargins(px(14), px(10), px(14), px(14))
        self._column.setSpacing(px(8))
        for heading in (self._element_heading, self._sum_heading, self._buffer_heading, self._queue_heading,
                        self._node_heading, self._tensor_heading):  # fmt: skip
            heading.setContentsMargins(0, px(6), 0, 0)
        self._key = ()
        # Rich text keeps the style it was read in: the same words must be read again.
        self._words.clear()
        for card in self._rules:
            card.show_rule(None, "", theme, px(100))
        if self.isVisible():
            self._render(self._session.view)

    @property
    def _theme(self) -> Theme:
        return theme_of(self._session.settings.theme)

    @property
    def _predicts(self) -> bool:
        return self._session.settings.predict

    def _px(self, size: float) -> int:
        return pixels(size, self._session.settings.type_size)

    def _select_node(self, node: int) -> None:
        state = self._session.view.state
        if state is not None and node in state.history.nodes:
            self._session.select(card_of_node(state.history, node))

    # -- filling -------------------------------------------------------------------------------------------------

    def _render(self, view: View) -> None:
        state = view.state
        look = self._theme, self._px(100), self._predicts
        key = (state and state.history, state and state.step, view.selection, *look)
        if key == self._key:
            return
        self._key = key
        self._content.setUpdatesEnabled(False)
        if state is None:
            self._fill(Inspection("", "", False, ()))
            self._words.setText(escape(EMPTY).replace("\n", "<br>"))
        else:
            self._fill(inspect(view.trace, state, view.selection, tells_next=not self._predicts))
        self._content.setUpdatesEnabled(True)

    def _fill(self, shown: Inspection) -> None:
        look = (self._theme, self._session.settings.type_size)
        self._head.setVisible(bool(shown.place))
        self._place.setText(shown.place.upper())
        self._title.setText(shown.title if len(shown.title) <= 24 else shown.title[:23] + "…")
        self._title.setToolTip(shown.title)
        self._arrange_head()
        self._back.setVisible(shown.is_selection)
        self._words.setText(self._rich(" ".join(shown.sentences)))
        rules = shown.rules[:MOST_RULES]
        for position, card in enumerate(self._rules):
            rule = rules[position] if position < len(rules) else None
            card.show_rule(rule, self._rule_title(rule) if rule else "", *look)
        for position, update in enumerate(self._updates):
            update.show_rule(shown.updates[position] if position < len(shown.updates) else None, *look)
        left_out = len(shown.rules) - len(rules)
        self._more.setText(f"… and {left_out} more inputs, each in the same way.")
        self._more.setVisible(left_out > 0)
        self._sum_heading.setVisible(shown.accumulation is not None)
        self._sum.show_formula(shown.accumulation.formula if shown.accumulation else None, *look)
        self._fill_buffer(shown.buffer)
        queue = tuple(Fact(item.text, item.sequence, "gradient", card=item.key) for item in shown.queue)
        self._queue_heading.setVisible(bool(queue))
        self._queue_words.setText(shown.queue_reason)
        self._queue_words.setVisible(bool(shown.queue_reason))
        self._queue_table.show_facts(queue, *look)
        for heading, words in zip((self._node_heading, self._tensor_heading), shown.headings, strict=True):
            heading.setText(words)
        self._node_heading.setVisible(bool(shown.node))
        self._node.show_facts(shown.node, *look)
        self._tensor_heading.setVisible(bool(shown.tensor))
        self._tensor.show_facts(shown.tensor, *look)
        self._shown = shown
        self._later.start()

    def _fill_numbers(self) -> None:
        """Products, pictures and elements of large tensors, a turn of the event loop after the words: so each turn is
        short, and who holds the key down does not wait for what nobody can read in passing."""
        look, shown = (self._theme, self._session.settings.type_size), self._shown
        self._content.setUpdatesEnabled(False)
        products = tuple(rule.product for rule in shown.rules if rule.product is not None)
        self._element_heading.setVisible(bool(products))
        self._elements.show_products(products, *look)
        for position, view in enumerate(self._values):
            view.show_value(shown.values[position] if position < len(shown.values) else None, *look)
        self._content.setUpdatesEnabled(True)

    def _fill_buffer(self, buffer: Buffer | None) -> None:
        look = (self._theme, self._session.settings.type_size)
        self._buffer_heading.setVisible(buffer is not None)
        self._buffer_words.setVisible(buffer is not None and bool(buffer.sentence))
        rows: tuple[Fact, ...] = ()
        if buffer is not None:
            self._buffer_words.setText(buffer.sentence)
            rows = tuple(
                Fact(f"{short_number(number)}. {arrival.sender}", amount(arrival.value, "a tensor"), "gradient")
                for number, arrival in enumerate(buffer.arrivals, 1)
            )
        self._buffer_table.show_facts(rows, *look)
        self._buffer_sum.show_formula(buffer.total if buffer else None, *look)

    def _rule_title(self, rule: ChainRule) -> str:
        name = rule.title.removeprefix("Chain rule for ")
        link = f'<a href="card" style="color:{self._theme.text_muted};text-decoration:none">{self._code(name)}</a>'
        return f"Chain rule for {link}"

    def _rich(self, text: str) -> str:
        """Sentences with their back-quoted names in the code font."""
        pieces = re.split(r"`([^`]*)`", text)
        return "".join(self._code(piece) if at % 2 else escape(piece) for at, piece in enumerate(pieces))

    def _code(self, name: str) -> str:
        families = ", ".join(f"'{family}'" for family in MONO)
        return f'<span style="font-family:{families};font-weight:700">{escape(name)}</span>'
