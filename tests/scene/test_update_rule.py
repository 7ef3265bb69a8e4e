"""The formula on screen, evaluated with the recorded numbers, gives the recorded weight: every optimizer and option."""

import re

import numpy as np
import pytest

from gradviz.scene.update_rule import rule_of
from gradviz.scene.updates import UPDATES
from gradviz.trace.events import OptimizerStepped
from tests.optimizer_cases import CASES, program
from tests.recorder.test_numpy_engine import record


def steps(trace):
    return [event for item in trace.passes for event in item.events if isinstance(event, OptimizerStepped)]


def rules(trace):
    for step in steps(trace):
        for name, part in zip("wb", step.parameters, strict=True):
            yield rule_of(name, step, part), part


def check_rules(trace):
    """Every element of every parameter at every step; the number of lines looked at."""
    count = 0
    for rule, part in rules(trace):
        for element in range(rule.elements):
            shown = rule.lines(element)
            assert shown.note == "", (rule.optimizer, rule.settings, shown)
            weight = shown.lines[-1].plain
            assert weight.startswith(rule.name)
            said = float(re.search(r"[=≈] (\S+)$", weight)[1].replace("−", "-"))
            assert np.isclose(said, part.after.data.reshape(-1)[element], rtol=2e-3, atol=1e-4)
            count += len(shown.lines)
    return count


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(("name", "options"), CASES, ids=str)
def test_the_formula_gives_the_recorded_weight(name, options, dtype):
    trace, _, _ = record(program(name, options, dtype).removeprefix("import torch\n"), live=False, keep=range(200))
    assert check_rules(trace) >= 7 * 7


@pytest.mark.parametrize(("name", "options"), CASES, ids=str)
def test_a_wrong_formula_is_not_shown_with_numbers(name, options):
    """Another learning rate (or for LBFGS another length) than the recorded one must not lead to the weight."""
    trace, _, _ = record(program(name, options).removeprefix("import torch\n"), live=False, keep=range(200))
    wrong = 0
    for rule, _ in list(rules(trace))[-2:]:
        settings = {key: value * 3 if key == "lr" else value for key, value in rule.settings.items()}
        remembered = {
            key: tuple(None if v is None else type(v).of(v.data * 3) for v in pair)
            for key, pair in rule.remembered.items()
        }
        changed = type(rule)(
            rule.name, rule.optimizer, rule.update, settings, rule.gradient, rule.before, rule.after, remembered
        )
        lines = changed.lines()
        wrong += bool(lines.note)
        assert all("=" not in line.plain.partition("←")[2].replace("==", "") for line in lines.lines) or not lines.note
    assert wrong


def test_every_optimizer_of_the_engine_is_declared():
    assert {name for name, _ in CASES} == set(UPDATES)


def test_sgd_reads_as_in_a_textbook():
    trace, _, _ = record(
        "w = torch.tensor(1.0, requires_grad=True)\noptimizer = torch.optim.SGD([w], lr=0.1, momentum=0.5)\n"
        "for n in range(2):\n    optimizer.zero_grad()\n    (w * 2).backward()\n    optimizer.step()\n"
    )
    step = steps(trace)[1]
    shown = rule_of("w", step, step.parameters[0]).lines()
    assert [line.plain for line in shown.lines] == [
        "v ← μ · v + g = 0.5 × 2.0 + 2.0 = 3.0",
        "w ← w − η · v = 0.8 − 0.1 × 3.0 = 0.5",
    ]
    assert shown.legend == "g is w.grad, η learning rate 0.1, μ momentum 0.5, v is momentum_buffer"


@pytest.mark.parametrize(("momentum", "is_told"), [(0, False), (0.9, True)])
def test_momentum_is_told_of_only_where_there_is_some(momentum, is_told):
    assert ("momentum" in UPDATES["SGD"].sentence({"momentum": momentum, "lr": 0.1})) is is_told
