"""Whatever a step is about has a card that is drawn."""

import pytest

from gradviz.scene.cards import cards_of
from gradviz.trace.card_keys import card_of_event, card_of_node, card_of_tensor
from gradviz.trace.query import State
from tests import traces


@pytest.mark.parametrize("make", [traces.line, traces.polynomial, traces.accumulate_twice, traces.matrix])
def test_keys_are_those_of_the_canvas(make):
    trace = make()
    for item in trace.passes:
        history = item.history
        drawn = {card.key for card in cards_of(history, trace.ops).cards}
        assert {card_of_node(history, node) for node in history.nodes} <= drawn
        assert {card_of_tensor(history, tensor) for tensor in history.tensors} <= drawn
        about = [card_of_event(history, State(history, step).event) for step in range(1, history.steps + 1)]
        assert {key for key in about if key} <= drawn
        assert len(set(about)) > 2


def test_before_the_first_step_there_is_none():
    history = traces.line().passes[0].history
    assert card_of_event(history, State(history, 0).event) == ""
