"""A sample of layers against answers recorded from torch (tests/live compares them all, where torch is installed)."""

import json
from pathlib import Path

import numpy as np
import pytest

from gradviz.engine import torch
from tests.layer_questions import raised
from tests.layers import Side

ANSWERS = json.loads((Path(__file__).parent.parent / "recorded" / "layers.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("answer", [each for each in ANSWERS if "values" in each], ids=lambda each: each["expression"])
def test_layer(answer):
    ours = Side(torch, answer["expression"]).answer()
    for name in ("text", "dtypes", "nodes"):
        assert ours[name] == answer[name]
    for name in ("values", "parameters", "gradients", "drawn"):
        mine, real = (list(side[name]) if name != "drawn" else [side[name]] for side in (ours, answer))
        assert [each is None for each in mine] == [each is None for each in real]
        for a, b in zip(mine, real, strict=True):
            if a is not None:
                np.testing.assert_allclose(np.array(a), np.array(b), rtol=2e-5, atol=5e-6)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("answer", [each for each in ANSWERS if "raises" in each], ids=lambda each: each["expression"])
def test_error(answer):
    assert raised(torch, answer["expression"]) == answer["raises"]


def test_a_lazy_layer_knows_its_shape_after_the_first_input():
    layer = torch.nn.LazyLinear(3)
    assert repr(layer.weight) == "<UninitializedParameter>"
    with pytest.raises(ValueError, match="Attempted to use an uninitialized parameter in <method 'numel'"):
        layer.weight.numel()
    layer(torch.ones(2, 5))
    assert type(layer) is torch.nn.Linear
    assert layer.weight.shape == (3, 5)
    assert layer.weight.requires_grad


def test_what_torch_and_functional_both_have():
    x = torch.tensor([[1.0, -2.0, 3.0, -4.0]])
    for name in torch.ALSO_FUNCTIONAL:
        assert getattr(torch, name) is getattr(torch.nn.functional, name)
    assert torch.layer_norm(x, (4,)).tolist() == torch.nn.functional.layer_norm(x, (4,)).tolist()


@pytest.mark.parametrize("kind", [torch.float16, torch.bfloat16])
def test_short_floats_are_computed_in_single_precision_and_rounded_once(kind):
    torch.manual_seed(0)
    x, w = torch.randn(2, 3, 6, 6).to(kind).requires_grad_(), torch.randn(4, 3, 3, 3).to(kind)
    for layer in (
        lambda x, w: torch.nn.functional.conv2d(x, w),
        lambda x, w: torch.nn.functional.max_pool2d(x, 2),
        lambda x, w: torch.nn.functional.avg_pool2d(x, 2),
        lambda x, w: torch.nn.functional.layer_norm(x, (6,)),
    ):
        short, single = layer(x, w), layer(x.detach().float(), w.float())
        assert short.dtype == kind
        assert torch.equal(short.detach(), single.to(kind))
        x.grad = None
        short.sum().backward()
        assert x.grad.dtype == kind


def test_layers_take_views_and_empty_batches():
    torch.manual_seed(0)
    x, layer = torch.randn(2, 3, 6, 8), torch.nn.Conv2d(3, 2, 3)
    turned = x.transpose(2, 3)
    assert torch.equal(layer(turned), layer(turned.contiguous()))
    assert layer(x[:0]).shape == (0, 2, 4, 6)
    assert torch.nn.functional.max_pool2d(turned[:, :, ::2], 2).shape == (2, 3, 2, 3)
