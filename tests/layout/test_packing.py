"""Parts of a graph beside each other: no overlap, reading order, a shelf for cards without an edge."""

from __future__ import annotations

import itertools
import random

import networkx as nx
import pytest

from gradviz.layout import Rect, lay_out
from gradviz.layout.packing import bounds, packed
from tests.layout import corpus
from tests.layout.geometry_checks import check


def boxes(sizes, corners):
    return [Rect(x, y, width, height) for (width, height), (x, y) in zip(sizes, corners, strict=True)]


def test_rows_keep_order_and_distance():
    rng = random.Random(1)
    for count in range(12):
        sizes = [(rng.uniform(10, 300), rng.uniform(10, 200)) for _ in range(count)]
        found = boxes(sizes, packed(sizes, 20))
        for a, b in itertools.combinations(found, 2):
            assert b.x >= a.right + 20 - 1e-9 or b.y >= a.bottom + 20 - 1e-9, "b is right of a or below"


def test_many_equal_boxes_make_about_a_screen():
    sizes = [(100.0, 50.0)] * 200
    frame = bounds(boxes(sizes, packed(sizes, 20)))
    assert 1.2 < frame.width / frame.height < 2.2


def test_bounds_of_nothing():
    assert bounds([]) == Rect(0, 0, 0, 0)


@pytest.mark.parametrize("direction", ["right", "down"])
def test_cards_without_an_edge_stand_below_the_graph(direction):
    graph = corpus.line()
    for name in "pqr":
        graph.add_node(name, size=(112, 62), name=name)
    layout = lay_out(graph, direction=direction)
    check(graph, layout, direction)
    lowest = max(layout.rects[node].bottom for node in corpus.line())
    shelf = [layout.rects[name] for name in "pqr"]
    assert all(rect.y > lowest for rect in shelf)
    assert [rect.x for rect in shelf] == sorted(rect.x for rect in shelf)
    assert len({rect.y for rect in shelf}) == 1


def test_a_small_part_gives_way_to_one_that_has_grown():
    graph = nx.disjoint_union(corpus.mlp(), corpus.square_by_product())
    first = lay_out(graph)
    bigger = graph.copy()
    for number in range(6):
        bigger.add_node(("new", number), size=(100, 40), order=1000 + number)
        bigger.add_edge(10, ("new", number), target_slot=(0, 1))
    second = lay_out(bigger, previous=first)
    check(bigger, second)
    moved = [node for node in corpus.mlp() if abs(second.rects[node].y - first.rects[node].y) > 150]
    assert not moved


def test_first_lines_of_a_program_stand_in_a_row_and_move_below_the_graph():
    graph = nx.MultiDiGraph()
    layout = None
    for order, name in enumerate("wxb"):
        graph.add_node(name, size=(112, 62), order=order)
        layout = lay_out(graph, previous=layout)
        assert {rect.y for rect in layout.rects.values()} == {0.0}
    assert layout.rects["w"].x < layout.rects["x"].x < layout.rects["b"].x
    graph.add_node("mul", size=(124, 62), order=3)
    graph.add_edge("w", "mul", target_slot=(0, 2))
    graph.add_edge("x", "mul", target_slot=(1, 2))
    layout = lay_out(graph, previous=layout)
    check(graph, layout)
    assert layout.rects["b"].y > layout.rects["x"].bottom


def test_the_shelf_stays_while_nothing_reaches_it():
    graph = corpus.line()
    graph.add_node("p", size=(112, 62), name="p")
    first = lay_out(graph)
    graph.add_node("more", size=(100, 40))
    graph.add_edge(6, "more", target_slot=(0, 1))
    assert lay_out(graph, previous=first).rects["p"] == first.rects["p"]
