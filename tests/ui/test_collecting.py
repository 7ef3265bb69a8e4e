"""Python's search for cycles waits, and what the window shows needs none."""

import gc
import time
import weakref

import pytest
from PySide6.QtTest import QTest

from gradviz.scene.scene import picture
from gradviz.ui import collecting
from gradviz.ui.collecting import Collecting
from tests import traces


@pytest.fixture
def made(session):
    made = Collecting(session)
    yield made
    made.shutdown()


def test_python_alone_looks_through_all_no_more(session, made):
    assert gc.get_threshold()[2] == collecting.NEVER


def test_it_is_python_s_own_again_afterwards(session):
    before = gc.get_threshold()
    Collecting(session).shutdown()
    assert gc.get_threshold() == before


def test_it_looks_through_all_when_the_window_is_left_alone(session, made, show, monkeypatch):
    monkeypatch.setattr(collecting, "ENOUGH", 0)
    monkeypatch.setattr(collecting, "IDLE", 10.0)
    made._timer.setInterval(30)
    cycle = _Cycle()
    gone = weakref.ref(cycle)
    show("line")
    del cycle
    # Old enough that the searches through the young do not find it.
    gc.collect(1)
    QTest.qWait(15)
    session.step(1)
    QTest.qWait(200)
    assert gone() is None
    assert gc.get_count()[2] == 0


def test_a_process_that_works_is_not_left_alone(session, made, show, monkeypatch):
    monkeypatch.setattr(collecting, "ENOUGH", 0)
    made._timer.setInterval(20)
    collected = []
    monkeypatch.setattr(collecting.gc, "collect", lambda: collected.append(True))
    show("line")
    session.step(1)
    until = time.perf_counter() + 0.1
    while time.perf_counter() < until:
        QTest.qWait(0)
    assert not collected
    monkeypatch.setattr(collecting, "IDLE", 10.0)
    QTest.qWait(60)
    assert collected


def test_a_run_is_waited_for(session, made, show, monkeypatch):
    monkeypatch.setattr(collecting, "ENOUGH", 0)
    monkeypatch.setattr(collecting, "IDLE", 10.0)
    made._timer.setInterval(10)
    collected = []
    monkeypatch.setattr(collecting.gc, "collect", lambda: collected.append(True))
    show("line")
    session._set(status="running")
    QTest.qWait(50)
    assert not collected
    session._set(status="ended")
    QTest.qWait(50)
    assert collected


def test_it_is_not_put_off_without_end(session, made, show, monkeypatch):
    show("line")
    monkeypatch.setattr(collecting, "TOO_MUCH", 0)
    gc.collect(1)
    session.step(1)
    assert gc.get_count()[2] == 0
    assert not made._timer.isActive()


def test_a_record_and_its_picture_go_when_they_are_let_go():
    gc.collect()
    gc.disable()
    try:
        trace = traces.ALL["line"]()
        history = trace.passes[0].history
        scene = picture(history, trace)
        scene.prepare()
        parts = [weakref.ref(part) for part in (trace.passes[0], history, scene, scene.geometry)]
        del trace, history, scene
        assert [part() for part in parts] == [None] * 4
    finally:
        gc.enable()


class _Cycle:
    def __init__(self):
        self.itself = self
