"""Levels and bands of a surface, against areas and values that are known."""

import numpy as np
import pytest

from gradviz.scene.contours import boundary_of, contours_of, heights, levels_of


def area(band):
    """By the shoelace formula over all rings: holes run the other way round."""
    total = 0.0
    for begin, end in zip(band.offsets, band.offsets[1:], strict=False):
        x, y = band.points[begin:end].T
        total += 0.5 * float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]))
    return abs(total)


def bowl(steps=201):
    xs = np.linspace(-1, 1, steps)
    x, y = np.meshgrid(xs, xs)
    return xs, xs, x * x + y * y


def test_bands_cover_the_plane_once():
    xs, ys, losses = bowl()
    contours = contours_of(xs, ys, losses)
    assert sum(area(band) for band in contours.bands) == pytest.approx(4.0, rel=1e-9)
    assert [band.part for band in contours.bands] == sorted(band.part for band in contours.bands)
    assert (contours.bands[0].part, contours.bands[-1].part) == (0.0, 1.0)
    assert area(contours.bands[0]) == pytest.approx(np.pi * contours.levels[0], rel=2e-3), "the disc x² + y² < level"


def test_places_without_a_loss_stay_open():
    xs, ys, losses = bowl()
    losses[:, xs > 0.5] = np.nan
    losses[:, xs < -0.5] = np.inf
    assert sum(area(band) for band in contours_of(xs, ys, losses).bands) == pytest.approx(2.0, rel=0.02)
    assert contours_of(xs, ys, np.full_like(losses, np.nan)).bands == ()


def test_steep_surfaces_are_read_by_ratios():
    flat, is_steep = levels_of(np.linspace(0, 1, 1000))
    assert not is_steep
    assert np.allclose(np.diff(flat), np.diff(flat)[0])
    steep, is_steep = levels_of(np.geomspace(1e-3, 1e5, 1000))
    assert is_steep
    assert np.all(np.diff(steep) > 0)
    assert len(levels_of(np.full(5, 2.0))[0]) == 1


def test_heights_rise_evenly_from_line_to_line():
    losses = np.geomspace(1e-3, 1e5, 400).reshape(20, 20)
    levels, _ = levels_of(losses)
    found = heights(losses, levels)
    assert (found.min(), found.max()) == (0.0, 1.0)
    at_levels = np.interp(levels, losses.ravel(), found.ravel())
    assert np.allclose(np.diff(at_levels), 1 / (len(levels) + 1), atol=0.02)
    assert np.isnan(heights(np.array([[1.0, np.nan]]), np.array([0.5]))[0, 1])


def test_a_boundary_runs_where_the_values_are_0():
    xs, ys = np.linspace(-2, 2, 81), np.linspace(-2, 2, 61)
    x, y = np.meshgrid(xs, ys)
    (circle,) = boundary_of(xs, ys, 1 - x * x - y * y)
    assert np.abs(np.hypot(*circle.T) - 1).max() < 2e-3
    assert boundary_of(xs, ys, x * x + 1) == []
    assert boundary_of(xs, ys, np.full((61, 81), np.nan)) == []
    assert boundary_of(xs[:1], ys, y[:, :1]) == []
