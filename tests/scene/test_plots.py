"""Charts as data: which curves, what is kept when a long one is reduced, ranges, read-outs."""

import numpy as np
import pytest

from gradviz.scene.plots import bounds, charts_of, has_curves, magnitudes, readout, reduced, root_name
from gradviz.trace.messages import CurveKey, CurvesExtended
from gradviz.trace.trace import Trace, TraceBuilder
from tests import descents, traces


def test_a_descent_has_three_charts_named_after_the_program():
    trace = descents.minimum()
    loss, values, gradients = charts_of(trace)
    assert (loss.axis, values.axis, gradients.axis) == ("y", "x", "x.grad")
    assert values.series[0].color == gradients.series[0].color != loss.series[0].color
    assert root_name(trace) == "y"


def test_vectors_are_drawn_as_norms():
    builder = TraceBuilder()
    builder.trace = traces.untracked()
    keys = (CurveKey("loss"), CurveKey("value", "x"), CurveKey("gradient", "x"))
    trace = builder.add(CurvesExtended(0, keys, np.ones((5, 3))))
    _, values, gradients = charts_of(trace)
    assert values.series[0].title == "‖x‖"
    assert gradients.axis == "‖x.grad‖"


def test_many_leaves_start_partly_hidden():
    _, values, _ = charts_of(descents.regression(50, tuple(f"p{n}" for n in range(30))))
    assert [series.shown for series in values.series] == [True] * 12 + [False] * 18


def test_nothing_and_one_pass_are_no_curves():
    assert not has_curves(Trace())
    assert not has_curves(traces.line())
    assert charts_of(Trace()) == ()
    assert has_curves(descents.minimum(2))


@pytest.mark.parametrize("count", [0, 1, 7, 1000, 1001, 123_457])
def test_reducing_loses_no_extreme(count):
    ys = np.random.default_rng(count).standard_normal(count)
    xs, kept = reduced(ys, 300)
    assert len(xs) == len(kept) <= max(600, 2 * 300 + -(-count // 300))
    assert np.all(np.diff(xs) > 0)
    if count:
        assert (kept.min(), kept.max()) == (ys.min(), ys.max())
        assert 1 <= xs[0] <= xs[-1] <= count + 1


def test_reducing_keeps_a_single_spike_and_passes_over_gaps():
    ys = np.zeros(1_000_000)
    ys[654_321], ys[5::7] = 42.0, np.nan
    xs, kept = reduced(ys, 400)
    assert kept[np.nanargmax(kept)] == 42.0
    assert abs(xs[np.nanargmax(kept)] - 654_322) <= 2 * 1_000_000 / 400
    assert np.isfinite(kept).all()


def test_only_the_part_in_view_is_taken():
    xs, kept = reduced(np.arange(10_000.0), 100, 500.0, 520.0)
    assert xs[0] >= 497
    assert xs[-1] <= 522
    np.testing.assert_array_equal(kept, xs - 1)


def test_bounds_leave_out_what_is_not_a_number():
    low, high = bounds([np.array([1.0, np.nan, 3.0]), np.array([np.inf, 2.0])])
    assert low < 1 < 3 < high < 3.5
    assert bounds([np.array([np.nan])]) == (0.0, 1.0)
    low, high = bounds([np.array([5.0, 5.0])])
    assert low < 5 < high
    low, high = bounds([np.array([0.01, 100.0])], logarithmic=True)
    assert low < -2
    assert high > 2


def test_magnitudes_have_a_logarithm_or_are_a_gap():
    nan = np.nan
    np.testing.assert_array_equal(magnitudes(np.array([-2.0, 0.0, nan, np.inf, 3.0])), [2, nan, nan, nan, 3])


def test_the_readout_of_a_pass():
    trace = descents.minimum()
    loss, values, _ = charts_of(trace)
    assert readout(trace.curves, loss, 0) == "pass 1   y 44.0"
    assert readout(trace.curves, values, 1) == "pass 2   x 4.65"
    assert readout(trace.curves, values, 1, frozenset({values.series[0].key})) == "pass 2"
    assert readout(trace.curves, loss, 60) == readout(trace.curves, loss, -1) == ""
