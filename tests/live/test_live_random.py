"""A long stream of random numbers of every kind beside real torch's."""

import warnings

import numpy as np
import pytest
import torch

from gradviz.engine import torch as gv_torch
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


FLOATS = ["float32", "float64", "float16", "bfloat16"]
INTEGERS = ["int64", "int32", "int16", "int8", "uint8", "bool"]
NUMBERS = ["int64", "int32", "int16", "int8", "uint8"]
# The last bit of these comes from the C library's functions.
ROUNDED = {"cauchy_ float64", "log_normal_ float64", "normal_ float64", "exponential_ float64", "randn float64"}


def filled(p, name, kind, *arguments, **options):
    return getattr(p.zeros(3, 37, dtype=getattr(p, kind)), name)(*arguments, **options)


CALLS = {
    **{f"uniform_ {kind}": lambda p, kind=kind: filled(p, "uniform_", kind, -1.5, 2.5) for kind in FLOATS},
    **{f"normal_ {kind}": lambda p, kind=kind: filled(p, "normal_", kind, 1.5, 0.5) for kind in FLOATS},
    **{f"exponential_ {kind}": lambda p, kind=kind: filled(p, "exponential_", kind, 1.7) for kind in FLOATS},
    **{f"cauchy_ {kind}": lambda p, kind=kind: filled(p, "cauchy_", kind, 1, 2) for kind in FLOATS},
    **{f"log_normal_ {kind}": lambda p, kind=kind: filled(p, "log_normal_", kind, 0.5, 0.7) for kind in FLOATS},
    **{f"geometric_ {kind}": lambda p, kind=kind: filled(p, "geometric_", kind, 0.4) for kind in [*FLOATS, *NUMBERS]},
    **{f"bernoulli_ {kind}": lambda p, kind=kind: filled(p, "bernoulli_", kind, 0.3) for kind in [*FLOATS, *INTEGERS]},
    **{f"random_ {kind}": lambda p, kind=kind: filled(p, "random_", kind) for kind in [*FLOATS, *INTEGERS]},
    **{f"random_ 5 {kind}": lambda p, kind=kind: filled(p, "random_", kind, 5) for kind in [*FLOATS, *NUMBERS]},
    **{f"random_ 3 9 {kind}": lambda p, kind=kind: filled(p, "random_", kind, 3, 9) for kind in [*FLOATS, *NUMBERS]},
    **{f"rand {kind}": lambda p, kind=kind: p.rand(5, 9, dtype=getattr(p, kind)) for kind in FLOATS},
    **{f"randn {kind}": lambda p, kind=kind: p.randn(5, 9, dtype=getattr(p, kind)) for kind in FLOATS},
    **{f"randn few {kind}": lambda p, kind=kind: p.randn(9, dtype=getattr(p, kind)) for kind in FLOATS},
    "bernoulli": lambda p: p.bernoulli(p.linspace(0, 1, 40)),
    "bernoulli p": lambda p: p.bernoulli(p.ones(40), 0.3),
    "bernoulli double": lambda p: p.linspace(0, 1, 40).double().bernoulli(),
    "bernoulli_ tensor": lambda p: p.zeros(4, 10).bernoulli_(p.linspace(0, 1, 10)),
    "randint": lambda p: p.randint(10, (4, 5)),
    "randint low": lambda p: p.randint(-3, 10, (20,), dtype=p.int32),
    "randint words": lambda p: p.randint(low=2, high=8, size=(20,)),
    "randint floats": lambda p: p.randint(0, 4, (20,), dtype=p.float32),
    "randint wide": lambda p: p.randint(0, 2**40, (20,)),
    "randint_like": lambda p: p.randint_like(p.zeros(3, 4), 2, 9),
    "rand_like": lambda p: p.rand_like(p.zeros(3, 4)),
    "randn_like": lambda p: p.randn_like(p.zeros(3, 40)),
    "randperm": lambda p: p.randperm(33),
    "randperm 0": lambda p: p.randperm(0),
    "randperm int": lambda p: p.randperm(9, dtype=p.int32),
    "normal size": lambda p: p.normal(2, 3, (7,)),
    "normal sizes": lambda p: p.normal(2.0, 3.0, size=(7, 8)),
    "normal mean": lambda p: p.normal(p.arange(30.0), 2.5),
    "normal mean few": lambda p: p.normal(p.arange(3.0)),
    "normal std": lambda p: p.normal(1.3, p.arange(30.0)),
    "normal whole mean": lambda p: p.normal(1, p.arange(5.0)),
    "normal both": lambda p: p.normal(p.arange(30.0), p.arange(30.0)),
    "normal spread": lambda p: p.normal(p.arange(30.0).reshape(30, 1), p.arange(3.0)),
    "poisson": lambda p: p.poisson(p.linspace(0, 60, 300)),
    "poisson double": lambda p: p.poisson(p.linspace(0, 20, 50).double()),
    "multinomial": lambda p: p.multinomial(p.tensor([0.1, 0.4, 0.2, 0.3]), 3),
    "multinomial one": lambda p: p.multinomial(p.tensor([[0.1, 0.4], [0.2, 0.3]]), 1),
    "multinomial again": lambda p: p.multinomial(p.tensor([[0.0, 4.0, 1.0], [2.0, 3.0, 0.5]]), 50, replacement=True),
    "multinomial double": lambda p: p.multinomial(p.tensor([1.0, 3.0, 0.5]).double(), 20, True),
    "normal_ turned": lambda p: p.zeros(5, 7).T.normal_(),
    "normal_ contiguous transpose": lambda p: p.zeros(4, 5, 6).transpose(0, 2).normal_(1.0, 2.0),
    "normal_ row": lambda p: p.zeros(40, 3)[:, 1].normal_(),
    "uniform_ turned": lambda p: p.zeros(3, 4, 5).permute(2, 0, 1).uniform_(-1, 1),
    "uniform_ part": lambda p: p.zeros(4, 6)[1:, ::2].uniform_(),
    "random_ turned": lambda p: p.zeros(3, 4).t().random_(9),
    "rand words": lambda p: p.rand(size=(3, 4)),
    "rand complex": lambda p: p.view_as_real(p.rand(5, dtype=p.complex64)),
    "randn complex": lambda p: p.view_as_real(p.randn(20, dtype=p.complex64)),
    "randn out": lambda p: p.randn(3, out=p.empty(3)),
    "randperm out": lambda p: p.randperm(5, out=p.empty(5, dtype=p.int64)),
    "dropout": lambda p: p.nn.functional.dropout(p.ones(50), 0.3),
    "gamma": lambda p: p._standard_gamma(p.linspace(0.05, 5, 200)),
    "dirichlet": lambda p: p._sample_dirichlet(p.linspace(0.5, 5, 60).reshape(20, 3)),
}


@pytest.mark.parametrize("case", CALLS)
def test_every_way_of_drawing(case):
    answers = []
    for package in (gv_torch, torch):
        package.manual_seed(11)
        drawn = CALLS[case](package)
        state = package.get_rng_state()
        answers.append((str(drawn.dtype), tuple(drawn.shape), drawn.double().tolist(), state.tolist()))
    assert answers[0][:2] == answers[1][:2]
    assert answers[0][3] == answers[1][3], "the generator stands elsewhere afterwards"
    if case in ROUNDED:
        np.testing.assert_allclose(answers[0][2], answers[1][2], rtol=4e-15)
    else:
        assert answers[0][2] == answers[1][2]


def test_states_cross_over():
    ours, theirs = gv_torch.Generator(), torch.Generator()
    ours.manual_seed(7)
    gv_torch.randn(701, generator=ours)
    gv_torch.randn(3, generator=ours)  # leaves one normal number over
    theirs.set_state(torch.from_numpy(ours.get_state().numpy()))
    assert theirs.initial_seed() == 7
    assert torch.randn(5, generator=theirs).tolist() == gv_torch.randn(5, generator=ours).tolist()
    torch.rand(311, generator=theirs)
    ours.set_state(gv_torch.from_numpy(theirs.get_state().numpy()))
    assert torch.rand(1000, generator=theirs).tolist() == gv_torch.rand(1000, generator=ours).tolist()
    assert (
        torch.rand(3, generator=theirs.clone_state()).tolist()
        == gv_torch.rand(3, generator=ours.clone_state()).tolist()
    )


def test_positions_of_the_default_generator():
    for package in (gv_torch, torch):
        package.manual_seed(3)
        state = package.get_rng_state()
        first = package.rand(3).tolist()
        package.set_rng_state(state)
        assert package.rand(3).tolist() == first
        package.random.set_rng_state(state)
        with package.random.fork_rng():
            package.randn(5)
        assert package.rand(3).tolist() == first
        assert package.initial_seed() == package.random.initial_seed() == 3
        assert package.seed() == package.initial_seed() != 3
        assert package.random.seed() == package.initial_seed()
        package.random.manual_seed(3)
        assert package.default_generator.get_state().tolist() == state.tolist()


def generator_everywhere(p):
    own = p.Generator(device="cpu")
    own.manual_seed(3)
    p.manual_seed(0)
    drawn = [
        p.rand(2, generator=own),
        p.randn(2, generator=own),
        p.randint(5, (2,), generator=own),
        p.randperm(4, generator=own),
        p.normal(0.0, 1.0, (2,), generator=own),
        p.normal(p.zeros(2), p.ones(2), generator=own),
        p.bernoulli(p.full((4,), 0.5), generator=own),
        p.multinomial(p.ones(4), 2, generator=own),
        p.poisson(p.ones(3), generator=own),
        *(getattr(p.zeros(3), name)(generator=own) for name in ("uniform_", "normal_", "exponential_", "cauchy_")),
        *(getattr(p.zeros(3), name)(generator=own) for name in ("log_normal_", "bernoulli_", "random_")),
        p.zeros(3).geometric_(0.5, generator=own),
        p.nn.init.normal_(p.zeros(3), generator=own),
    ]
    return [each.tolist() for each in drawn], p.rand(1).item(), own.initial_seed(), str(own.device)


def test_a_generator_may_be_given_everywhere():
    assert generator_everywhere(gv_torch) == generator_everywhere(torch)


WRONG = {
    "probability": lambda p: p.bernoulli(p.tensor([1.5])),
    "probability number": lambda p: p.ones(2).bernoulli_(1.5),
    "probability tensor": lambda p: p.ones(2).bernoulli_(p.tensor([0.5, -1.0])),
    "whole probability": lambda p: p.bernoulli(p.tensor([1])),
    "weights zero": lambda p: p.multinomial(p.zeros(2), 1),
    "weights negative": lambda p: p.multinomial(p.tensor([-1.0, 1.0]), 1),
    "weights nan": lambda p: p.multinomial(p.tensor([float("nan"), 1.0]), 1, True),
    "weights whole": lambda p: p.multinomial(p.tensor([1, 2]), 1),
    "weights deep": lambda p: p.multinomial(p.ones(2, 2, 2), 1),
    "weights 0-d": lambda p: p.multinomial(p.ones(()), 1),
    "samples none": lambda p: p.multinomial(p.ones(2), 0),
    "samples many": lambda p: p.multinomial(p.ones(2), 3),
    "normal alone": lambda p: p.normal(0, 1),
    "normal floats": lambda p: p.normal(0.0, 1.0),
    "normal negative": lambda p: p.normal(p.zeros(2), -1.0),
    "normal tensor negative": lambda p: p.normal(p.zeros(2), p.tensor([1.0, -1.0])),
    "normal whole": lambda p: p.normal(p.tensor([0, 1]), 1.0),
    "normal sizes": lambda p: p.normal(p.zeros(3), p.ones(2)),
    "geometric": lambda p: p.ones(2).geometric_(0),
    "cauchy": lambda p: p.ones(2).cauchy_(0, 0),
    "cauchy whole": lambda p: p.ones(2, dtype=p.int64).cauchy_(),
    "log normal": lambda p: p.ones(2).log_normal_(0, 0),
    "log normal whole": lambda p: p.ones(2, dtype=p.int64).log_normal_(),
    "exponential": lambda p: p.ones(2).exponential_(0),
    "exponential whole": lambda p: p.ones(2, dtype=p.int64).exponential_(),
    "normal_ whole": lambda p: p.ones(2, dtype=p.int64).normal_(),
    "uniform_ whole": lambda p: p.ones(2, dtype=p.int64).uniform_(),
    "random empty": lambda p: p.ones(2).random_(5, 3),
    "random byte": lambda p: p.ones(2, dtype=p.uint8).random_(300),
    "random char": lambda p: p.ones(2, dtype=p.int8).random_(-200, 3),
    "poisson": lambda p: p.poisson(p.tensor([-1.0])),
    "poisson whole": lambda p: p.poisson(p.tensor([1])),
    "randint": lambda p: p.randint(5),
    "randint empty": lambda p: p.randint(5, 5, (2,)),
    "randint nothing": lambda p: p.randint(0, (2,)),
    "randint float": lambda p: p.randint(3.5, (2,)),
    "randint numbers": lambda p: p.randint(0, 3, 2),
    "randint byte": lambda p: p.randint(300, (2,), dtype=p.uint8),
    "randperm": lambda p: p.randperm(-1),
    "rand whole": lambda p: p.rand(2, dtype=p.int64),
    "randn whole": lambda p: p.randn(2, dtype=p.int64),
    "randn negative": lambda p: p.randn(-1),
    "seed text": lambda p: p.Generator().manual_seed("a"),
    "seed float": lambda p: p.Generator().manual_seed(1.5),
    "seed large": lambda p: p.manual_seed(2**64),
    "seed small": lambda p: p.Generator().manual_seed(-(2**63) - 1),
    "state": lambda p: p.Generator().set_state(p.zeros(3, dtype=p.uint8)),
    "state number": lambda p: p.Generator().set_state(3),
    "state floats": lambda p: p.set_rng_state(p.zeros(5056)),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_requests_are_answered_in_torchs_words(case):
    answers = []
    for package in (gv_torch, torch):
        with pytest.raises(Exception) as caught:  # noqa: PT011  the two are compared
            WRONG[case](package)
        answers.append((caught.type, str(caught.value)))
    assert answers[0] == answers[1]


def test_a_range_that_floats_cannot_tell_apart_is_warned_of():
    texts = []
    for package in (gv_torch, torch):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            package.ones(2).random_(2**25)
        texts.append([str(each.message).partition(" (Triggered")[0] for each in caught])
    assert texts[0] == texts[1]
