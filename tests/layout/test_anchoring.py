"""Nothing jumps: what is on screen stays when the program grows."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

from gradviz.layout import Layout, lay_out, split_shared
from tests.layout import corpus
from tests.layout.geometry_checks import check, drawn_crossings
from tests.layout.random_graphs import random_dag

NAMES = ["line", "quadratic", "mlp", "rnn 6", "transformer", "resnet", "scalar mlp", "fan 12", "rnn 20"]


def graph_of(name: str) -> nx.MultiDiGraph:
    return {**corpus.SMALL, **corpus.LARGE}[name]()


def grown(graph: nx.MultiDiGraph, *arguments: int) -> nx.MultiDiGraph:
    """The graph after one more line: an operation on some of its nodes."""
    result = graph.copy()
    node = max(graph) + 1
    result.add_node(node, size=(107, 40), order=node, name="AddBackward0")
    for index, argument in enumerate(arguments):
        result.add_edge(argument, node, target_slot=(index, len(arguments)))
    return result


def moves(before: Layout, after: Layout) -> list[float]:
    return [
        max(abs(rect.x - after.rects[node].x), abs(rect.y - after.rects[node].y))
        for node, rect in before.rects.items()
        if node in after.rects
    ]


def output(graph: nx.MultiDiGraph) -> int:
    return max(node for node in graph if graph.out_degree(node) == 0)


@pytest.mark.parametrize("direction", ["right", "down"])
@pytest.mark.parametrize("name", NAMES)
def test_the_same_graph_stays_as_it_is(name, direction):
    graph = graph_of(name)
    first = lay_out(graph, direction=direction)
    second = lay_out(graph, direction=direction, previous=first)
    assert max(moves(first, second)) < 1e-6
    for edge, points in first.routes.items():
        assert np.allclose(points, second.routes[edge], atol=1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_an_appended_line_moves_nothing(name):
    graph = graph_of(name)
    first = lay_out(graph)
    bigger = grown(graph, output(graph))
    second = lay_out(bigger, previous=first)
    check(bigger, second)
    assert max(moves(first, second)) < 1e-6


@pytest.mark.parametrize("name", NAMES)
def test_using_an_old_tensor_again_moves_cards_by_little(name):
    """dot moves cards by 163 to 308 px here and swaps a third of the neighbours."""
    graph = graph_of(name)
    first = lay_out(graph)
    operations = sorted(node for node in graph if graph.in_degree(node))
    bigger = grown(graph, output(graph), operations[len(operations) // 2 - 1])
    second = lay_out(bigger, previous=first)
    check(bigger, second)
    assert max(moves(first, second)) <= 6
    assert drawn_crossings(second) <= 1.5 * drawn_crossings(lay_out(bigger)) + 3


def test_a_few_crossings_are_no_reason_to_draw_a_large_picture_anew():
    graph = nx.convert_node_labels_to_integers(split_shared(corpus.scalar_mlp(8, 3, 12)))
    first = lay_out(graph)
    operations = [node for node in graph if graph.in_degree(node)]
    second = lay_out(grown(graph, output(graph), operations[len(operations) // 2 - 1]), previous=first)
    assert max(moves(first, second)) < 1e-6


@pytest.mark.parametrize("name", NAMES)
def test_a_new_card_moves_no_card_far(name):
    graph = graph_of(name)
    first = lay_out(graph)
    bigger = grown(graph, 0)
    second = lay_out(bigger, previous=first)
    check(bigger, second)
    assert max(moves(first, second)) <= 68, "one card and its gap at most"


def test_a_part_of_its_own_moves_nothing():
    graph = corpus.mlp()
    first = lay_out(graph)
    second = lay_out(nx.disjoint_union(graph, corpus.line()), previous=first)
    assert max(moves(first, second)) < 1e-6


def test_random_graphs_stay_legal_and_known_cards_keep_their_order():
    for seed in range(200):
        graph = random_dag(seed)
        if not graph:
            continue
        first = lay_out(graph)
        bigger = grown(graph, seed % len(graph), (seed * 7) % len(graph))
        second = lay_out(bigger, previous=first)
        check(bigger, second)
        smaller = graph.subgraph(list(graph)[: len(graph) // 2 + 1]).copy()
        check(smaller, lay_out(smaller, previous=first))


@pytest.mark.parametrize("name", ["line", "mlp", "transformer", "scalar mlp", "fan 12"])
def test_a_program_typed_node_by_node_ends_near_the_best_picture(name):
    graph = graph_of(name)
    layout = None
    for count in range(1, len(graph) + 1):
        part = graph.subgraph(list(graph)[:count]).copy()
        layout = lay_out(part, previous=layout)
    best = lay_out(graph)
    assert layout.bounds.height <= 1.5 * best.bounds.height + 100
    assert drawn_crossings(layout) <= 1.5 * drawn_crossings(best) + 5
    check(graph, layout)
