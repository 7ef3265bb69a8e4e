"""Every stop, forwards and backwards, against a plain look at each step of the record."""

import pytest

import tests.traces as traces
from gradviz.session.document import Document
from gradviz.session.session import Session
from gradviz.session.stops import (
    Breakpoints,
    accumulates,
    changes_line,
    reaches_card,
    runs_card,
    seek,
    updates,
)
from gradviz.trace.events import (
    LeafAccumulated,
    NodeRan,
    OpRan,
    OptimizerStepped,
    ParameterStep,
    RequiresGradSet,
    TensorMade,
    TensorUpdated,
)
from gradviz.trace.finiteness import loses_finiteness
from gradviz.trace.messages import PassRecorded, RunBegan
from gradviz.trace.passes import Carried, Pass
from gradviz.trace.query import Cursor
from gradviz.trace.trace import TraceBuilder
from tests.ui.played import PlayedRunner


def all_cursors(trace):
    return [Cursor(item.number, step) for item in trace.passes for step in range(len(item.events) + 1)]


def walked(trace, stop):
    """All stops on the way from the first step to the last, and the same back."""
    cursors = all_cursors(trace)
    on, cursor = [], cursors[0]
    while (cursor := seek(trace, cursor, stop, 1)) is not None:
        on.append(cursor)
    back, cursor = [], cursors[-1]
    while (cursor := seek(trace, cursor, stop, -1)) is not None:
        back.append(cursor)
    return on, back


def events_of(trace, kind):
    return [
        Cursor(item.number, step)
        for item in trace.passes
        for step, event in enumerate(item.events, 1)
        if isinstance(event, kind)
    ]


@pytest.mark.parametrize("name", traces.ALL)
def test_accumulations_are_all_found_both_ways(name):
    trace = traces.ALL[name]()
    on, back = walked(trace, accumulates)
    assert on == events_of(trace, LeafAccumulated)
    assert back == on[::-1]


def test_updates_are_steps_of_an_optimizer_and_updates_by_hand():
    step = ParameterStep(0, 1, 0, None, None, None, traces.value(1.0))
    events = (
        TensorMade(0, traces.value(1.0), True, "tensor", "w", None),
        OptimizerStepped("SGD", ((("lr", 0.1),),), (step,), None),
        TensorUpdated(0, traces.value(1.0), traces.value(1.0), 1, None),
        TensorUpdated(0, traces.value(1.0), traces.value(2.0), 2, None),
        RequiresGradSet(0, True, None),
    )
    builder = TraceBuilder()
    builder.add(PassRecorded(Pass(0, Carried(), events)))
    on, back = walked(builder.trace, updates)
    assert [cursor.step for cursor in on] == [2, 4]
    assert back == on[::-1]


@pytest.mark.parametrize("name", traces.ALL)
def test_lines_change_at_each_stop_and_nowhere_between(name):
    trace = traces.ALL[name]()
    on, back = walked(trace, changes_line)
    last = all_cursors(trace)[-1]
    assert back == [cursor for cursor in on[::-1] if cursor != last]
    for item in trace.passes:
        lines = [item.history.source(step).line for step in range(1, len(item.events) + 1) if item.history.source(step)]
        kept = [cursor for cursor in on if cursor.number == item.number]
        seen = [item.history.source(cursor.step).line for cursor in kept]
        assert [line for place, line in enumerate(lines) if not place or line != lines[place - 1]] == seen


def test_a_card_is_stopped_at_when_it_computes_and_when_its_node_runs():
    trace = traces.line()
    history = trace.passes[0].history
    op = next(op for _, op in history.ops.values() if op.op == "mul")
    on, back = walked(trace, runs_card(f"o{op.id}"))
    kinds = [type(history.events[cursor.step - 1]) for cursor in on]
    assert kinds == [OpRan, NodeRan]
    assert back == on[::-1]


def test_a_gradient_reaches_a_leaf_once_for_each_use():
    trace = traces.polynomial()
    history = trace.passes[0].history
    leaf = next(node for node, item in history.nodes.items() if item.node.leaf is not None)
    on, _ = walked(trace, reaches_card(f"t{history.nodes[leaf].node.leaf}"))
    assert [cursor.step for cursor in on] == [item.step for item in history.contributions[leaf]]
    assert len(on) == 2


def test_nan_is_found_where_it_begins():
    """sqrt of a negative number, then twice that: the second NaN was only passed on."""
    run = traces.Writer("x\ny\nz\n")
    x = run.tensor(-4.0, "x", 1)
    y = run.op("sqrt", (x,), float("nan"), name="y", line=2)
    run.op("mul", (y,), float("nan"), name="z", line=3)
    on, _ = walked(run.trace(), loses_finiteness)
    assert [cursor.step for cursor in on] == [2]


@pytest.fixture
def session(tmp_path):
    made = Session(PlayedRunner(), tmp_path)
    trace = traces.accumulate_twice()
    made.runner.answers[trace.program] = trace
    made.show_document(Document(trace.program, saved_text=trace.program, origin="lesson"))
    made.run()
    made.refresh()
    made.go_to(Cursor(0, 0))
    return made


def test_breakpoints_of_lines_ops_and_cards_hold_in_every_pass(session):
    trace = session.view.trace
    history = trace.passes[0].history
    op = next(op for _, op in history.ops.values())
    debugger = session.debugger
    wanted = {}
    for toggle, what in (
        (debugger.toggle_line, op.source.line),
        (debugger.toggle_op, op.op),
        (debugger.toggle_card, f"o{op.id}"),
    ):
        toggle(what)
        wanted[toggle] = walked(trace, session.view.breakpoints)[0]
        toggle(what)
        assert not session.view.breakpoints
    by_line, by_op, by_card = wanted.values()
    assert {cursor.number for cursor in by_op} == {0, 1}
    assert by_op == by_card
    assert {cursor.number for cursor in by_line} == {0, 1}


def test_playing_stops_at_a_breakpoint(session):
    debugger = session.debugger
    debugger.toggle_op("mul")
    session.toggle_play()
    for _ in range(50):
        if not session.view.playing:
            break
        session.play_on()
    history = session.view.state.history
    assert isinstance(history.events[session.view.cursor.step - 1], OpRan)
    debugger.go_on()
    assert isinstance(session.view.state.event, NodeRan)
    debugger.go_back()
    assert isinstance(session.view.state.event, OpRan)


def test_what_is_not_there_is_said_and_the_cursor_stays(session):
    said = []
    session.told.connect(said.append)
    debugger, before = session.debugger, session.view.cursor
    debugger.next_nan()
    debugger.next_of_card()
    debugger.go_on()
    debugger.previous_line()
    assert session.view.cursor == before
    assert [words.split(" ")[0] for words in said] == ["No", "Select", "There", "No"]


def test_breakpoints_move_with_their_lines():
    old = "a\nb\nc\nd"
    stops = Breakpoints(lines=frozenset({2, 4}))
    assert stops.after(old, "new\na\nb\nc\nd").lines == {3, 5}
    assert stops.after(old, "a\nB\nc\nd").lines == {2, 4}, "a number was changed in the line"
    assert stops.after(old, "a\nc\nd").lines == {3}


def test_a_search_through_a_long_run_is_quick():
    events = traces.accumulate_twice().passes[0].events
    builder = TraceBuilder(kept_passes=3000)
    builder.add(RunBegan("numpy", "x", "", ()))
    for number in range(2000):
        builder.add(PassRecorded(Pass(number, Carried(), events)))
    trace = builder.trace
    assert len(walked(trace, accumulates)[0]) == 2000


def test_bookmarks_are_walked_in_the_order_of_their_steps(session):
    debugger = session.debugger
    for cursor, note in ((Cursor(1, 3), "second"), (Cursor(0, 2), "first")):
        session.go_to(cursor)
        debugger.set_bookmark(note)
    session.go_to(Cursor(0, 0))
    seen = []
    for _ in range(3):
        debugger.next_bookmark()
        seen.append(debugger.bookmark.note)
    assert seen == ["first", "second", "first"]
    debugger.previous_bookmark()
    assert debugger.bookmark.note == "second"
    debugger.set_bookmark("again")
    assert [mark.note for mark in session.view.bookmarks] == ["first", "again"]
    debugger.remove_bookmark()
    assert [mark.cursor for mark in session.view.bookmarks] == [Cursor(0, 2)]
