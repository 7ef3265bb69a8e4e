"""Chain rules of hand-written runs: the lines a person reads, and that their numbers are the record's."""

import re
from dataclasses import replace

import numpy as np
import pytest

from gradviz.scene.formula import chain_rules
from gradviz.trace.codec import encode
from gradviz.trace.events import NodeRan
from gradviz.trace.history import History
from gradviz.trace.messages import RunBegan
from gradviz.trace.passes import Pass
from tests import traces


def rules_of(trace, name, nth=0, number=-1):
    history = trace.passes[number].history
    nodes = [node for node in history.runs if history.nodes[node].node.name == name]
    node = nodes[nth]
    return chain_rules(trace, history, node, history.nodes[node].ran)


def test_the_product_of_the_mock_up():
    for_w, for_x = rules_of(traces.line(), "MulBackward0")
    assert (for_w.title, for_x.title) == ("Chain rule for w", "Chain rule for x")
    assert for_w.symbolic.plain == "∂L/∂w = ∂L/∂u · ∂u/∂w"
    assert for_w.local.plain == "∂u/∂w = x = 4.0"
    assert for_w.numbers.plain == "12.0 × 4.0 = 48.0"
    assert for_x.numbers.plain == "12.0 × 2.0 = 24.0"
    assert for_w.legend == "L is loss, u is w * x"
    assert for_w.numbers.latex == r"\textcolor{gradient}{12.0} \times \textcolor{value}{4.0} = \mathbf{48.0}"


def test_a_power_folds_its_exponent():
    (rule,) = rules_of(traces.line(), "PowBackward0")
    assert rule.local.plain == "∂L/∂u = 2 · u = 2 × 6.0 = 12.0"


def test_one_of_several_uses_is_a_part():
    (rule,) = rules_of(traces.polynomial(), "PowBackward0")
    assert rule.symbolic.plain == "(∂y/∂x through u) = ∂y/∂u · ∂u/∂x"
    assert rule.notes == ("x is used in 2 places; this is one part of its gradient.",)


def test_both_factors_of_a_square_are_told_apart():
    first, second = rules_of(traces.accumulate_twice(), "MulBackward0")
    assert first.local.plain == "∂y/∂x₁ = x₂ = 3.0"
    assert second.local.plain == "∂y/∂x₂ = x₁ = 3.0"


def test_vectors_are_written_and_rounding_is_admitted():
    (rule,) = rules_of(traces.untracked(), "MulBackward0")
    assert rule.numbers.plain == "[0.3333 0.3333 0.3333] × 2.0 ≈ [0.6667 0.6667 0.6667]"


def test_matrix_products_show_their_rule():
    (rule,) = rules_of(traces.matrix(), "MmBackward0")
    assert rule.symbolic.plain == "∂L/∂W = Xᵀ @ ∂L/∂u"
    assert rule.numbers.plain == "[8×4]ᵀ @ [8×3] = [4×3]"
    assert rule.local is None


def test_before_the_node_ran_there_are_no_numbers():
    trace = traces.line()
    history = trace.passes[0].history
    (node,) = [node for node, at in history.nodes.items() if at.node.name == "MulBackward0"]
    rules = chain_rules(trace, history, node, history.nodes[node].ran - 1)
    assert [rule.numbers for rule in rules] == [None, None]
    assert rules[0].local.plain == "∂u/∂w = x = 4.0"


def products(text):
    """(left, right, result) of `12.0 × 4.0 = 48.0`."""
    found = re.fullmatch(r"\(?([−\d.e]+)\)? × \(?([−\d.e]+)\)? [=≈] ([−\d.e]+)", text)
    return [float(item.replace("−", "-")) for item in found.groups()] if found else None


@pytest.mark.parametrize("name", traces.ALL)
def test_every_product_shown_is_right_and_is_what_was_sent(name):
    """The texts are read back as numbers: an evaluation that shares nothing with the one that made them."""
    trace = traces.ALL[name]()
    for item in trace.passes:
        for node in item.history.runs:
            at = item.history.nodes[node]
            for rule in chain_rules(trace, item.history, node, at.ran):
                assert rule.numbers is not None
                numbers = products(rule.numbers.plain)
                if numbers:
                    assert numbers[0] * numbers[1] == pytest.approx(numbers[2], rel=1e-3)
                    assert numbers[2] == pytest.approx(float(at.event.sent[rule.edge].data), rel=1e-3)


def test_a_wrong_formula_shows_no_product():
    """The declared derivative is off by a factor: the numbers of the record stand alone."""
    trace = traces.line()
    doubled = (("self", "2 * other"), ("other", "self"))
    wrong = tuple(replace(op, derivatives=doubled) if op.name == "mul" else op for op in traces.OPS)
    trace = replace(trace, began=RunBegan("numpy", trace.program, "", wrong))
    rule = rules_of(trace, "MulBackward0")[0]
    assert rule.numbers.plain == "12.0 → 48.0"
    assert "8.0" not in rule.local.plain


def test_an_op_without_a_formula_says_so():
    trace = traces.line()
    trace = replace(trace, began=RunBegan("numpy", trace.program, "", ()))
    rule = rules_of(trace, "MulBackward0")[0]
    assert rule.numbers.plain == "12.0 → 48.0"
    assert rule.local is None
    assert "no formula" in rule.notes[-1]


def test_undoing_a_broadcast_is_a_sum_of_its_own():
    run = traces.Writer("X + b")
    X = run.tensor(np.ones((3, 2)), "X", tracked=False)
    b = run.tensor([1.0, 2.0], "b")
    y = run.op("add", (X, b), [[2.0, 3.0]] * 3, name="y")
    run.backward(y, gradient=2.0)
    run.ran(y, 2 * np.ones((3, 2)), None, [6.0, 6.0])
    event = run.events.pop()
    run.events.append(NodeRan(event.node, event.gradients_in, event.sent, (None, traces.value(2 * np.ones((3, 2))))))
    (rule,) = rules_of(run.trace(), "AddBackward0")
    assert rule.notes == ("Summed over the 3 rows (dim 0), because b was broadcast to shape (3, 2).",)
    assert rule.summed.plain == "sum over 3 rows of [2.0 2.0; 2.0 2.0; 2.0 2.0] = [6.0 6.0]"
    assert rule.legend == "L is the sum of y × the gradient given to backward()"


def test_names_without_letters_in_the_font_get_one():
    run = traces.Writer("重み * x")
    weight, x = run.tensor(2.0, "重み"), run.tensor(3.0, "x")
    y = run.op("mul", (weight, x), 6.0, name="y")
    run.backward(y)
    run.ran(y, 1.0, 3.0, 2.0)
    rule = rules_of(run.trace(), "MulBackward0")[0]
    assert rule.symbolic.latex.isascii()
    assert rule.legend == "u is 重み"


def test_a_pass_made_again_from_its_parts_reads_the_same():
    """Rules are a pure function of the record."""
    trace = traces.polynomial()
    again = Pass(0, trace.passes[0].carried, trace.passes[0].events)
    first, second = trace.passes[0].history, History(again)
    for node in first.runs:
        step = first.nodes[node].ran
        assert chain_rules(trace, first, node, step) == chain_rules(trace, second, node, step)
    assert encode(again) == encode(trace.passes[0])


def test_a_sum_that_was_made_inside_the_node_is_told_all_the_same():
    """PyTorch's MulBackward0 sends the gradient of a broadcast scalar already summed; there is no `raw`."""
    run = traces.Writer("x * w")
    x, w = run.tensor([1.0, 2.0, 3.0], "x"), run.tensor(2.0, "w")
    y = run.op("mul", (x, w), [2.0, 4.0, 6.0], name="y")
    run.backward(y)
    run.ran(y, np.ones(3), [2.0, 2.0, 2.0], 6.0)
    rule = rules_of(run.trace(), "MulBackward0")[1]
    assert rule.numbers.plain == "[1.0 1.0 1.0] ⊙ [1.0 2.0 3.0] = [1.0 2.0 3.0]"
    assert rule.summed.plain == "sum over 3 elements of [1.0 2.0 3.0] = 6.0"
