"""The evaluator's process: it answers, drops what is old, says when it is lost, and is gone afterwards."""

import os
import threading
import time

import numpy as np
import pytest

from gradviz.supervisor.evaluator import LOST, Evaluator
from gradviz.trace.forward import Evaluate
from tests import descents

ZERO, ONE = np.zeros((), np.float32), np.ones(())


class Heard:
    """Waits for the answer to a question."""

    def __init__(self, evaluator):
        self.answers = []
        self._evaluator = evaluator
        self._came = threading.Condition()
        evaluator.listen(self._wake)

    def _wake(self):
        with self._came:
            self.answers.append(self._evaluator.answer)
            self._came.notify_all()

    def final(self, number, seconds=20):
        def found():
            return next((each for each in self.answers if each.number == number and each.is_final), None)

        with self._came:
            assert self._came.wait_for(found, seconds), f"no answer to question {number}"
            return found()


@pytest.fixture
def evaluator():
    made = Evaluator()
    yield made
    made.shutdown()
    assert made._process is None or made._process.exit_code is not None


def line(number, count=50):
    return Evaluate(number, descents.PARABOLA, (ZERO,), (ONE,), (None,), np.linspace(-8, 8, count), np.zeros(0))


def test_it_answers_question_after_question(evaluator):
    heard = Heard(evaluator)
    for number in (1, 2):
        evaluator.ask(line(number))
        answer = heard.final(number)
        np.testing.assert_allclose(answer.losses[0], answer.xs**2 + 1.5 * answer.xs - 1, rtol=1e-5, atol=1e-5)


def test_only_the_newest_question_matters(evaluator):
    heard = Heard(evaluator)
    for number in range(1, 30):
        evaluator.ask(line(number))
    heard.final(29)
    assert len([each for each in heard.answers if each.is_final]) < 29


def test_asking_never_waits(evaluator):
    began = time.perf_counter()
    evaluator.warm()
    evaluator.ask(line(1, 100_000))
    assert time.perf_counter() - began < 0.05


def test_a_process_that_is_killed_is_told_of_and_replaced(evaluator):
    heard = Heard(evaluator)
    evaluator.ask(line(1))
    heard.final(1)
    with evaluator._turn:
        evaluator._busy = 2  # as if it were at work
        pid = evaluator._process.pid
    os.kill(pid, 9)
    assert heard.final(2).why_not == LOST
    evaluator.ask(line(3))
    assert heard.final(3).why_not == ""


def test_one_that_was_never_asked_has_no_process():
    evaluator = Evaluator()
    assert not evaluator._keeper.has_begun
    evaluator.shutdown()
    evaluator.ask(line(1))
    assert not evaluator._keeper.has_begun, "after the end nothing is started"
