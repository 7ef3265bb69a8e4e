"""Exponential smoothing against the recurrence itself, pass by pass."""

import time

import numpy as np
import pytest

from gradviz.scene.plots import Manner
from gradviz.scene.reduction import Reduction
from gradviz.trace.curves import MISSING


def walk(length, seed=0):
    return np.cumsum(np.random.default_rng(seed).standard_normal(length)) + 5.0


def recurrence(ys, factor):
    """s ← β s + (1 − β) y, w ← β w + (1 − β), s / w: one after the other; what is no number adds to neither."""
    state = weight = 0.0
    found = []
    for y in ys:
        counts = np.isfinite(y)
        state = factor * state + ((1 - factor) * y if counts else 0.0)
        weight = factor * weight + ((1 - factor) if counts else 0.0)
        found.append(state / weight if weight else np.nan)
    return np.array(found)


@pytest.mark.parametrize("factor", [0.3, 0.5, 0.9, 0.99, 0.999])
@pytest.mark.parametrize("length", [1, 2, 255, 256, 257, 1000])
def test_every_pass_of_a_curve(factor, length):
    ys = walk(length)
    reduction = Reduction().follow(ys)
    found = reduction.smoothed(np.arange(1.0, length + 1), Manner(factor=factor))
    np.testing.assert_allclose(found, recurrence(ys, factor), rtol=1e-9)


@pytest.mark.parametrize("step", [1, 100, 256, 999])
def test_a_growing_curve_is_as_one_that_came_at_once(step):
    ys, manner = walk(1400), Manner(factor=0.95)
    reduction = Reduction()
    for end in [*range(1, len(ys), step), len(ys)]:
        given = ys[:end].copy()
        given[-1] += 3.0  # the last pass is open and changes
        reduction.follow(given).smoothed(np.array([float(end)]), manner)
    xs = np.arange(1.0, len(ys) + 1)
    np.testing.assert_allclose(reduction.follow(ys).smoothed(xs, manner), recurrence(ys, 0.95), rtol=1e-9)


def test_what_is_no_number_is_left_out():
    ys = walk(700)
    ys[:3] = MISSING
    ys[40:300] = np.nan
    ys[310], ys[311] = np.inf, -np.inf
    reduction = Reduction().follow(ys)
    found = reduction.smoothed(np.arange(1.0, 701), Manner(factor=0.8))
    assert np.isnan(found[:3]).all()
    np.testing.assert_allclose(found, recurrence(ys, 0.8), rtol=1e-9)


def test_on_a_logarithmic_axis_sizes_are_smoothed_and_factors_may_change():
    ys = walk(600) - 5
    reduction = Reduction().follow(ys)
    xs = np.arange(1.0, 601)
    for factor, is_log in ((0.9, True), (0.9, False), (0.99, True)):
        expected = recurrence(np.abs(ys) if is_log else ys, factor)
        found = reduction.smoothed(xs, Manner(is_log, factor=factor))
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)


def test_without_a_factor_it_is_the_mean():
    reduction = Reduction().follow(walk(300))
    xs = np.arange(1.0, 301)
    np.testing.assert_array_equal(reduction.smoothed(xs, Manner(smoothing=20)), reduction.means(xs, 20))


def test_a_million_passes_are_smoothed_within_a_frame_or_so():
    ys, manner = walk(1_000_000), Manner(factor=0.999)
    reduction = Reduction().follow(ys)
    xs, _ = reduction.points(1000)
    reduction.smoothed(xs, manner)
    reduction.follow(ys)
    began = time.thread_time()
    found = reduction.smoothed(xs, manner)
    assert time.thread_time() - began < 0.1
    places = xs.astype(int)[500:1500:100]
    for place, value in zip(places, found[500:1500:100], strict=True):
        assert value == pytest.approx(recurrence(ys[max(0, place - 30_000) : place], 0.999)[-1], rel=1e-6)
