"""The training panel in front of hand-written descents: curves, legend, pointer, clicks, controls, and its cost."""

import math
import time
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from gradviz.trace.messages import CurveKey, CurvesExtended, PassesExpected
from gradviz.trace.query import Cursor
from gradviz.trace.trace import TraceBuilder
from gradviz.ui.panels.training import EMPTY, ONE_PASS, TrainingPanel
from tests import descents, traces
from tests.ui.quiet import put, quiet_session


@pytest.fixture
def session(tmp_path):
    return quiet_session(tmp_path)


@pytest.fixture
def panel(session, qtbot):
    made = TrainingPanel(session)
    qtbot.addWidget(made)
    made.resize(1280, 190)
    made.show()
    return made


def show(panel, session, trace, cursor=None, status="ended"):
    """The trace is shown and drawn, without waiting for the frames between."""
    put(session, trace, cursor, status=status)
    for _ in range(5):
        panel._draw()
    if panel.function is not None:
        panel.function.draw()
        panel.function._frame.stop()
    panel._frame.stop()


def test_empty_states_say_what_to_do(panel, session):
    panel._draw()
    assert panel._empty.text() == EMPTY
    show(panel, session, traces.line(), Cursor(0, 3))
    assert panel._empty.text() == ONE_PASS
    show(panel, session, traces.error(), Cursor(0, 3))
    assert panel._empty.text() == EMPTY, "a program that never calls backward() did not call it once"
    # They may have been made already, in an idle moment.
    assert not any(chart.isVisible() for chart in panel.charts.values())


def test_curves_are_those_of_the_trace(panel, session):
    trace = descents.minimum()
    show(panel, session, trace, Cursor(20, 3))
    assert set(panel.charts) == {"loss", "values", "gradients"}
    for chart in panel.charts.values():
        for key, item in chart._items.items():
            xs, ys = item.getOriginalDataset()
            np.testing.assert_array_equal(xs, np.arange(1, 61))
            np.testing.assert_array_equal(ys, trace.curves.column(key))
        assert chart._marker.value() == 21
    assert panel.function.plot._point.getData()[0][0] == pytest.approx(6.75 * 0.8**20 - 0.75)


def test_a_logarithmic_axis(panel, session):
    trace = descents.regression(200)
    show(panel, session, trace)
    session.change(log_curves=True)
    chart = panel.charts["loss"]
    (item,) = chart._items.values()
    np.testing.assert_allclose(item.getOriginalDataset()[1], np.log10(trace.curves.column(next(iter(chart._items)))))
    assert panel.charts["gradients"].plot.up.labelText == "|.grad|"
    assert panel.charts["values"].plot.up.labelText == "value"
    session.change(log_curves=False)
    assert panel.charts["gradients"].plot.up.labelText == ".grad"


def test_the_legend_hides_and_shows(panel, session):
    show(panel, session, descents.regression(100))
    chart = panel.charts["values"]
    key = chart._chart.series[0].key
    chart.legend.buttons[0].click()
    assert not chart._items[key].isVisible()
    chart.legend.buttons[0].click()
    assert chart._items[key].isVisible()


def test_more_curves_than_room_are_in_a_menu(panel, session):
    show(panel, session, descents.regression(100, tuple(f"model.{n}.weight" for n in range(20))))
    chart = panel.charts["values"]
    actions = chart.legend.menu.actions()
    shown = [button for button in chart.legend.buttons if not button.isHidden()]
    assert len(actions) + len(shown) == 20
    last = chart._chart.series[-1].key
    assert not chart._items[last].isVisible()
    actions[-1].trigger()
    assert chart._items[last].isVisible()


def test_the_pointer_reads_the_nearest_pass(panel, session, qtbot):
    show(panel, session, descents.minimum())
    chart = panel.charts["loss"]
    chart._hovered(2.3, 0.0)
    assert chart._reading.text().startswith("pass 2   y ")
    assert chart._reading.x() + chart._reading.width() <= chart.plot.width()
    chart._hovered(math.nan, math.nan)
    assert chart._reading.isHidden()


def test_a_click_goes_to_the_pass(panel, session, qtbot):
    show(panel, session, descents.minimum())
    plot = panel.charts["loss"].plot
    qtbot.wait(30)
    place = plot.place_of(31, 0)
    qtbot.mouseClick(plot.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(round(place.x()), plot.height() // 3))
    assert abs(session.view.cursor.number - 30) <= 1


def test_a_pass_that_was_not_kept_leads_to_its_neighbour_and_says_so(panel, session):
    said = []
    session.told.connect(said.append)
    show(panel, session, descents.regression(500))
    panel.charts["loss"].pass_chosen.emit(300)
    assert session.view.cursor.number == 0
    assert said == ["Pass 301 was not kept whole; pass 1 is the nearest that was."]


def test_gaps_are_left_open(panel, session):
    builder = TraceBuilder()
    builder.trace = descents.regression(100)
    rows = np.full((3, 5), np.nan)
    rows[1] = np.inf
    show(panel, session, builder.add(CurvesExtended(100, builder.trace.curves.keys, rows)))
    panel.grab()
    session.change(log_curves=True)
    assert not panel.grab().isNull()


def test_controls_ask_the_session(panel, session):
    show(panel, session, descents.minimum(), status="running")
    controls = panel.controls
    controls._hold.click()
    assert session.runner.asked[-1] == "hold"
    put(session, descents.minimum(), status="held")
    assert controls._hold.text() == "Go on"
    controls._one.click()
    assert session.runner.asked[-1] == ("resume", 1)
    controls._hold.click()
    assert session.runner.asked[-1] == ("resume", 0)
    controls._stop.click()
    assert session.runner.asked[-1] == "stop"
    controls._speed_chosen(3)
    assert session.runner.asked[-1] == ("speed", 5.0)
    assert session.settings.pass_speed == 5.0
    put(session, descents.minimum(), status="ended")
    assert not controls._hold.isEnabled()
    assert not controls._stop.isEnabled()
    assert "60 passes" in controls._count.text()


@pytest.mark.parametrize(("size", "width", "height"), [(100, 1280, 190), (150, 1280, 230), (100, 800, 170)])
def test_nothing_is_wider_than_the_panel(panel, session, size, width, height):
    session.change(type_size=size)
    panel.resize(width, height)
    names = tuple(f"encoder.layers.{n}.weight" for n in range(9))
    for trace in (descents.minimum(), descents.regression(300, names, "f(x) needs a program with one scalar leaf.")):
        show(panel, session, trace)
        panel.layout().activate()
        assert panel.minimumSizeHint().width() <= width
        assert panel.width() == width
        for chart in panel.charts.values():
            assert chart.plot.getViewBox().height() > 40


def test_themes_and_type_change_while_curves_are_shown(panel, session):
    show(panel, session, descents.minimum())
    for theme in ("dark", "contrast", "light"):
        session.change(theme=theme, type_size=130)
        assert not panel.grab().isNull()


def test_a_long_run_is_drawn_within_a_frame(panel, session):
    """A million passes of five curves; CPU time of one update and its painting, median of nine."""
    session.change(theme="light")
    rows = np.random.default_rng(1).standard_normal((1_000_000, 5)).cumsum(axis=0)
    builder = TraceBuilder()
    builder.trace = descents.regression(1)
    keys = builder.trace.curves.keys
    builder.add(CurvesExtended(1, keys, rows))
    show(panel, session, builder.trace, status="running")
    times = []
    for number in range(9):
        builder.add(CurvesExtended(1_000_001 + number, keys, rows[number : number + 1]))
        began = time.process_time()
        show(panel, session, builder.trace, status="running")
        for chart in panel.charts.values():
            chart.plot.viewport().repaint()
        times.append(time.process_time() - began)
    assert sorted(times)[4] < 0.03, times


def test_a_hidden_panel_does_no_work(panel, session, monkeypatch):
    panel.hide()
    panel._frame.stop()  # it was making charts for later
    put(session, descents.minimum(), status="running")
    assert not panel._frame.isActive()
    assert not panel._drawn


def test_axes_show_plain_numbers_without_hidden_factors(panel, session):
    """pyqtgraph would write (x0.001) beside an axis whose ticks are not divided by it."""
    show(panel, session, descents.regression(100))
    for chart in panel.charts.values():
        chart.plot.show_range((0, 100), (0.0, 0.0004))
        chart.plot.grab()
        for axis in (chart.plot.up, chart.plot.across):
            assert "x0" not in axis.labelString()
            assert axis.labelUnitPrefix == ""


def test_the_name_between_ticks_makes_its_neighbours_room(panel):
    axis = next(iter(panel.charts.values())).plot.across
    axis.unit, axis.whole = "pass", True
    axis.tickValues(0.0, 200.0, 120.0)
    narrow = axis.tickStrings([50.0, 100.0, 150.0], 1.0, 50.0)
    axis.tickValues(0.0, 200.0, 900.0)
    wide = axis.tickStrings([50.0, 100.0, 150.0], 1.0, 50.0)
    assert narrow == ["", "pass 100", ""]
    assert wide == ["50", "pass 100", "150"]


def test_stepping_within_a_pass_draws_nothing_again(panel, session, monkeypatch):
    trace = descents.minimum()
    show(panel, session, trace, Cursor(20, 3))
    monkeypatch.setattr(panel.function, "_paint", lambda answer, cut: pytest.fail("drawn again"))
    for chart in panel.charts.values():
        monkeypatch.setattr(chart, "show_chart", lambda *content: pytest.fail("drawn again"))
    put(session, trace, Cursor(20, 4))
    panel._draw()
    monkeypatch.undo()
    show(panel, session, trace, Cursor(21, 4))
    assert panel.function.plot._point.getData()[0][0] == pytest.approx(6.75 * 0.8**21 - 0.75)


@pytest.mark.parametrize(
    ("expected", "status", "words", "most"),
    [
        (None, "running", "pass 60", 0),
        (PassesExpected(100), "running", "pass 60 of 100", 100),
        (PassesExpected(100, at_most=True), "held", "held after pass 60 of at most 100", 100),
        (PassesExpected(50), "running", "pass 60", 0),
    ],
)
def test_progress_is_shown_where_the_program_says_how_far_it_goes(panel, session, expected, status, words, most):
    trace = replace(descents.minimum(), expected=expected)
    show(panel, session, trace, status=status)
    assert panel.controls._count.text() == words
    assert panel.controls._busy.most == most


def first(chart):
    """The key and the drawn points of a chart's first curve."""
    key = chart._chart.series[0].key
    return key, chart._items[key].getOriginalDataset()


def test_smoothing_shows_the_mean_and_the_curve_pale_behind_it(panel, session):
    trace = descents.regression(150)
    show(panel, session, trace)
    chart = panel.charts["loss"]
    assert not chart._behind[first(chart)[0]].isVisible()
    panel.plotting.slider.setValue(3)
    assert session.settings.smoothing == 10
    key, (xs, ys) = first(chart)
    column = trace.curves.column(key)
    np.testing.assert_allclose(ys, [column[max(0, int(x) - 10) : int(x)].mean() for x in xs])
    np.testing.assert_array_equal(chart._behind[key].getOriginalDataset()[1], column)
    assert chart._behind[key].isVisible()
    session.change(smoothing=1)
    assert panel.plotting.slider.value() == 0
    np.testing.assert_array_equal(first(chart)[1][1], column)


def test_exponential_smoothing_beside_the_mean(panel, session, qtbot):
    """Against the recurrence that programs log with, corrected for its start."""
    trace = descents.regression(150)
    show(panel, session, trace)
    session.change(smoothing=10)
    mean, exponential = panel.plotting.kinds.actions()
    assert mean.isChecked()
    exponential.trigger()
    assert session.settings.exponential
    assert panel.plotting.kind.text() == "exponential 0.9 ▾"
    panel.plotting.slider.setValue(6)
    assert session.settings.factor == 0.8
    assert panel.plotting.kind.text() == "exponential 0.8 ▾"
    key, (_, ys) = first(panel.charts["loss"])
    column, state, expected = trace.curves.column(key), 0.0, []
    for number, value in enumerate(column, 1):
        state = 0.8 * state + 0.2 * value
        expected.append(state / (1 - 0.8**number))
    np.testing.assert_allclose(ys, expected)
    behind = panel.charts["loss"]._behind[key]
    assert behind.isVisible()
    np.testing.assert_array_equal(behind.getOriginalDataset()[1], column)
    panel.plotting.slider.setValue(0)
    assert not behind.isVisible()
    np.testing.assert_array_equal(first(panel.charts["loss"])[1][1], column)
    mean.trigger()
    mean.trigger()
    assert (mean.isChecked(), exponential.isChecked()) == (True, False)
    assert panel.plotting.kind.text() == "mean of 10 passes ▾"
    assert panel.plotting.slider.value() == 3
    assert session.settings.smoothing == 10, "each kind keeps its own place"


def test_passes_on_a_logarithmic_axis(panel, session, qtbot):
    show(panel, session, descents.minimum(), Cursor(9, 3))
    session.change(log_passes=True)
    chart = panel.charts["loss"]
    np.testing.assert_allclose(first(chart)[1][0], np.log10(np.arange(1, 61)))
    assert chart._marker.value() == pytest.approx(1.0)
    qtbot.wait(30)
    place = chart.plot.place_of(math.log10(21), 0)
    qtbot.mouseClick(chart.plot.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(round(place.x()), 20))
    assert abs(session.view.cursor.number - 20) <= 1


def test_a_double_click_in_the_legend_shows_one_curve_alone(panel, session, qtbot):
    show(panel, session, descents.regression(100))
    chart = panel.charts["values"]
    buttons, keys = chart.legend.buttons, [series.key for series in chart._chart.series]
    for _ in range(2):
        qtbot.mouseClick(buttons[1], Qt.MouseButton.LeftButton)
        qtbot.mouseDClick(buttons[1], Qt.MouseButton.LeftButton)
        assert [chart._items[key].isVisible() for key in keys] == [False, True]
        qtbot.mouseClick(buttons[1], Qt.MouseButton.LeftButton)
        qtbot.mouseDClick(buttons[1], Qt.MouseButton.LeftButton)
        assert [chart._items[key].isVisible() for key in keys] == [True, True]


def test_a_rectangle_zooms_all_charts_and_r_shows_all_again(panel, session, qtbot):
    show(panel, session, descents.regression(400))
    qtbot.wait(30)
    chart, other = panel.charts["loss"], panel.charts["gradients"]
    plot = chart.plot
    start, end = plot.place_of(101, 0), plot.place_of(200, 0)
    view = plot.viewport()
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(round(start.x()), 20))
    qtbot.mouseMove(view, QPoint(round(end.x()), 24))
    assert plot.band.isVisible()
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(round(end.x()), 24))
    assert not plot.band.isVisible()
    for each in (chart, other):
        low, high = each.plot.x_range()
        assert abs(low - 101) < 5
        assert abs(high - 200) < 5
    column = session.view.trace.curves.column(first(chart)[0])
    bottom, top = plot.getViewBox().viewRange()[1]
    assert bottom < column[110:190].min() < column[110:190].max() < top < column[0], "y follows what is in view"
    panel.show_all()
    assert chart.plot.x_range()[1] > 400
    assert other.plot.x_range()[1] > 400


def test_all_charts_read_the_pass_under_the_pointer(panel, session):
    show(panel, session, descents.minimum())
    panel.charts["loss"]._hovered(2.0, 0.0)
    texts = [chart._reading.text() for chart in panel.charts.values() if chart.isVisible()]
    assert len(texts) == 3
    assert all("pass 2" in text for text in texts)
    panel.charts["loss"]._hovered(math.nan, math.nan)
    assert not any(chart._reading.isVisible() for chart in panel.charts.values())


def broken():
    """A short descent whose loss becomes NaN in pass 3: log(−1)."""
    run = traces.Writer("import torch\nx = torch.tensor(2., requires_grad=True)\ny = x.log() * 1.0\ny.backward()\n")
    x = run.tensor(2.0, "x", 2)
    for number, value in enumerate((2.0, 1.0, -1.0)):
        result = math.log(value) if value > 0 else math.nan
        y = run.op("log", (x,), result, name="y", node="LogBackward0", line=3, saved=(("self", x),))
        run.backward(y, line=4)
        run.ran(y, 1.0, 1 / value)
        run.accumulated(x, 1 / value)
        run.ended()
        run.update(x, (1.0, -1.0, -2.0)[number], line=4)
        if number < 2:
            run.next_pass(x)
    builder = TraceBuilder()
    builder.trace = run.trace()
    keys = (CurveKey("loss"), CurveKey("value", "x"))
    return builder.add(CurvesExtended(0, keys, np.array([[0.69, 2.0], [0.0, 1.0], [math.nan, -1.0]])))


def test_nan_is_marked_where_it_begins_and_names_what_made_it(panel, session, qtbot):
    trace = broken()
    show(panel, session, trace, Cursor(0, 1))
    qtbot.wait(30)
    chart = panel.charts["loss"]
    (mark,) = chart._breaks.points()
    assert (mark.pos().x(), mark.data()) == (3, 2)
    chart._hovered(mark.pos().x(), mark.pos().y())
    assert "first made by log (LogBackward0) in line 3, pass 3" in chart._reading.text()
    assert "nan" in chart._reading.text().lower()
    chart._clicked(mark.pos().x(), mark.pos().y())
    event = session.view.state.event
    assert session.view.cursor.number == 2
    assert event.op == "log"
    assert panel.charts["values"]._breaks.points().size == 0


def test_the_menu_shows_further_charts(panel, session):
    builder = TraceBuilder()
    builder.trace = descents.minimum()
    count = builder.trace.curves.length
    keys = (CurveKey("loss"), CurveKey("update", "x"), CurveKey("rate"), CurveKey("logged", "accuracy"))
    rows = np.tile(np.array([1.0, 0.5, 0.1, 0.9]), (20, 1))
    show(panel, session, builder.add(CurvesExtended(count, keys, rows)))
    shown = [id for id, chart in panel.charts.items() if chart.isVisible()]
    assert set(shown) == {"loss", "values", "gradients", "logged"}
    actions = {action.data(): action for action in panel.plotting.menu.actions() if action.data()}
    assert list(actions) == ["loss", "values", "gradients", "logged", "rates", "updates"]
    actions["updates"].trigger()
    actions["values"].trigger()
    for _ in range(5):
        panel._draw()
    assert panel.charts["updates"].isVisible()
    assert not panel.charts["values"].isVisible()
    assert panel.charts["updates"].plot.up.labelText == "|Δx| / |x|"
