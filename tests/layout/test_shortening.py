"""Wide graphs: the total rise of the edges against least squares, in the order and the gaps that were asked for."""

from __future__ import annotations

from itertools import pairwise, product

import networkx as nx
import pytest

from gradviz.layout import Gaps
from gradviz.layout.flow import flows
from gradviz.layout.layered import Layered, layered
from gradviz.layout.ordering import ordered
from gradviz.layout.placement import Placement, Start
from gradviz.layout.ranking import rank
from gradviz.layout.shortening import Shortening
from tests.layout import corpus


def cut(graph: nx.MultiDiGraph) -> Layered:
    (flow,) = flows(graph, "right")
    return layered(flow, rank(flow))


def rise(graph: Layered, middle: list[float]) -> float:
    """What the edges rise and fall in all, trunks counted once for each arc on them."""
    total = 0.0
    for arc, bends in zip(graph.flow.arcs, graph.bends, strict=True):
        levels = [middle[arc.tail] + arc.tail_port, *(middle[bend] for bend in bends), middle[arc.head] + arc.head_port]
        total += sum(abs(b - a) for a, b in pairwise(levels))
    return total


def settled(kind: type[Placement], graph: Layered, layers: list[list[int]]) -> list[float]:
    placement = kind(graph, layers, Gaps(), {})
    placement.settle_all(Start.OPERANDS)
    return placement.middle


def test_a_forest_with_shared_leaves_has_shorter_edges_than_by_least_squares():
    graph = cut(corpus.scalar_mlp(8, 3, 12))
    layers = ordered(graph)
    assert rise(graph, settled(Shortening, graph, layers)) < 0.6 * rise(graph, settled(Placement, graph, layers))


def test_order_and_gaps_are_kept():
    graph = cut(corpus.scalar_mlp(8, 3, 12))
    placement = Shortening(graph, ordered(graph), Gaps(), {})
    placement.settle_all(Start.OPERANDS)
    placement.straighten(200.0)
    for layer in placement.layers:
        for upper, lower in pairwise(layer):
            least = placement.offset[lower] - placement.offset[upper]
            assert placement.middle[lower] - placement.middle[upper] >= least - 1e-6


def test_one_far_neighbour_does_not_outweigh_two_near_ones():
    """The sum of the rises is least at the median, the sum of their squares at the mean."""
    tape = corpus.Tape()
    x = tape.leaf("x")
    for _ in range(3):
        tape.op("SinBackward0", x)
    graph = cut(tape.graph)
    layers = ordered(graph)
    placement = Shortening(graph, layers, Gaps(), {})
    terms = layers[1]
    for term, at in zip(terms, (0.0, 100.0, 9_000.0), strict=True):
        placement.middle[term] = at
    best = min(range(0, 9_001, 100), key=lambda at: sum(abs(at - there) for there in (0, 100, 9_000)))
    for _ in range(40):
        placement.settle(layers[0], before=True, after=True)
    assert placement.middle[layers[0][0]] == pytest.approx(best, abs=600)


def test_a_segment_knows_how_many_arcs_are_drawn_on_it():
    for make, uses in product((corpus.rnn, corpus.fan), (5, 9)):
        graph = cut(make(uses))
        drawn = sum(len(bends) + 1 for bends in graph.bends)
        assert sum(segment.arcs for segments in graph.after for segment in segments) == drawn
