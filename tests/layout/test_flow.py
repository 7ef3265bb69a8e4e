"""The numbering: operands before consumers, in argument order, whatever the ids."""

from __future__ import annotations

import networkx as nx
import pytest

from gradviz.layout.flow import flows, main_operand, port_fraction
from tests.layout import corpus
from tests.layout.random_graphs import random_dag


def names(graph, flow):
    return [graph.nodes[node]["name"] for node in flow.nodes]


def test_the_walk_takes_operands_in_argument_order():
    graph = corpus.line()
    (flow,) = flows(graph, "right")
    assert names(graph, flow) == [
        "w", "x", "MulBackward0", "b", "AddBackward0", "SubBackward0", "PowBackward0",
    ]  # fmt: skip


def test_slots_count_and_not_the_order_of_insertion():
    graph = nx.MultiDiGraph()
    graph.add_nodes_from("xyz", size=(10, 10))
    graph.add_edge("y", "z", target_slot=(1, 2))
    graph.add_edge("x", "z", target_slot=(0, 2))
    (flow,) = flows(graph, "right")
    assert flow.nodes == ("x", "y", "z")


def test_outputs_are_walked_in_creation_order():
    graph = nx.MultiDiGraph()
    graph.add_node("late", size=(10, 10), order=2)
    graph.add_node("early", size=(10, 10), order=1)
    graph.add_node("x", size=(10, 10), order=0)
    graph.add_edge("x", "late")
    graph.add_edge("x", "early")
    (flow,) = flows(graph, "right")
    assert flow.nodes == ("x", "early", "late")


def test_every_arc_runs_from_a_lower_to_a_higher_number():
    for seed in range(100):
        graph = random_dag(seed)
        parts = flows(graph, "right")
        assert sum(len(flow.nodes) for flow in parts) == len(graph)
        assert sum(len(flow.arcs) for flow in parts) == graph.number_of_edges()
        assert {frozenset(flow.nodes) for flow in parts} == set(map(frozenset, nx.weakly_connected_components(graph)))
        assert all(arc.tail < arc.head for flow in parts for arc in flow.arcs)


@pytest.mark.parametrize(
    ("count", "main", "expected"),
    [(2, None, [1 / 3, 2 / 3]), (2, 0, [0.5, 0.75]), (2, 1, [0.25, 0.5]), (3, 1, [0.25, 0.5, 0.75]), (1, 0, [0.5])],
)
def test_the_main_operand_enters_in_the_middle(count, main, expected):
    assert [port_fraction(index, count, main) for index in range(count)] == pytest.approx(expected)


def test_the_main_operand_is_the_one_deepest():
    depth = [0, 2, 1, 2]
    assert main_operand([0, 1, 2], depth) == 1
    assert main_operand([1, 3], depth) is None
    assert main_operand([0, 0], depth) is None
    assert main_operand([], depth) is None


def test_down_exchanges_the_sizes():
    graph = corpus.line()
    (right,), (down,) = flows(graph, "right"), flows(graph, "down")
    assert (right.length, right.breadth) == (down.breadth, down.length)


def test_a_reader_follows_the_sum_of_losses_and_not_the_newest_of_them():
    """Each loss is deeper than the sum before it, but only as a branch of the path through the steps."""
    tape = corpus.Tape()
    h, total = tape.leaf("h"), None
    sums = []
    for _ in range(8):
        h = tape.op("tanh", tape.op("mul", h, tape.leaf("w")))
        loss = tape.op("mse", h, tape.leaf("y"))
        total = loss if total is None else tape.op("add", total, loss)
        sums.append(total)
    (flow,) = flows(tape.graph, "right")
    main = {flow.nodes[arc.head]: flow.nodes[arc.tail] for arc in flow.arcs if arc.main}
    assert [main[total] for total in sums[3:-1]] == sums[2:-2]
    assert main[h] == h - 1, "the path through the steps is not left"


def test_a_residual_connection_is_no_main_path():
    tape = corpus.Tape()
    x = tape.op("relu", tape.leaf("x"))
    block = tape.op("mul", tape.op("tanh", tape.op("mul", x, tape.leaf("w"))), tape.leaf("v"))
    end = tape.op("add", x, block)
    (flow,) = flows(tape.graph, "right")
    assert [flow.nodes[arc.tail] for arc in flow.arcs if arc.main and flow.nodes[arc.head] == end] == [block]
