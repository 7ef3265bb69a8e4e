"""Reduced curves against the whole ones."""

import numpy as np
import pytest

from gradviz.scene.reduction import BLOCK, MOST_BREAKS, Reduction
from gradviz.trace.curves import MISSING


def walk(count, seed=0):
    return np.random.default_rng(seed).standard_normal(count).cumsum()


def grown(ys, step):
    """A reduction that followed the curve as it grew."""
    made = Reduction()
    for end in range(step, len(ys) + step, step):
        made.follow(ys[:end])
    return made.follow(ys)


@pytest.mark.parametrize("count", [1, 2, 300, 601, 5_000, 300 * 2 * BLOCK + 17, 400_001])
def test_no_extreme_is_lost(count):
    ys = walk(count)
    ys[count // 3] = 1e6
    ys[count // 2] = -1e6
    xs, values = grown(ys, max(1, count // 7)).points(300)
    assert len(xs) <= 610
    assert values.min() == ys.min()
    assert values.max() == ys.max()
    assert (np.diff(xs) > 0).all()
    assert (xs[0], xs[-1]) == (1, count)
    assert values[-1] == ys[-1] or count > 600


def test_each_column_has_its_own_extremes():
    ys = walk(1_000_000)
    xs, values = Reduction().follow(ys).points(300)
    size = int(xs[2] - xs[0])
    for place in range(0, 400, 2):
        piece = ys[int(xs[place]) - 1 : int(xs[place]) - 1 + size]
        assert (values[place], values[place + 1]) == (piece.min(), piece.max())


def test_a_stretch_shows_what_is_in_it():
    ys = walk(1_000_000)
    reduction = grown(ys, 99_999)
    xs, values = reduction.points(300, 500_000, 500_100)
    np.testing.assert_array_equal(values, ys[xs.astype(int) - 1])
    assert xs[0] <= 500_000
    assert xs[-1] >= 500_100
    xs, _ = reduction.points(300, 200_000, 900_000)
    assert 199_000 < xs[0] <= 200_512
    assert 899_000 < xs[-1] <= 900_001


def test_a_logarithmic_axis_has_the_first_passes_one_by_one():
    ys = walk(1_000_000)
    xs, values = Reduction().follow(ys).spread(400)
    np.testing.assert_array_equal(values[:16], ys[:16])
    assert len(xs) < 1200
    assert (np.diff(xs) > 0).all()
    assert values.max() == ys.max()


@pytest.mark.parametrize("window", [1, 5, 100])
@pytest.mark.parametrize("sizes", [False, True])
def test_means_of_the_passes_up_to_a_point(window, sizes):
    ys = walk(500)
    ys[40:43] = np.nan, np.inf, MISSING
    reduction = Reduction().follow(ys)
    xs, _ = reduction.points(300)
    good = np.where(np.isfinite(ys), np.abs(ys) if sizes else ys, np.nan)
    means = reduction.means(xs, window, sizes)
    for x, mean in zip(xs, means, strict=True):
        near = good[max(0, int(x) - window) : int(x)]
        expected = np.nan if np.isnan(near).all() else np.nanmean(near)
        assert mean == pytest.approx(expected, rel=1e-9, nan_ok=True)


def test_means_of_a_long_curve_are_those_of_its_stretches():
    ys = 5 + 0.1 * walk(1_000_000) / 300 + np.random.default_rng(1).standard_normal(1_000_000)
    reduction = Reduction().follow(ys)
    xs, _ = reduction.points(300)
    means = reduction.means(xs, 1000)
    for place in range(20, len(xs) - 3, 37):
        end = int(xs[place])
        assert means[place] == pytest.approx(ys[max(0, end - 6700) : end].mean(), abs=0.1)


def test_where_nan_begins():
    ys = np.ones(5000)
    ys[[10, 11, 12, 700, 4000]] = np.nan, np.inf, np.nan, -np.inf, np.nan
    ys[20:30] = MISSING
    for step in (1, 7, 700, 5000):
        assert grown(ys, step).breaks == (10, 700, 4000), step
    flicker = np.where(np.arange(5000) % 2, np.nan, 1.0)
    assert grown(flicker, 111).breaks == tuple(range(1, 2 * MOST_BREAKS, 2))


def test_a_last_pass_that_comes_again():
    ys = np.ones(BLOCK + 1)
    reduction = Reduction().follow(ys[:BLOCK].copy())
    ys[BLOCK - 1] = 7.0
    assert reduction.follow(ys).points(10)[1].max() == 7.0
