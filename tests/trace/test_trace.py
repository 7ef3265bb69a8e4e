from dataclasses import replace

import numpy as np
import pytest

from gradviz.trace.curves import Curves
from gradviz.trace.messages import (
    CurveKey,
    CurvesExtended,
    FigureShown,
    PassMarked,
    PassRecorded,
    RunBegan,
    RunEnded,
    TextPrinted,
)
from gradviz.trace.passes import Carried, Pass
from gradviz.trace.query import Cursor, end_of, state_at
from gradviz.trace.trace import KEPT_FIGURES, KEPT_PICTURES, KEPT_TEXT, TraceBuilder
from tests import traces

LOSS, W = CurveKey("loss"), CurveKey("value", "w")


def recorded(number):
    return PassRecorded(Pass(number, Carried(), ()))


def test_kept_passes_are_the_first_the_latest_and_evenly_spread():
    builder = TraceBuilder(kept_passes=50)
    for number in range(10_000):
        trace = builder.add(recorded(number))
        assert trace.passes[-1].number == number
        assert len(trace.passes) <= 50
    numbers = [item.number for item in trace.passes]
    assert numbers[0] == 0
    gaps = np.diff(numbers[:-1])
    assert gaps.min() > 0.4 * gaps.max()
    assert gaps.max() < 10_000 / 20


def test_passes_sent_at_odd_numbers_are_spread_too():
    builder = TraceBuilder(kept_passes=50)
    for number in range(0, 70_000, 37):
        trace = builder.add(recorded(number))
    gaps = np.diff([item.number for item in trace.passes][:-1])
    assert len(gaps) > 20
    assert gaps.max() < 3 * gaps.min()


def test_an_open_pass_is_replaced_by_its_later_self():
    builder = TraceBuilder()
    builder.add(recorded(0))
    first = builder.add(recorded(1))
    second = builder.add(recorded(1))
    assert len(first.passes) == len(second.passes) == 2
    assert first.passes[1] is not second.passes[1]
    with pytest.raises(ValueError, match="came after"):
        builder.add(recorded(0))


def test_traces_handed_out_never_change():
    builder = TraceBuilder()
    builder.add(CurvesExtended(0, (LOSS,), np.array([[3.0], [2.0]])))
    before = builder.trace
    builder.add(CurvesExtended(2, (LOSS, W), np.array([[1.0, 7.0]])))
    assert before.curves.column(LOSS).tolist() == [3.0, 2.0]
    assert builder.trace.curves.column(LOSS).tolist() == [3.0, 2.0, 1.0]
    np.testing.assert_array_equal(builder.trace.curves.column(W), [np.nan, np.nan, 7.0])


def test_curves_have_holes_where_nothing_was_said():
    curves = Curves().extended(CurvesExtended(0, (LOSS,), np.array([[1.0]])))
    curves = curves.extended(CurvesExtended(5, (W,), np.array([[2.0]])))
    np.testing.assert_array_equal(curves.column(LOSS), [1.0] + [np.nan] * 5)
    with pytest.raises(ValueError, match="in order"):
        curves.extended(CurvesExtended(3, (LOSS,), np.array([[1.0]])))


def test_a_million_passes_are_appended_in_linear_memory():
    curves = Curves()
    for first in range(0, 1_000_000, 1000):
        curves = curves.extended(CurvesExtended(first, (LOSS,), np.ones((1000, 1))))
    assert curves.column(LOSS).sum() == 1_000_000
    assert curves.column(LOSS).base.nbytes <= 8 * 2_100_000


def test_text_keeps_its_beginning_and_its_end():
    builder = TraceBuilder()
    for line in range(300_000):
        builder.add(TextPrinted("stdout", f"line {line}\n"))
    text = "".join(item.text for item in builder.trace.output)
    assert text.startswith("line 0\nline 1\n")
    assert text.endswith("line 299999\n")
    assert len(text) <= KEPT_TEXT
    assert builder.trace.output_dropped == sum(len(f"line {line}\n") for line in range(300_000)) - len(text)


def figure(key, size=10):
    return FigureShown(key, np.zeros(size, np.uint8), 4, 3)


def test_figures_stand_between_texts_and_are_replaced_where_they_stand():
    builder = TraceBuilder()
    for message in (TextPrinted("stdout", "a"), figure(1), TextPrinted("stdout", "b"), figure(2)):
        trace = builder.add(message)
    newer = figure(1)
    after = builder.add(newer)
    assert [getattr(item, "text", None) or item.key for item in after.output] == ["a", 1, "b", 2]
    assert after.output[1] is newer
    assert trace.output[1] is not newer, "traces handed out never change"


def test_figures_are_bounded_in_number_and_size():
    builder = TraceBuilder()
    for key in range(1000):
        trace = builder.add(figure(key))
    assert [item.key for item in trace.output] == list(range(KEPT_FIGURES))
    builder = TraceBuilder()
    for key in range(10):
        trace = builder.add(figure(key, KEPT_PICTURES // 4))
    assert len(trace.output) == 4


def test_figures_survive_the_thinning_of_text():
    builder = TraceBuilder()
    builder.add(figure(1))
    for _ in range(30):
        trace = builder.add(TextPrinted("stdout", "x" * (KEPT_TEXT // 10)))
    trace = builder.add(figure(2))
    assert [item.key for item in trace.output if isinstance(item, FigureShown)] == [1, 2]
    assert trace.output_dropped > 0


def test_a_new_run_starts_afresh():
    builder = TraceBuilder()
    builder.add(recorded(4))
    builder.add(RunEnded(0, 5, 1.0))
    trace = builder.add(RunBegan("numpy", "x", "", ()))
    assert not trace.passes
    assert trace.ended is None
    assert trace.pass_count == 0


def test_cursors_find_the_nearest_kept_pass():
    builder = TraceBuilder()
    for number in (0, 3, 9):
        trace = builder.add(recorded(number))
    assert [trace.find_pass(number).number for number in range(11)] == [0, 0, 0, 3, 3, 3, 3, 3, 3, 9, 9]
    trace = traces.line()
    assert state_at(trace, Cursor(0, 10**6)).step == len(trace.passes[0].events)
    assert state_at(trace, Cursor(0, -5)).step == 0
    assert state_at(trace, end_of(trace)).step == len(trace.passes[0].events)
    assert state_at(TraceBuilder().trace, Cursor()) is None


def test_marked_passes_are_never_thinned():
    builder = TraceBuilder(kept_passes=50)
    for number in range(10_000):
        if number in (777, 4444):
            builder.add(PassMarked(number))
        trace = builder.add(recorded(number))
    numbers = [item.number for item in trace.passes]
    assert {0, 777, 4444, 9_999} <= set(numbers)
    assert len(numbers) <= 52


def test_the_nearest_kept_pass_is_on_either_side():
    builder = TraceBuilder()
    for number in (0, 10, 30):
        trace = builder.add(recorded(number))
    assert [trace.nearest_pass(number).number for number in (0, 4, 6, 10, 19, 21, 99)] == [0, 0, 10, 10, 10, 30, 30]
    assert TraceBuilder().trace.nearest_pass(3) is None


def test_the_last_pass_may_come_again():
    builder = TraceBuilder()
    builder.add(CurvesExtended(0, (LOSS,), np.array([[3.0], [2.0]])))
    before = builder.trace
    builder.add(CurvesExtended(1, (LOSS, W), np.array([[2.0, 7.0], [1.0, 8.0]])))
    assert before.curves.column(LOSS).tolist() == [3.0, 2.0]
    assert before.curves.keys == (LOSS,)
    assert builder.trace.curves.column(W)[1:].tolist() == [7.0, 8.0]
    with pytest.raises(ValueError, match="in order"):
        builder.add(CurvesExtended(1, (LOSS,), np.array([[2.0]])))


def test_what_comes_after_the_last_backward_is_no_step():
    trained = traces.ALL["accumulate_twice"]()
    count = trained.pass_count
    assert trained.backward_count == count > 1
    after = Pass(count, Carried(), (traces.ALL["untracked"]().passes[0].events[0],))
    assert replace(trained, passes=(*trained.passes, after)).pass_count == count + 1
    assert replace(trained, passes=(*trained.passes, after)).backward_count == count
    assert traces.ALL["untracked"]().backward_count == traces.ALL["untracked"]().pass_count
