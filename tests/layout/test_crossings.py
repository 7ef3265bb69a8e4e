"""Crossings counted pair by pair."""

from __future__ import annotations

import itertools
import random

from gradviz.layout.crossings import crossings, swap_gain
from tests.layout.random_graphs import random_layered


def pair_by_pair(graph, layer, position) -> int:
    segments = [segment for vertex in layer for segment in graph.after[vertex]]
    count = 0
    for a, b in itertools.combinations(segments, 2):
        start = (position[a.tail] + a.tail_place) - (position[b.tail] + b.tail_place)
        end = (position[a.head] + a.head_place) - (position[b.head] + b.head_place)
        count += start * end < 0
    return count


def test_crossings_are_counted_right():
    rng = random.Random(5)
    checked = 0
    for graph in random_layered(range(120)):
        layers = graph.layers()
        position = [0] * len(graph.level)
        for layer in layers:
            rng.shuffle(layer)
            for at, vertex in enumerate(layer):
                position[vertex] = at
        for layer in layers:
            assert crossings(graph, layer, position) == pair_by_pair(graph, layer, position)
            checked += 1
    assert checked > 300


def test_swap_gain_is_the_difference_of_counts():
    rng = random.Random(7)
    for _ in range(500):
        upper = sorted(rng.choices(range(6), k=rng.randrange(5)))
        lower = sorted(rng.choices(range(6), k=rng.randrange(5)))
        now = sum(a > b for a in upper for b in lower)
        after = sum(a < b for a in upper for b in lower)
        assert swap_gain(upper, lower) == now - after
