"""The projection of a surface: order of its facets, what is left out, how far it can be turned."""

import numpy as np
import pytest

from gradviz.scene.surface import FACETS, Eye, facets_of, thinned


def test_from_straight_above_the_base_is_a_square():
    corners = np.array([(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)])
    across, up, depth = Eye(0.0, np.pi / 2).project(*corners.T, np.zeros(4))
    np.testing.assert_allclose(np.stack([across, up], axis=1), corners, atol=1e-12)
    np.testing.assert_allclose(depth, depth[0])


@pytest.mark.parametrize("turn", np.linspace(-3, 3, 9))
def test_facets_come_from_back_to_front(turn):
    eye = Eye(turn, 0.5)
    x = np.linspace(-0.5, 0.5, 12)
    grid = np.add.outer(np.sin(3 * x), x**2)
    facets = facets_of((grid - grid.min()) / np.ptp(grid), eye)
    flat = facets_of(np.zeros((12, 12)), eye)
    assert len(facets.corners) == 121
    # Without heights, what is farther away lies higher on the picture.
    assert np.all(np.diff(flat.corners[..., 1].mean(axis=1)) <= 1e-9)


def test_places_without_a_height_leave_a_hole():
    grid = np.zeros((5, 5))
    grid[2, 2] = np.nan
    assert len(facets_of(grid, Eye()).corners) == 12


def test_a_fine_grid_is_thinned():
    assert len(facets_of(np.zeros((256, 256)), Eye()).corners) == FACETS**2


def test_it_is_never_seen_from_below():
    eye = Eye()
    for tilt in (-9.0, 9.0):
        assert 0 < eye.turned(0.3, tilt).tilt <= np.pi / 2
    assert eye.turned(0.3, 0.0).turn == pytest.approx(eye.turn + 0.3)


def test_a_valley_narrower_than_a_facet_has_no_teeth():
    side = 6 * FACETS
    x, y = np.meshgrid(np.linspace(0, 1, side), np.linspace(0, 1, side))
    ditch = np.where(np.abs(x - 0.37 * y - 0.3) < 1 / side, 0.0, 1.0)
    found = thinned(ditch)
    assert found.shape == (FACETS + 1, FACETS + 1)
    lowest = found.min(axis=1)
    assert np.all(lowest < 0.9), "the ditch is seen in every row"
    assert lowest.max() - lowest.min() < 0.25, "and about as deep in each"
    ditch[:8, :8] = np.nan
    assert np.isnan(thinned(ditch)[0, 0])
    assert np.isfinite(thinned(ditch)[5, 5])
