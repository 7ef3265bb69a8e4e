"""Typeset formulas on a real (offscreen) screen: sizes, line breaks, colours, the wait for an idle moment."""

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage

from gradviz.recorder.catalog import op_infos
from gradviz.scene.expression import parse
from gradviz.scene.notation import expression_term
from gradviz.scene.theme import DARK, LIGHT
from gradviz.scene.typeset import Formula, equation, name_term, number_term, partial, value_term
from gradviz.ui.formula import FormulaLabel, drawing, run_of, with_colors

FRACTIONS = equation(
    partial(name_term("L"), name_term("w")),
    partial(name_term("L"), name_term("u")).in_role("gradient"),
    partial(name_term("u"), name_term("w")),
    signs=("=", "·"),
)
NUMBERS = equation(number_term(12.0).in_role("gradient"), number_term(4.0), number_term(48.0).bold(), signs=("×", "="))


def pixels_of(label) -> np.ndarray:
    image = label.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    return np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)[..., 2::-1]


def has_color(label, color) -> bool:
    wanted = QColor(color)
    distance = np.abs(pixels_of(label).astype(int) - [wanted.red(), wanted.green(), wanted.blue()]).sum(axis=2)
    return bool((distance < 40).any())


@pytest.fixture
def label(qtbot):
    made = FormulaLabel()
    qtbot.addWidget(made)
    made.resize(300, 60)
    return made


def test_fractions_wait_for_an_idle_moment_and_numbers_do_not(label, qtbot):
    drawing.cache_clear()
    label.show_formula(NUMBERS, LIGHT, 100)
    assert label.is_settled
    label.show_formula(FRACTIONS, LIGHT, 100)
    assert not label.is_settled
    assert label.accessibleName() == "∂L/∂w = ∂L/∂u · ∂u/∂w"
    qtbot.waitUntil(lambda: label.is_settled, timeout=5000)


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_colours_are_the_themes(label, theme):
    label.setStyleSheet(f"background: {theme.card}")
    label.show_formula(FRACTIONS, theme, 100)
    label.typeset_now()
    assert has_color(label, theme.gradient)
    assert not has_color(label, theme.value)
    label.show_formula(NUMBERS, theme, 100)
    assert has_color(label, theme.gradient)


def test_a_narrow_place_breaks_the_line(label):
    label.show_formula(FRACTIONS, LIGHT, 100)
    label.typeset_now()
    assert label.heightForWidth(60) > 2 * label.heightForWidth(300)


def test_nothing_is_wider_than_its_place(label):
    wide = equation(value_term(np.full((3, 3), 1.234)), value_term(np.full((3, 3), -0.0123)), signs=("=",))
    label.show_formula(wide, LIGHT, 100)
    label.typeset_now()
    for width in (200, 270, 400):
        placed, _ = label._place(width)
        assert all(item.left + item.width <= width + 1 for item in placed)


def test_larger_type_makes_larger_formulas(label):
    label.show_formula(FRACTIONS, LIGHT, 100)
    label.typeset_now()
    small = label.heightForWidth(600)
    label.show_formula(FRACTIONS, LIGHT, 150)
    label.typeset_now()
    assert 1.35 < label.heightForWidth(600) / small < 1.65


def test_hiding(label):
    label.show_formula(NUMBERS, LIGHT, 100)
    label.show_formula(None, LIGHT, 100)
    assert label.isHidden()
    assert label.heightForWidth(200) <= 1


def test_roles_become_colours_and_numbers_are_told_from_formulas():
    assert with_colors(r"\textcolor{gradient}{x}", DARK) == rf"\textcolor{{{DARK.gradient}}}{{x}}"
    assert run_of(r"\textcolor{gradient}{-12.0}").text == "−12.0"
    assert run_of(r"\left(\textcolor{value}{-3.0}\right)").text == "(−3.0)"
    assert run_of(r"\mathbf{48.0}").bold
    assert run_of(r"\frac{1}{2}") is None
    assert run_of(r"1\times 10^{-7}") is None


def test_what_cannot_be_typeset_stays_plain(label, monkeypatch):
    def refuse(latex, size, color):
        raise ValueError("no such sign")

    monkeypatch.setattr("gradviz.ui.formula.drawing", refuse)
    label.show_formula(Formula((r"\frac{1}{2}", "x"), ("=",), "1/2 = x"), LIGHT, 100)
    with pytest.raises(ValueError, match="no such sign"):
        label.typeset_now()
    assert label.is_settled
    assert not label._idle.isActive()
    assert not label.grab().isNull()


def test_every_formula_of_the_catalogue_can_be_typeset():
    """One test for all: looking for leftovers after each would take longer than the typesetting."""
    for op in op_infos():
        for name, text in (*op.derivatives, *op.gradients):
            term = expression_term(parse(text), lambda word: name_term(word).in_role("value"))
            made = drawing(with_colors(term.latex, LIGHT), 17.0, LIGHT.text)
            assert made.width > 0, (op.name, name)
            assert made.height >= made.ascent > 0, (op.name, name)
