"""The window as a whole: it shows, steps, asks, remembers, and leaves nothing behind."""

import gc
import weakref

import pytest
import shiboken6
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QSpinBox, QStyle, QStyleOptionSpinBox

from gradviz.session.commands import COMMANDS
from gradviz.trace.messages import PassRecorded, TextPrinted
from gradviz.trace.trace import TraceBuilder
from gradviz.ui import dialogs
from gradviz.ui.window import Window
from tests.ui.conftest import discard


def step(window):
    """A number to compare: the view itself would be printed whole where a comparison fails."""
    return window.session.view.cursor.step


def text_of(window):
    return window.session.document.text


def test_every_command_finds_its_method(window):
    for command in COMMANDS:
        target = window.target(command.target)
        if target is not None:
            assert callable(getattr(target, command.method)), command.id
        assert window.action(command.id).text()


def test_keys_step_and_the_words_follow(window, show, qtbot):
    show("line")
    window.setFocus()
    start = step(window)
    qtbot.keyClick(window, Qt.Key.Key_Right)
    assert step(window) == start + 1
    qtbot.keyClick(window, Qt.Key.Key_Right)
    qtbot.keyClick(window, Qt.Key.Key_Left)
    assert step(window) == start + 1
    qtbot.keyClick(window, Qt.Key.Key_End)
    last = window.session.view.state.history.steps
    assert step(window) == last


def test_arrows_in_the_editor_write_and_do_not_step(window, show, qtbot):
    show("line")
    editor = window.program.editor
    editor.setFocus()
    start = step(window)
    qtbot.keyClick(editor, Qt.Key.Key_Right)
    qtbot.keyClick(editor, Qt.Key.Key_Space)
    assert step(window) == start
    assert text_of(window).startswith("i mport")


def test_title_marks_unsaved_work(window, show):
    show("line")
    assert not window.isWindowModified()
    window.program.editor.insertPlainText("# ")
    assert window.isWindowModified()
    assert "line.py" in window.windowTitle()


@pytest.mark.parametrize(("answer", "stays"), [("cancel", True), ("discard", False)])
def test_unsaved_work_is_asked_about(window, show, monkeypatch, answer, stays):
    show("line")
    window.program.editor.insertPlainText("# mine\n")
    asked = []
    monkeypatch.setattr(dialogs, "ask_unsaved", lambda parent, name: asked.append(name) or answer)
    window.documents.new()
    assert asked == ["line.py"]
    assert ("# mine" in text_of(window)) is stays


def test_a_lesson_whose_numbers_were_turned_is_not_asked_about(window, show, monkeypatch):
    show("line")
    monkeypatch.setattr(dialogs, "ask_unsaved", lambda *_: pytest.fail("asked about a slider"))
    window.session.turn(window.session.literals()[0], -7.25)
    window.documents.new()
    assert text_of(window) == ""


def test_save_writes_what_the_editor_shows(window, show, tmp_path, monkeypatch):
    show("line")
    monkeypatch.setattr(dialogs, "ask_save", lambda parent, suggestion: tmp_path / "mine.py")
    window.program.editor.insertPlainText("# mine\n")
    assert window.documents.save()
    assert (tmp_path / "mine.py").read_text() == window.program.editor.toPlainText()
    assert not window.isWindowModified()
    window.documents.open_path(str(tmp_path / "mine.py"))
    question = window.session.view.question
    assert not question, "what was written here is not asked about again"


def test_what_cannot_be_opened_is_said_in_words(window, tmp_path, monkeypatch):
    said = []
    monkeypatch.setattr(dialogs, "tell", lambda parent, sentence: said.append(sentence))
    assert not window.documents.open_path(str(tmp_path / "nothing.py"))
    assert "nothing.py could not be opened" in said[0]


def test_the_window_comes_back_as_it_was(qapp, session):
    first = Window(session)
    first.resize(790, 600)  # the offscreen screen has 800 × 800 pixels
    first.show()
    first.furnish()
    qapp.processEvents()
    first.middle.setSizes([260, 290, 238])
    first.bottom._buttons["output"].click()
    first.rows.setSizes([300, 200])
    qapp.processEvents()
    sizes, rows = first.middle.sizes(), first.rows.sizes()
    first.close()
    first.deleteLater()
    second = Window(session)
    second.show()
    second.furnish()
    qapp.processEvents()
    assert second.middle.sizes() == pytest.approx(sizes, abs=3)
    assert second.rows.sizes() == pytest.approx(rows, abs=3)
    assert second.bottom.chosen == "output"
    second.close()
    second.deleteLater()


@pytest.mark.parametrize("theme", ["light", "dark", "contrast", "system"])
def test_themes_change_the_ground(window, theme):
    window.session.change(theme=theme)
    color = window.grab().toImage().pixelColor(5, window.height() - 5).name()
    expected = {"light": "#ffffff", "dark": "#191f29", "contrast": "#000000"}
    assert color == expected.get(theme, color)


def test_present_mode_shows_graph_player_and_line_and_goes_back(window, show):
    show("line")
    window.toggle_present()
    assert window.isFullScreen()
    assert window.session.settings.type_size == 150
    assert not window.program.isVisible()
    assert window.code_line.isVisible()
    assert window.bottom.timeline.isVisible()
    assert not window.panels["training"].isVisible()
    assert window.top.transport.isVisible()
    window.toggle_present()
    assert not window.isFullScreen()
    assert window.session.settings.type_size == 100
    assert window.program.isVisible()
    assert window.panels["inspector"].isVisible()
    assert not window.code_line.isVisible()


def test_present_mode_leaves_the_lower_panel_as_open_as_it_was(window, show):
    window.bottom.opens_itself = True
    show("line")
    window.bottom.choose("output")
    window.bottom.fold(False)
    window.toggle_present()
    assert window.bottom.is_folded
    window.toggle_present()
    assert not window.bottom.is_folded
    assert window.bottom.opens_itself


def test_a_closed_window_is_freed(qapp, session):
    window = Window(session)
    window.show()
    window.furnish()
    gone = weakref.ref(window)
    window.close()
    window.deleteLater()
    qapp.sendPostedEvents(None, 52)  # DeferredDelete
    assert not shiboken6.isValid(window)
    del window
    gc.collect()
    assert gone() is None


def test_a_click_on_the_chosen_tab_folds_the_panel(window, qtbot):
    button = window.bottom._buttons["output"]
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert window.panels["output"].isVisible()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert window.bottom.is_folded
    assert not window.panels["output"].isVisible()
    assert window.bottom.timeline.isVisible()
    qtbot.mouseClick(window.bottom._buttons["problems"], Qt.MouseButton.LeftButton)
    assert not window.bottom.is_folded
    assert window.panels["problems"].isVisible()


def test_every_control_has_a_name(window):
    from PySide6.QtWidgets import QAbstractButton, QAbstractSlider, QLineEdit, QScrollBar

    nameless = [
        widget
        for kind in (QAbstractButton, QAbstractSlider, QLineEdit)
        for widget in window.findChildren(kind)
        if not isinstance(widget, QScrollBar)
        and not (widget.accessibleName() or getattr(widget, "text", str)())
        and not widget.objectName().startswith("qt_")  # Qt's own, inside tables and fields
        and not isinstance(widget.parent(), QLineEdit)
    ]
    assert [(type(item), type(item.parent())) for item in nameless] == []


def test_the_table_of_keys_lists_every_command(window, qtbot):
    from PySide6.QtWidgets import QLabel

    window.targets.help.show_keys()
    dialog = window.findChild(dialogs.Keys)
    words = {label.text() for label in dialog.findChildren(QLabel)}
    assert {command.title for command in COMMANDS} <= words
    assert "→" in words
    dialog.accept()


def test_a_field_for_a_number_has_no_broken_buttons(window):
    """A style sheet that only frames the field leaves its arrows as two crooked strokes."""
    field = QSpinBox(window)
    field.resize(160, 30)
    field.show()
    option = QStyleOptionSpinBox()
    field.initStyleOption(option)
    control, part = QStyle.ComplexControl.CC_SpinBox, QStyle.SubControl.SC_SpinBoxUp
    assert field.style().subControlRect(control, option, part, field).width() <= 0


def test_a_broken_window_memory_is_forgotten(qapp, session):
    session.change(window="{torn")
    window = Window(session)
    window.show()
    assert window.width() > 700
    window.close()
    window.deleteLater()


def test_the_lower_panel_opens_itself_for_words_and_curves_and_not_against_the_person(qapp, session, show):
    made = Window(session)
    made.resize(1280, 800)
    made.show()
    made.furnish()
    line = show("line")
    assert made.bottom.is_folded
    builder = TraceBuilder()
    builder.add(line.began)
    for item in line.passes:
        builder.add(PassRecorded(item))
    session.runner.answers[line.program] = builder.add(TextPrinted("stdout", "6.0\n"))
    session.run()
    session.refresh()
    assert not made.bottom.is_folded
    assert made.bottom.chosen == "output"
    height = made.rows.sizes()[1]
    show("accumulate_twice")
    assert made.bottom.chosen == "training"
    assert made.rows.sizes()[1] > height
    made.bottom._buttons["training"].click()
    show("line")
    show("accumulate_twice")
    assert made.bottom.is_folded
    discard(made)


def test_curves_get_their_room_where_the_last_window_ended_with_words(qapp, session, show):
    first = Window(session)
    first.show()
    first.bottom.fold(False)
    first.bottom.opens_itself = True
    first.rows.setSizes([640, 120])
    discard(first)
    del first
    gc.collect()
    second = Window(session)
    second.show()
    second.furnish()
    assert second.bottom.is_folded
    show("accumulate_twice")
    assert second.rows.sizes()[1] > 180
    discard(second)


def test_escape_belongs_to_the_line_one_types_in(window, show, qtbot):
    """The window has an Escape of its own, which must not come first."""
    show("line")
    window.program.find()
    bar = window.program.find_bar
    qtbot.keyClicks(bar.field, "grad")
    qtbot.keyClick(bar.field, Qt.Key.Key_Escape)
    assert not bar.isVisible()
    search = window.panels["palette"].field
    search.setFocus()
    qtbot.keyClicks(search, "relu")
    qtbot.keyClick(search, Qt.Key.Key_Escape)
    assert search.text() == ""


def test_a_file_dropped_on_the_window_is_opened_and_other_things_are_not(window, tmp_path):
    program = tmp_path / "dropped.py"
    program.write_text("print('dropped')\n")
    picture = tmp_path / "picture.png"
    for path, taken in ((picture, False), (program, True)):
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path))])
        action, button = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
        enter = QDragEnterEvent(QPoint(50, 50), action, data, button, Qt.KeyboardModifier.NoModifier)
        enter.setAccepted(False)
        window.dragEnterEvent(enter)
        assert enter.isAccepted() is taken
    drop = QDropEvent(QPointF(50, 50), action, data, button, Qt.KeyboardModifier.NoModifier)
    window.dropEvent(drop)
    assert text_of(window) == "print('dropped')\n"
    assert window.session.view.question, "what came from elsewhere waits for consent"


def test_a_step_is_kept_with_a_note_and_shown_on_the_timeline(window, show, monkeypatch):
    show("line")
    window.session.go_to_start()
    window.session.step(3)
    monkeypatch.setattr(dialogs, "ask_note", lambda parent, note, is_new: "look here")
    before = window.bottom.timeline.grab().toImage()
    window.action("step.bookmark").trigger()
    assert [mark.note for mark in window.session.view.bookmarks] == ["look here"]
    assert window.bottom.timeline.grab().toImage() != before
    timeline = window.bottom.timeline
    assert "look here" in window.targets.step_tips.words_at(timeline.x_of(3, window.session.view.state.history.steps))
    monkeypatch.setattr(dialogs, "ask_note", lambda parent, note, is_new: "")
    window.action("step.bookmark").trigger()
    assert window.session.view.bookmarks == ()
