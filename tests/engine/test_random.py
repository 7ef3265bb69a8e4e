"""Random numbers against the answers recorded from torch 2.13."""

import json
from pathlib import Path

import numpy as np
import pytest

from gradviz.engine.random import DEFAULT_SEED, Generator

ANSWERS = json.loads((Path(__file__).parents[1] / "recorded" / "random.json").read_text(encoding="utf-8"))
# The last bit of these comes from the C library's log, sin and cos.
ROUNDED = {("randn", "float64"), ("exponential", None)}


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda a: f"{a['seed']}-{a['call']}-{list(a['arguments'].values())}")
def test_numbers_are_torchs_numbers(answer):
    arguments = dict(answer["arguments"])
    if answer["call"] == "multinomial":
        arguments["weights"] = np.array(arguments["weights"], np.float32)
    generator = Generator(answer["seed"])
    values = getattr(generator, answer["call"])(**arguments)
    if (answer["call"], arguments.get("dtype")) in ROUNDED:
        np.testing.assert_allclose(values, answer["values"], rtol=2e-7, atol=1e-15)
    else:
        assert values.tolist() == answer["values"]
    assert values.dtype == arguments.get("dtype", values.dtype)
    assert generator.rand((2,)).tolist() == answer["then"], "the generator stands elsewhere afterwards"


def test_a_sine_is_kept_for_the_next_call_until_the_seed_is_set():
    whole, parts = Generator(0), Generator(0)
    assert whole.randn((5,)).tolist() == [*parts.randn((2,)).tolist(), *parts.randn((3,)).tolist()]
    parts.randn(())
    parts.manual_seed(0)
    assert parts.randn((5,)).tolist() == Generator(0).randn((5,)).tolist()


def test_seeds():
    generator = Generator()
    assert generator.initial_seed() == DEFAULT_SEED
    assert generator.manual_seed(-1).initial_seed() == 2**64 - 1
    assert generator.seed() == generator.initial_seed() != 2**64 - 1


def test_no_element_ever_reaches_the_upper_bound():
    assert Generator(0).uniform((1_000_000,), 1000.0, 1001.0).max() < 1001.0
    assert Generator(0).rand((100_000,), np.float16).max() < 1.0


def test_without_dimensions_it_is_a_numpy_scalar():
    assert type(Generator(0).rand(())) is np.float32
    assert type(Generator(0).randn((), np.float64)) is np.float64
