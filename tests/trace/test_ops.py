"""What names say: PyTorch's primitives stand for declared ops, and what draws random numbers is known by its name."""

import pytest

from gradviz.engine import torch
from gradviz.engine.catalog import catalog
from gradviz.trace.events import TensorMade
from gradviz.trace.ops import PRIMITIVES, draws
from tests.in_process import ran_here


def test_primitives_stand_for_declared_ops():
    declared = {op.name for op in catalog()}
    assert set(PRIMITIVES.values()) <= declared
    assert not set(PRIMITIVES) & declared, "a declared op needs no other name"


@pytest.mark.parametrize(
    "made",
    ["torch.rand(3)", "torch.randn(3)", "torch.randint(9, (3,))", "torch.randperm(3)", "torch.rand_like(x)",
     "torch.normal(x.detach(), 1.0)", "torch.bernoulli(x.detach())", "torch.poisson(x.detach())",
     "torch.multinomial(x.detach(), 3)", "torch.nn.functional.dropout(x)", "torch.nn.Dropout()(x)",
     "torch.nn.functional.dropout(x, 1.0)", "torch.nn.functional.alpha_dropout(x, 0.5, True)",
     "torch.nn.functional.rrelu(-x, training=True)", "torch.nn.functional.rrelu(-x)",
     "torch.nn.functional.gumbel_softmax(x)", "torch.ones(3)", "torch.arange(3)", "torch.empty_like(x).fill_(2.0)"],
)  # fmt: skip
def test_makers_that_draw_are_known_by_their_names(made):
    """The generator is the witness: its state is another one afterwards only where numbers were drawn."""
    given = "x = torch.tensor([0.5, 0.6, 0.7], requires_grad=True)\n"
    space = {"torch": torch}
    exec(given, space)
    before = torch.get_rng_state()
    exec(made, space)
    drew = not torch.equal(before, torch.get_rng_state())
    trace = ran_here(f"import torch\n{given}(x * {made}).sum().backward()\n")
    makers = [event.maker for event in trace.passes[-1].events if isinstance(event, TensorMade)]
    assert any(map(draws, makers)) == drew


def test_ops_that_only_sound_like_it_draw_nothing():
    assert draws("rrelu_with_noise")
    assert draws("_dropout_impl")
    assert not any(map(draws, ("norm", "native_layer_norm", "range", "relu")))
