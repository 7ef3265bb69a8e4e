import random

import pytest

from gradviz.trace.events import BackwardBegan, LeafAccumulated, NodeRan
from gradviz.trace.history import History
from gradviz.trace.passes import Pass
from tests import traces


def only_pass(trace) -> History:
    (item,) = trace.passes
    return item.history


def names(history, nodes):
    return [history.nodes[node].node.name for node in nodes]


def test_the_ready_queue_of_the_line():
    history = only_pass(traces.line())
    queues = [names(history, history.queue(step)) for step in range(history.steps + 1)]
    began = history.backward_began
    assert queues[:began] == [[]] * began
    assert queues[began:] == [
        ["PowBackward0"],
        ["SubBackward0"],
        ["AddBackward0"],
        ["AccumulateGrad", "MulBackward0"],
        ["MulBackward0"],
        ["AccumulateGrad", "AccumulateGrad"],
        ["AccumulateGrad"],
        [],
        [],
    ]


def test_each_node_is_waiting_then_ready_then_running_then_done():
    order = ["idle", "waiting", "ready", "running", "done"]
    for make in (traces.line, traces.polynomial, traces.untracked, traces.matrix):
        history = only_pass(make())
        for node in history.runs:
            seen = [history.status(node, step) for step in range(history.steps + 1)]
            assert seen.count("running") == 1
            ranks = [order.index(status) for status in seen]
            assert ranks == sorted(ranks)


def test_contributions_meet_in_order_of_arrival():
    history = only_pass(traces.polynomial())
    leaf = next(node for node, item in history.nodes.items() if item.node.leaf is not None)
    arrived = history.buffer(leaf, history.steps)
    assert [item.value.item() for item in arrived] == [4.0, 12.0]
    assert [history.remaining(leaf, item.step) for item in arrived] == [1, 0]
    assert history.gradient_in(leaf, history.steps)[0].item() == 16.0


def test_a_square_has_two_edges_into_its_leaf():
    first, second = traces.accumulate_twice().passes
    history = first.history
    (node,) = [node for node, item in history.nodes.items() if item.node.name == "MulBackward0"]
    (leaf,) = [node for node, item in history.nodes.items() if item.node.leaf is not None]
    assert [edge.node for edge in history.nodes[node].node.edges] == [leaf, leaf]
    assert history.nodes[leaf].dependencies == 2
    assert history.edge_gradient(node, 0, history.steps).item() == 3.0
    assert second.history.tensors[first.events[0].tensor].gradients.at(0).item() == 6.0, "carried over"


def test_phases_and_lines():
    history = only_pass(traces.untracked())
    assert history.phase(0) == "forward"
    assert history.phase(history.backward_began) == "backward"
    assert history.phase(history.backward_ended) == "backward"
    assert history.phase(history.steps) == "update"
    for step in range(1, history.steps + 1):
        assert history.source(step) is not None
    ran = next(step for step in range(1, history.steps + 1) if isinstance(history.events[step - 1], NodeRan))
    assert history.source(ran).line == 8, "a backward step belongs to the line of its forward"


def test_nothing_is_known_before_it_happened():
    history = only_pass(traces.line())
    for step in range(history.steps + 1):
        for node in history.nodes:
            ran = history.nodes[node].ran <= step
            assert bool(history.gradient_in(node, step)) == ran
            for position in range(len(history.nodes[node].node.edges)):
                if history.edge_gradient(node, position, step) is not None:
                    assert ran


@pytest.mark.parametrize("name", traces.ALL)
def test_a_step_shows_the_same_however_one_gets_there(name):
    """The state of a prefix of the record is the state of the whole record at that step."""
    for item in traces.ALL[name]().passes:
        whole = item.history
        steps = list(range(whole.steps + 1))
        random.Random(1).shuffle(steps)
        for step in steps:
            prefix = History(Pass(item.number, item.carried, item.events[:step]))
            assert look(prefix, step) == look(whole, step)


def look(history: History, step: int):
    tensors = {
        tensor: (item.values.at(step), item.versions.at(step), item.gradients.at(step), item.requires_grad.at(step))
        for tensor, item in history.tensors.items()
        if item.made <= step
    }
    nodes = {
        node: (history.status(node, step), history.gradient_in(node, step), history.buffer(node, step))
        for node, item in history.nodes.items()
        if item.made <= step
    }
    return tensors, nodes, history.phase(step), set(history.queue(step))


def test_a_long_chain_is_no_recursion():
    history = only_pass(traces.chain(20_000))
    assert len(history.runs) == 20_001
    assert isinstance(history.events[history.backward_began - 1], BackwardBegan)
    assert isinstance(history.nodes[history.runs[-1]].event, LeafAccumulated)
