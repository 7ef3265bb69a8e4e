"""Opening, folding and stepping over, without a window."""

import pytest

import tests.traces as traces
from gradviz.scene.cards import Options
from gradviz.scene.scene import graph_for
from gradviz.session.document import Document
from gradviz.session.folding import GROUPINGS, Folder, Folding
from gradviz.session.session import Session
from gradviz.session.settings import CHOICES
from gradviz.session.stops import Breakpoints, leaves, reaches_card, runs_card, seek
from gradviz.trace.events import LeafAccumulated, NodeRan, OpRan, TensorMade, TensorUpdated
from gradviz.trace.query import Cursor
from tests.grouped import PROGRAMS, ran
from tests.ui.played import PlayedRunner


@pytest.fixture
def session(tmp_path):
    return Session(PlayedRunner(), tmp_path)


def run(session, program):
    trace = ran(program)
    session.runner.answers[trace.program] = trace
    session.show_document(Document(trace.program, title="program.py", origin="lesson"))
    session.run()
    session.refresh()
    return trace


def card_of(history, step):
    """The single card that does something at a step."""
    event = history.events[step - 1] if step else None
    if isinstance(event, OpRan):
        return f"o{event.id}"
    if isinstance(event, TensorMade | LeafAccumulated | TensorUpdated):
        return f"t{event.tensor}"
    if isinstance(event, NodeRan) and history.nodes[event.node].op is not None:
        return f"o{history.nodes[event.node].op.id}"
    return None


def test_open_and_fold_are_each_others_opposite():
    folding = Folding().with_open("g:a").with_folded("g:b")
    assert (folding.opened, folding.folded) == ({"g:a"}, {"g:b"})
    assert folding.with_folded("g:a").opened == frozenset()
    assert folding.with_open("g:b").folded == frozenset()


def test_the_choice_is_remembered_and_what_is_open_survives(session, tmp_path):
    run(session, PROGRAMS["mlp"])
    folder = Folder(session)
    folder.choose("module")
    assert Session(PlayedRunner(), tmp_path).settings.grouping == "module"
    folder.open("gmodule:net")
    folding = session.view.folding
    session.step(3)
    session.pass_forward()
    session.run()
    session.refresh()
    assert session.view.folding == folding
    folder.fold("gmodule:net")
    assert session.view.selection == ("gmodule:net",)
    assert session.view.folding.opened == frozenset()
    session.new()
    assert session.view.folding == Folding()
    assert set(CHOICES["grouping"]) == set(GROUPINGS)


def test_all_at_once(session):
    folder, told = Folder(session), []
    session.told.connect(told.append)
    folder.open("gline:line 3")
    folder.fold_all()
    assert session.view.folding == Folding("folded")
    folder.open_all()
    assert session.view.folding == Folding("open")
    folder.choose("nothing")
    assert session.view.folding == Folding("auto")
    folder.fold_all()
    assert told == ["Choose by what to group first: View, Group Cards."]
    assert session.view.folding == Folding("auto")


def test_a_selected_group_stays_selected_in_the_next_run_and_is_no_operand(session):
    trace = run(session, PROGRAMS["scalars"])
    key = next(iter(trace.passes[0].history.regions("line").members))
    session.select(key)
    again = ran(PROGRAMS["scalars again"])
    session.runner.answers[again.program] = again
    session.set_text(again.program)
    session.run()
    session.refresh()
    assert session.view.trace is again
    assert session.view.selection == (key,)
    assert session.operand(key) is None
    session.select("gline:line 999")
    session.run()
    session.refresh()


@pytest.mark.parametrize("by", ["auto", "module", "function", "line", "iteration", "nothing"])
@pytest.mark.parametrize("name", ["mlp", "scalars", "loop"])
def test_stepping_over_rests_where_another_card_does_something(name, by):
    trace = ran(PROGRAMS[name])
    history = trace.passes[0].history
    places = graph_for(history, trace, Options(grouping=by, folding="folded")).cards.index
    for step in range(history.steps + 1):
        here = places.get(card_of(history, step))
        for by_step in (1, -1):
            found = seek(trace, Cursor(0, step), leaves(history, step, places), by_step)
            way = range(step + 1, history.steps + 1) if by_step > 0 else range(step - 1, 0, -1)
            others = (at for at in way if (there := places.get(card_of(history, at))) is not None and there != here)
            expected = next(others, None)
            if expected is not None:
                assert found == Cursor(0, expected)
            else:
                assert found is None or found.number != 0


def test_over_the_end_of_a_pass(session):
    trace = run(session, PROGRAMS["mlp"])
    history = trace.passes[0].history
    places = graph_for(history, trace, Options(grouping="module", folding="folded")).cards.index
    session.go_to(Cursor(0, history.steps))
    session.debugger.step_over(places, 1)
    assert session.view.cursor.number == 1
    told = []
    session.told.connect(told.append)
    session.go_to(Cursor(0, 0))
    session.debugger.step_over(places, -1)
    assert told == ["No other card comes before."]
    assert session.view.cursor == Cursor(0, 0)


def test_stops_know_what_is_in_a_group():
    trace = ran(PROGRAMS["loop"])
    history = trace.passes[0].history
    key = "gline:line 5"
    ops = {f"o{op}" for op in history.regions("line").members[key]}
    # The weight, and the tensor that h is at first.
    made = [tensor for tensor, item in history.tensors.items() if item.op is None]
    assert len(made) == 2
    inside = ops | {f"t{tensor}" for tensor in made}
    steps = [step for step in range(1, history.steps + 1) if card_of(history, step) in inside]
    stop = runs_card(key)
    assert [step for step in range(1, history.steps + 1) if stop(history, step)] == steps
    nodes = {node for node, item in history.nodes.items() if item.op is not None and f"o{item.op.id}" in ops}
    come = {
        item.step
        for node in nodes
        for item in history.contributions[node]
        if item.sender is None or item.sender not in nodes
    }
    stop = reaches_card(key)
    assert [step for step in range(1, history.steps + 1) if stop(history, step)] == sorted(come)
    assert len(come) == 1


def test_a_breakpoint_at_a_group_holds_where_it_is_entered(session):
    trace = run(session, PROGRAMS["loop"])
    history = trace.passes[0].history
    key, debugger = "gline:line 5", session.debugger
    inside = history.region_cards(key)
    entered = [
        step
        for step in range(1, history.steps + 1)
        if card_of(history, step) in inside and card_of(history, step - 1) not in inside
    ]
    debugger.toggle_card(key)
    points = session.view.breakpoints
    assert points == Breakpoints(cards=frozenset({(key, None)}))
    assert [step for step in range(1, history.steps + 1) if points(history, step)] == entered
    assert points.has_card(history, key)
    assert not points.has_card(history, next(iter(inside)))
    debugger.toggle_card(key)
    debugger.toggle_op("tanh")
    assert session.view.breakpoints.has_card(history, key), "a card in it has one"
    assert traces.line().passes[0].history.region_cards(key) == frozenset()
