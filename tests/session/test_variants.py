"""What a race finds in programs and makes of them: each variant is parsed again, and run where a number matters."""

import ast

import pytest

from gradviz.session.variants import (
    OPTIMIZERS,
    VariantError,
    around,
    constructions,
    draws_unseeded,
    numbers,
    rates,
    summary,
    with_optimizers,
    with_rates,
)

MODEL = """\
import torch
étape = "ü"; model = torch.nn.Linear(2, 1)
opt = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.5)  # lr=0.05
"""
BY_HAND = """\
import torch
w = torch.tensor(1., requires_grad=True)
with torch.no_grad():
    w -= 0.1 * w.grad
    b -= b.grad * 0.1
    c -= 0.2 * c.grad
"""


def without(program, variant):
    """The lines that are different."""
    pairs = zip(program.splitlines(), variant.splitlines(), strict=True)
    return [new for old, new in pairs if old != new]


def test_the_keyword_of_an_optimizer():
    (rate,) = rates(MODEL)
    assert (rate.title, rate.value, rate.line) == ("lr of SGD", 0.05, 3)
    low, high = with_rates(MODEL, rate, (0.001, 2.0))
    changed = "opt = torch.optim.SGD(model.parameters(), lr=0.001, momentum=0.5)  # lr=0.05"
    assert without(MODEL, low.program) == [changed]
    assert (low.name, high.name) == ("lr 0.001", "lr 2")
    assert "lr=2., momentum" in high.program


@pytest.mark.parametrize(
    ("program", "title", "changed"),
    [
        ("lr = 0.1\nopt = SGD(ps, lr=lr)", "lr", "lr = 0.5"),
        ("eta: float = 1e-2\nopt = torch.optim.Adam(ps, eta)", "eta", "eta: float = 0.5"),
        ("learning_rate = 1\nw -= learning_rate * w.grad", "learning_rate", "learning_rate = 0.5"),
        ("opt = optim.Adam(ps, 3e-4)", "lr of Adam", "opt = optim.Adam(ps, 0.5)"),
        ("o = Mine(ps, lr=.1)", "lr of Mine", "o = Mine(ps, lr=0.5)"),
    ],
)
def test_the_ways_to_write_a_rate(program, title, changed):
    rate = rates(program)[0]
    assert rate.title == title
    assert without(program, with_rates(program, rate, (0.5,))[0].program) == [changed]


def test_factors_of_gradients_of_one_value_are_one_rate():
    first, second = rates(BY_HAND)
    assert (first.value, len(first.ranges), second.value, len(second.ranges)) == (0.1, 2, 0.2, 1)
    changed = with_rates(BY_HAND, first, (0.3,))[0].program
    assert without(BY_HAND, changed) == ["    w -= 0.3 * w.grad", "    b -= b.grad * 0.3"]


def test_a_rate_that_is_computed_is_left_alone():
    assert rates("lr = 1 / n\nopt = SGD(ps, lr=lr)") == ()
    assert rates("lr = 0.1\nlr = 0.2\nopt = SGD(ps, lr=lr)")[0].line == 1, "each of them can be chosen by itself"
    assert rates("not python (") == constructions("not python (") == ()


def test_another_optimizer_takes_the_parameters_and_the_rate():
    (place,) = constructions(MODEL)
    assert (place.kind, place.rate, place.line) == ("SGD", "0.05", 3)
    made = {variant.name: variant.program for variant in with_optimizers(MODEL, place, OPTIMIZERS)}
    assert len(made) == 12
    assert without(MODEL, made["Adam"]) == ["opt = torch.optim.Adam(model.parameters(), lr=0.05)  # lr=0.05"]
    assert without(MODEL, made["SGD"]) == ["opt = torch.optim.SGD(model.parameters(), lr=0.05)  # lr=0.05"]
    assert "Adadelta(model.parameters(), lr=1.0)" in made["Adadelta"]
    assert all(ast.parse(program) for program in made.values())


def test_a_class_imported_by_name_is_imported_too_and_lines_keep_their_numbers():
    program = "import torch\nfrom torch.optim import SGD\nopt = SGD([w], lr=rate,\n          momentum=0.9)\nx = 1\n"
    (place,) = constructions(program)
    (variant,) = with_optimizers(program, place, (OPTIMIZERS[3],))
    lines = variant.program.splitlines()
    assert lines[1] == "from torch.optim import Adam; from torch.optim import SGD"
    assert lines[2] == "opt = Adam([w], lr=rate)"
    assert ast.parse(variant.program)


def test_the_variants_run_on_the_engine():
    import gradviz.engine.torch as torch

    program = "w = torch.tensor([1.0], requires_grad=True)\nopt = torch.optim.SGD([w], lr=0.1)\n"
    (place,) = constructions(program)
    for variant, wanted in zip(with_optimizers(program, place, OPTIMIZERS), OPTIMIZERS, strict=True):
        names = {"torch": torch}
        exec(compile(variant.program, "variant", "exec"), names)
        assert type(names["opt"]).__name__ == wanted.name
        assert names["opt"].param_groups[0]["lr"] == (1.0 if wanted.name == "Adadelta" else 0.1)


def test_lists_of_numbers():
    assert numbers("0.01, 0.03;1e-1  0.01") == (0.01, 0.03, 0.1)
    for text, words in (
        ("", "Write some learning rates"),
        ("0.1, fast", "fast is not a number"),
        ("0", "0 is not a learning rate"),
        ("−1", "above 0"),
        ("nan", "above 0"),
        (" ".join(str(n) for n in range(1, 14)), "These are 13 learning rates; 12 runs"),
    ):
        with pytest.raises(VariantError, match=words):
            numbers(text)
    assert around(0.1) == (0.01, 0.03, 0.1, 0.3)


def test_unseeded_random_numbers_are_told():
    assert draws_unseeded("import random\nx = random.random()")
    assert not draws_unseeded("import random\nrandom.seed(1)\nx = random.random()")
    assert draws_unseeded("import numpy as np\nx = np.random.randn(3)")
    assert draws_unseeded("import numpy as np\nr = np.random.default_rng()")
    assert not draws_unseeded("import numpy as np\nr = np.random.default_rng(0)")
    assert not draws_unseeded("import torch\nx = torch.randn(3)"), "torch begins with the same seed in every process"


def test_names_for_kept_runs():
    assert summary(MODEL) == "SGD, lr 0.05"
    assert summary(BY_HAND) == "lr 0.1"
    assert summary("print(1)") == ""
