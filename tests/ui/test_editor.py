"""The editor: typing, marks, values, edits from elsewhere, and what the run says about lines."""

import time

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QTextCursor

import tests.traces as traces
from gradviz.scene.theme import DARK, LIGHT
from gradviz.session.edits import TextEdit
from gradviz.session.lines import LineMap
from gradviz.trace.query import Cursor
from gradviz.ui.editor.editor import CodeEditor
from gradviz.ui.editor.find import FindBar
from gradviz.ui.editor.lines import card_of_line, source_of_card
from gradviz.ui.editor.program import ProgramPanel
from tests.ui.conftest import discard


@pytest.fixture
def editor(qapp):
    made = CodeEditor()
    made.resize(420, 300)
    made.show()
    made.setFocus()
    yield made
    discard(made)


@pytest.fixture
def panel(qapp, session):
    made = ProgramPanel(session)
    made.resize(400, 500)
    made.show()
    yield made
    discard(made)


def text_of(editor):
    return editor.toPlainText()


def select_lines(editor, first, last):
    cursor = QTextCursor(editor.document().findBlockByNumber(first - 1))
    cursor.setPosition(editor.document().findBlockByNumber(last - 1).position() + 1, QTextCursor.MoveMode.KeepAnchor)
    editor.setTextCursor(cursor)


# -- typing ------------------------------------------------------------------------------------------------------


def test_a_new_line_is_indented_as_python_wants(editor, qtbot):
    qtbot.keyClicks(editor, "for i in range(3):")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.keyClicks(editor, "x = i  # not a block:")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.keyClicks(editor, "break")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.keyClicks(editor, "y")
    assert text_of(editor) == "for i in range(3):\n    x = i  # not a block:\n    break\ny"


def test_tab_indents_and_backspace_takes_a_whole_step_back(editor, qtbot):
    qtbot.keyClick(editor, Qt.Key.Key_Tab)
    qtbot.keyClicks(editor, "x")
    assert text_of(editor) == "    x"
    qtbot.keyClick(editor, Qt.Key.Key_Left)
    qtbot.keyClick(editor, Qt.Key.Key_Backspace)
    assert text_of(editor) == "x"


def test_lines_are_indented_and_back_as_one_undo_step(editor, qtbot):
    editor.show_text("a\n\nb\n")
    select_lines(editor, 1, 3)
    qtbot.keyClick(editor, Qt.Key.Key_Tab)
    assert text_of(editor) == "    a\n\n    b\n"
    qtbot.keyClick(editor, Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    assert text_of(editor) == "a\n\nb\n"
    editor.undo()
    editor.undo()
    assert text_of(editor) == "a\n\nb\n"
    assert not editor.document().isUndoAvailable()


def test_comments_come_and_go(editor):
    editor.show_text("if a:\n    b\n")
    select_lines(editor, 1, 2)
    editor.toggle_comment()
    assert text_of(editor) == "# if a:\n#     b\n"
    select_lines(editor, 1, 2)
    editor.toggle_comment()
    assert text_of(editor) == "if a:\n    b\n"


@pytest.mark.parametrize(("text", "at", "pair"), [("f(a[1])", 2, (1, 6)), ("f(a[1])", 6, (5, 3)), ("f(", 2, None)])
def test_brackets_find_their_partner(editor, text, at, pair):
    from gradviz.ui.editor.keystrokes import matching_bracket

    editor.show_text(text)
    assert matching_bracket(editor.document(), at) == pair


def test_rubbish_is_taken_without_a_wait(editor):
    rubbish = ('\'"""([{\\' * 400 + "\n") * 60 + "((((" * 50_000
    start = time.perf_counter()
    editor.setPlainText(rubbish)
    editor.grab()
    assert time.perf_counter() - start < 3


def test_a_long_program_opens_quickly_and_keys_stay_fast(editor, qtbot):
    editor.show_text("y = torch.tensor([1., 2.]) @ w + b  # a line\n" * 10_000)
    start = time.perf_counter()
    for _ in range(20):
        qtbot.keyClick(editor, Qt.Key.Key_X)
    assert (time.perf_counter() - start) / 20 < 0.05


# -- edits from elsewhere ----------------------------------------------------------------------------------------


def test_edits_are_one_undo_step_and_joined_ones_too(editor):
    editor.show_text("x = 1.\ny = 2.\n")
    editor.apply_edits([TextEdit(4, 6, "3."), TextEdit(11, 13, "4.")])
    assert text_of(editor) == "x = 3.\ny = 4.\n"
    editor.apply_edits([TextEdit(4, 6, "5.")])
    editor.apply_edits([TextEdit(4, 6, "6.")], join=True)
    editor.apply_edits([TextEdit(4, 6, "7.")], join=True)
    editor.undo()
    assert text_of(editor) == "x = 3.\ny = 4.\n"
    editor.undo()
    assert text_of(editor) == "x = 1.\ny = 2.\n"


def test_edits_count_characters_and_not_qt_units(editor):
    editor.show_text("a = '🙂🙂'\nx = 1.\n")
    start = "a = '🙂🙂'\nx = 1.\n".index("1.")
    editor.apply_edits([TextEdit(start, start + 2, "2.")])
    assert text_of(editor) == "a = '🙂🙂'\nx = 2.\n"


def test_a_turned_number_is_undone_like_typing(panel, show):
    show("line")
    session = panel._session
    before = text_of(panel.editor)
    first = session.literals()[0]
    session.turn(first, 9.0)
    assert text_of(panel.editor) == session.document.text != before
    panel.undo()
    assert text_of(panel.editor) == session.document.text == before


# -- find --------------------------------------------------------------------------------------------------------


def test_find_goes_round(editor, qtbot):
    editor.show_text("w = 1\nx = w\ny = w * x\n")
    bar = FindBar(editor)
    bar.start()
    qtbot.keyClicks(bar.field, "w")
    lines = []
    for _ in range(3):
        qtbot.keyClick(bar.field, Qt.Key.Key_Return)
        lines.append(editor.textCursor().blockNumber() + 1)
    assert lines in ([1, 2, 3], [2, 3, 1])
    qtbot.keyClick(bar.field, Qt.Key.Key_Escape)
    assert bar.isHidden()
    discard(bar)


# -- what the run says -------------------------------------------------------------------------------------------


def test_values_at_line_ends_follow_the_step():
    history = traces.line().passes[-1].history
    values = history.lines
    assert values.at(0) == {}
    found = {line: value.item() for line, value in values.at(history.steps).items()}
    assert found == {3: 4.0, 4: 2.0, 5: 3.0, 7: 11.0, 8: 36.0}


def test_an_update_shows_at_its_line():
    history = traces.untracked().passes[-1].history
    assert history.lines.at(history.steps)[11].data[0] == pytest.approx(1 - 0.1 * 2 / 3)


@pytest.mark.parametrize("line", [3, 7, 8])
def test_line_and_card_lead_to_each_other(line):
    history = traces.line().passes[-1].history
    card = card_of_line(history, line)
    assert source_of_card(history, card).line == line


def test_lines_without_a_card_have_none():
    history = traces.line().passes[-1].history
    assert card_of_line(history, 1) is None


def test_line_map_shifts_what_is_below_a_change():
    old = "a\nb\nc\nd"
    lines = LineMap.between(old, "a\nb\nnew\nnew\nd")
    assert [lines.new(line) for line in (1, 2, 3, 4)] == [1, 2, None, 5]
    assert [lines.old(line) for line in (1, 2, 3, 4, 5)] == [1, 2, None, None, 4]
    same = LineMap.between(old, old)
    assert [same.new(line) for line in (1, 4)] == [1, 4]


def test_the_line_of_the_step_is_marked_with_its_expression(panel, show):
    show("line")
    session = panel._session
    history = session.view.state.history
    session.go_to(
        Cursor(
            0,
            history.runs.index(next(n for n in history.runs if history.nodes[n].node.name == "MulBackward0"))
            + history.backward_began
            + 1,
        )
    )
    assert panel.editor.marked_lines() == {7: (LIGHT.gradient_fill, True)}
    underlined = [
        item
        for item in panel.editor.extraSelections()
        if item.format.fontUnderline() or item.format.underlineStyle().value
    ]
    assert [item.cursor.selectedText() for item in underlined] == ["w * x"]


def test_a_program_just_opened_shows_its_first_lines_until_the_person_steps(panel, show, session):
    panel.resize(400, 130)  # three lines or so
    panel.editor.clearFocus()
    show("accumulate_twice")
    last = panel.editor.blockCount()
    for pass_number in (0, 1):  # a run that is followed moves the cursor from pass to pass
        end = session.view.trace.passes[pass_number].history.steps
        session._set(cursor=Cursor(pass_number, end), following=True)
    assert panel.editor.firstVisibleBlock().blockNumber() == 0
    assert panel.editor._last_visible() < last - 1
    session.go_to(Cursor(1, session.view.state.history.backward_began))
    assert panel.editor.firstVisibleBlock().blockNumber() > 0


def test_clicking_a_line_selects_its_card_and_a_card_marks_its_line(panel, show, qtbot):
    show("line")
    session = panel._session
    editor = panel.editor
    block = editor.document().findBlockByNumber(7)
    place = editor.blockBoundingGeometry(block).translated(editor.contentOffset()).center().toPoint()
    qtbot.mouseClick(editor.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(20, place.y()))
    selected = session.view.selection
    assert source_of_card(session.view.state.history, selected[0]).line == 8
    session.select(card_of_line(session.view.state.history, 3))
    assert 3 in editor.marked_lines()


def test_typing_does_not_select_cards(panel, show, qtbot):
    show("line")
    qtbot.keyClicks(panel.editor, "# ")
    selected = panel._session.view.selection
    assert selected == ()


def test_marks_move_with_lines_added_above(panel, show, qtbot):
    show("line")
    panel._session.go_to_end()
    before = set(panel.editor.values)
    panel.editor.moveCursor(QTextCursor.MoveOperation.Start)
    qtbot.keyClick(panel.editor, Qt.Key.Key_Return)
    assert set(panel.editor.values) == {line + 1 for line in before}


def test_an_error_is_said_at_its_line(panel, show):
    show("error")
    assert panel.editor.error_line == 6
    assert "Line 6" in panel._sentence.text()
    assert "columns of the left matrix" in panel._sentence.text()
    panel.editor.insertPlainText("#")
    assert panel._trouble.isHidden()


def test_an_opened_program_waits_for_consent(panel, session, tmp_path):
    path = tmp_path / "other.py"
    path.write_text("print(1)\n")
    session.open(path)
    told = []
    session.told.connect(told.append)
    session.run()
    assert session.runner.runs == []
    assert not panel._question.isHidden()
    assert "Run it" in told[0], "the large button must not seem to do nothing"
    session.trust()
    assert len(session.runner.runs) == 1
    assert panel._question.isHidden()


def test_dark_code_is_dark(editor):
    editor.use(DARK, 150)
    gutter = editor.grab().toImage().pixelColor(2, 250).name()
    assert gutter == DARK.window
    assert editor.font().pixelSize() == 20
