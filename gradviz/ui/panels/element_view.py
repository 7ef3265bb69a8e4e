"""The gradient that a node sends, element by element: pick one, and read the products that were added up for it."""

from __future__ import annotations

import re

import numpy as np
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractItemView, QLabel, QMenu, QToolButton, QVBoxLayout

from ...scene.jacobian import SHOWN_SIDE, Index, Product
from ...scene.numbers import shape_text
from ...scene.theme import Theme
from ..fonts import pixels
from ..formula import FormulaLabel
from .elements import ElementTable
from .formula_card import FormulaCard
from .jacobian_picture import JacobianPicture


class ElementView(FormulaCard):
    """Shows the products of one node; the element that was chosen stays chosen from step to step."""

    def __init__(self) -> None:
        super().__init__("Products")
        self._products: tuple[Product, ...] = ()
        self._product: Product | None = None
        self._chosen: dict[tuple[str, Index], Index] = {}
        self._target = ""
        self._look: tuple[Theme, int] | None = None
        self._choice = QToolButton()
        self._choice.setAccessibleName("Gradient of which input")
        self._choice.setToolTip("Of which input the gradient is explained")
        self._choice.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._choice.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._inputs = QMenu(self._choice)
        self._inputs.triggered.connect(self._choose_input)
        self._choice.setMenu(self._inputs)
        self._lead = self._label("muted")
        self.table = ElementTable()
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.selectionModel().currentChanged.connect(self._choose_place)
        self.formulas = FormulaLabel(), FormulaLabel()
        self._words = self._label("muted")
        self.picture = JacobianPicture()
        self.picture.chosen.connect(self.choose)
        self._caption = self._label("muted")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self._choice, 0, Qt.AlignmentFlag.AlignLeft)
        for part in (self._lead, self.table, *self.formulas, self._words, self.picture, self._caption):
            self._column.addWidget(part)

    def _label(self, role: str) -> QLabel:
        label = QLabel()
        label.setProperty("role", role)
        label.setWordWrap(True)
        return label

    @property
    def lines(self) -> tuple[FormulaLabel, ...]:
        return self.formulas

    # -- filling -------------------------------------------------------------------------------------------------

    def show_products(self, products: tuple[Product, ...], theme: Theme, type_size: int) -> None:
        """Show the products of another node; none hides the view."""
        self._products, self._look = products, (theme, type_size)
        self.setVisible(bool(products))
        if not products:
            self._product = None
            return
        self._column.setSpacing(pixels(7, type_size))
        names = _told_apart([product.target_name for product in products])
        place = names.index(self._target) if self._target in names else 0
        self._inputs.clear()
        for name in names:
            self._inputs.addAction(name)
        self._choice.setVisible(len(products) > 1)
        self._show(products[place])

    def _show(self, product: Product) -> None:
        assert self._look is not None, "shown by show_products"
        self._product = product
        self._choice.setText(f"Gradient of {product.target_name} ▾")
        self._choice.setAccessibleName(f"Gradient of {product.target_name}")
        shape = shape_text(product.sent.shape)
        told = f"The gradient of {product.target_name}, {shape}: choose an element by click or arrow keys."
        self._lead.setText(product.reason or (told if product.sent.size > 1 else ""))
        self._lead.setVisible(bool(self._lead.text()))
        is_shown = not product.reason
        self.table.setVisible(is_shown and product.sent.size > 1)
        self._words.setVisible(is_shown)
        self._caption.setVisible(is_shown)
        self.picture.show_product(product if is_shown else None, *self._look)
        if not is_shown:
            for label in self.formulas:
                label.show_formula(None, *self._look)
            return
        self.table.setAccessibleName(f"Gradient of {product.target_name}, elements")
        self.table.show_value(product.sent, self._look[1])
        self._caption.setText(_caption(product))
        self.choose(self._chosen.get((product.target_name, product.sent.shape), _first(product)))

    def choose(self, index: Index) -> None:
        """Explain one element of the gradient."""
        place = self.table.elements.position_of(index)
        if place == self.table.currentIndex():
            self._explain(index)
        else:
            self.table.setCurrentIndex(place)

    def _explain(self, index: Index) -> None:
        if self._product is None or self._look is None:
            return
        element = self._product.element(index)
        self.formulas[0].show_formula(element.symbolic, *self._look)
        self.formulas[1].show_formula(element.numbers, *self._look)
        # No line breaks between the numbers of an index.
        self._words.setText(re.sub(r"\[[^]]*\]", lambda found: found[0].replace(" ", "\u00a0"), element.sentence))
        self.picture.mark(index)

    # -- choosing ------------------------------------------------------------------------------------------------

    def _choose_place(self, current: QModelIndex, _: QModelIndex) -> None:
        if self._product is None or not current.isValid():
            return
        index = self.table.elements.element_at(current)
        self._chosen[self._product.target_name, self._product.sent.shape] = index
        self._explain(index)

    def _choose_input(self, action: QAction) -> None:
        self._target = action.text()
        place = self._inputs.actions().index(action)
        self._show(self._products[place])


def _told_apart(names: list[str]) -> list[str]:
    """Both operands of x · x have one name."""
    return [f"{name}, use {names[: at + 1].count(name)}" if names.count(name) > 1 else name
            for at, name in enumerate(names)]  # fmt: skip


def _first(product: Product) -> Index:
    """The first element whose gradient is not zero: there is something to explain."""
    found = np.argwhere(product.went)
    return tuple(found[0].tolist()) if len(found) else (0,) * product.went.ndim


def _caption(product: Product) -> str:
    rows, columns = product.sent.size, product.incoming.size
    x, u = product.target.plain, product.output.plain
    if product.jacobian is None:
        return f"The whole Jacobian has {columns:,} × {rows:,} numbers; up to {SHOWN_SIDE} × {SHOWN_SIDE} are shown."
    return (
        f"The transposed Jacobian of {u} by {x}: a row for each element of {x}, a column for each of {u}. "
        "Above it the gradient that came in; each row times that gives the number at its end."
    )
