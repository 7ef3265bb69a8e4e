"""What a picture costs: each fault that a designer would name makes it dearer."""

from __future__ import annotations

import pytest

from gradviz.layout.appearance import cost, equal_pair, strength
from gradviz.layout.flow import flows
from gradviz.layout.layered import layered
from gradviz.layout.ranking import rank
from tests.layout import corpus


def graph_of(tape: corpus.Tape):
    (flow,) = flows(tape.graph, "right")
    return layered(flow, rank(flow))


def test_a_level_chain_costs_nothing_and_a_step_costs():
    graph = graph_of_chain()
    assert cost(graph, [0.0, 0.0, 0.0]) == 0
    assert cost(graph, [0.0, 10.0, 10.0]) < cost(graph, [0.0, 20.0, 20.0])
    assert cost(graph, [0.0, 10.0, 10.0]) < cost(graph, [0.0, 10.0, 0.0])


def graph_of_chain():
    tape = corpus.Tape()
    tape.op("ExpBackward0", tape.op("SinBackward0", tape.leaf("x")))
    return graph_of(tape)


def test_equal_operands_are_cheapest_when_they_are_symmetric():
    tape = corpus.Tape()
    tape.op("MulBackward0", tape.leaf("a"), tape.leaf("b"))
    graph = graph_of(tape)
    assert equal_pair(graph.before[2])
    middle = cost(graph, [-34.0, 34.0, 0.0])
    assert middle < cost(graph, [-34.0, 34.0, 30.0])
    assert middle == pytest.approx(cost(graph, [0.0, 68.0, 34.0]))


def test_bends_hold_more_than_main_paths_and_those_more_than_side_operands():
    (flow,) = flows(corpus.resnet(2), "right")
    graph = layered(flow, rank(flow))
    kinds = {"bend": set(), "main": set(), "side": set()}
    for segments in graph.after:
        for segment in segments:
            ends = graph.is_bend(segment.tail) and graph.is_bend(segment.head)
            kinds["bend" if ends else "main" if segment.main else "side"].add(strength(graph, segment))
    assert min(kinds["bend"]) > max(kinds["main"]) > max(kinds["side"])
