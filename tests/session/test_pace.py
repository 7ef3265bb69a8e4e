"""Goals of a run: what the runner is asked, and what is said when it is there."""

import math

import numpy as np
import pytest

from gradviz.session.pace import Pace
from gradviz.supervisor import Goal
from gradviz.trace.messages import CurveKey, CurvesExtended, RunBegan
from gradviz.trace.trace import TraceBuilder
from tests.ui.quiet import put, quiet_session


@pytest.fixture
def session(tmp_path):
    return quiet_session(tmp_path)


@pytest.fixture
def said(session):
    heard = []
    session.told.connect(heard.append)
    return heard


def losses(*values):
    builder = TraceBuilder()
    builder.add(RunBegan("numpy", "", "", ()))
    return builder.add(CurvesExtended(0, (CurveKey("loss"),), np.array(values)[:, None]))


def test_from_a_hold_and_from_the_start(session):
    pace = Pace(session)
    put(session, losses(3.0), status="held")
    pace.one_update()
    assert session.runner.asked == [("resume", Goal("step"))]
    put(session, losses(3.0), status="ended")
    pace.run_to(40)
    assert session.runner.asked[-1][1].goal == Goal("pass", 40)


def test_a_pass_that_is_over(session, said):
    pace = Pace(session)
    put(session, losses(3.0, 2.0), status="held")
    pace.run_to(2)
    assert session.runner.asked == []
    assert said == ["Pass 2 is over: the program is at pass 2."]


@pytest.mark.parametrize(
    ("values", "status", "words"),
    [
        ((3.0, 0.04), "held", "The loss of pass 2 is 0.04, below 0.1."),
        ((3.0, math.nan), "held", "The loss of pass 2 is NaN: it will not be below 0.1."),
        ((3.0, 0.4), "ended", "The program ended with a loss of 0.4, not below 0.1."),
    ],
)
def test_how_it_ended(session, said, values, status, words):
    pace = Pace(session)
    put(session, losses(3.0), status="held")
    pace.run_until_below(0.1)
    put(session, losses(3.0), status="held")  # another change, before the wish was granted
    assert said == []
    put(session, losses(*values), status="running")
    put(session, losses(*values), status=status)
    put(session, losses(*values), status=status)
    assert said == [words]
