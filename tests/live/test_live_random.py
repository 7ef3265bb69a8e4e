"""A long stream of random numbers of every kind beside real torch's."""

import numpy as np
import pytest
import torch

from gradviz.engine.random import Generator


@pytest.mark.parametrize("seed", [1, 2, 1234567, 2**40 + 5])
def test_a_million_normals_and_all_that_follows(seed):
    ours = Generator(seed=seed)
    torch.manual_seed(seed)
    normals = torch.randn(500_003).numpy()
    if torch.backends.cpu.get_cpu_capability() == "DEFAULT":  # without AVX2 torch takes the C library's log and cos
        np.testing.assert_allclose(ours.randn((500_003,)), normals, rtol=0, atol=1e-6)
    else:
        np.testing.assert_array_equal(ours.randn((500_003,)), normals)
    np.testing.assert_array_equal(ours.rand((1001,)), torch.rand(1001).numpy())
    np.testing.assert_array_equal(ours.randn((7,)), torch.randn(7).numpy())
    doubles = torch.randn(999, dtype=torch.float64).numpy()
    np.testing.assert_allclose(ours.randn((999,), np.float64), doubles, rtol=0, atol=4e-15)
    np.testing.assert_array_equal(ours.randperm(5000), torch.randperm(5000).numpy())
    np.testing.assert_array_equal(ours.randint(-7, 93, (1000,)), torch.randint(-7, 93, (1000,)).numpy())
    np.testing.assert_array_equal(ours.uniform((10_000,), -0.1, 0.1), torch.empty(10_000).uniform_(-0.1, 0.1).numpy())
    p = np.linspace(0, 1, 500, dtype=np.float32)
    np.testing.assert_array_equal(ours.bernoulli(p), torch.bernoulli(torch.from_numpy(p)).numpy())
    dropped = torch.nn.functional.dropout(torch.ones(1000), 0.25)
    np.testing.assert_array_equal(ours.dropout_mask((1000,), 0.25), dropped.numpy())
    weights = ours.rand((20, 30))
    assert weights.tolist() == torch.rand(20, 30).tolist()
    for samples, replacement in ((1, False), (10, False), (50, True)):
        theirs = torch.multinomial(torch.from_numpy(weights), samples, replacement)
        np.testing.assert_array_equal(ours.multinomial(weights, samples, replacement), theirs.numpy())
    assert ours.rand(()) == torch.rand(()).item()


def test_layer_initialisation_is_bit_equal():
    torch.manual_seed(5)
    layer = torch.nn.Linear(10, 3)
    ours, bound = Generator(seed=5), 1 / 10**0.5
    assert ours.uniform((3, 10), -bound, bound).tolist() == layer.weight.tolist()
    assert ours.uniform((3,), -bound, bound).tolist() == layer.bias.tolist()
