"""Failures of training are recognised alike where real PyTorch ran the program."""

import threading

import pytest

from gradviz.scene.findings import findings_of
from gradviz.supervisor import Run
from gradviz.supervisor.supervisor import Supervisor
from tests.failing import FAILING, SOUND


@pytest.fixture(scope="module")
def found_in():
    """Runs programs one after another in the worker, on PyTorch."""
    woken = threading.Event()
    supervisor = Supervisor(wake=woken.set)

    def found(program):
        woken.clear()
        supervisor.run(Run(program=program, path="program.py", directory=".", engine="pytorch", live=False))
        while supervisor.trace.program != program or supervisor.trace.ended is None:
            assert woken.wait(60), supervisor.failure or "the worker said nothing"
            woken.clear()
        assert supervisor.trace.error is None
        return findings_of(supervisor.trace)

    yield found
    supervisor.shutdown()


SEEN = (
    "never cleared with an optimizer", "diverges", "swings ever wider", "swings ever wider in a ravine",
    "zigzags in a ravine", "dead", "dead in part", "dead channels", "vanishes", "cut off",
    "given to the optimizer and used without a gradient", "replaced after the optimizer",
    "the root of a negative number",
)  # fmt: skip
"""One of each failure. A layer that nothing uses is not among them: PyTorch tells of a tensor when an op takes it."""


@pytest.mark.parametrize("name", SEEN)
def test_each_failure_is_found_at_its_line(found_in, name):
    program, failure, line = FAILING[name]
    found = [each for each in found_in(program) if each.failure.id == failure]
    assert [(each.failure.id, each.sight.line) for each in found] == [(failure, line)]


def test_no_alarm_for_accumulation_that_is_meant(found_in):
    assert found_in(SOUND["accumulates over four passes"]) == ()
