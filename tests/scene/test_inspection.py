"""What the inspector is given: subjects of steps and cards, facts under PyTorch's names, queue and values."""

import pytest

from gradviz.scene.cards import cards_of
from gradviz.scene.inspection import inspect, subject_of
from gradviz.trace.card_keys import card_of_node
from gradviz.trace.query import State
from tests import traces


def at(trace, step, *selection, number=-1):
    return inspect(trace, State(trace.passes[number].history, step), selection)


def texts(facts):
    return {fact.label: fact.text for fact in facts if fact.label}


@pytest.mark.parametrize("name", traces.ALL)
def test_every_card_of_every_run_can_be_inspected_at_every_step(name):
    trace = traces.ALL[name]()
    for item in trace.passes:
        for step in range(item.history.steps + 1):
            for card in cards_of(item.history, trace.ops).cards:
                shown = inspect(trace, State(item.history, step), (card.key,))
                assert shown.is_selection
                assert shown.title
                assert shown.sentences
                assert all(fact.text for fact in (*shown.node, *shown.tensor))


def test_an_unknown_card_gives_way_to_the_step():
    shown = at(traces.line(), 13, "o999", "zzz", "t")
    assert not shown.is_selection
    assert shown.title == "MulBackward0"


def test_keys_of_cards_are_those_of_the_canvas():
    trace = traces.polynomial()
    history = trace.passes[0].history
    keys = {card.key for card in cards_of(history, trace.ops).cards}
    assert {card_of_node(history, node) for node in history.nodes} <= keys
    assert subject_of(history, "t1@o9").tensor == 1


def test_a_leaf_before_and_after_its_gradient():
    trace = traces.line()
    b = next(id for id, item in trace.passes[0].history.tensors.items() if item.name == "b")
    before, after = at(trace, 8, f"t{b}"), at(trace, 12, f"t{b}")
    assert texts(before.tensor)[".grad"] == "None"
    assert texts(after.tensor)[".grad"] == "12.0"
    assert after.accumulation.formula.plain == ".grad ← 12.0"
    assert texts(after.tensor)["is_leaf"] == "True"
    assert "waits" in before.sentences[-1]
    assert after.sentences[-1] == "AccumulateGrad ran as step 4 of 7 of the backward pass."


def test_a_ghost_has_no_grad_fn():
    trace = traces.untracked()
    op = next(op for _, op in trace.passes[0].history.ops.values() if op.untracked and op.op == "mul")
    shown = at(trace, 10, f"o{op.id}")
    assert texts(shown.node)["grad_fn"] == "None"
    assert texts(shown.tensor)["is_leaf"] == "True"
    assert "Not in the graph: it ran inside torch.no_grad()." in shown.sentences


def test_updates_count_versions():
    trace = traces.untracked()
    x = next(id for id, item in trace.passes[0].history.tensors.items() if item.name == "x")
    assert texts(at(trace, 10, f"t{x}").tensor)["version"] == "0"
    assert texts(at(trace, 11, f"t{x}").tensor)["version"] == "1"


def test_the_queue_stands_in_the_order_of_running():
    trace = traces.line()
    history = trace.passes[0].history
    for step in range(8, 15):
        shown = at(trace, step)
        assert shown.queue[0].key == card_of_node(history, history.runs[step - 8])


def test_large_values_are_shown_apart():
    shown = at(traces.matrix(), 7)
    assert [(item.title, item.value.shape) for item in shown.values] == [
        ("value", (8, 3)),
        ("gradient that arrived", (8, 3)),
    ]
