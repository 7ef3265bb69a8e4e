"""Every rule as a full Jacobian against central differences: at every sample, in every layout of memory, float64.

Then the same numbers in float32; and rules that are wrong on purpose, every one of which must be noticed.
"""

import functools

import numpy as np
import pytest

from gradviz.engine import kernels, passing
from gradviz.engine.catalog import catalog
from gradviz.engine.node import Node
from tests.engine.jacobian import CLOSE, LAYOUTS, by_differences, by_rule, laid_out, outputs
from tests.engine.samples import ELSEWHERE, differentiable, parts, samples_of
from tests.engine.wrong_rules import WHOLE, wrong_rules

OPS = [
    op
    for op in catalog()
    if op.differentiable and op.node != "NotImplemented" and op.name not in ELSEWHERE
]
SAMPLES = [(op, number) for op in OPS for number in range(len(samples_of(op)))]
CASES = [
    pytest.param(op, number, layout, id=f"{op.name}-{number}-{layout}")
    for op, number in SAMPLES
    for layout in LAYOUTS
    if op.name != "as_strided" or layout in ("C", "shared")  # it is about the layout: another one is another sample
]


@functools.cache
def expected(op, number):
    """Return the Jacobians by central differences of each input that has a rule: {(position, index): matrix}."""
    values, arguments = parts(op, samples_of(op)[number])
    if isinstance(values[0], list):
        keys = [(0, index) for index in range(len(values[0]))]
    else:
        keys = [(position, None) for position in differentiable(op, values)]
    return {(p, i): by_differences(op.function, values, arguments, p, i) for p, i in keys}


def test_there_are_two_thousand():
    """Each pair of an input and a layout is one Jacobian."""
    jacobians = 0
    for op, number in SAMPLES:
        values, _ = parts(op, samples_of(op)[number])
        jacobians += len(LAYOUTS) * (len(values[0]) if isinstance(values[0], list) else len(differentiable(op, values)))
    assert jacobians >= 2000
    assert {op.name for op in OPS if not samples_of(op)} == set()


@pytest.mark.parametrize(("op", "number"), SAMPLES, ids=lambda each: getattr(each, "name", each))
def test_float32_is_float64_rounded(op, number):
    """The same Jacobian in float32: of its type, and as near as seven digits allow."""
    values, arguments = parts(op, samples_of(op)[number])
    single = [
        [part.astype("f4") for part in each]
        if isinstance(each, list)
        else each.astype(each.dtype.char.replace("d", "f"))
        for each in values
    ]
    found, wanted = by_rule(op.function, single, arguments), by_rule(op.function, values, arguments)
    for key in wanted:
        assert found[key].dtype == np.float32
        np.testing.assert_allclose(found[key], wanted[key], rtol=2e-5, atol=2e-5)


@pytest.mark.parametrize(("op", "number", "layout"), CASES)
def test_rule_in_every_layout(op, number, layout):
    values, arguments = parts(op, samples_of(op)[number])
    wanted = expected(op, number)
    assert wanted, "no float input with a rule in this sample"
    result = outputs(op.function, values, arguments)
    given = laid_out(values, layout)
    if op.name == "view" and layout in ("Fortran", "strided") and not given[0].flags.c_contiguous:
        with pytest.raises(RuntimeError, match="view size is not compatible"):
            outputs(op.function, given, arguments)
        return
    np.testing.assert_allclose(outputs(op.function, given, arguments), result, rtol=1e-15)
    found = by_rule(op.function, values, arguments, layout)
    for key, matrix in wanted.items():
        np.testing.assert_allclose(found[key], matrix, **CLOSE)


def jacobians(op, function=None):
    """Return by_rule of an op at every sample, or None where the rule cannot run."""
    found = []
    for sample in samples_of(op):
        values, arguments = parts(op, sample)
        with np.errstate(all="ignore"):
            found.append(by_rule(function or op.function, values, arguments))
    return found


def differs(found, wanted, **close):
    """Say whether some matrix of the first differs from that of the second."""
    return any(
        not np.allclose(a[key], b[key], **close) for a, b in zip(found, wanted, strict=True) for key in b if key in a
    )


def planted(op):
    """Return three wrong rules that change the gradient at some sample, of different kinds where there are so many."""
    right, chosen = jacobians(op), []
    candidates = list(wrong_rules(op))
    for again in (False, True):
        for rule in candidates:
            kinds = [each.kind for each, _ in chosen]
            if (rule.kind in kinds and not again) or rule in [each for each, _ in chosen]:
                continue
            try:
                found = jacobians(op, rule.function())
            except Exception:  # noqa: BLE001 - a rule that cannot run is noticed by anybody
                continue
            if differs(found, right, rtol=1e-9, atol=1e-9):
                chosen.append((rule, found))
            if len(chosen) == 3:
                return chosen
    return chosen


@pytest.mark.parametrize("op", OPS, ids=lambda op: op.name)
def test_wrong_rules_are_noticed(op, monkeypatch):
    for name, function in WHOLE.items():
        monkeypatch.setitem(kernels.SPACE, name, function)
    wrong = planted(op)
    assert len(wrong) == 3, [rule.text for rule, _ in wrong]
    wanted = [expected(op, number) for number in range(len(samples_of(op)))]
    for rule, found in wrong:
        assert differs(found, wanted, **CLOSE), f"{rule.kind}: {rule.name}: {rule.text}"


def stretches(op, sample):
    """Say whether an input of a sample is smaller than another one."""
    return len({np.shape(each) for each in parts(op, sample)[0]}) > 1


BROADCASTING = [op for op in OPS if op.kind == "binary" and any(stretches(op, sample) for sample in op.samples)]


@pytest.mark.parametrize("op", BROADCASTING, ids=lambda op: op.name)
def test_broadcasting_that_is_not_undone_is_noticed(op, monkeypatch):
    jacobians(op)  # compiles the node classes, whose rules undo it on the fast path

    def left(gradient, shape, kind):
        return gradient

    monkeypatch.setattr(passing, "fit", left)
    for node in Node.__subclasses__():
        if node.op is op:
            monkeypatch.setitem(node.run.__globals__, "fit", left)
    with pytest.raises((AssertionError, RuntimeError, ValueError)):
        jacobians(op)
