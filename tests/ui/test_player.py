"""Timeline, transport, pass picker, bridge and auto-run."""

import threading
import time

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QWidget

import tests.traces as traces
from gradviz.scene.theme import LIGHT
from gradviz.session.document import Document
from gradviz.ui import fonts, step_tips, style
from gradviz.ui.autorun import AutoRun
from gradviz.ui.bottom import Bottom
from gradviz.ui.bridge import Bridge
from gradviz.ui.passes import PassPicker
from gradviz.ui.step_tips import StepTips
from gradviz.ui.timeline import Timeline
from gradviz.ui.transport import Transport
from tests import descents
from tests.ui.conftest import discard


@pytest.fixture
def timeline(qapp, session):
    made = Timeline(session)
    made.resize(900, 36)
    made.show()
    yield made
    discard(made)


@pytest.fixture
def transport(qapp, session):
    made = Transport(session)
    made.show()
    yield made
    made.shutdown()
    discard(made)


def step(session):
    return session.view.cursor.step


def test_a_drag_on_the_timeline_scrubs(timeline, session, show, qtbot):
    show("line")
    steps = session.view.state.history.steps
    for wanted in (0, 3, steps // 2, steps):
        x = round(timeline.x_of(wanted, steps))
        qtbot.mouseClick(timeline, Qt.MouseButton.LeftButton, pos=QPoint(x, 18))
        assert step(session) == wanted


def test_the_timeline_says_steps_in_words(timeline, session, show):
    show("line")
    steps = session.view.state.history.steps
    place = session.view.state.history.nodes[session.view.state.history.runs[4]].ran
    words = StepTips(timeline, session).words_at(timeline.x_of(place, steps))
    assert words.startswith("backward · step 5 of 7 · MulBackward0\n")
    assert "12" in words


def test_phases_have_their_colours(timeline, session, show):
    show("line")
    session.go_to_end()
    picture = timeline.grab().toImage()
    history = session.view.state.history
    for at, color in ((history.backward_began / 2, "#2563d9"), (history.backward_ended - 0.5, "#b94d06")):
        x = round(timeline.x_of(at, history.steps))
        colors = {picture.pixelColor(x + dx, 18).name() for dx in (-6, -5, 5, 6)}
        assert color in colors


def test_a_tip_at_the_timeline_is_the_step_under_the_pointer(timeline, session, show, monkeypatch):
    show("line")
    tips, shown = StepTips(timeline, session), []
    monkeypatch.setattr(step_tips.QToolTip, "showText", lambda at, words, widget: shown.append(words))
    place = QPoint(round(timeline.x_of(3, session.view.state.history.steps)), 18)
    QApplication.sendEvent(timeline, QHelpEvent(QEvent.Type.ToolTip, place, timeline.mapToGlobal(place)))
    assert shown == [tips.words_at(place.x())]


def test_an_empty_timeline_has_no_steps(timeline, session):
    assert timeline.step_at(100) is None
    assert "Run a program" in StepTips(timeline, session).words_at(100)
    timeline.grab()


def test_buttons_step(transport, session, show, qtbot):
    show("line")
    session.go_to_start()
    for name, expected in (("step_forward", 1), ("step_back", 0), ("to_end", None), ("to_start", 0)):
        qtbot.mouseClick(transport._buttons[name], Qt.MouseButton.LeftButton)
        wanted = session.view.state.history.steps if expected is None else expected
        assert step(session) == wanted


def test_buttons_sleep_without_a_run(transport):
    assert not any(button.isEnabled() for button in transport._buttons.values())


def test_play_walks_every_step_in_order_and_stops_at_the_end(transport, session, show, qtbot):
    show("line")
    session.change(play_speed=100.0)
    session.go_to_start()
    seen = []
    session.changed.connect(lambda view: seen.append(view.cursor.step))
    session.toggle_play()
    last = session.view.state.history.steps
    qtbot.waitUntil(lambda: not session.view.playing, timeout=5000)
    walked = list(dict.fromkeys(seen))
    assert walked == list(range(last + 1))
    assert not transport._timer.isActive()


def test_held_keys_are_as_quick_as_the_screen(window, show, qtbot):
    session = window.session
    trace = traces.chain(50)
    session.runner.answers["chain"] = trace
    show("line")
    session.view = type(session.view)(trace=trace, newest=trace)
    session.changed.emit(session.view)
    session.go_to_start()
    window.canvas.setFocus()
    qtbot.wait(300)
    session.go_to_end()
    qtbot.wait(1500)  # the first formula loads its library
    session.go_to_start()
    seen = []
    session.changed.connect(lambda view: seen.append(view.cursor.step))
    start = time.process_time()  # what the machine does besides must not count
    for _ in range(90):
        qtbot.keyPress(window.canvas, Qt.Key.Key_Right)
        window.canvas.repaint()
        window.bottom.timeline.repaint()
    seconds = time.process_time() - start
    assert list(dict.fromkeys(seen)) == list(range(1, 91))
    assert 90 / seconds >= 60


# -- passes ------------------------------------------------------------------------------------------------------


def test_the_pass_picker_shows_for_several_passes_only(qapp, session, show, qtbot):
    picker = PassPicker(session)
    show("line")
    assert picker.isHidden()
    show("accumulate_twice")
    assert not picker.isHidden()
    assert picker._of.text() == "of 2"
    picker._field.setText("1")
    picker._field.returnPressed.emit()
    number = session.view.cursor.number
    assert number == 0
    picker._field.setText("900")
    picker._field.returnPressed.emit()
    number = session.view.cursor.number
    assert number == 1
    picker._shown = (253_993, 253_994, 12)
    picker._widen_field()
    assert picker._field.width() > 20 + picker._field.fontMetrics().horizontalAdvance("253994")
    discard(picker)


def test_larger_type_takes_room_from_the_strip_of_passes_and_not_from_the_tabs(window, session, show):
    show("accumulate_twice")
    picker = window.bottom.findChild(PassPicker)
    before = [picker._strip.isVisibleTo(picker)]
    session.change(type_size=150)
    before.append(picker._strip.isVisibleTo(picker))
    assert before == [True, False]


# -- bridge ------------------------------------------------------------------------------------------------------


def test_many_wakes_are_few_refreshes_and_the_last_is_not_lost(qapp, qtbot):
    seen = []
    value = [0]
    bridge = Bridge(lambda: seen.append((value[0], threading.current_thread())))

    def flood():
        for number in range(20_000):
            value[0] = number
            bridge.wake()

    thread = threading.Thread(target=flood)
    start = time.monotonic()
    thread.start()
    qtbot.waitUntil(lambda: not thread.is_alive() and bool(seen) and seen[-1][0] == 19_999, timeout=5000)
    thread.join()
    assert len(seen) <= (time.monotonic() - start) * 60 + 3
    assert {thread for _, thread in seen} == {threading.main_thread()}
    bridge.shutdown()
    bridge.wake()
    qapp.processEvents()
    assert seen[-1][0] == 19_999


# -- auto-run ----------------------------------------------------------------------------------------------------


@pytest.fixture
def auto_run(qapp, session):
    owner = QObject()
    made = AutoRun(session, owner)
    yield made
    made.shutdown()
    owner.deleteLater()


def test_a_whole_program_runs_after_a_pause(auto_run, session, qtbot):
    session.set_text("x = 1")
    session.set_text("x = 12")
    assert session.runner.runs == []
    qtbot.waitUntil(lambda: bool(session.runner.runs), timeout=1000)
    qtbot.wait(120)
    assert [run.program for run in session.runner.runs] == ["x = 12"]


def test_half_a_line_is_left_alone_for_longer(auto_run, session, qtbot):
    session.set_text("x = (")
    qtbot.wait(300)
    assert session.runner.runs == []
    qtbot.waitUntil(lambda: bool(session.runner.runs), timeout=2000)


def test_the_switch_turns_it_off(auto_run, session, qtbot):
    session.change(auto_run=False)
    session.set_text("x = 1")
    qtbot.wait(200)
    assert session.runner.runs == []


def test_an_empty_page_runs_nothing(auto_run, session, qtbot):
    session.show_document(Document("x"))
    session.set_text("  \n")
    qtbot.wait(800)
    assert session.runner.runs == []


@pytest.mark.parametrize(("width", "type_size"), [(760, 100), (760, 150), (1280, 100)])
def test_the_tabs_are_never_cut(qapp, session, width, type_size):
    session.change(type_size=type_size)
    qapp.setFont(fonts.sans(type_size))
    qapp.setStyleSheet(style.style_sheet(LIGHT, type_size))
    window = QWidget()
    window.resize(width, 300)
    bar = Bottom(session)
    bar.setParent(window)
    bar.setGeometry(0, 0, width, 300)
    window.show()
    trace = descents.minimum()
    session.runner.answers[trace.program] = trace
    session.show_document(Document(trace.program, saved_text=trace.program, title="descent.py", origin="lesson"))
    session.run()
    session.refresh()
    qapp.processEvents()
    assert all(button.width() >= button.sizeHint().width() for button in bar._buttons.values())
    assert bar._picker.isVisible() == (width >= 640 * type_size / 100)
    discard(window)
