# ruff: noqa: E501 - one line is one program
"""Weights that are computed from others, beside real torch."""

import pytest

from tests.live.beside import differences

START = "U = nn.utils; P = U.parametrizations; R = U.parametrize; x = data(4, 3); "
CALLS = """
m = U.weight_norm(nn.Linear(3, 2)); out = m(x), repr(m), list(m.state_dict()), m.weight
m = U.weight_norm(nn.Linear(3, 2), dim=1); out = m(x), m.weight_g
m = U.remove_weight_norm(U.weight_norm(nn.Linear(3, 2))); out = m(x), list(m.state_dict())
m = U.weight_norm(U.weight_norm(nn.Linear(3, 2)))
m = U.remove_weight_norm(nn.Linear(3, 2))
m = P.weight_norm(nn.Linear(3, 2)); out = m(x), repr(m), list(m.state_dict()), [n for n, _ in m.named_parameters()]
m = P.weight_norm(nn.Linear(3, 2)); m.load_state_dict({"bias": torch.ones(2), "weight_g": torch.ones(2, 1), "weight_v": torch.ones(2, 3)}); out = m(x)
m = U.spectral_norm(nn.Linear(3, 2)); out = m(x), repr(m), list(m.state_dict())
m = U.spectral_norm(nn.Linear(3, 2), n_power_iterations=3).eval(); out = m(x), m.weight_u
m = U.spectral_norm(nn.Conv2d(2, 3, 3)); y = m(data(1, 2, 4, 4)); out = m(data(1, 2, 4, 4)), m.weight_u
m = U.remove_spectral_norm(U.spectral_norm(nn.Linear(3, 2))); out = m(x), list(m.state_dict())
m = U.spectral_norm(nn.Linear(3, 2), n_power_iterations=0)
m = U.spectral_norm(U.spectral_norm(nn.Linear(3, 2)))
m = U.remove_spectral_norm(nn.Linear(3, 2))
m = P.spectral_norm(nn.Linear(3, 2)); out = m(x), repr(m), list(m.state_dict())
m = P.spectral_norm(nn.Linear(3, 2)).eval(); out = m(x)
m = P.spectral_norm(nn.ConvTranspose2d(2, 3, 3)); out = m(data(1, 2, 4, 4)), m.parametrizations.weight[0]._u
m = P.spectral_norm(nn.Linear(3, 2), "none")
m = P.spectral_norm(nn.Linear(3, 2), dim=2)
m = R.remove_parametrizations(P.weight_norm(nn.Linear(3, 2)), "weight"); out = repr(m), m(x), type(m).__name__
m = R.remove_parametrizations(P.spectral_norm(nn.Linear(3, 2)), "weight"); out = repr(m), m(x)
m = R.remove_parametrizations(P.spectral_norm(nn.Linear(3, 2)), "weight", leave_parametrized=False); out = m(x)
m = R.remove_parametrizations(nn.Linear(3, 2), "weight")
m = R.register_parametrization(nn.Linear(3, 3), "weight", Symmetric()); out = m(x), repr(m), m.weight, R.is_parametrized(m), R.is_parametrized(m, "bias"), type(m).__name__
m = R.register_parametrization(nn.Linear(3, 3), "weight", Symmetric()); R.register_parametrization(m, "weight", Double()); out = m(x), repr(m)
m = R.register_parametrization(nn.Linear(3, 3), "weight", Double()); m.weight = torch.ones(3, 3); out = m.weight, m.parametrizations.weight.original
m = R.register_parametrization(nn.Linear(3, 3), "weight", Symmetric()); m.weight = torch.ones(3, 3)
m = R.register_parametrization(nn.Linear(3, 3), "none", Symmetric())
m = R.register_parametrization(nn.Linear(3, 3), "weight", Cut())
import copy; m = copy.deepcopy(R.register_parametrization(nn.Linear(3, 3), "weight", Double())); out = m(x), repr(m)
"""
# The same numbers over nodes that PyTorch's C++ names otherwise (NormBackward0 and NormBackward1).
OTHER_NODES = """
m = U.weight_norm(nn.Linear(3, 2), dim=None); out = m(x), m.weight_g
m = U.weight_norm(nn.Conv2d(2, 3, 3), dim=1); out = m(data(1, 2, 4, 4)), m.weight_g
"""
CLASSES = """
class Symmetric(nn.Module):
    def forward(self, w): return w + w.t()
class Double(nn.Module):
    def forward(self, w): return w * 2
    def right_inverse(self, w): return w / 2
class Cut(nn.Module):
    def forward(self, w): return w[:1]
"""


@pytest.mark.parametrize("code", CALLS.strip().splitlines())
def test_computed_weights(code):
    assert differences(CLASSES + START + code) == []


@pytest.mark.parametrize("code", OTHER_NODES.strip().splitlines())
def test_computed_weights_over_other_nodes(code):
    assert [each for each in differences(CLASSES + START + code) if not each.startswith("graph")] == []
