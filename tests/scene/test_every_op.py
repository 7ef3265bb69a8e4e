"""What is said about every op at every sample, checked against computations that share nothing with the saying.

The op runs on the engine and is recorded. The Jacobian that the window shows is held against central differences of
the op's forward; every number in formulas and sentences is read back from its text and held against the record.
"""

import re

import numpy as np
import pytest

from gradviz.scene.explain import explain
from gradviz.scene.formula import chain_rules
from gradviz.scene.typeset import is_written
from gradviz.trace.query import State
from tests.engine.jacobian import CLOSE, by_differences
from tests.engine.samples import ELSEWHERE
from tests.explained import SAMPLES, recorded
from tests.scene.test_jacobian import read_back

MOST_UNREAD = 60
"""Ops with a rule that only the engine can evaluate; the window says so in words and shows what was recorded."""

READ = {
    "add", "mul", "div", "pow", "mm", "bmm", "mv", "sum", "mean", "max", "max.dim", "softmax", "log_softmax",
    "nll_loss", "mse_loss", "relu", "gelu", "sigmoid", "tanh", "cat", "stack", "split", "unbind", "index_select",
    "gather", "embedding", "convolution", "max_pool2d", "avg_pool2d", "layer_norm", "batch_norm", "group_norm", "norm",
    "transpose", "permute", "view", "expand", "where", "clamp", "sort", "cumsum", "prod", "std",
}  # fmt: skip
"""Ops of which at least every Jacobian is shown."""


def rules_of(trace):
    for item in trace.passes:
        for node in item.history.runs:
            at = item.history.nodes[node]
            for rule in chain_rules(trace, item.history, node, at.ran):
                yield at, rule


def numbers_in(text):
    return [float(found.replace("−", "-")) for found in re.findall(r"−?(?:\d+(?:\.\d+)?(?:e−?\d+)?|inf|nan)", text)]


@pytest.mark.parametrize(("op", "number"), SAMPLES, ids=lambda each: getattr(each, "name", each))
def test_every_number_that_is_shown(op, number):
    trace, _, arguments = recorded(op, number)
    if trace is None:
        return
    for at, rule in rules_of(trace):
        sent = at.event.sent[rule.edge]
        if sent is not None and is_written(sent.shape, sent.data) and sent.data.dtype.kind == "f":
            last = re.split(" [=≈→] ", (rule.summed or rule.numbers).plain)[-1]
            np.testing.assert_allclose(numbers_in(last), sent.data.ravel(), rtol=1e-3, atol=1e-3)
        product = re.fullmatch(r"(\S+) × (\S+) [=≈] (\S+)", rule.numbers.plain if rule.numbers else "")
        if product and "[" not in rule.numbers.plain:
            left, right, result = (numbers_in(part)[0] for part in product.groups())
            assert left * right == pytest.approx(result, rel=3e-3, abs=1e-6, nan_ok=True)
        if rule.product is not None and not rule.product.reason:
            elements_add_up(rule.product)
    for item in trace.passes:
        known = numbers_on_record(item.history, arguments)
        for step in range(item.history.steps + 1):
            state = State(item.history, step)
            for sentence in explain(trace, state).sentences:
                assert sentence
                assert all(is_among(said, known) for said in decimals_in(sentence)), sentence


def decimals_in(sentence):
    """The numbers of a sentence that are values (they have a point); names and pieces of program are no numbers."""
    text = re.sub(r"`[^`]*`", "", sentence).replace("−", "-")
    return [float(found) for found in re.findall(r"(?<![\w.])-?\d+\.\d+(?:e-?\d+)?", text)]


def numbers_on_record(history, arguments):
    """Every number that the pass computed or was given."""
    values = [value for item in history.tensors.values() for value in (*item.values.facts, *item.gradients.facts)]
    values += [item.value for items in history.contributions.values() for item in items]
    values += [value for at in history.nodes.values() for value in history.gradient_in(at.node.id, history.steps)]
    values += [value for at in history.nodes.values() if at.op for value in getattr(at.event, "sent", ())]
    values += [output.value for _, op in history.ops.values() for output in op.outputs]
    arrays = [np.ravel(value.data) for value in values if value is not None and value.data is not None]
    arrays += [np.ravel(value) for value in arguments.values() if isinstance(value, int | float)]
    arrays += [np.array([float(text)]) for _, op in history.ops.values() for _, text in op.arguments
               if re.fullmatch(r"-?[\d.]+(e-?\d+)?", text)]  # fmt: skip
    found = [part for array in arrays for part in (array.real, array.imag) if array.dtype.kind in "fciub"]
    return np.concatenate([np.zeros(1), *(part.astype(float) for part in found)])


def is_among(said, known):
    return bool(np.isclose(said, known, rtol=6e-3, atol=1e-9).any() or np.isclose(said, -known, rtol=6e-3).any())


def elements_add_up(product):
    for index in list(np.ndindex(product.sent.shape))[:: max(1, product.sent.size // 12)]:
        element = product.element(index)
        sent = float(product.went[index])
        if element.numbers is None:
            assert sent == pytest.approx(0, abs=1e-9)
            continue
        total = sum(slope * gradient for _, slope, gradient in element.slopes)
        assert total == pytest.approx(sent, rel=1e-6, abs=1e-9)
        left, right = read_back(element.numbers.plain)
        size = sum(abs(slope * gradient) for _, slope, gradient in element.slopes)
        assert left == pytest.approx(right, abs=2e-3 * size + 1e-6)
        assert right == pytest.approx(sent, rel=1e-3, abs=1e-9)


@pytest.mark.parametrize(("op", "number"), SAMPLES, ids=lambda each: getattr(each, "name", each))
def test_every_jacobian_that_is_shown(op, number):
    trace, values, arguments = recorded(op, number)
    if trace is None:
        return
    for at, rule in rules_of(trace):
        product = rule.product
        if product is None:
            continue
        if product.reason:
            assert "record does not hold" in product.reason
            assert op.name not in READ
            continue
        if at.op.op != op.name or product.jacobian is None or op.name in ELSEWHERE:
            continue
        differences = by_differences(op.function, values, arguments, *place_of(values, at.node.edges[rule.edge].input))
        np.testing.assert_allclose(product.jacobian, differences, **CLOSE)


def place_of(values, position):
    return (0, position) if isinstance(values[0], list) else (position, None)


@pytest.mark.parametrize(("op", "number"), SAMPLES, ids=lambda each: getattr(each, "name", each))
def test_single_precision_agrees_with_the_formulas(op, number):
    trace, _, _ = recorded(op, number, np.float32)
    for _, rule in rules_of(trace) if trace is not None else ():
        assert rule.product is None or "does not give" not in rule.product.reason


def test_most_rules_are_read():
    unread = set()
    for op, number in SAMPLES:
        trace = recorded(op, number)[0]
        if any(rule.product and rule.product.reason for _, rule in (rules_of(trace) if trace else ())):
            unread.add(op.name)
    assert len(unread) <= MOST_UNREAD, sorted(unread)
