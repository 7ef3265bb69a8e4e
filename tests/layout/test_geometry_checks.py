"""The checks themselves: what is planted is found, by comparison of every pair."""

from __future__ import annotations

from itertools import combinations
from types import MappingProxyType

import numpy as np

from gradviz.layout import Layout, Rect, lay_out
from tests.layout import corpus
from tests.layout.geometry_checks import edges_through_cards, overlapping_cards


def test_a_card_that_was_moved_over_others_is_found():
    layout = lay_out(corpus.scalar_mlp())
    rects = dict(layout.rects)
    mover, other = list(rects)[3], list(rects)[40]
    rects[mover] = rects[other].moved(5.0, -20.0)
    planted = Layout(MappingProxyType(rects), layout.routes, layout.bounds)
    found = {frozenset(pair) for pair in overlapping_cards(planted)}
    assert frozenset((mover, other)) in found
    assert found == {frozenset(pair) for pair in combinations(rects, 2) if rects[pair[0]].overlaps(rects[pair[1]])}


def test_edges_under_a_card_are_found_however_long_they_are():
    card = Rect(5_000.0, -20.0, 80.0, 40.0)
    routes = {
        ("long", "level", 0): np.array([(0.0, 0.0), (20_000.0, 0.0)]),
        ("short", "steep", 0): np.array([(5_010.0, -90.0), (5_030.0, 90.0)]),
        ("beside", "it", 0): np.array([(5_080.0, -90.0), (5_080.0, 90.0)]),
        ("above", "it", 0): np.array([(0.0, -20.0), (20_000.0, -20.0)]),
    }
    layout = Layout(MappingProxyType({"card": card}), MappingProxyType(routes), card)
    assert {edge[0] for edge, _ in edges_through_cards(layout)} == {"long", "short"}
