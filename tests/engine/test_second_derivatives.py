"""Derivatives of every op's rule: the recorded backward pass against finite differences of the plain one."""

import numpy as np
import pytest

from gradviz.engine.backward import grad
from gradviz.engine.catalog import catalog
from gradviz.engine.tensor import Tensor
from tests.engine.samples import parts
from tests.engine.test_ops import tensors

STEP = 1e-6
# What PyTorch refuses to differentiate twice, it refuses in these words.
REFUSED = {
    "attention": "derivative for aten::_scaled_dot_product_flash_attention_for_cpu_backward is not implemented",
}
# The derivatives of these are grid_sample's third ones, which there are not.
NO_THIRD = ("grid_sampler_2d_backward", "grid_sampler_3d_backward")
CASES = [
    pytest.param(op, sample, id=f"{op.name}-{i}")
    for op in catalog()
    if op.differentiable and op.name not in ("to_copy", "floor_divide", *NO_THIRD)
    for i, sample in enumerate(op.samples)
]


def flat(values):
    return [each for value in values for each in (value if isinstance(value, list) else [value])]


def differentiated(op, values, arguments, weights, create):
    """Return the leaves, the weights as leaves, and the gradients of the weighted sum of an op's outputs."""
    given = tensors(values)
    leaves = [each for each in flat(given) if each is not None and each.requires_grad]
    made = op.function(*given, **arguments)
    outs = [each for each in (made if isinstance(made, tuple) else (made,)) if each.requires_grad]
    if weights is None:
        rng = np.random.default_rng(7)
        weights = [rng.uniform(0.5, 1.5, each._value.shape) for each in outs]
    starts = [Tensor._of(np.array(w)[()], None).requires_grad_() for w in weights]
    return leaves, starts, weights, grad(outs, leaves, starts, create_graph=create, allow_unused=True)


@pytest.mark.parametrize(("op", "sample"), CASES)
def test_second_derivative_against_finite_differences(op, sample):
    values, arguments = parts(op, sample)
    leaves, starts, weights, gradients = differentiated(op, values, arguments, None, True)
    rng = np.random.default_rng(8)
    mixes = [None if g is None else rng.uniform(0.5, 1.5, g._value.shape) for g in gradients]
    scalar = sum((g * Tensor._of(m, None)).sum() for g, m in zip(gradients, mixes, strict=True) if g is not None)
    if op.name in REFUSED:
        with pytest.raises(RuntimeError, match=REFUSED[op.name]):
            grad(scalar, leaves)
        return
    found = (
        grad(scalar, [*leaves, *starts], allow_unused=True, materialize_grads=True)
        if scalar.requires_grad
        else [Tensor._of(np.zeros_like(each._value), None) for each in (*leaves, *starts)]
    )
    plain = [each for each in flat(values) if each is not None and each.dtype.kind == "f"]
    for array, second in zip([*plain, *weights], found, strict=True):
        expected = np.zeros(array.size)
        for k in range(array.size):
            ends = []
            for sign in (1, -1):
                # The samples' own arrays are moved and put back, so that any of them may be in a list.
                before = array.flat[k]
                array.flat[k] = before + sign * STEP
                *_, moved = differentiated(op, values, arguments, weights, False)
                array.flat[k] = before
                ends.append(sum((g._value * m).sum() for g, m in zip(moved, mixes, strict=True) if g is not None))
            expected[k] = (ends[0] - ends[1]) / (2 * STEP)
        np.testing.assert_allclose(np.ravel(second._value), expected, rtol=1e-5, atol=2e-6)
