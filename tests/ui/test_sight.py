"""Where the canvas looks: what is too large is near enough to be read, and what was clicked stays under the pointer."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from gradviz.session.folding import Folder
from gradviz.session.session import Session
from gradviz.trace.query import Cursor
from gradviz.ui.canvas import GraphCanvas
from gradviz.ui.canvas.camera import near
from gradviz.ui.canvas.sight import COMFORTABLE, LEGIBLE
from tests import traces
from tests.grouped import ran
from tests.programs.large import LARGE
from tests.ui.test_canvas import SilentRunner, show


@pytest.fixture
def session(tmp_path):
    made = Session(SilentRunner(), tmp_path)
    made.change(theme="light", motion=False, grouping="auto")
    return made


@pytest.fixture
def canvas(qtbot, session):
    widget = GraphCanvas(session)
    qtbot.addWidget(widget)
    widget.resize(640, 480)
    widget.show()
    qtbot.waitExposed(widget)
    yield widget
    widget.shutdown()


def settled(canvas, qtbot):
    qtbot.waitUntil(lambda: not canvas.stage.arranger.is_busy and canvas.stage.scene is not None, timeout=30_000)


def middle(canvas, card):
    return canvas.camera.to_screen(*(canvas.stage.geometry.rects[card, :2] + canvas.stage.geometry.rects[card, 2:] / 2))


@pytest.mark.parametrize("type_size", [100, 150])
def test_a_long_network_opens_at_a_size_that_can_be_read(canvas, session, type_size):
    session.change(type_size=type_size)
    show(session, ran(LARGE["mlp"]), 0)
    assert canvas.camera.zoom == pytest.approx(COMFORTABLE * type_size / 100)
    roots = [canvas.stage.scene.table.by_node[node] for node in canvas.stage.scene.history.roots]
    assert canvas.rect().contains(canvas.screen_box(roots[0])), "where backward begins"
    canvas.fit()
    assert canvas.camera.zoom < LEGIBLE
    assert all(canvas.rect().contains(canvas.screen_box(at)) for at in range(len(canvas.stage.scene.cards)))


def test_what_runs_is_in_view_at_every_step(canvas, session):
    trace = ran(LARGE["mlp"])
    show(session, trace, 0)
    for by in (1, -1):
        for _ in range(trace.passes[-1].history.steps):
            session.step(by)
            running = canvas.stage.look.running
            assert running < 0 or canvas.rect().contains(canvas.screen_box(running))
    assert canvas.camera.zoom == pytest.approx(COMFORTABLE)


def test_a_small_graph_is_shown_whole(canvas, session):
    show(session, traces.accumulate_twice())
    assert all(canvas.rect().contains(canvas.screen_box(at)) for at in range(len(canvas.stage.scene.cards)))


def test_another_run_keeps_zoom_and_scroll(canvas, session):
    trace = ran(LARGE["mlp"])
    show(session, trace, 5)
    before = canvas.camera
    session._set(cursor=Cursor(trace.passes[0].number, 5))
    assert canvas.stage.scene.history is trace.passes[0].history
    assert canvas.camera == before
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(200, 40))
    QTest.mouseMove(canvas, QPoint(150, 90))
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(150, 90))
    canvas.zoom_in()
    moved = canvas.camera
    assert moved != before
    show(session, ran(LARGE["mlp"] + "print(loss)\n"), 5)
    assert canvas.camera == moved


def test_a_group_opens_where_it_was_clicked_and_folds_there(canvas, session, qtbot):
    show(session, ran(LARGE["transformer"]), 0)
    settled(canvas, qtbot)
    scene = canvas.stage.scene
    key = scene.cards[scene.groups[2]].key
    canvas.centre_on(key)
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=canvas.screen_box(scene.groups[2]).center())
    assert session.view.selection == (key,)
    where, zoom = middle(canvas, scene.groups[2]), canvas.camera.zoom
    assert canvas.groups.open_card(key)
    settled(canvas, qtbot)
    QApplication.processEvents()
    inside = [canvas.stage.scene.table.index[part] for part in scene.history.region_cards(key)]
    boxes = [canvas.screen_box(at) for at in inside if at < len(canvas.stage.scene.cards)]
    left, right = min(box.left() for box in boxes), max(box.right() for box in boxes)
    top, bottom = min(box.top() for box in boxes), max(box.bottom() for box in boxes)
    assert canvas.camera.zoom == zoom
    assert ((left + right) / 2, (top + bottom) / 2) == pytest.approx(where, abs=2)
    Folder(session).fold(key)
    settled(canvas, qtbot)
    assert middle(canvas, canvas.stage.scene.table.index[key]) == pytest.approx(where, abs=2)


def test_the_view_ends_where_the_graph_does():
    bounds, view = (-100.0, 0.0, 2000.0, 100.0), (20.0, 20.0, 600.0, 400.0)
    at_left = near(bounds, view, 0.5, (-100.0, 0.0, 50.0, 50.0))
    assert at_left.to_screen(-100, 0)[0] == 20
    at_right = near(bounds, view, 0.5, (1850.0, 0.0, 50.0, 50.0))
    assert at_right.to_screen(1900, 0)[0] == 620
    between = near(bounds, view, 0.5, (875.0, 0.0, 50.0, 50.0))
    assert between.to_screen(900, 50) == (320, 220)


@pytest.mark.parametrize("type_size", [100, 150])
def test_the_map_covers_neither_legend_nor_queue(canvas, session, type_size, monkeypatch):
    session.change(type_size=type_size)
    trace = ran(LARGE["mlp"])
    show(session, trace, trace.passes[-1].history.backward_began + 3)
    assert canvas.minimap.isVisible()
    given = []
    monkeypatch.setattr(canvas._overlay, "paint", lambda painter, width, *rest, **options: given.append(width))
    canvas.grab()
    assert given == [canvas.minimap.x()]
    assert canvas.minimap.width() <= 0.32 * canvas.width()


def test_the_next_node_of_the_queue_is_named_however_narrow_the_canvas(canvas, session, monkeypatch):
    trace = ran(LARGE["mlp"])
    canvas.resize(380, 420)
    written = []
    monkeypatch.setattr(QPainter, "drawText", lambda self, *words: written.append(words[-1]))
    for step in range(trace.passes[-1].history.steps):
        show(session, trace, step)
        queue = trace.passes[-1].history.queue(step)
        written.clear()
        canvas.grab()
        if queue and trace.passes[-1].history.phase(step) == "backward":
            after = written[written.index("Ready queue") + 1]
            assert after[:4] in ("Accu", "Addm", "TBac", "Relu", "LogS", "NllL"), after


def test_what_runs_in_another_run_is_in_view(canvas, session):
    show(session, ran(LARGE["mlp"]), 0)
    show(session, ran(LARGE["mlp"] + "print(loss)\n"), 1)
    trace = session.view.trace
    running = [canvas.stage.look.running]
    for step in range(2, trace.passes[-1].history.steps, 7):
        show(session, ran(LARGE["mlp"] + f"print({step})\n"), step)
        running.append(canvas.stage.look.running)
        assert running[-1] < 0 or canvas.rect().contains(canvas.screen_box(running[-1]))
    assert max(running) >= 0
