"""Charts as data: which curves, what is kept when a long one is reduced, ranges, read-outs."""

import numpy as np

from gradviz.scene.plots import bounds, charts_of, has_curves, magnitudes, readout, root_name
from gradviz.scene.ticks import tick_text
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


def test_ticks_of_a_narrow_range_differ():
    texts = [tick_text(value, 5e-5) for value in (0.00985, 0.0099, 0.00995, 0.01)]
    assert texts == ["9.85e−3", "9.9e−3", "9.95e−3", "0.01"]
    assert len({tick_text(value, 1e6) for value in (121e6, 122e6, 123e6)}) == 3
    assert tick_text(0.0, 1e-7) == "0.0"
