"""The card that asks: keyboard first, nothing told before the answer, and a tally."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence

from gradviz.session.commands import COMMANDS
from gradviz.session.predicting import Tally
from gradviz.trace.events import LeafAccumulated
from gradviz.trace.prediction import prediction_of
from gradviz.trace.query import Cursor


@pytest.fixture
def asking(window, session, show):
    """A window that shows `line` before its backward pass, and asks."""
    session.change(predict=True, motion=False, grouping="nothing")
    show("line")
    session.go_to(Cursor(0, 8))
    return window


@pytest.fixture
def card(asking):
    return asking.canvas.prediction


def press(qtbot, widget, *keys):
    for key in keys:
        qtbot.keyClick(widget, key)


def test_the_step_waits_for_a_number(asking, card, session, qtbot):
    asking.action("step.forward").trigger()
    assert session.view.cursor.step == 8
    assert card.isVisible()
    assert "What is the gradient that it sends to" in card._words.text()
    assert asking.focusWidget() is card.field
    qtbot.keyClicks(card.field, "12")
    press(qtbot, card.field, Qt.Key.Key_Return)
    assert session.view.cursor.step == 9
    assert card.isVisible()
    assert card._words.text().startswith("Right: it is 12.0.")
    assert card._tally.text() == "1 of 1 right"
    assert asking.focusWidget() is asking.canvas, "the next arrow steps"


def test_a_question_keeps_the_keyboard_when_present_mode_comes_and_goes(asking, card):
    asking.action("step.forward").trigger()
    asking.toggle_present()
    assert asking.focusWidget() is card.field
    asking.toggle_present()
    assert asking.focusWidget() is card.field


def test_a_wrong_answer_is_told_the_number_and_counted(asking, card, session, qtbot):
    session.step_forward()
    card.field.setText("twelve")
    press(qtbot, card.field, Qt.Key.Key_Return)
    assert session.view.cursor.step == 8, "what cannot be read is no answer"
    assert "Type a number" in card._hint.text()
    card.field.setText("6")
    press(qtbot, card.field, Qt.Key.Key_Return)
    assert session.view.cursor.step == 9
    assert card._words.text().startswith("Not 6: it is 12.0.")
    assert session.view.tally == Tally(0, 1)
    asking.action("predict.reset").trigger()
    assert session.view.tally == Tally()


def test_escape_shows_it_and_does_not_count(card, session, qtbot):
    session.step_forward()
    press(qtbot, card.field, Qt.Key.Key_Escape)
    assert session.view.cursor.step == 9
    assert session.view.tally == Tally()
    assert card._words.text().startswith("It is 12.0.")
    session.step_back()
    assert not card.isVisible()


def test_choices_are_picked_with_the_keys(asking, card, session, qtbot):
    session.go_to(Cursor(0, 11))
    session.step_forward()
    shown = [button for button in card.choices if button.isVisible()]
    assert len(shown) == 2
    assert not card.field.isVisible()
    assert asking.focusWidget() is shown[0]
    press(qtbot, shown[0], Qt.Key.Key_Right)
    assert asking.focusWidget() is shown[1]
    press(qtbot, shown[1], Qt.Key.Key_Right)
    assert asking.focusWidget() is shown[0]
    leaf = next(number for number, button in enumerate(shown, 1) if "AccumulateGrad(b)" in button.text())
    press(qtbot, shown[0], Qt.Key(Qt.Key.Key_0.value + leaf))
    assert session.view.cursor.step == 12
    assert card._words.text().startswith("Right: AccumulateGrad(b) runs next.")


def test_steps_back_and_jumps_are_not_asked_about(card, session):
    session.step_back()
    assert session.view.cursor.step == 7
    session.step_forward()
    assert card.isVisible()
    session.go_to_end()
    assert not card.isVisible()
    session.go_to(Cursor(0, 7))
    assert not card.isVisible(), "an old question does not come back by itself"


def test_what_cannot_be_predicted_is_stepped_over_at_once(card, session):
    session.go_to_start()
    session.step_forward()
    assert session.view.cursor.step == 1
    assert not card.isVisible()


def test_playing_halts_at_a_question(card, session):
    session.toggle_play()
    session.play_on()
    assert card.isVisible()
    assert not session.view.playing


def test_switched_off_nothing_is_asked(asking, card, session):
    session.step_forward()
    asking.action("predict.switch").trigger()
    assert not card.isVisible()
    session.step_forward()
    assert session.view.cursor.step == 9
    assert not asking.action("predict.switch").isChecked()


def test_a_clicker_asks_first_and_then_shows(card, session):
    session.predicting.click()
    assert (session.view.cursor.step, card.isVisible()) == (8, True)
    session.predicting.click()
    assert (session.view.cursor.step, session.view.tally) == (9, Tally())


def test_nothing_tells_the_outcome_before(asking, card, session, qtbot):
    """Step 12 is b's AccumulateGrad, of two nodes that are ready; step 13 sends 48.0 and 24.0."""
    session.go_to(Cursor(0, 11))
    inspector = asking.panels["inspector"]
    session.change(predict=False)
    assert "Next is AccumulateGrad" in inspector._queue_words.text()
    told = asking.canvas.grab().toImage()
    session.change(predict=True)
    assert inspector._queue_words.text() == ""
    assert asking.canvas.grab().toImage() != told, "the queue marks no next node"
    timeline, tips = asking.bottom.timeline, asking.targets.step_tips
    steps = session.view.state.history.steps
    assert "48.0" not in tips.words_at(timeline.x_of(13, steps))
    assert "Hidden" in tips.words_at(timeline.x_of(13, steps))
    assert "12.0" in tips.words_at(timeline.x_of(10, steps))
    session.go_to(Cursor(0, 5))
    loss = next(f"o{op.id}" for _, op in session.view.state.history.ops.values() if op.op == "pow")
    session.select(loss)
    shown = "".join(label.text() for label in inspector.findChildren(type(inspector._title)) if label.isVisible())
    assert "36.0" not in shown
    assert "has not come to this line yet" in shown


def test_no_other_command_has_its_key():
    keys = [QKeySequence(key).toString() for command in COMMANDS for key in command.keys]
    assert keys.count("Q") == 1


def test_what_runs_to_a_stop_rests_at_the_first_question(asking, card, session):
    """`line` is asked about from its 9th step on; the next accumulation is the 12th."""
    session.go_to(Cursor(0, 7))
    session.debugger.next_accumulation()
    first = session.view.cursor.step
    assert prediction_of(session.view.state.history, first + 1) is not None
    assert session.view.prediction is not None
    assert card.isVisible()
    asked = 0
    while session.view.prediction is not None:
        session.predicting.answer(is_right=True)
        asked += 1
        session.debugger.next_accumulation()
        if isinstance(session.view.state.event, LeafAccumulated):
            break
    assert session.view.tally == Tally(asked, asked)
    assert asked >= 3, "no question between was skipped"


def test_the_next_breakpoint_and_the_end_rest_at_a_question_too(asking, session):
    session.debugger.toggle_line(1_000)
    session.debugger.go_on()
    assert session.view.prediction is not None
    assert session.view.cursor.step == 8


def test_what_runs_back_is_not_asked_about(asking, session):
    session.go_to(Cursor(0, 14))
    session.debugger.previous_accumulation()
    assert session.view.prediction is None
    assert session.view.cursor.step < 14


def test_without_predicting_it_runs_through(window, session, show):
    session.change(motion=False)
    show("line")
    session.debugger.next_accumulation()
    assert isinstance(session.view.state.event, LeafAccumulated)


def test_panels_below_are_covered_while_a_question_is_open(asking, session):
    bottom = asking.bottom
    for panel in ("training", "function", "output"):
        bottom.choose(panel)
        bottom.fold(False)
        assert bottom.panels[panel].isVisible()
        session.step_forward()
        assert not bottom.panels[panel].isVisible()
        assert bottom._cover.isVisible()
        assert bottom.chosen == panel
        bottom.choose("problems")
        assert not bottom.panels["problems"].isVisible(), "another tab is no way around"
        bottom.choose(panel)
        session.step_back()
        assert bottom.panels[panel].isVisible()
        session.go_to(Cursor(0, 8))


def test_no_picture_is_made_while_a_question_is_open(asking, session, monkeypatch):
    said = []
    session.told.connect(said.append)
    session.step_forward()
    for command in ("file.export", "file.export_curves", "file.copy_picture"):
        asking.action(command).trigger()
    assert said == ["Answer the question in the graph first: a picture could tell."] * 3
    session.predicting.reveal()
    asking.action("file.copy_picture").trigger()
    assert said[-1] == "Copied the picture."
