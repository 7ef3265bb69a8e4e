"""Short sums and products are added in torch's order, to the last bit."""

import numpy as np
import pytest
import torch

from gradviz.engine import torch as gv_torch

# Torch's dot product is MKL's, which has 16 lanes on such a processor and fewer on others.
WIDE = torch.backends.cpu.get_cpu_capability() == "AVX512"


@pytest.mark.parametrize("n", [1, 2, 5, 10, 16, 17, 24, 31, 40])
def test_dot(n):
    random = np.random.default_rng(n)
    for _ in range(50):
        a, b = random.normal(size=(2, n)).astype(np.float32)
        ours = gv_torch.dot(gv_torch.from_numpy(a), gv_torch.from_numpy(b)).item()
        theirs = torch.dot(torch.from_numpy(a), torch.from_numpy(b)).item()
        if WIDE and n < 32:
            assert ours == theirs
        else:
            assert ours == pytest.approx(theirs, rel=1e-5, abs=1e-6)


def test_sums_and_means():
    random = np.random.default_rng(0)
    for n in [*range(1, 140), 200, 255, 256, 333, 500, 511]:
        for _ in range(5):
            values = random.normal(size=n).astype(np.float32)
            ours, theirs = gv_torch.from_numpy(values), torch.from_numpy(values)
            assert ours.sum().item() == theirs.sum().item(), n
            assert ours.mean().item() == theirs.mean().item(), n
            loss = gv_torch.nn.functional.mse_loss(ours, ours * 0)
            assert loss.item() == torch.nn.functional.mse_loss(theirs, theirs * 0).item(), n
    for shape in ((3, 4), (5, 2, 7), (10, 1)):
        values = random.normal(size=shape).astype(np.float32)
        assert gv_torch.from_numpy(values).sum().item() == torch.from_numpy(values).sum().item()
