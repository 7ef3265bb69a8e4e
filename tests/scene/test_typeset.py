"""Brackets, signs and numbers of typeset formulas."""

import numpy as np
import pytest

from gradviz.scene.expression import parse
from gradviz.scene.notation import expression_term
from gradviz.scene.typeset import (
    amount,
    equation,
    is_exact,
    name_term,
    number_term,
    value_term,
)
from gradviz.trace.value import Value


@pytest.mark.parametrize(
    ("value", "latex"),
    [(12.0, "12.0"), (-0.5, "-0.5"), (1e-7, r"1\times 10^{-7}"), (float("-inf"), r"-\infty"),
     (float("nan"), r"\text{nan}"),
     (True, r"\text{True}"), (-3, "-3")],
)  # fmt: skip
def test_numbers_in_latex(value, latex):
    assert number_term(value).latex == latex


def test_rounding_is_admitted():
    assert is_exact(np.float32(0.1))
    assert not is_exact(1 / 3)
    assert not is_exact(np.float32([1, 2, 1.23456]))


@pytest.mark.parametrize(
    "text",
    ["a + b * c", "(a + b) * c", "a - (b - c)", "a - (b + c)", "-(a + b)", "a * -b", "(-a) ** 2", "-a ** 2",
     "a ** b ** c", "(a ** b) ** c", "a / (b * c)", "a / b / c", "2 * a ** (b - 1)", "a - -b", "-(-a)",
     "(a * b) ** 2"],
)  # fmt: skip
def test_brackets_keep_the_meaning(text):
    """The plain line, read back as Python, is the same number."""
    values = {"a": 1.7, "b": -2.3, "c": 3.1}
    term = expression_term(parse(text), lambda name: name_term(name))
    signs = str.maketrans({"−": "-", "·": "*", "×": "*", "^": "**", "²": "**2"})
    back = term.plain.translate(signs).replace("**", " ** ")
    assert complex(eval(back, {}, values)) == pytest.approx(complex(eval(text, {}, values)))
    assert term.latex.count("{") == term.latex.count("}")


def test_negative_numbers_are_bracketed_in_products():
    def leaf(name):
        return number_term({"a": 2.0, "b": -3.0}[name])

    assert expression_term(parse("a * b"), leaf).plain == "2.0 × (−3.0)"
    assert expression_term(parse("b ** 2"), leaf).plain == "(−3.0)²"


def test_tensors_multiply_element_by_element():
    term = expression_term(parse("a * b"), lambda name: name_term(name, scalar=False))
    assert term.plain == "a ⊙ b"


def test_small_values_are_written_and_large_ones_have_a_shape():
    assert value_term(Value.of(np.float32([[1, 2], [3, 4]]))).plain == "[1.0 2.0; 3.0 4.0]"
    assert value_term(Value.of(np.zeros((4, 5), np.float32))).plain == "[4×5]"
    assert value_term(Value.of(np.zeros((300, 300), np.float32))).plain == "[300×300]"
    assert value_term(Value.of(np.zeros((0,), np.float32))).plain == "[0]"
    assert amount(Value.of(np.zeros((4, 5), np.float32)), "a gradient") == "a gradient of shape (4, 5)"


def test_lines_may_break_before_their_signs():
    formula = equation(name_term("a"), name_term("b"), name_term("c"), signs=("·", "="))
    assert (formula.parts, formula.signs) == (("a", "b", "c"), ("·", "="))
    assert formula.latex == r"a \cdot b = c"
    assert formula.plain == "a · b = c"


def test_long_names_are_upright_and_hold_no_commands():
    assert name_term("fc1.weight").latex == r"\text{fc1.weight}"
    assert "\\" not in name_term("a\\b").latex.removeprefix("\\text")
