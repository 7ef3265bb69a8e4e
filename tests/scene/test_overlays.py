"""What kept runs show over others: distances and losses against sums written out, paths against the curves."""

import itertools
import math

import numpy as np
import pytest

from gradviz.scene.landscape import cut_of
from gradviz.scene.leaf_path import Iterates
from gradviz.scene.looks import LOOKS
from gradviz.scene.overlays import distance_of, figures_of, path_in
from gradviz.scene.slices import Slice
from gradviz.trace.curves import MISSING
from gradviz.trace.messages import CurveKey, CurvesExtended, RunEnded
from gradviz.trace.trace import Trace, TraceBuilder
from tests import descents


def trace_of(keys, rows):
    builder = TraceBuilder()
    return builder.add(CurvesExtended(0, keys, np.array(rows, float)))


def test_looks_are_twelve_and_unlike():
    assert len(LOOKS) == 12
    assert len({(look.color, look.dash) for look in LOOKS}) == 12
    assert len({look.letter for look in LOOKS}) == 12
    assert all(look.dash for look in LOOKS)
    for one in LOOKS:
        twins = [other for other in LOOKS if other.color == one.color and other is not one]
        assert all(other.style != one.style for other in twins), "colour alone would have to tell them apart"


def test_figures_of_a_descent():
    trace = descents.minimum(60)
    figures = figures_of(trace)
    at = [6.0]
    for _ in range(59):
        at.append(at[-1] - 0.1 * (2 * at[-1] + 1.5))
    losses = [x * x + 1.5 * x - 1 for x in at]
    assert figures.passes == 60
    assert figures.final == pytest.approx(losses[-1])
    assert figures.best == pytest.approx(min(losses))
    assert figures.distance == pytest.approx(sum(abs(b - a) for a, b in itertools.pairwise(at)))
    assert math.isnan(figures.seconds)
    assert figures.cells[-1] == "–"


def test_distance_takes_all_leaves_together_and_moves_of_vectors():
    # w goes (3, 4) → (0, 0) → (0, 5); b goes 0 → 12 → 12.
    keys = (*tuple(CurveKey(kind, leaf) for leaf in "wb" for kind in ("value", "update")), CurveKey("loss"))
    rows = [[5, 1.0, 0, MISSING, 1], [0, MISSING, 12, 0.0, 1], [5, MISSING, 12, MISSING, 1]]
    assert distance_of(trace_of(keys, rows)) == pytest.approx(math.hypot(5, 12) + 5)


def test_a_run_without_curves_has_no_figures():
    assert figures_of(Trace()).cells == ("–", "–", "–", "–", "–")


def test_infinite_losses_are_told_and_never_best():
    builder = TraceBuilder()
    builder.add(CurvesExtended(0, (CurveKey("loss"),), np.array([[2.0], [1.0], [math.inf]])))
    figures = figures_of(builder.add(RunEnded(0, 3, 1.25, "Stopped.")))
    assert (figures.final, figures.best, figures.note) == (math.inf, 1.0, "Stopped.")
    assert figures.cells[-1] == "1.2 s"


def test_the_path_of_another_run_in_the_same_picture():
    shown, other = descents.minimum(20), descents.minimum(30, 0.03)
    cut = cut_of(shown, 5, Slice("leaf", ("x",)), Iterates())
    path = path_in(cut, other, Iterates())
    np.testing.assert_array_equal(path[:, 0], other.curves.column(CurveKey("value", "x")))
    np.testing.assert_array_equal(path[:, 1], other.curves.column(CurveKey("loss")))
    assert len(path_in(cut, descents.regression(10, ("w", "b")), Iterates())) == 0, "its leaves are other ones"
