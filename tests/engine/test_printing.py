"""Printed tensors against the texts recorded from torch 2.13."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from gradviz.engine import printing

ANSWERS = json.loads((Path(__file__).parents[1] / "recorded" / "printing.json").read_text(encoding="utf-8"))


def array_of(values, dtype):
    if isinstance(values, list) and values[:1] == ["arange"]:
        _, shape, factor = values
        values = np.arange(math.prod(shape), dtype=np.float64).reshape(shape) * factor
    with np.errstate(over="ignore"):  # 1e9 is infinite as float16
        return np.asarray(values).astype(dtype)


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda a: f"{a['values']!s:.20}-{a['dtype']}-{a['options']}")
def test_text_is_torchs_text(answer):
    with printing.printoptions(**answer["options"]):
        text = printing.tensor_text(
            array_of(answer["values"], answer["dtype"]),
            f"torch.{answer['dtype']}",
            requires_grad=answer["requires_grad"],
            grad_fn=answer["grad_fn"],
        )
    assert text == answer["text"]


def test_enough_is_recorded():
    assert len(ANSWERS) >= 150


def test_a_numpy_scalar_is_printed_as_a_tensor_without_dimensions():
    text = printing.tensor_text(np.float32(0.1), "torch.float32", requires_grad=True)
    assert text == "tensor(0.1000, requires_grad=True)"


def test_options_given_to_a_call_leave_the_current_ones_alone():
    options = printing.Options(precision=1)
    assert printing.tensor_text(np.float32(0.25), "torch.float32", options=options) == "tensor(0.2)"
    assert printing.tensor_text(np.float32(0.25), "torch.float32") == "tensor(0.2500)"


def test_printoptions_come_back_after_an_error():
    before = printing.get_printoptions()
    with pytest.raises(ZeroDivisionError), printing.printoptions(profile="short", sci_mode=True):
        assert 1 // (printing.get_printoptions()["edgeitems"] - 2)
    assert printing.get_printoptions() == before
