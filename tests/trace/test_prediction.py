"""Questions about steps: asked where a person can know the answer, and only there."""

from collections import Counter

import pytest

from gradviz.session.lessons import lessons
from gradviz.trace.events import LeafAccumulated, NodeRan, TensorMade
from gradviz.trace.prediction import MOST_ELEMENTS, prediction_of
from tests import traces
from tests.recorder.test_numpy_engine import record


def asked(history):
    return {step: found for step in range(-1, history.steps + 2) if (found := prediction_of(history, step))}


def test_every_kind_of_step_of_a_line():
    history = traces.line().passes[0].history
    found = asked(history)
    assert {step: item.asks for step, item in found.items()} == dict.fromkeys(range(4, 16), "element") | {12: "node"}
    leaf = history.events[11].node
    assert leaf in found[12].choices
    assert len(found[12].choices) == 2
    assert list(found[12].choices) == sorted(found[12].choices), "the order must not tell"


def test_leaves_that_are_ready_together_are_asked_for_their_gradient():
    """Step 14: w and x wait with the same number, and only a heap knows which is first."""
    history = traces.line().passes[0].history
    assert len(history.queue(13)) == 2
    assert prediction_of(history, 14).asks == "element"
    assert prediction_of(history, 14).value.item() == 48.0


def test_large_tensors_are_asked_for_their_shape():
    history = traces.matrix().passes[0].history
    found = asked(history)
    assert all(item.value.size > MOST_ELEMENTS for item in found.values() if item.asks == "shape")
    assert all(item.value.size <= MOST_ELEMENTS for item in found.values() if item.asks == "element")
    assert Counter(item.asks for item in found.values())["shape"] >= 2


def test_what_draws_random_numbers_is_asked_for_its_shape():
    run = traces.Writer("y = dropout(x)\n")
    run.op("dropout", (run.tensor([1.0, 1.0], "x"),), [2.0, 0.0], name="y", node="DropoutBackward0")
    (found,) = asked(run.trace().passes[0].history).values()
    assert found.asks == "shape"


@pytest.mark.parametrize("lesson", lessons(), ids=lambda lesson: lesson.slug)
def test_the_next_node_of_every_lesson_follows_from_the_rule(lesson):
    """Dependencies counted here once more: of the ready nodes the one made last runs, and that is the answer."""
    for item in record(lesson.source())[0].passes:
        history = item.history
        for step, found in asked(history).items():
            if found.asks != "node":
                continue
            ran = {event.node for event in history.events[: step - 1] if isinstance(event, NodeRan | LeafAccumulated)}
            reached = {node for node, one in history.nodes.items() if one.ran <= history.steps}
            waiting = {
                edge.node for node in reached - ran for edge in history.nodes[node].node.edges if edge is not None
            }
            ready = reached - ran - waiting
            best = max(ready, key=lambda node: history.nodes[node].node.sequence)
            assert best == found.event.node
            assert set(found.choices) <= ready


def test_made_tensors_are_not_asked_about():
    history = traces.line().passes[0].history
    made = [step for step, event in enumerate(history.events, 1) if isinstance(event, TensorMade)]
    assert made
    assert not set(made) & asked(history).keys()
