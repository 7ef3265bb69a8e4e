"""The process for pictures stands by before anyone asks: while a person reads, and after a run that can be drawn."""

import os
import time

import numpy as np
import pytest

from gradviz.supervisor import supervisor as supervising
from gradviz.trace.forward import Evaluate

DESCENT = """import torch
x = torch.tensor(5., requires_grad=True)
for step in range(3):
    y = x ** 2 + 1.5 * x - 1
    y.backward()
    with torch.no_grad():
        x -= 0.1 * x.grad
    x.grad = None
"""


@pytest.fixture(autouse=True)
def soon(monkeypatch):
    monkeypatch.setattr(supervising, "FORESIGHT", 0.05)


def spare_of(runs):
    """The warm spare, when it has said that it is ready."""
    runs.wait_for(lambda: (spare := runs.supervisor._spare) is not None and spare.spoke, 15)
    return runs.supervisor._spare


def stands_by(runs):
    runs.wait_for(lambda: runs.supervisor.evaluator._process is not None, 15)
    return runs.supervisor.evaluator._process


def test_after_a_run_that_can_be_drawn_a_process_stands_by(runs):
    runs.run(DESCENT)
    assert stands_by(runs).exit_code is None
    assert spare_of(runs) is not stands_by(runs), "the next program has a spare of its own"


def test_while_a_person_reads_the_program_a_process_comes_to_stand_by(runs, monkeypatch):
    monkeypatch.setattr(supervising, "READING", 0.4)
    runs.supervisor.warm()
    spare_of(runs)
    taken = stands_by(runs)
    assert taken.exit_code is None
    assert spare_of(runs) is not taken, "the first program has a spare of its own"


def test_a_run_without_a_function_asks_for_none(runs):
    runs.run("import torch\nprint(torch.ones(3))")
    time.sleep(0.4)
    assert not runs.supervisor.evaluator._keeper.has_begun
    runs.run("1 / 0")
    time.sleep(0.4)
    assert not runs.supervisor.evaluator._keeper.has_begun


def test_it_takes_the_spare_that_is_there_and_answers_with_it(runs):
    runs.supervisor.warm()
    pid = spare_of(runs).pid
    came = []
    evaluator = runs.supervisor.evaluator
    evaluator.listen(lambda: came.append(evaluator.answer))
    runs.run(DESCENT)
    recorded = runs.supervisor.trace.forwards[-1].forward
    assert recorded is not None
    taken = stands_by(runs)
    assert taken.pid != pid, "that one ran the program"
    zero = np.zeros((), np.float32)
    evaluator.ask(Evaluate(1, recorded, (zero,), (np.ones(()),), (None,), np.linspace(-2, 2, 5), np.zeros(0)))
    runs.wait_for(lambda: came and came[-1].is_final, 15)
    np.testing.assert_allclose(came[-1].losses[0], [0.0, -1.5, -1.0, 1.5, 6.0], atol=1e-6)
    assert stands_by(runs) is taken


def test_the_spare_given_away_is_replaced_and_the_next_program_runs_at_once(runs):
    runs.supervisor.warm()
    given = spare_of(runs)
    runs.supervisor.evaluator.warm()
    assert stands_by(runs) is given
    assert runs.run("print('on')").note == ""
    assert runs.text() == "on\n"
    assert spare_of(runs) is not given


def test_without_a_ready_spare_it_starts_its_own(runs):
    runs.supervisor.evaluator.warm()
    assert stands_by(runs).exit_code is None
    assert runs.supervisor.ready is None, "a spare that has not spoken yet owes the window its first word"


def test_one_that_is_killed_stands_by_again_after_the_next_run(runs):
    runs.run(DESCENT)
    first = stands_by(runs)
    os.kill(first.pid, 9)
    runs.wait_for(lambda: runs.supervisor.evaluator._process is None)
    runs.run(DESCENT)
    assert stands_by(runs) is not first


def test_a_new_run_postpones_it(runs, monkeypatch):
    monkeypatch.setattr(supervising, "FORESIGHT", 0.6)
    for _ in range(3):
        runs.run(DESCENT)
        time.sleep(0.2)
        assert not runs.supervisor.evaluator._keeper.has_begun, "the typist has not stopped yet"
    stands_by(runs)


def test_closed_before_its_time_nothing_starts(runs):
    runs.run(DESCENT)
    runs.supervisor.shutdown()
    time.sleep(0.2)
    assert runs.supervisor.evaluator._process is None or runs.supervisor.evaluator._process.exit_code is not None
