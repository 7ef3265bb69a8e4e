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
