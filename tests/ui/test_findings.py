"""Findings in the window: in the list, at the line, at the curve; a click goes to the step that shows it."""

import dataclasses

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from gradviz.session.document import Document
from gradviz.trace.query import Cursor
from gradviz.ui.window import Window
from tests.failing import FAILING, SOUND
from tests.grouped import ran
from tests.ui.conftest import discard


@pytest.fixture
def window(qapp, session):
    made = Window(session)
    made.resize(1280, 800)
    made.show()
    made.furnish()
    yield made
    made.close()
    discard(made)


def open_program(window, program, qtbot):
    session, trace = window.session, ran(program)
    session.runner.answers[program] = trace
    session.show_document(Document(program, saved_text=program, title="failing.py", origin="lesson"))
    session.run()
    session.refresh()
    qtbot.waitUntil(lambda: window.findings._evidence.trace is trace and not window.findings._timer.isActive())
    return trace


def test_in_the_list_at_the_line_and_at_the_curve(window, qtbot):
    open_program(window, FAILING["diverges"][0], qtbot)
    (finding,) = window.findings.found
    problems = window.panels["problems"]
    assert problems.count() == 1
    assert window.bottom._buttons["problems"].text() == "Problems (1)"
    item = problems.list.item(0)
    assert item.text() == f"Line 7: {finding.sentence}"
    assert window.program.editor.notes == {7: finding.sentence}
    window.bottom.choose("training")
    chart = window.panels["training"].charts["loss"]
    qtbot.waitUntil(lambda: chart._notes == {finding.sight.marked: f"{finding.failure.title}."})
    assert [spot.data() for spot in chart._noted.points()] == [finding.sight.marked]


def test_a_click_goes_to_the_step_and_chooses_its_card(window, qtbot):
    open_program(window, FAILING["never cleared by hand"][0], qtbot)
    (finding,) = window.findings.found
    problems = window.panels["problems"]
    window.bottom.choose("problems")
    window.bottom.fold(False)
    QApplication.processEvents()
    item = problems.list.item(0)
    qtbot.mouseClick(
        problems.list.viewport(), Qt.MouseButton.LeftButton, pos=problems.list.visualItemRect(item).center()
    )
    assert window.session.view.cursor == finding.sight.cursor == Cursor(1, finding.sight.cursor.step)
    assert window.session.view.selection == (finding.sight.card,)
    assert window.program.editor.textCursor().blockNumber() + 1 == 5
    qtbot.waitUntil(lambda: bool(window.canvas.marks.notes))
    (noted,) = window.canvas.marks.notes
    assert window.canvas.stage.scene.cards[noted].key == finding.sight.card
    assert window.canvas.rect().contains(window.canvas.screen_box(noted))


def test_the_mark_at_a_curve_is_clicked(window, qtbot):
    open_program(window, FAILING["zigzags"][0], qtbot)
    (finding,) = window.findings.found
    window.bottom.choose("training")
    window.bottom.fold(False)
    training = window.panels["training"]
    qtbot.waitUntil(lambda: "loss" in training.charts and bool(training.charts["loss"]._noted.points().size))
    chart = training.charts["loss"]
    spot = chart._noted.points()[0].pos()
    chart._hovered(spot.x(), spot.y())
    assert "zigzags" in chart._reading.text()
    chart._clicked(spot.x(), spot.y())
    assert window.session.view.cursor == finding.sight.cursor


def test_a_sound_run_takes_them_away(window, qtbot):
    open_program(window, FAILING["zigzags"][0], qtbot)
    assert window.findings.found
    open_program(window, SOUND["a rate that alternates and arrives"], qtbot)
    assert window.findings.found == ()
    assert window.program.editor.notes == {}
    assert window.panels["problems"].count() == 0


def test_a_pass_that_is_gone_is_said(window, qtbot):
    open_program(window, FAILING["diverges"][0], qtbot)
    (finding,) = window.findings.found
    gone = dataclasses.replace(finding, sight=dataclasses.replace(finding.sight, cursor=Cursor(10_000, 3)))
    told = []
    window.session.told.connect(told.append)
    window.findings.go_to(gone)
    assert "was not kept whole" in told[-1]
