"""Runs: as few straight pieces as fit, ports meeting."""

from __future__ import annotations

from math import inf

import pytest

from gradviz.layout.straightening import Walls, runs, straight_paths
from tests.layout.random_graphs import random_layered


def test_a_path_is_cut_only_where_no_level_fits():
    rooms = {0: (0.0, 5.0), 1: (3.0, 9.0), 2: (6.0, 8.0), 3: (-inf, inf)}
    found = list(runs([(0, 0.0), (1, 0.0), (2, 0.0), (3, 0.0)], rooms.__getitem__))
    assert [[vertex for vertex, _ in run] for run, _, _ in found] == [[0, 1], [2, 3]]
    assert [(low, high) for _, low, high in found] == [(3.0, 5.0), (6.0, 8.0)]


def test_steps_make_ports_meet():
    ((run, low, high),) = runs([(0, 0.0), (1, -10.0), (2, 4.0)], lambda vertex: (0.0, 100.0))
    assert run == [(0, 0.0), (1, -10.0), (2, -6.0)]
    assert (low, high) == (10.0, 100.0)


def test_rounding_does_not_cut():
    rooms = {0: (0.1 + 0.2, 1.0), 1: (0.0, 0.3)}
    assert len(list(runs([(0, 0.0), (1, 0.0)], rooms.__getitem__))) == 1


def test_walls_leave_room_for_what_stands_between():
    middle, offset = [0.0, 40.0, 90.0, 200.0], [0.0, 50.0, 100.0, 150.0]
    walls = Walls([[0, 1, 2, 3]], middle, offset, inf)
    assert walls.room(2) == (-inf, inf)
    walls.add(0)
    walls.add(3)
    assert walls.room(2) == (100.0, 150.0)
    assert walls.room(3) == (200.0, 200.0)
    assert Walls([[0, 1, 2, 3]], middle, offset, 7.0).room(1) == (33.0, 47.0)


def test_paths_cover_every_vertex_once():
    for graph in random_layered(range(80)):
        paths = straight_paths(graph, [0.0] * len(graph.level))
        assert sorted(vertex for path in paths for vertex, _ in path) == list(range(len(graph.level)))
        for path in paths:
            levels = [graph.level[vertex] for vertex, _ in path]
            assert levels == list(range(levels[0], levels[0] + len(path)))


def test_a_run_of_one():
    ((run, low, high),) = runs([(7, 0.0)], lambda vertex: (1.0, 2.0))
    assert run == [(7, 0.0)]
    assert (low, high) == pytest.approx((1.0, 2.0))
