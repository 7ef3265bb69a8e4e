"""float32 exponentials, logarithms and sines against torch, bit for bit as far as transcendental.py promises."""

import numpy as np
import pytest
import torch

from gradviz.engine import torch as gv_torch

# How many of 1,000 results may differ in their last bit; processors with narrower registers round otherwise.
WIDE = torch.backends.cpu.get_cpu_capability() == "AVX512"
DIFFERING = {"sigmoid": 0, "log": 2, "exp": 20, "tanh": 20, "log1p": 20, "expm1": 20, "atan": 5, "sin": 70}


@pytest.mark.parametrize("name", DIFFERING)
@pytest.mark.parametrize("shape", [(5,), (31,), (7, 10), (40, 50)])
def test_functions(name, shape):
    values = np.random.default_rng(0).normal(size=(50, *shape)).astype("f4") * 2
    if name.startswith("log"):
        values = abs(values)
    differing = 0
    for each in values:
        ours = getattr(gv_torch, name)(gv_torch.from_numpy(each)).numpy()
        theirs = getattr(torch, name)(torch.from_numpy(each)).numpy()
        np.testing.assert_allclose(ours, theirs, rtol=3e-7)
        differing += np.count_nonzero(ours != theirs)
    assert not WIDE or differing <= DIFFERING[name] / 1000 * values.size + 2


@pytest.mark.parametrize("shape", [(3,), (16,), (4, 10), (6, 40)])
def test_softmax_is_equal_in_every_bit(shape):
    for each in np.random.default_rng(0).normal(size=(30, *shape)).astype("f4") * 2:
        ours, theirs = gv_torch.from_numpy(each).softmax(-1).numpy(), torch.from_numpy(each).softmax(-1).numpy()
        np.testing.assert_allclose(ours, theirs, rtol=3e-7)
        assert not WIDE or np.array_equal(ours, theirs)
