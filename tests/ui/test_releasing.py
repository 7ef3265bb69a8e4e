"""Long passes go a little at a time, and go for good."""

import threading
import weakref

import pytest
from PySide6.QtTest import QTest

from gradviz.session.document import Document
from gradviz.trace.trace import Trace
from gradviz.ui.releasing import Releasing
from tests import traces


@pytest.fixture
def made(session):
    made = Releasing(session)
    yield made
    made.shutdown()


def shown(session, trace):
    session.runner.answers[trace.program] = trace
    session.show_document(Document(trace.program, saved_text=trace.program, title="a.py", origin="lesson"))
    session.run()
    session.refresh()


def test_what_a_long_pass_held_goes_in_several_turns(session, made, monkeypatch):
    monkeypatch.setattr("gradviz.ui.releasing.SLICE", 0.0)
    trace = traces.chain(1_000)
    shown(session, trace)
    history = weakref.ref(trace.passes[0].history)
    events = len(trace.passes[0].events)
    session.runner.answers.clear()
    del trace
    session.runner.trace = Trace()
    session._set(trace=Trace(), newest=Trace())
    assert history() is None
    before = len(made._leaving)
    assert before > events
    made._drop()
    assert 0 < len(made._leaving) < before
    QTest.qWait(200)
    assert not made.is_busy
    assert not made._parts


def test_a_short_pass_goes_at_once(session, made, show):
    trace = show("line")
    held = weakref.ref(trace.passes[0].history)
    assert not made._parts
    session.runner.answers.clear()
    session.runner.trace = Trace()
    del trace
    session._set(trace=Trace(), newest=Trace())
    assert held() is None
    assert not made.is_busy


def test_a_pass_that_another_thread_lets_go_last(session, made):
    trace = traces.chain(1_000)
    shown(session, trace)
    holders = [trace.passes[0].history]
    session.runner.answers.clear()
    del trace
    session.runner.trace = Trace()
    session._set(trace=Trace(), newest=Trace())
    assert not made.is_busy
    thread = threading.Thread(target=holders.clear)
    thread.start()
    thread.join()
    assert made.is_busy
    QTest.qWait(200)
    assert not made.is_busy
