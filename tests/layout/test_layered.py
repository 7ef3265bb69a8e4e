"""Long arcs cut into segments, the trunk that a much used leaf shares, and the cables of crowded cards."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from gradviz.layout import lay_out, split_shared
from gradviz.layout.flow import flows
from gradviz.layout.layered import Layered, crowded, layered
from gradviz.layout.ranking import rank
from tests.layout import corpus
from tests.layout.geometry_checks import check
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


def unfolded(steps: int) -> Layered:
    """nn.RNN unfolded: its many steps come from one card and end in another."""
    flow = max(flows(split_shared(corpus.rnn_layer(steps)), "right"), key=lambda flow: len(flow.nodes))
    return layered(flow, rank(flow))


def test_many_long_arcs_of_one_card_are_one_cable():
    graph = unfolded(40)
    cables = crowded(graph.flow, graph.level[: graph.cards])
    assert len(cables.leaving) == len(cables.arriving) == 1
    bends = {bend for path in graph.bends for bend in path}
    assert len(bends) == len(graph.level) - graph.cards
    per_layer = Counter(graph.level[bend] for bend in bends)
    assert max(per_layer.values()) == 2, "one line from the unbind and one to the stack"
    for arc, path in zip(graph.flow.arcs, graph.bends, strict=True):
        levels = [graph.level[vertex] for vertex in (arc.tail, *path, arc.head)]
        assert levels == list(range(levels[0], levels[-1] + 1))


def test_each_piece_of_a_cable_counts_the_arcs_on_it():
    graph = unfolded(40)
    pieces = Counter()
    for arc, path in zip(graph.flow.arcs, graph.bends, strict=True):
        pieces.update(pairwise([arc.tail, *path, arc.head]))
    counted = Counter()
    for segments in graph.after:
        for segment in segments:
            counted[segment.tail, segment.head] += segment.arcs
    assert counted == pieces


def test_a_few_lines_stay_lines_of_their_own():
    graph = unfolded(10)
    cables = crowded(graph.flow, graph.level[: graph.cards])
    assert not cables.leaving
    assert not cables.arriving
    parts = [path for arc, path in zip(graph.flow.arcs, graph.bends, strict=True) if arc.tail_port and path]
    assert len(parts) > 5
    assert len({bend for path in parts for bend in path}) == sum(map(len, parts))


def test_a_recurrent_layer_of_a_hundred_steps_is_a_band():
    graph = split_shared(corpus.rnn_layer())
    layout = lay_out(graph)
    check(graph, layout)
    assert layout.bounds.height < 600
