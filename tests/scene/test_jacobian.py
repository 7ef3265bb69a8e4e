"""Elements of a gradient written out: against NumPy's own products, and read back from their texts."""

import re
from dataclasses import replace

import numpy as np
import pytest

from gradviz.scene.expression import parse
from gradviz.scene.formula import chain_rules
from gradviz.scene.jacobian import MOST_EVALUATIONS, Product, Pullback
from gradviz.scene.typeset import name_term
from gradviz.trace.messages import RunBegan
from gradviz.trace.value import Value
from tests import traces
from tests.explained import SAMPLES, recorded


def products_of(trace, name):
    history = trace.passes[-1].history
    node = next(node for node in history.runs if history.nodes[node].node.name == name)
    return [rule.product for rule in chain_rules(trace, history, node, history.nodes[node].ran)]


def made(text, gradient, shape, **values):
    """The product of one rule, with the gradient that the rule itself gives."""
    gradient = np.asarray(gradient, np.float64)
    pullback = Pullback(parse(text), values, gradient.shape, shape)
    incoming, sent = Value.of(gradient), Value.of(pullback(gradient))
    return Product(name_term("L"), name_term("u"), name_term("x"), "x", incoming, sent, pullback)


def read_back(text):
    """The value of `0.5 × 2.0 + (−1.0) × 3.0 + (2 more: 4.0) ≈ 5.0`: what stands before the sign, and after it."""
    left, right = re.split(r" [=≈] ", text.replace("−", "-"))
    left = re.sub(r"\(\d+ more: ([^)]+)\)", r"(\1)", left).replace("×", "*")
    assert re.fullmatch(r"[-+*()\d.e ]+", left)
    return eval(left), float(right)


def test_a_matrix_product_by_hand():
    weights, vector, gradient = np.arange(6.0).reshape(2, 3), np.array([1.0, -2.0, 4.0]), [3.0, 5.0]
    for_weights = made("outer_product(grad, vec)", gradient, (2, 3), vec=vector)
    element = for_weights.element((1, 2))
    assert element.numbers.plain == "5.0 × 4.0 = 20.0"
    assert element.symbolic.plain == "∂L/∂x[1, 2] = ∂L/∂u[1] · ∂u[1]/∂x[1, 2]"
    assert element.sentence == "Of u, only u[1] depends on x[1, 2]."
    np.testing.assert_array_equal(for_weights.jacobian, np.kron(np.eye(2), vector))
    for_vector = made("self.T @ grad", gradient, (3,), self=weights)
    np.testing.assert_array_equal(for_vector.jacobian, weights)
    assert for_vector.element((1,)).numbers.plain == "3.0 × 1.0 + 5.0 × 4.0 = 23.0"
    assert for_vector.element((1,)).sentence == "All 2 elements of u depend on x[1]: u[0] and u[1]."


def test_long_sums_tell_how_much_is_left_out():
    product = made("spread(grad, self.shape)", 2.0, (3,), self=np.zeros(3))
    assert product.element((2,)).numbers.plain == "2.0 × 1.0 = 2.0"
    product = made("grad * self", np.arange(1.0, 8.0), (), self=2.0)
    element = product.element(())
    assert element.numbers.plain == "1.0 × 2.0 + 2.0 × 2.0 + 3.0 × 2.0 + 4.0 × 2.0 + (3 more: 36.0) = 56.0"
    assert element.sentence == "All 7 elements of u depend on x: u[0], u[1] and 5 more."
    assert len(element.slopes) == 7


def test_what_nothing_depends_on_has_no_products():
    product = made("where(self > 0, grad, 0)", [4.0, 5.0], (2,), self=np.array([1.0, -1.0]))
    element = product.element((1,))
    assert element.sentence == "No element of u depends on x[1], so its gradient is 0."
    assert element.symbolic is None is element.numbers


@pytest.mark.parametrize("shape", [(40, 30), (7, 3, 60)])
def test_a_row_of_a_large_jacobian_is_found_without_the_others(shape):
    """The layers that have a part in it are looked for first; the row is the one of the whole matrix."""
    generator = np.random.default_rng(1)
    other, gradient = generator.normal(size=(shape[-1], 20)), generator.normal(size=(*shape[:-1], 20))
    product = made("grad @ other.T", gradient, shape, other=other)
    assert product.jacobian is None
    index = tuple(side // 2 for side in shape)
    row = product.row(index)
    expected = np.zeros(gradient.shape)
    expected[index[:-1]] = other[index[-1]]
    np.testing.assert_allclose(row, expected)
    assert (row * gradient).sum() == pytest.approx(product.sent.data[index])


def test_a_row_that_costs_too_much_is_refused_in_words():
    product = made("grad * total(self)", np.ones((30, 30)), (30, 30), self=np.ones((30, 30)))
    assert product.row((3, 4)) is not None
    everything = made("spread(total(grad), self.shape)", np.ones(MOST_EVALUATIONS), (2,), self=np.ones(2))
    element = everything.element((0,))
    assert element.sentence == "Too many elements of u depend on x[0] to write them out."
    assert element.numbers is None


def test_a_broadcast_is_undone_in_the_row():
    product = made("grad", np.arange(12.0).reshape(3, 4), (4,))
    assert product.element((1,)).numbers.plain == "1.0 × 1.0 + 5.0 × 1.0 + 9.0 × 1.0 = 15.0"


def test_a_wrong_formula_shows_nothing():
    """The declared rule is off by a factor: its products do not add up to the recorded gradient."""
    trace = traces.matrix()
    assert [product.reason for product in products_of(trace, "MmBackward0")] == [""]
    wrong = tuple(
        replace(op, gradients=(("mat2", "2 * self.T @ grad"),)) if op.name == "mm" else op for op in trace.began.ops
    )
    trace = replace(trace, began=RunBegan("numpy", trace.program, "", wrong))
    (product,) = products_of(trace, "MmBackward0")
    assert "does not give the number" in product.reason
    assert product.jacobian is None


@pytest.mark.parametrize(("number", "reason"), [(np.nan, "NaN"), (np.inf, "NaN or infinity")])
def test_what_is_not_finite_has_no_sum(number, reason):
    product = made("grad * self", [1.0, number], (2,), self=np.ones(2))
    assert reason in product.reason


def test_every_element_of_a_recorded_run():
    """Read back as numbers, the products add up, and are what was sent."""
    (product,) = products_of(traces.matrix(), "MmBackward0")
    for index in np.ndindex(product.sent.shape):
        element = product.element(index)
        left, right = read_back(element.numbers.plain)
        assert left == pytest.approx(right, rel=2e-3, abs=1e-6)
        assert right == pytest.approx(product.sent.data[index], rel=1e-3)
        assert len(element.slopes) == product.incoming.shape[0]


def test_single_numbers_need_no_elements():
    assert products_of(traces.line(), "MulBackward0") == [None, None]


def test_several_outputs_are_told_apart():
    """p, q = x.unbind(): the gradient of each element of x comes from one of the two."""
    (unbind,) = [op for op, number in SAMPLES if op.name == "unbind" and number == 0]
    trace, values, _ = recorded(unbind, 0)
    history = trace.passes[0].history
    (rule,) = chain_rules(trace, history, history.runs[0], history.nodes[history.runs[0]].ran)
    product = rule.product
    assert product.reason == ""
    names = {product.element(index).sentence.split(" depends")[0] for index in np.ndindex(values[0].shape)}
    assert len(names) == values[0].size
    np.testing.assert_array_equal(product.jacobian, np.eye(values[0].size))
    with pytest.raises(IndexError):
        product.at_output((99,))
