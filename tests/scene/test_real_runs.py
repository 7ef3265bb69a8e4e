"""Formulas and sentences in front of real runs: the lessons and a program that uses half of the catalogue.

The worker runs them on the NumPy engine; every number that a chain rule shows is compared with the gradient that was
recorded, and every formula of the engine's catalogue must be one that can be read.
"""

import re
import threading

import numpy as np
import pytest

from gradviz.scene.explain import explain
from gradviz.scene.formula import chain_rules
from gradviz.scene.inspection import inspect
from gradviz.scene.landscape import cut_of
from gradviz.scene.leaf_path import Iterates
from gradviz.scene.plots import charts_of
from gradviz.scene.slices import slices_of
from gradviz.scene.typeset import is_written
from gradviz.scene.window import window_for
from gradviz.session.lessons import lessons
from gradviz.supervisor import Run
from gradviz.supervisor.supervisor import Supervisor
from gradviz.trace.card_keys import card_of_node
from gradviz.trace.query import State

MANY_OPS = """\
import torch
x = torch.tensor([0.5, -1.0, 2.0], requires_grad=True)
w = torch.tensor(1.5, requires_grad=True)
m = torch.tensor([[1., 2.], [3., 4.]], requires_grad=True)
v = torch.tensor([0.3, 0.7], requires_grad=True)
a = (x * w).relu() + x.exp() / 3 - torch.sigmoid(x) * torch.tanh(x)
b = a.sum() + a.mean() * 2
c = m @ v
d = m.T.reshape(4)[1:3].sum() + c.max() + m.pow(3).sum(dim=0).mean() + m[0, 1]
e = torch.cat([x, v]).softmax(0)[0] + x.clamp(-0.5, 1.0).sum() + x.abs().sqrt().sum() + x.std()
g = ((x - 1) ** 2).mean() + v.norm() + torch.where(x > 0, x, 2 * x).sum() + torch.stack([w, w]).prod()
t = torch.maximum(v, torch.tensor([0.5, 0.5])).sum() + (v.log() / w).sum() + v.unsqueeze(0).expand(3, 2).sum()
s = (m.mm(m.t()) - m).sin().cos().sum() + (2 ** w).log1p() + (1 - w).abs() + m.var() + m.cumsum(0).prod()
loss = b + d + e + g + t + s
loss.backward()
"""


@pytest.fixture(scope="module")
def run():
    """Runs a program in a worker and returns its trace."""
    woken = threading.Event()
    supervisor = Supervisor(wake=woken.set)

    def through(program: str):
        supervisor.run(Run(program=program, path="program.py", directory=".", live=False))
        while supervisor.trace.program != program or supervisor.trace.ended is None:
            assert woken.wait(20), supervisor.failure or "the worker said nothing"
            woken.clear()
        return supervisor.trace

    yield through
    supervisor.shutdown()


def numbers_in(text: str) -> list[float]:
    return [float(found.replace("−", "-")) for found in re.findall(r"\bnan\b|−?\d+(?:\.\d+)?(?:e−?\d+)?", text)]


def check(trace) -> int:
    """Every rule of every kept pass; returns how many showed their numbers."""
    shown = 0
    for item in trace.passes:
        history = item.history
        for node in history.runs:
            at = history.nodes[node]
            for rule in chain_rules(trace, history, node, at.ran):
                sent = at.event.sent[rule.edge]
                assert rule.symbolic.plain
                if sent is None:
                    continue
                last = (rule.summed or rule.numbers).plain.split("=")[-1].split("≈")[-1].split("→")[-1]
                if is_written(sent.shape, sent.data):
                    np.testing.assert_allclose(numbers_in(last), sent.data.ravel(), rtol=1e-3, atol=1e-3)
                    shown += 1
                product = re.fullmatch(r"(\S+) × \(?(−?[\d.e−]+)\)? [=≈] (\S+)", rule.numbers.plain)
                if product and "[" not in rule.numbers.plain:
                    left, right, result = (float(part.replace("−", "-")) for part in product.groups())
                    assert left * right == pytest.approx(result, rel=2e-3, abs=1e-6)
        for step in range(history.steps + 1):
            state = State(history, step)
            assert explain(trace, state).sentences
            assert inspect(trace, state).sentences
        for node in history.nodes:
            assert inspect(trace, State(history, history.steps), (card_of_node(history, node),)).is_selection
    return shown


def test_the_plots_of_a_real_descent(run):
    """The point, its slope and its step agree with the function that the lesson writes down."""
    lesson = next(lesson for lesson in lessons() if "minimum" in lesson.path.stem)
    trace = run(lesson.path.read_text(encoding="utf-8"))
    assert [chart.id for chart in charts_of(trace)] == ["loss", "values", "gradients", "updates"]
    choice = slices_of(trace, 0)[0]
    iterates = Iterates()
    for item in trace.passes[:-1]:  # after the last backward, the lesson prints
        cut = cut_of(trace, item.number, choice, iterates)
        x = cut.here[0]
        assert not cut.why_not
        assert cut.at == pytest.approx(2 * x * x - 3 * x + 1, rel=1e-5, abs=1e-6)
        assert cut.slope[0] == pytest.approx(4 * x - 3, rel=1e-4, abs=1e-5)
        assert cut.step[0] == pytest.approx(-0.1 * (4 * x - 3), rel=1e-3, abs=1e-6)
        window = window_for(cut)
        assert window.low_x < x < window.high_x


def test_a_program_that_uses_half_of_the_catalogue(run):
    trace = run(MANY_OPS)
    assert trace.error is None
    assert check(trace) > 50
    unread = [
        (at.node.name, rule.notes)
        for at in trace.passes[0].history.nodes.values()
        for rule in chain_rules(trace, trace.passes[0].history, at.node.id, at.ran)
        if any("no formula" in note for note in rule.notes)
    ]
    assert not unread


@pytest.mark.parametrize("lesson", lessons(), ids=lambda lesson: lesson.path.stem)
def test_lessons(run, lesson):
    trace = run(lesson.path.read_text(encoding="utf-8"))
    check(trace)
