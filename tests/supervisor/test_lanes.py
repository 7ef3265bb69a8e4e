"""Several real workers at once: they keep step, end together, and leave nothing behind whatever happens to them."""

import os
import signal
import threading
import time

import pytest

from gradviz.supervisor import killing
from gradviz.supervisor.lanes import BEHIND, Lanes
from gradviz.trace.messages import CurveKey
from gradviz.worker.protocol import Run
from tests.supervisor.conftest import processes_of_workers

DESCENT = """\
import torch
x = torch.tensor(6., requires_grad=True)
for _ in range({passes}):
    y = x**2
    y.backward()
    with torch.no_grad():
        x -= {rate} * x.grad
        x.grad.zero_()
"""
ENDLESS = DESCENT.format(passes=10**9, rate=0.001)


@pytest.fixture
def lanes(monkeypatch):
    monkeypatch.setattr(killing, "MARK", f"GRADVIZ_TEST_{os.getpid()}")
    made = Lanes()
    yield made
    made.shutdown()
    assert processes_of_workers() == []
    assert [thread.name for thread in threading.enumerate() if thread is not threading.main_thread()] == []


def start(lanes, *programs, at_once=12):
    lanes.start([Run(program, "race.py", "/tmp") for program in programs], at_once)


def wait_for(condition, seconds=20):
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit, "waited in vain"
        time.sleep(0.002)


def passes(lanes):
    return [trace.pass_count for trace in lanes.traces]


def test_all_run_to_their_ends_and_keep_step(lanes):
    seen = []
    lanes.wake = lambda: seen.append(passes(lanes))
    start(lanes, *(DESCENT.format(passes=300, rate=rate) for rate in (0.01, 0.1, 0.4)))
    wait_for(lambda: not lanes.is_busy)
    assert passes(lanes) == [300, 300, 300]
    assert all(trace.ended.note == "" and trace.error is None for trace in lanes.traces)
    for trace, rate in zip(lanes.traces, (0.01, 0.1, 0.4), strict=True):
        assert trace.curves.column(CurveKey("loss"))[5] == pytest.approx(36 * (1 - 2 * rate) ** 10, rel=1e-4)
    between = [counts for counts in seen if min(counts) > 0 and max(counts) < 300]
    assert between, "they were seen on their way"
    assert all(max(counts) <= 3 * min(counts) + 2 for counts in between), "a round at most lies between two of them"


def test_more_programs_than_processes_take_turns(lanes):
    most = 0

    def count():
        nonlocal most
        most = max(most, sum(lane.process is not None for lane in lanes._lanes))

    lanes.wake = count
    start(lanes, *[DESCENT.format(passes=20, rate=0.1)] * 5, at_once=2)
    wait_for(lambda: not lanes.is_busy)
    assert passes(lanes) == [20] * 5
    assert most == 2


def test_one_that_stays_away_does_not_hold_up_the_others(lanes):
    idle = "import torch, time\nx = torch.tensor(1., requires_grad=True)\n(x * 2).backward()\n"
    idle += "for _ in range(3):\n    (x * 2).backward()\ntime.sleep(60)\n"
    start(lanes, idle, DESCENT.format(passes=50, rate=0.1))
    wait_for(lambda: lanes.traces[1].ended is not None)
    assert lanes.is_busy
    lanes.stop()
    wait_for(lambda: not lanes.is_busy, 2)


def test_errors_and_programs_without_a_pass_end_for_themselves(lanes):
    start(lanes, "1/0", "print('none')", DESCENT.format(passes=10, rate=0.1))
    wait_for(lambda: not lanes.is_busy)
    assert lanes.traces[0].error.kind == "ZeroDivisionError"
    assert passes(lanes)[1:] == [0, 10]


def test_stop_ends_all_at_once_also_those_that_do_not_listen(lanes):
    deaf = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\n" + ENDLESS
    start(lanes, *[deaf] * 3, ENDLESS)
    wait_for(lambda: min(passes(lanes)) > 5)
    began = time.monotonic()
    lanes.stop()
    wait_for(lambda: not lanes.is_busy, 3)
    assert time.monotonic() - began < 1.5
    wait_for(lambda: processes_of_workers() == [], 3)
    assert all(trace.ended.note.startswith("Stopped") for trace in lanes.traces)
    assert min(passes(lanes)) > 5, "what ran is kept"


def test_stopped_at_once_nothing_begins(lanes):
    start(lanes, *[ENDLESS] * 3, at_once=1)
    lanes.stop()
    wait_for(lambda: not lanes.is_busy, 5)


def test_a_killed_worker_is_told_and_the_others_go_on(lanes):
    start(lanes, ENDLESS, DESCENT.format(passes=5000, rate=0.0001))
    wait_for(lambda: min(passes(lanes)) > 5)
    os.kill(lanes._lanes[0].process.pid, signal.SIGKILL)
    wait_for(lambda: not lanes.is_busy)
    assert "killed" in lanes.traces[0].ended.note
    assert (lanes.traces[1].ended.note, passes(lanes)[1]) == ("", 5000)


def test_a_new_race_replaces_the_one_before(lanes):
    start(lanes, ENDLESS, ENDLESS)
    wait_for(lambda: min(passes(lanes)) > 5)
    start(lanes, DESCENT.format(passes=30, rate=0.1))
    wait_for(lambda: not lanes.is_busy)
    assert passes(lanes) == [30]


def test_shutdown_in_the_middle_leaves_nothing(lanes):
    start(lanes, *[ENDLESS] * 4)
    wait_for(lambda: min(passes(lanes)) > 2)
    lanes.shutdown()
    assert processes_of_workers() == []


def test_no_process_no_race(monkeypatch):
    lanes = Lanes(["/nonexistent/python"])
    start(lanes, ENDLESS, ENDLESS)
    wait_for(lambda: not lanes.is_busy)
    assert all("could not start" in trace.ended.note for trace in lanes.traces)
    lanes.shutdown()


def test_they_stand_behind_the_window_in_its_own_session(lanes):
    """Linux shares processors among sessions first: a session each would leave the window a third of its time."""
    start(lanes, *[ENDLESS] * 2)
    wait_for(lambda: min(passes(lanes)) > 2)
    for lane in lanes._lanes:
        pid = lane.process.pid
        assert os.getsid(pid) == os.getsid(0)
        assert os.getpgid(pid) == pid, "a group of its own, so that all of it can be killed"
        assert os.getpriority(os.PRIO_PROCESS, pid) == min(19, os.getpriority(os.PRIO_PROCESS, 0) + BEHIND)


def test_who_asks_how_far_they_are_never_waits(lanes):
    start(lanes, ENDLESS)
    wait_for(lambda: min(passes(lanes)) > 2)
    with lanes._turn:
        answers = []
        thread = threading.Thread(target=lambda: answers.append((lanes.is_busy, passes(lanes))))
        thread.start()
        thread.join(2)
        assert answers
        assert answers[0][0]
