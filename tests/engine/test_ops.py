"""Every declaration: whole, its shown formula against its rule, float32 kept (the rules: test_gradients.py)."""

import numpy as np
import pytest

from gradviz.engine import kernels
from gradviz.engine.catalog import catalog
from gradviz.engine.op import GROUPS
from gradviz.engine.tensor import Tensor
from tests.engine.jacobian import run, tensors
from tests.engine.samples import ELSEWHERE, parts, samples_of

RANDOM = ("uniform", "normal", "exponential", "cauchy", "log_normal", "geometric", "bernoulli")
SAMPLES = [
    pytest.param(op, sample, id=f"{op.name}-{i}")
    for op in catalog()
    if op.differentiable
    for i, sample in enumerate(op.samples)
]
# Steps: their slope is zero wherever there is one, so PyTorch's rule and the finite difference agree off the steps.
NUMBERED = [param for param in SAMPLES if "dtype" not in parts(*param.values)[1]]


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
    for out in run(op.function, given, arguments):
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
        if op.differentiable and op.name not in (*RANDOM, *ELSEWHERE):
            assert op.node
            assert samples_of(op) or op.node == "NotImplemented", f"{op.name} has no sample"
        if op.code is not None:
            slots = {name.rstrip("?*") for name in op.inputs}
            assert any("{" + name + "}" in op.code for name in slots)


def test_missing_rule_names_the_op():
    import gradviz.engine.torch as torch

    x = torch.tensor([1.0, 2.0], requires_grad=True)
    with pytest.raises(RuntimeError, match=r"derivative for aten::floor_divide is not implemented"):
        (x // 2).sum().backward()


def test_no_two_kernels_have_one_name():
    """All formulas share one space of names; a second kernel of a name would silently take the first one's place."""
    import re
    from collections import Counter
    from pathlib import Path

    engine = Path(kernels.__file__).parent
    texts = [path.read_text(encoding="utf-8") for path in (*engine.glob("*.py"), *engine.glob("ops/*.py"))]
    names = Counter(re.findall(r"^@(?:kernel|formula)\n(?:@\w+\n)*def (\w+)", "\n".join(texts), re.M))
    assert [name for name, count in names.items() if count > 1] == []
