"""Picking an element of a gradient: by click, by keys, in the table and in the picture; what is told about it."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from gradviz.scene.shades import shade_colour
from gradviz.scene.theme import THEMES
from gradviz.trace.query import Cursor
from gradviz.ui.panels.cells import cells
from gradviz.ui.panels.inspector import Inspector
from tests import traces
from tests.ui.quiet import put, quiet_session


@pytest.fixture
def view(tmp_path, qtbot):
    """The elements of the matrix product of tests/traces.py."""
    session = quiet_session(tmp_path)
    inspector = Inspector(session)
    qtbot.addWidget(inspector)
    inspector.resize(320, 1400)
    inspector.show()
    trace = traces.matrix()
    history = trace.passes[0].history
    node = next(node for node in history.runs if history.nodes[node].node.name == "MmBackward0")
    put(session, trace, Cursor(0, history.nodes[node].ran))
    view = inspector._elements
    view.trace, view.session = trace, session
    yield view
    assert inspector is not None  # it owns the view


def numbers(view):
    return view.formulas[1].formula.plain


def test_a_click_and_the_arrow_keys_choose(view, qtbot):
    product = view._product
    view.choose((0, 0))
    assert "W[0, 0]" in view.formulas[0].formula.plain
    view.table.setFocus()
    qtbot.keyClick(view.table, Qt.Key.Key_Right)
    assert "W[0, 1]" in view.formulas[0].formula.plain
    qtbot.keyClick(view.table, Qt.Key.Key_Down)
    assert view.formulas[0].formula.plain.startswith("∂L/∂W[1, 1] = ")
    assert numbers(view) == product.element((1, 1)).numbers.plain
    place = view.table.visualRect(view.table.elements.position_of((3, 2))).center()
    qtbot.mouseClick(view.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert numbers(view) == product.element((3, 2)).numbers.plain


def test_copying(view):
    view.choose((1, 2))
    plain, latex = view.actions()
    plain.trigger()
    assert QGuiApplication.clipboard().text().splitlines() == [label.formula.plain for label in view.formulas]
    latex.trigger()
    assert r"\frac{\partial L}{\partial {W}_{1,2}}" in QGuiApplication.clipboard().text()


def test_the_choice_outlives_a_step(view):
    view.choose((2, 1))
    put(view.session, view.trace, Cursor(0, 1))
    QApplication.processEvents()
    assert view.isHidden()
    history = view.trace.passes[0].history
    node = next(node for node in history.runs if history.nodes[node].node.name == "MmBackward0")
    put(view.session, view.trace, Cursor(0, history.nodes[node].ran))
    QApplication.processEvents()
    assert "W[2, 1]" in view.formulas[0].formula.plain


def test_the_picture_tells_and_chooses(view, qtbot):
    product, picture = view._product, view.picture
    assert not picture.isHidden()
    rows, columns = product.sent.size, product.incoming.size
    _, matrix, sent = picture._places()
    for row, column in ((0, 0), (5, 3), (rows - 1, columns - 1)):
        wide, tall = matrix.width() / columns, matrix.height() / rows
        at = QPointF(matrix.left() + (column + 0.5) * wide, matrix.top() + (row + 0.5) * tall)
        x, u = divmod(row, 3), divmod(column, 3)
        name, _, number = picture.words_at(at).partition(" = ")
        assert name == f"∂u[{u[0]}, {u[1]}]/∂W[{x[0]}, {x[1]}]"
        assert float(number.replace("−", "-")) == pytest.approx(product.jacobian[column, row], rel=1e-3, abs=1e-6)
    row = QPointF(sent.center().x(), sent.top() + 7.5 * sent.height() / rows).toPoint()
    qtbot.mouseClick(picture, Qt.MouseButton.LeftButton, pos=row)
    assert "W[2, 1]" in view.formulas[0].formula.plain
    assert picture.words_at(QPointF(row)).startswith("∂L/∂W[2, 1] = ")
    assert picture.words_at(QPointF(-5, -5)) == ""


def test_all_numbers_have_the_colours_of_the_theme():
    image = cells(np.array([[1.0, -0.5], [0.0, np.nan], [np.inf, 0.5]]), THEMES["light"])
    colours = [[image.pixelColor(column, row).name() for column in range(2)] for row in range(3)]
    expected = [[1, -0.5], [0, float("nan")], [1, 0.5]]
    for row, shades in enumerate(expected):
        for column, shade in enumerate(shades):
            wanted = shade_colour(shade, THEMES["light"])
            assert all(
                abs(int(colours[row][column][at : at + 2], 16) - int(wanted[at : at + 2], 16)) <= 2 for at in (1, 3, 5)
            )
    assert cells(np.zeros((0, 0)), THEMES["light"]) is None
