"""The function's picture in front of hand-written and recorded descents, with an evaluator that answers at once."""

import time

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from gradviz.scene.surface import Eye
from gradviz.scene.theme import DARK
from gradviz.session.view import View
from gradviz.trace.forward import refused
from gradviz.trace.query import Cursor
from gradviz.ui.panels.function import FunctionPanel
from gradviz.ui.panels.landscape import EMPTY, Landscape, scale_words
from gradviz.ui.panels.surface_view import FLATTER
from tests import descents
from tests.grouped import ran
from tests.scene.test_landscape import NET, PLANE, recorded
from tests.ui.quiet import put, quiet_session


@pytest.fixture(scope="module")
def plane():
    return recorded(PLANE)


@pytest.fixture(scope="module")
def net():
    return recorded(NET)


@pytest.fixture
def session(tmp_path):
    made = quiet_session(tmp_path)
    made.change(theme="light")
    return made


@pytest.fixture
def view(session, qtbot):
    made = Landscape(session, is_wide=True)
    qtbot.addWidget(made)
    made.resize(1000, 320)
    made.show()
    yield made
    made.hide()


def show(view, session, trace, number=0, status="ended"):
    put(session, trace, Cursor(number, 3), status=status)
    settle(view)


def settle(view):
    for _ in range(4):
        view.draw()
        view._listen()
    view._frame.stop()


def pick(view, title):
    next(action for action in view._menu.actions() if action.text() == title).trigger()
    settle(view)


def asked(session):
    return session.runner.evaluator.asked


def test_before_there_is_a_function_it_says_what_to_do(view):
    view.draw()
    assert view._empty.isVisible()
    assert view._empty.text() == EMPTY
    assert not view.plot.isVisible()


def test_one_number_gives_a_curve_with_path_tangent_and_step(view, session):
    show(view, session, descents.minimum(), 20)
    xs, ys = view.plot._curve.getOriginalDataset()
    np.testing.assert_allclose(ys, xs**2 + 1.5 * xs - 1, rtol=1e-5, atol=1e-5)
    x = 6.75 * 0.8**20 - 0.75
    assert view.plot._point.getData()[0][0] == pytest.approx(x)
    assert len(view.plot._dots.getData()[0]) == 21
    tangent = view.plot._tangent.getOriginalDataset()
    slope = np.diff(tangent[1]) / np.diff(tangent[0])
    assert slope[0] == pytest.approx(2 * x + 1.5, rel=1e-4)
    assert not view.plot._step.path().isEmpty()
    assert not view.surface.isVisible()


def test_two_numbers_give_contours_a_surface_and_both_arrows(view, session):
    show(view, session, recorded(PLANE), 2)
    assert len(view.plot._bands) > 5
    assert view.surface.isVisible()
    assert not view.plot._slope.path().isEmpty()
    assert not view.plot._step.path().isEmpty()
    assert view.plot.across.labelText == "a"
    assert view.plot.up.labelText == "b"
    question = asked(session)[-1]
    assert (len(question.xs), len(question.ys)) == (256, 256)


def test_moving_along_the_run_moves_the_point_and_asks_nothing(view, session, plane):
    show(view, session, plane, 7)
    count, bands = len(asked(session)), list(view.plot._bands)
    for number in (2, 5, 0):
        show(view, session, plane, number)
        assert view.plot._point.getData()[0][0] == pytest.approx(view._cut.here[0])
    assert len(asked(session)) == count
    assert view.plot._bands == bands


def test_a_zoom_asks_for_the_stretch_in_view_and_a_double_click_shows_all(view, session, plane):
    show(view, session, plane, 7)
    before = asked(session)[-1]
    view.plot.getViewBox().setRange(xRange=(0.3, 0.9), yRange=(-0.6, -0.4), padding=0)
    view.plot._zoomed()
    settle(view)
    now = asked(session)[-1]
    assert (now.xs[0], now.xs[-1]) == pytest.approx((0.3, 0.9))
    assert (now.ys[0], now.ys[-1]) == pytest.approx((-0.6, -0.4))
    view.plot.is_zoomed = False
    settle(view)
    last = asked(session)[-1]
    assert (last.xs[0], last.xs[-1]) != pytest.approx((0.3, 0.9))
    assert (last.xs[-1] - last.xs[0]) == pytest.approx(before.xs[-1] - before.xs[0])


def test_the_old_picture_stays_until_the_new_one_is_there(view, session, plane):
    show(view, session, plane, 7)
    bands = list(view.plot._bands)
    session.runner.evaluator.holds = True
    view.plot.getViewBox().setRange(xRange=(0.3, 0.9), yRange=(-0.6, -0.4), padding=0)
    view.plot._zoomed()
    settle(view)
    assert view.plot._bands == bands
    session.runner.evaluator.holds = False
    session.runner.evaluator.ask(asked(session)[-1])
    settle(view)
    assert view.plot._bands != bands


def test_a_click_on_the_path_goes_to_that_pass(view, session, plane, qtbot):
    show(view, session, plane, 7)
    place = view.plot.place_of_pass(1)
    qtbot.mouseClick(view.plot.viewport(), Qt.MouseButton.LeftButton, pos=place.toPoint())
    assert session.view.cursor.number == 1
    view._frame.stop()


def test_tensors_offer_the_update_and_two_planes(view, session, net):
    show(view, session, net, 5)
    assert view._pick.text() == "Along the update ▾"
    assert view.plot.across.labelText == "updates"
    pick(view, "Plane of the path")
    assert "principal directions" in view._words.text()
    assert len(view.plot._bands) > 3
    pick(view, "Random plane")
    assert "Li et al. 2018" in view._words.text()
    before = asked(session)[-1]
    assert view._again.isVisible()
    view._again.click()
    settle(view)
    assert not np.array_equal(asked(session)[-1].first[1], before.first[1])


def test_a_choice_stays_while_the_run_has_it(view, session, plane, net):
    show(view, session, plane, 5)
    pick(view, "Over b")
    assert view.plot.across.labelText == "b"
    assert "a is held" in view._words.text()
    show(view, session, net, 5)
    assert view._pick.text() == "Along the update ▾"
    show(view, session, plane, 5)
    assert view._pick.text() == "Over b ▾"


def test_a_part_changed_in_place_is_said_at_the_plot(view, session):
    trace = ran(
        "import torch\nw = torch.tensor([1., 2., 3.], requires_grad=True)\nfor _ in range(5):\n    y = w * 2\n"
        "    y[0] = w[1] * 3\n    (y ** 2).sum().backward()\n    with torch.no_grad():\n        w -= 0.01 * w.grad\n"
        "    w.grad = None\n"
    )
    show(view, session, trace, 4)
    assert view._words.text() == (
        "The function is not drawn. A part of a tensor is changed in place on the way to the loss in line 5: such a"
        " change is not run again. The path is what the program itself computed."
    )


def test_why_there_is_no_function_and_what_is_shown_instead(view, session):
    show(view, session, descents.regression(100, why_not="Line 3 reads a value."), 60)
    assert view._words.text().startswith("The function is not drawn. Line 3 reads a value.")
    assert not asked(session)
    assert len(view.plot._way.getOriginalDataset()[0]) == 61
    assert not view.surface.isVisible()


def test_a_refused_picture_says_why(view, session, plane):
    session.runner.evaluator.holds = True
    show(view, session, plane, 5)
    session.runner.evaluator.answer = refused(asked(session)[-1].number, "It gives another loss.")
    view._listen()
    assert "It gives another loss." in view._words.text()
    count = len(asked(session))
    settle(view)
    assert len(asked(session)) == count, "the same question has the same answer"


def test_a_running_descent_is_not_asked_about_with_every_pass(view, session):
    asked_before = 0
    for count in range(2, 30):
        show(view, session, descents.minimum(count), count - 1, status="running")
        asked_before = len(asked(session))
    assert asked_before <= 6
    assert view.plot._point.getData()[0][0] == pytest.approx(6.75 * 0.8**28 - 0.75)


@pytest.mark.parametrize("theme", ["light", "dark", "contrast"])
def test_the_path_and_the_picture_are_seen_in_every_theme(view, session, plane, theme):
    session.change(theme=theme)
    show(view, session, plane, 7)
    image = view.plot.grab().toImage()
    colours = {image.pixelColor(x, y).name() for x in range(60, 500, 9) for y in range(10, image.height() - 30, 9)}
    assert len(colours) > 5
    point = view.plot.place_of_pass(7).toPoint()
    from gradviz.ui.style import theme_of

    near = image.pixelColor(point + QPoint(0, 2))
    wanted = QColor(theme_of(theme).value)
    assert abs(near.red() - wanted.red()) + abs(near.blue() - wanted.blue()) < 90


def test_the_surface_turns_by_hand_and_by_keys(view, session, plane, qtbot):
    show(view, session, plane, 7)
    surface = view.surface
    before = surface.grab().toImage()
    surface.setFocus()
    qtbot.keyClick(surface, Qt.Key.Key_Right)
    assert surface.eye.turn > Eye().turn
    qtbot.keyClick(surface, Qt.Key.Key_Home)
    assert surface.eye == Eye()
    qtbot.mousePress(surface, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    qtbot.mouseMove(surface, QPoint(160, 120))
    qtbot.mouseRelease(surface, Qt.MouseButton.LeftButton, pos=QPoint(160, 120))
    assert surface.eye != Eye()
    assert surface.grab().toImage() != before


def test_the_surface_is_painted_again_only_when_it_is_another(view, session, plane):
    """A pass moves the way on it, and that alone is drawn."""
    show(view, session, plane, 7)
    surface = view.surface
    first, ground = surface.grab().toImage(), surface._ground
    assert ground is not None
    show(view, session, plane, 2)
    assert surface.grab().toImage() != first, "the way is shorter"
    assert surface._ground is ground
    for change in (
        lambda: surface.turn(Eye().turned(0.3, 0.0)),
        lambda: surface.dress(DARK, 100),
        lambda: surface.resize(surface.width() - 30, surface.height()),
    ):
        before = surface._ground
        change()
        surface.grab()
        assert surface._ground is not before


def test_the_way_lies_on_the_surface(view, session, plane):
    show(view, session, plane, 7)
    surface = view.surface
    _, _, z = surface._in_box(view._cut.path)
    from gradviz.scene.contours import heights

    found = heights(np.concatenate([view._cut.losses, surface._losses.ravel()]), view._contours.levels)[:8]
    np.testing.assert_allclose(z, found**FLATTER, atol=0.02)
    _, _, beside = surface._in_box(np.array([[99.0, 0.0]]))
    assert np.isnan(beside[0])


def test_the_window_never_waits_for_a_picture(view, session, plane):
    """CPU time of what an answer costs the window's thread: contours, their items, the surface's data."""
    show(view, session, plane, 7)
    times = []
    for _ in range(5):
        view._heard = None
        began = time.process_time()
        view._listen()
        times.append(time.process_time() - began)
    assert sorted(times)[2] < 0.05, times


@pytest.mark.parametrize(("size", "width", "height"), [(100, 300, 150), (150, 320, 170), (100, 260, 120)])
def test_the_small_one_fits_beside_the_curves(session, qtbot, plane, size, width, height):
    session.change(type_size=size)
    small = Landscape(session, is_wide=False)
    qtbot.addWidget(small)
    small.resize(width, height)
    small.show()
    show(small, session, plane, 5)
    assert small.minimumSizeHint().width() <= width
    assert small.plot.getViewBox().height() > 30
    assert small.surface is None


def test_the_panel_makes_its_picture_when_it_is_looked_at(session, qtbot):
    panel = FunctionPanel(session)
    qtbot.addWidget(panel)
    assert panel.landscape is None
    panel.show()
    assert panel.landscape is not None
    panel.hide()


def test_a_hidden_one_does_no_work(view, session):
    view.hide()
    session.changed.emit(View())
    assert not view._frame.isActive()


def test_an_answer_that_comes_after_the_end_calls_nobody(session, qtbot, plane, qapp):
    """Its wake may be on the way through the event loop when the view goes."""
    gone = Landscape(session, is_wide=True)
    gone.resize(600, 300)
    gone.show()
    put(session, plane, Cursor(7, 3))
    gone.draw()
    assert asked(session)
    gone.close()
    gone.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    session.runner.evaluator.ask(asked(session)[-1])
    qapp.processEvents()


def test_what_the_shades_mean():
    assert scale_words(np.array([[1.0, 5.0]]), False, "loss") == "Strongest shade: loss 1.0, faintest: 5.0."
    assert "equal ratios" in scale_words(np.array([[1.0, 5.0]]), True, "loss")
    assert scale_words(np.array([[np.nan]]), False, "loss") == "The loss is not a number anywhere here."


def test_places_on_the_widget_and_in_the_data_agree(view, session, plane):
    show(view, session, plane, 7)
    place = view.plot.place_of(0.5, -0.5)
    assert isinstance(place, QPointF)
    x, y = view.plot.at(place)
    assert (x, y) == pytest.approx((0.5, -0.5), abs=0.02)
