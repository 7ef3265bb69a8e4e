"""Shared leaves taken apart: every use keeps its meaning, and the knot is gone."""

from __future__ import annotations

import networkx as nx
import pytest

from gradviz.layout import lay_out, split_shared
from tests.layout import corpus
from tests.layout.geometry_checks import drawn_crossings


def test_each_use_of_a_shared_leaf_gets_a_chip():
    graph = corpus.rnn(6)
    before = nx.to_dict_of_dicts(graph)
    split = split_shared(graph, uses=3)
    assert nx.to_dict_of_dicts(graph) == before, "a pure function"
    shared = [node for node in graph if graph.in_degree(node) == 0 and graph.out_degree(node) >= 3]
    assert shared
    for leaf in shared:
        assert split.degree(leaf) == 0
        chips = [node for node, of in split.nodes(data="chip_of") if of == leaf]
        assert len(chips) == graph.out_degree(leaf)
        assert all(split.out_degree(chip) == 1 and split.in_degree(chip) == 0 for chip in chips)
        assert all(split.nodes[chip]["name"] == graph.nodes[leaf]["name"] for chip in chips)


def test_edges_keep_their_slots():
    graph = corpus.rnn(6)
    split = split_shared(graph)

    def meaning(some):
        return sorted(
            (some.nodes[tail].get("chip_of", tail), head, key, data["target_slot"])
            for tail, head, key, data in some.edges(keys=True, data=True)
        )

    assert meaning(split) == meaning(graph)


def test_few_uses_and_operations_stay_whole():
    graph = corpus.quadratic()
    split = split_shared(graph, uses=3)
    assert nx.utils.graphs_equal(split, graph)
    operation = corpus.Tape()
    x = operation.op("SinBackward0", operation.leaf("x"))
    for _ in range(5):
        operation.op("CosBackward0", x)
    assert nx.utils.graphs_equal(split_shared(operation.graph), operation.graph)


def test_one_operation_that_uses_a_leaf_three_times():
    tape = corpus.Tape()
    x = tape.leaf("x")
    tape.op("StackBackward0", x, x, x)
    split = split_shared(tape.graph)
    layout = lay_out(split)
    chips = [node for node, of in split.nodes(data="chip_of") if of == x]
    assert len(chips) == 3
    assert [layout.rects[chip].y for chip in chips] == sorted(layout.rects[chip].y for chip in chips)


def test_chips_may_be_smaller():
    split = split_shared(corpus.rnn(4), chip_size=lambda size: (size[0] / 2, 20))
    for _, data in split.nodes(data=True):
        if "chip_of" in data:
            assert data["size"][1] == 20


def test_uses_must_be_positive():
    with pytest.raises(ValueError, match="uses"):
        split_shared(corpus.line(), uses=0)


def test_the_knot_is_gone():
    tangled, loose = drawn_crossings(lay_out(corpus.rnn(12))), drawn_crossings(lay_out(split_shared(corpus.rnn(12))))
    assert loose < tangled / 4
