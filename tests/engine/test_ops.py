"""Every op at every sample: the rule against finite differences, the shown formula against the rule, broadcasting."""

import numpy as np
import pytest

from gradviz.engine import kernels
from gradviz.engine.catalog import catalog
from gradviz.engine.node_source import node_class
from gradviz.engine.op import GROUPS, Op
from gradviz.engine.plan import Plan
from gradviz.engine.tensor import Tensor
from tests.engine.samples import differentiable, parts

STEP = 1e-6
RANDOM = ("uniform", "normal", "exponential", "bernoulli", "random")
SAMPLES = [
    pytest.param(op, sample, id=f"{op.name}-{i}")
    for op in catalog()
    if op.differentiable
    for i, sample in enumerate(op.samples)
]
# Steps: their slope is zero wherever there is one, so PyTorch's rule and the finite difference agree off the steps.
NUMBERED = [param for param in SAMPLES if param.values[0].name != "to_copy"]


def tensors(values, grad=True):
    def one(value):
        if value is None:
            return None
        made = Tensor._of(np.array(value)[()], None)
        return made.requires_grad_() if grad and value.dtype.kind == "f" else made

    return [[one(each) for each in value] if isinstance(value, list) else one(value) for value in values]


def run(op, given, arguments):
    result = op.function(*given, **arguments)
    return [each for each in (result if isinstance(result, tuple) else (result,)) if each._value.dtype.kind == "f"]


def outputs(op, values, arguments):
    return np.concatenate([np.ravel(each._value) for each in run(op, tensors(values, False), arguments)])


def jacobian(op, values, arguments, position, index=None):
    """Return d(outputs)/d(input) by central differences, in full."""
    columns = []
    base = values[position] if index is None else values[position][index]
    for k in range(base.size):
        ends = []
        for sign in (1, -1):
            moved = base.copy().reshape(-1)
            moved[k] += sign * STEP
            changed = list(values)
            changed[position] = moved.reshape(base.shape)
            if index is not None:
                changed[position] = [*values[position][:index], changed[position], *values[position][index + 1 :]]
            ends.append(outputs(op, changed, arguments))
        columns.append((ends[0] - ends[1]) / (2 * STEP))
    return np.stack(columns, 1)


def analytic(op, values, arguments, position, index=None):
    """Return the same from the op's rule: one backward pass per output element."""
    rows = []
    given = tensors(values)
    leaf = given[position] if index is None else given[position][index]
    for out in run(op, given, arguments):
        for k in range(out._value.size):
            seed = np.zeros(out._value.size)
            seed[k] = 1
            leaf.grad = None
            seed = seed.reshape(out._value.shape)[()]
            out.backward(Tensor._of(seed, None), retain_graph=True)
            rows.append(np.zeros(leaf._value.size) if leaf.grad is None else np.ravel(leaf.grad._value))
    return np.stack(rows)


@pytest.mark.parametrize(("op", "sample"), NUMBERED)
def test_rule_against_finite_differences(op, sample):
    values, arguments = parts(op, sample)
    if isinstance(values[0], list):
        for index in range(len(values[0])):
            found = analytic(op, values, arguments, 0, index)
            np.testing.assert_allclose(found, jacobian(op, values, arguments, 0, index), atol=2e-6, rtol=1e-5)
    for position in differentiable(op, values):
        np.testing.assert_allclose(
            analytic(op, values, arguments, position), jacobian(op, values, arguments, position), atol=2e-6, rtol=1e-5
        )


def test_a_wrong_rule_is_caught():
    right = next(op for op in catalog() if op.name == "mul")
    wrong = Op(
        name="wrong_mul",
        forward="self * other",
        inputs=("self", "other"),
        arguments="",
        node="WrongBackward0",
        symbol="×",
        group="arithmetic",
        title="wrong",
        code=None,
        kind="binary",
        derivative={"self": "other", "other": "self + 1e-3"},
    )
    values, arguments = parts(right, right.samples[2])
    node = node_class(Plan(wrong))
    assert node.__name__ == "WrongBackward0"
    from gradviz.engine import compiler

    function = compiler.entry(wrong)
    given = tensors(values)
    out = function(*given)
    out.backward(Tensor._of(np.ones(out._value.shape), None))
    expected = jacobian(right, values, arguments, 1).sum(0)
    assert not np.allclose(given[1].grad._value, expected, atol=2e-6)


POINTWISE = [param for param in SAMPLES if param.values[0].derivative]


@pytest.mark.parametrize(("op", "sample"), POINTWISE)
def test_shown_derivative_is_the_rule(op, sample):
    """The text on screen, evaluated by plain Python with NumPy, gives what the compiled rule gives."""
    values, arguments = parts(op, sample)
    given = tensors(values)
    out = op.function(*given, **arguments)
    out.backward(Tensor._of(np.ones(out._value.shape), None), retain_graph=True)
    names = [name.rstrip("?*") for name in op.inputs]
    import inspect

    signature = inspect.signature(op.function)
    scope = {n: p.default for n, p in signature.parameters.items() if p.default is not inspect.Parameter.empty}
    scope |= dict(zip(names, values, strict=False)) | arguments | {"result": out._value}
    for name, text in op.derivative.items():
        position = names.index(name)
        slope = eval(text, dict(kernels.SPACE), scope)
        shown = np.broadcast_to(slope, out._value.shape)
        extra = shown.ndim - values[position].ndim
        shown = shown.sum(axis=tuple(range(extra))) if extra else shown
        stretched = tuple(i for i, n in enumerate(values[position].shape) if n == 1 and shown.shape[i] != 1)
        shown = shown.sum(axis=stretched, keepdims=True) if stretched else shown
        np.testing.assert_allclose(given[position].grad._value, shown, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(("op", "sample"), NUMBERED)
def test_float32_stays_float32(op, sample):
    values, arguments = parts(op, sample)

    def single(value):
        return value.astype("f4") if value.dtype.kind == "f" else value

    given = tensors([[single(each) for each in v] if isinstance(v, list) else single(v) for v in values])
    for out in run(op, given, arguments):
        assert out._value.dtype == np.float32
        out.backward(Tensor._of(np.ones(out._value.shape, "f4")[()], None), retain_graph=True)
    for each in given if not isinstance(given[0], list) else given[0]:
        if each.grad is not None:
            assert each.grad._value.dtype == np.float32
            assert each.grad._value.shape == each._value.shape


def test_declarations_are_whole():
    names = [op.name for op in catalog()]
    assert len(set(names)) == len(names)
    for op in catalog():
        assert op.group in GROUPS
        assert op.title
        assert op.symbol
        if op.differentiable and op.name not in RANDOM:
            assert op.node
            assert op.samples or ".in_place" in op.name or op.node == "NotImplemented", f"{op.name} has no sample"
        if op.code is not None:
            slots = {name.rstrip("?*") for name in op.inputs}
            assert any("{" + name + "}" in op.code for name in slots)


def test_missing_rule_names_the_op():
    import gradviz.engine.torch as torch

    x = torch.tensor([1.0, 2.0], requires_grad=True)
    with pytest.raises(RuntimeError, match=r"derivative for aten::floor_divide is not implemented"):
        (x // 2).sum().backward()
