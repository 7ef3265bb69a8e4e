"""Long arcs cut into segments, and the trunk that a much used leaf shares."""

from __future__ import annotations

from itertools import pairwise

from gradviz.layout.flow import flows
from gradviz.layout.layered import layered
from gradviz.layout.ranking import rank
from tests.layout import corpus
from tests.layout.random_graphs import random_layered


def test_each_segment_spans_one_layer_and_each_arc_is_whole():
    for graph in random_layered(range(120)):
        for segments in graph.after:
            assert all(graph.level[segment.head] == graph.level[segment.tail] + 1 for segment in segments)
        pairs = {(segment.tail, segment.head) for segments in graph.after for segment in segments}
        for arc, bends in zip(graph.flow.arcs, graph.bends, strict=True):
            path = [arc.tail, *bends, arc.head]
            assert [graph.level[vertex] for vertex in path] == list(
                range(graph.level[arc.tail], graph.level[arc.head] + 1)
            )
            assert set(pairwise(path)) <= pairs


def test_both_sides_list_the_same_segments():
    for graph in random_layered(range(60)):
        after = sorted(id(segment) for segments in graph.after for segment in segments)
        before = sorted(id(segment) for segments in graph.before for segment in segments)
        assert after == before


def test_a_leaf_with_many_uses_has_one_trunk():
    (flow,) = flows(corpus.rnn(10), "right")
    graph = layered(flow, rank(flow))
    shared = [node for node in range(len(flow.nodes)) if flow.is_shared_leaf(node)]
    assert shared
    lengths = []
    for leaf in shared:
        paths = [bends for arc, bends in zip(flow.arcs, graph.bends, strict=True) if arc.tail == leaf]
        longest = max(paths, key=len)
        assert all(path == longest[: len(path)] for path in paths)
        lengths.append(len(longest))
    assert max(lengths) > 5
