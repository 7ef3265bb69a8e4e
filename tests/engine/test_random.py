"""Random numbers against the answers recorded from torch 2.13."""

import json
from pathlib import Path

import numpy as np
import pytest

from gradviz.engine import torch
from gradviz.engine.random import DEFAULT_SEED, Generator

ANSWERS = json.loads((Path(__file__).parents[1] / "recorded" / "random.json").read_text(encoding="utf-8"))
# The last bit of these comes from the C library's log, sin and cos.
ROUNDED = {("randn", "float64"), ("exponential", None)}


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda a: f"{a['seed']}-{a['call']}-{list(a['arguments'].values())}")
def test_numbers_are_torchs_numbers(answer):
    arguments = dict(answer["arguments"])
    if answer["call"] == "multinomial":
        arguments["weights"] = np.array(arguments["weights"], np.float32)
    generator = Generator(seed=answer["seed"])
    values = getattr(generator, answer["call"])(**arguments)
    if (answer["call"], arguments.get("dtype")) in ROUNDED:
        np.testing.assert_allclose(values, answer["values"], rtol=2e-7, atol=1e-15)
    else:
        assert values.tolist() == answer["values"]
    assert values.dtype == arguments.get("dtype", values.dtype)
    assert generator.rand((2,)).tolist() == answer["then"], "the generator stands elsewhere afterwards"


def test_a_sine_is_kept_for_the_next_call_until_the_seed_is_set():
    whole, parts = Generator(seed=0), Generator(seed=0)
    assert whole.randn((5,)).tolist() == [*parts.randn((2,)).tolist(), *parts.randn((3,)).tolist()]
    parts.randn(())
    parts.manual_seed(0)
    assert parts.randn((5,)).tolist() == Generator(seed=0).randn((5,)).tolist()


def test_seeds():
    generator = Generator()
    assert generator.initial_seed() == DEFAULT_SEED
    assert generator.manual_seed(-1).initial_seed() == 2**64 - 1
    assert generator.seed() == generator.initial_seed() != 2**64 - 1


def test_no_element_ever_reaches_the_upper_bound():
    assert Generator(seed=0).uniform((1_000_000,), 1000.0, 1001.0).max() < 1001.0
    assert Generator(seed=0).rand((100_000,), np.float16).max() < 1.0


def test_without_dimensions_it_is_a_numpy_scalar():
    assert type(Generator(seed=0).rand(())) is np.float32
    assert type(Generator(seed=0).randn((), np.float64)) is np.float64


def test_generators_of_ones_own():
    own = torch.Generator(device="cpu").manual_seed(5)
    torch.manual_seed(5)
    assert torch.randn(3, generator=own).tolist() == torch.randn(3).tolist()
    filled = torch.empty(4).normal_(2.0, 0.5, generator=own)
    assert filled.tolist() == (Generator(seed=5).randn((7,))[3:] * np.float32(0.5) + np.float32(2)).tolist()
    with pytest.raises(AssertionError, match="Torch not compiled with CUDA enabled"):
        torch.Generator(device="cuda")


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: torch.randn(2, dtype=torch.int64), NotImplementedError, "not implemented for 'Long'"),
        (lambda: torch.ones(2).normal_(0, -1), RuntimeError, "normal expects std >= 0.0, but found std -1"),
        (lambda: torch.ones(2).uniform_(1, 0), RuntimeError, r"a \[from, to\) range, but found from=1 > to=0"),
        (lambda: torch.ones(2).exponential_(-1), RuntimeError, "expects lambda > 0.0, but found lambda=-1"),
        (lambda: torch.ones(2).random_(3, 3), RuntimeError, "'from' to be less than 'to', but got from=3 >= to=3"),
    ],
)
def test_wrong_requests(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_filling_in_place():
    torch.manual_seed(0)
    assert torch.ones(3).random_(4).tolist() == Generator(seed=0).randint(0, 4, (3,)).tolist()
    torch.manual_seed(0)
    assert torch.ones(6).bernoulli_(0.3).tolist() == Generator(seed=0).bernoulli(0.3, (6,)).tolist()
    torch.manual_seed(0)
    assert torch.ones(6).exponential_(2.0).tolist() == Generator(seed=0).exponential((6,), 2.0).tolist()
