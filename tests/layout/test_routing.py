"""Routes: level beside cards and inside layers, slanted only between layers."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from gradviz.layout import lay_out
from gradviz.layout.routing import without_idle_points
from tests.layout import corpus


def test_idle_points_are_dropped_and_bends_stay():
    points = [(0.0, 1.0), (0.0, 1.0), (2.0, 1.0), (5.0, 1.0), (9.0, 4.0), (12.0, 4.0), (12.0, 4.0)]
    assert without_idle_points(points) == [(0.0, 1.0), (5.0, 1.0), (9.0, 4.0), (12.0, 4.0)]
    assert without_idle_points([(0.0, 1.0), (5.0, 1.0)]) == [(0.0, 1.0), (5.0, 1.0)]


@pytest.mark.parametrize("name", list(corpus.SMALL))
def test_slanted_pieces_lie_between_the_columns_of_cards(name):
    layout = lay_out(corpus.SMALL[name]())
    cards = np.array([(rect.x, rect.right) for rect in layout.rects.values()])
    for route in layout.routes.values():
        for (x0, y0), (x1, y1) in pairwise(route):
            if y0 != y1:
                assert not ((cards[:, 0] < x1 - 1e-6) & (cards[:, 1] > x0 + 1e-6)).any()
