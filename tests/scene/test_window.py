"""Which stretch a picture shows, and when it stays."""

from dataclasses import replace

import numpy as np

from gradviz.scene.landscape import cut_of
from gradviz.scene.leaf_path import Iterates
from gradviz.scene.slices import Slice
from gradviz.scene.window import Window, window_for
from tests import descents


def over(passes):
    return cut_of(descents.minimum(passes), 0, Slice("leaf", ("x",)), Iterates())


def test_the_way_lies_within_with_air():
    window = window_for(over(60))
    assert window.low_x < -0.75 < 6.0 < window.high_x


def test_it_stays_while_the_way_does_not_come_near_its_edge():
    first = window_for(over(2))
    assert window_for(over(3), first) is not first, "the third one is at the edge"
    later = window_for(over(20), first)
    assert window_for(over(60), later) is later


def test_one_much_too_large_is_made_anew():
    assert window_for(over(60), Window(-500.0, 500.0)) != Window(-500.0, 500.0)


def test_a_way_that_diverges_leaves_a_picture_to_look_at():
    cut = over(60)
    wild = replace(cut, whole=np.concatenate([cut.whole, [[1e30, 0.0]], [[-1e35, 0.0]]]))
    window = window_for(wild)
    assert window.high_x - window.low_x < 1e4


def test_a_plane_is_never_a_line():
    cut = over(60)
    flat = replace(cut, up="b", whole=np.stack([np.linspace(0, 4, 9), np.full(9, 2.0)], axis=1))
    window = window_for(flat)
    assert window.low_y < 2.0 < window.high_y
    assert window.high_y - window.low_y > 1.0
    point = replace(cut, up="b", whole=np.array([[3.0, 3.0]]))
    window = window_for(point)
    assert window.high_x > window.low_x
    assert window.high_y > window.low_y
