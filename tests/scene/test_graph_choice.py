"""The forward graph alone, the backward graph alone: held to the record's ops and to `next_functions`."""

from collections import Counter

import pytest

from gradviz.scene.cards import Options
from gradviz.scene.roles import FLOW_STYLES, Flow, Role
from gradviz.scene.scene import picture
from tests import traces


def pictures(graph):
    for name, make in traces.ALL.items():
        trace = make()
        for item in trace.passes:
            yield name, item.history, picture(item.history, trace, Options(graph=graph, chips=False))


def test_the_backward_graph_is_next_functions():
    for name, history, scene in pictures("backward"):
        made = {item.id for _, op in history.ops.values() if (item := op.node) is not None}
        made |= {number for number, item in history.nodes.items() if item.node.leaf is not None}
        assert {card.node for card in scene.cards} == made, name
        edges = Counter(
            (node, edge.node)
            for node in made
            for edge in history.nodes[node].node.edges
            if edge is not None and edge.node in made
        )
        links = Counter((scene.cards[link.target].node, scene.cards[link.source].node) for link in scene.table.links)
        assert links == edges, name


def test_the_forward_graph_shows_each_op_and_no_gradient():
    for name, history, scene in pictures("forward"):
        tracked = {op.id for _, op in history.ops.values() if op.node is not None}
        shown = {card.op.id for card in scene.cards if card.op is not None}
        assert tracked <= shown, name
        for step in range(history.steps + 1):
            look = scene.look(step)
            assert all(scene.pill(link, step) is None for link in range(len(scene.table.links))), name
            flows = {Flow(int(flow)) for flow in look.links}
            assert {FLOW_STYLES[flow].arrow for flow in flows} <= {"target", ""}, name
            assert not {Role.WAITING, Role.READY, Role.DONE} & {Role(int(role)) for role in look.cards}, name
            texts = [run.text for card in range(len(scene.cards)) for run in scene.face(card, look).runs]
            assert not any("Backward" in text or text.startswith(("←", "grad ")) for text in texts), name


@pytest.mark.parametrize("graph", ["forward", "backward"])
def test_cards_are_called_the_same_so_that_they_keep_their_places(graph):
    trace = traces.line()
    history = trace.passes[-1].history
    both = picture(history, trace)
    one = picture(history, trace, Options(graph=graph))
    assert [card.identity for card in one.cards] == [card.identity for card in both.cards]


def test_arrows_of_the_backward_graph_point_to_where_the_gradient_goes():
    trace = traces.line()
    scene = picture(trace.passes[-1].history, trace, Options(graph="backward"))
    before = scene.look(scene.history.backward_began - 1)
    assert {Flow(int(flow)) for flow in before.links} == {Flow.AWAITED}
    assert {card.title for card in scene.cards} == {
        "AccumulateGrad", "MulBackward0", "AddBackward0", "SubBackward0", "PowBackward0",
    }  # fmt: skip
    texts = {run.text for card in range(len(scene.cards)) for run in scene.face(card, before).runs}
    assert {"sequence 0", "adds to .grad", "x", "w"} <= texts
