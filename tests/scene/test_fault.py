"""An error in the inspector: its card, its line, the versions, what to write; and where the window opens."""

import pytest

from gradviz.scene.inspection import inspect
from gradviz.session.placing import first_place
from gradviz.trace.query import Cursor, state_at
from tests.supervisor.conftest import Runs

CHANGED = {
    "result": (
        "y = torch.exp(x)\nz = y * 2\ny += 1\nz.sum().backward()",
        "ExpBackward0 (line 3) saved `y` at version 0 for its backward. Line 5, `y += 1`, changed it afterwards: it is"
        " at version 1.",
    ),
    "operand": (
        "a = x * 2\nz = a * a\na.add_(1).mul_(2)\nz.sum().backward()",
        "MulBackward0 (line 4) saved `a` at version 0 for its backward. Line 5, `a.add_(1).mul_(2)`, changed it"
        " afterwards: it is at version 2.",
    ),
}


@pytest.fixture(scope="module")
def traced():
    """Runs a program in a worker, which reports its error; the trace."""
    runs = Runs()

    def run(program):
        runs.run(program)
        return runs.supervisor.trace

    yield run
    runs.supervisor.shutdown()


@pytest.mark.parametrize("name", CHANGED)
def test_a_value_that_was_changed_in_place(name, traced):
    body, sentence = CHANGED[name]
    trace = traced(f"import torch\nx = torch.tensor([1., 2.], requires_grad=True)\n{body}\n")
    cursor = first_place(trace)
    assert cursor == Cursor(0, len(trace.passes[0].events)), "the window opens at the error"
    shown = inspect(trace, state_at(trace, cursor))
    assert shown.sentences[0] == f"The program stops on line {4 + body.count(chr(10)) - 1} with RuntimeError."
    assert shown.sentences[1] == sentence
    assert "Write" in shown.sentences[2]
    assert any(fact.label == "version" and fact.text in sentence for fact in shown.tensor)
    assert {fact.label: fact.text for fact in shown.node}["grad_fn"] == f"<{sentence.split()[0]}>"
    assert not shown.queue_reason, "nothing comes next"


def test_another_error_keeps_its_own_words(traced):
    trace = traced("import torch\nx = torch.ones(3, requires_grad=True)\ny = x * 2\ny.backward()\n")
    shown = inspect(trace, state_at(trace, first_place(trace)))
    assert shown.sentences[0].startswith("The program stops on line 4 with RuntimeError: grad can be implicitly")


def test_a_run_without_an_error_opens_before_its_backward(traced):
    trace = traced("import torch\nx = torch.ones(3, requires_grad=True)\ny = x.sum()\ny.backward()\n")
    history = trace.passes[0].history
    assert first_place(trace) == Cursor(0, history.backward_began - 1)
