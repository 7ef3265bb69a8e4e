"""Formula texts against Python's own evaluation and against hand-written results."""

import ast

import numpy as np
import pytest

from gradviz.scene.derivative import local_derivative, simplified
from gradviz.scene.expression import FormulaError, evaluate, parse, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("exponent * self ** (exponent - 1)", 3 * 2.0**2),
        ("grad * -self", -2.0),
        ("where(self > 0, grad, 0)", 1.0),
        ("exp(self) - expm1(self)", 1.0),
        ("1 / (1 + exp(-self)) - sigmoid(self)", 0.0),
        ("clamp(self, 0, 1.5)", 1.5),
        ("relu(-self)", 0.0),
        ("inf if self > 3 else pi", np.pi),
    ],
)
def test_evaluates_as_python_does(text, expected):
    values = {"self": np.float32(2), "grad": np.float32(1), "exponent": 3}
    assert evaluate(parse(text), values) == pytest.approx(expected, abs=1e-6)


def test_matrices_and_sizes():
    a, g = np.arange(6.0).reshape(2, 3), np.ones((2, 4))
    np.testing.assert_allclose(evaluate(parse("self.T @ grad"), {"self": a, "grad": g}), a.T @ g)
    assert evaluate(parse("self.shape[0] * self.ndim"), {"self": a}) == 4


@pytest.mark.parametrize(
    "text",
    ["__import__('os').system('true')", "().__class__", "open('x')", "self.data", "lambda: 1", "9 ** 9 ** 9",
     "[x for x in y]"],
)  # fmt: skip
def test_never_runs_what_is_not_arithmetic(text):
    with pytest.raises(FormulaError):
        evaluate(parse(text), {"self": 1.0})


@pytest.mark.parametrize("text", ["", "1 +", "a = 1", "\0"])
def test_rubbish_is_refused_in_words(text):
    with pytest.raises(FormulaError):
        parse(text)


def test_words_leave_function_names_out():
    assert words(parse("grad * where(self > 0, exp(other), 0)")) == {"grad", "self", "other"}


@pytest.mark.parametrize(
    ("text", "constants", "expected"),
    [
        ("exponent * self ** (exponent - 1)", {"exponent": 2}, "2 * self"),
        ("exponent * self ** (exponent - 1)", {"exponent": 3}, "3 * self ** 2"),
        ("exponent * self ** (exponent - 1)", {"exponent": -1.0}, "-1.0 * self ** (-2.0)"),
        ("grad / self.numel()", {}, "grad / 6"),
        ("self * 1", {}, "self"),
        ("spread(grad, self.shape, dim) / count(self.shape, dim)", {"dim": 1}, "spread(grad, (2, 3), 1) / 3"),
        ("share_of(grad, (self - self).shape, reduction) * 2", {"reduction": "mean"}, "2 * (grad / 6)"),
        ("share_of(grad, self.shape, reduction) * 2", {"reduction": "sum"}, "2 * grad"),
        ("grad if beta == 1 else grad * beta", {"beta": 1}, "grad"),
        ("grad if beta == 1 else grad * beta", {"beta": 3}, "3 * grad"),
        ("logit_slope(self, other, weight, pos_weight)", {}, "sigmoid(self) - other"),
        ("2 / freedom(self.shape, dim, correction)", {"dim": None, "correction": 1}, "2 / 5"),
        ("self * alpha", {"alpha": 4}, "4 * self"),
    ],
)
def test_known_numbers_are_folded(text, constants, expected):
    assert ast.unparse(simplified(parse(text), constants, {"self": (2, 3)})) == expected


@pytest.mark.parametrize(
    ("text", "factor"),
    [
        ("grad", "1"),
        ("-grad", "-1"),
        ("grad * other", "other"),
        ("other * grad", "other"),
        ("grad * (1 - result * result)", "1 - result * result"),
        ("grad * 2 * self", "2 * self"),
        ("grad / self", "1 / self"),
        ("grad @ other.T", None),
        ("expand(grad, self.shape)", None),
        ("grad * sum(self)", None),
        ("where(self > 0, grad, 0)", "where(self > 0, 1, 0)"),
        ("where(sum(self) > 0, grad, 0)", None),
    ],
)
def test_the_local_derivative_is_what_grad_is_multiplied_by(text, factor):
    found = local_derivative(parse(text))
    assert (None if found is None else ast.unparse(found)) == factor
