"""Kept runs and races in the window: table, curves, menu, dialog; and a race of real workers that is cut short."""

import os
import signal
import time
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QToolButton

from gradviz.session.comparison import Comparison
from gradviz.session.document import Document
from gradviz.session.race import Race
from gradviz.session.run_file import open_run, save_run
from gradviz.session.session import Session
from gradviz.session.variants import rates, with_rates
from gradviz.supervisor import killing
from gradviz.supervisor.supervisor import Supervisor
from gradviz.ui import dialogs
from gradviz.ui.panels.runs import ID
from gradviz.ui.race import NOTHING, RaceDialog
from tests import descents
from tests.supervisor.conftest import processes_of_workers


def open_descent(session, trace):
    session.runner.answers[trace.program] = trace
    session.show_document(Document(trace.program, saved_text=trace.program, title="d.py", origin="lesson"))
    session.run()
    session.refresh()


def other(rate, passes=40):
    trace = descents.minimum(passes, rate)
    return replace(trace, began=replace(trace.began, program=descents.MINIMUM.replace("0.1", str(rate))))


@pytest.fixture
def panel(window, session):
    open_descent(session, descents.minimum())
    window.bottom.choose("runs")
    window.bottom.fold(False)
    return window.panels["runs"]


def test_keep_and_compare(window, session, panel):
    told = []
    session.told.connect(told.append)
    window.action("runs.keep").trigger()
    assert [run.name for run in session.runs.kept] == ["lr 0.1"]
    window.action("runs.keep").trigger()
    assert told[-1] == "This run is kept already, as lr 0.1."
    session.runs.keep(("slow", other(0.03)))
    panel.fill()
    rows = panel._rows()
    assert [row.text(0) for row in rows] == ["lr 0.1", "slow"]
    assert [row.text(1) for row in rows] == ["60", "40"]
    for row in rows:
        row.setSelected(True)
    text = panel.comparison.text.toPlainText()
    assert "−         x -= 0.1 * x.grad" in text.replace("8 ", "", 1)
    assert "+         x -= 0.03 * x.grad" in text.replace("8 ", "", 2)


def test_ticks_names_and_the_menu_change_the_runs(window, session, panel):
    one, two = session.runs.keep(("a", other(0.03)), ("b", other(0.2)))
    panel.fill()
    row = panel._rows()[0]
    row.setCheckState(0, Qt.CheckState.Unchecked)
    assert [run.name for run in session.runs.shown] == ["b"]
    row.setText(0, "slow")
    assert session.runs.find(one).name == "slow"
    menu = panel.menu_of(session.runs.find(two))
    looks = menu.actions()[2].menu().actions()
    assert len(looks) == 12
    looks[5].trigger()
    assert session.runs.find(two).mark.look == 5
    menu.actions()[-1].trigger()
    menu.deleteLater()
    assert [run.id for run in session.runs.kept] == [one]
    window.action("runs.undo").trigger()
    panel.fill()
    assert [row.data(0, ID) for row in panel._rows()] == [one, two]


def test_curves_and_paths_lie_over_one_another(window, session, panel):
    one, _ = session.runs.keep(("a", other(0.03, 90)), ("b", other(0.2)))
    window.bottom.choose("training")
    training = window.panels["training"]
    for _ in range(6):
        training._draw()
    chart = training.charts["loss"]
    assert {key[0] for key, _ in chart._over._items} == {run.id for run in session.runs.kept}
    xs, ys = next(item for (key, _), item in chart._over._items.items() if key[0] == one).getData()
    assert len(xs) == 90
    assert list(ys) == list(other(0.03, 90).curves.column(chart._chart.series[0].key))
    assert chart.plot.x_range()[1] > 89, "the longest run fits"
    chart.point_at(10)
    assert len(chart._reading.text().split("\n")) == 3
    training.function.draw()
    assert {key for key, _ in training.function.plot._over._items} == {run.id for run in session.runs.kept}
    session.runs.show(one, False)
    training._draw()
    assert one not in {key[0] for key, _ in chart._over._items}
    training.function.draw()
    training.function._frame.stop()


def test_the_run_on_screen_is_not_drawn_twice(window, session, panel):
    window.targets.comparison.keep()
    window.bottom.choose("training")
    for _ in range(6):
        window.panels["training"]._draw()
    assert not window.panels["training"].charts["loss"]._over._items


def test_the_dialog_offers_what_the_program_has(window, qtbot):
    dialog = RaceDialog(window, descents.MINIMUM, 100)
    qtbot.addWidget(dialog)
    assert dialog.by_rate.isChecked()
    assert not dialog.by_optimizer.isEnabled()
    assert [variant.name for variant in dialog.variants()] == ["lr 0.01", "lr 0.03", "lr 0.1", "lr 0.3"]
    dialog.list.setText("0.1, x")
    heard = []
    dialog.chosen.connect(heard.append)
    dialog.go.click()
    assert heard == []
    assert dialog.words.text().startswith("x is not a number")
    dialog.list.setText("0.1, 0.2")
    dialog.go.click()
    assert [variant.program for variant in heard[0]] == [
        descents.MINIMUM.replace("0.1", "0.1"),
        descents.MINIMUM.replace("0.1", "0.2"),
    ]


def test_the_dialog_of_optimizers_and_of_nothing(window, qtbot):
    dialog = RaceDialog(window, "import torch\nopt = torch.optim.SGD(ps, lr=0.1)\n", 100)
    qtbot.addWidget(dialog)
    dialog.boxes[7].click()
    assert dialog.by_optimizer.isChecked()
    assert [variant.name for variant in dialog.variants()] == ["SGD", "SGD, momentum", "Adam", "Adamax", "RMSprop"]
    nothing = RaceDialog(window, "print(1)", 100)
    qtbot.addWidget(nothing)
    assert (nothing.words.text(), nothing.go.isEnabled()) == (NOTHING, False)


def test_buttons_stand_beside_the_controls(window, panel):
    window.bottom.choose("training")
    titles = [button.text() for button in window.panels["training"].controls.findChildren(QToolButton)]
    assert "Keep Run" in titles
    assert "Race" in titles, "a button shows no dots"


# -- with real workers ---------------------------------------------------------------------------------------------

LONG = descents.MINIMUM.replace("60", "10**9")


@pytest.fixture
def real(tmp_path, monkeypatch):
    monkeypatch.setattr(killing, "MARK", f"GRADVIZ_TEST_{os.getpid()}")
    supervisor = Supervisor()
    session = Session(supervisor, tmp_path)
    yield session
    supervisor.shutdown()
    assert processes_of_workers() == []


def race_of(session, program, values=(0.01, 0.1, 0.3)):
    session.show_document(Document(program, saved_text=program, title="d.py", origin="lesson"))
    race = Race(session)
    assert race.start(with_rates(program, rates(program)[0], values))
    return race


def refresh_until(race, condition, seconds=20):
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit, "waited in vain"
        time.sleep(0.01)
        race.refresh()


def test_a_race_is_kept_runs_and_leaves_the_program_alone(real):
    race = race_of(real, descents.MINIMUM)
    assert [run.name for run in real.runs.kept] == ["lr 0.01", "lr 0.1", "lr 0.3"]
    refresh_until(race, lambda: not race.is_running)
    assert [run.trace.pass_count for run in real.runs.kept] == [60, 60, 60]
    assert real.document.text == descents.MINIMUM
    assert real.runs.kept[2].trace.program == descents.MINIMUM.replace("0.1", "0.3")


def test_stopped_in_the_middle_the_runs_are_still_there(real):
    race = race_of(real, LONG)
    refresh_until(race, lambda: min(run.trace.pass_count for run in real.runs.kept) > 10)
    race.stop()
    refresh_until(race, lambda: not race.is_running, 3)
    assert min(run.trace.curves.length for run in real.runs.kept) > 5
    assert all(run.trace.ended.note.startswith("Stopped") for run in real.runs.kept)


def test_a_program_that_waits_for_consent_does_not_race(real):
    real.show_document(Document(descents.MINIMUM, title="found.py", origin="opened"))
    told = []
    real.told.connect(told.append)
    assert not Race(real).start(with_rates(descents.MINIMUM, rates(descents.MINIMUM)[0], (0.1, 0.2)))
    assert "Agree that it runs" in told[-1]
    assert real.runs.kept == ()


def test_the_window_closes_in_the_middle_of_a_race(qapp, real):
    from gradviz.ui.window import Window
    from tests.ui.conftest import discard

    window = Window(real)
    window.show()
    window.furnish()
    real.show_document(Document(LONG, saved_text=LONG, title="d.py", origin="lesson"))
    window.targets.racing.start(list(with_rates(LONG, rates(LONG)[0], (0.01, 0.1))))
    assert window.action("runs.race").text() == "Stop Race"
    limit = time.monotonic() + 20
    while min(run.trace.pass_count for run in real.runs.kept) < 5:
        QApplication.processEvents()
        time.sleep(0.001)  # a window that never rests leaves those behind it nothing
        assert time.monotonic() < limit
    discard(window)
    real.runner.shutdown()
    assert processes_of_workers() == []
    assert len(real.runs.kept) == 2


def test_stop_ends_a_race_as_it_ends_a_run(qapp, real):
    from PySide6.QtTest import QTest

    from gradviz.ui.window import Window
    from tests.ui.conftest import discard

    real.change(auto_run=False)
    window = Window(real)
    window.show()
    window.furnish()
    stop = window.action("run.stop")
    assert not stop.isEnabled(), "nothing runs"
    real.show_document(Document(LONG, saved_text=LONG, title="d.py", origin="lesson"))
    window.targets.racing.start(list(with_rates(LONG, rates(LONG)[0], (0.01, 0.1))))
    assert stop.isEnabled()
    limit = time.monotonic() + 20
    while min(run.trace.pass_count for run in real.runs.kept) < 5:
        QApplication.processEvents()
        time.sleep(0.001)  # a window that never rests leaves those behind it nothing
        assert time.monotonic() < limit
    window.activateWindow()
    QTest.keyClick(window, Qt.Key.Key_Period, Qt.KeyboardModifier.ControlModifier)
    while window.targets.racing.race.is_running:
        QApplication.processEvents()
        time.sleep(0.001)  # a window that never rests leaves those behind it nothing
        assert time.monotonic() < limit
    assert not stop.isEnabled()
    assert window.action("runs.race").text() == "Race…"
    assert all(run.trace.ended.note.startswith("Stopped") for run in real.runs.kept)
    real.run()
    while real.view.status != "running":
        QApplication.processEvents()
        real.refresh()
        assert time.monotonic() < limit
    assert stop.isEnabled()
    stop.trigger()
    while real.view.is_busy:
        QApplication.processEvents()
        real.refresh()
        assert time.monotonic() < limit
    discard(window)
    real.runner.shutdown()


# -- files ---------------------------------------------------------------------------------------------------------


def finish(window, seconds=20):
    """Wait until files are read and written."""
    limit = time.monotonic() + seconds
    while window.targets.run_files.errands.is_busy:
        QApplication.processEvents()
        time.sleep(0.001)
        assert time.monotonic() < limit


def test_a_run_is_saved_dropped_and_stepped(window, session, panel, tmp_path, monkeypatch):
    path = tmp_path / "one.gradrun"
    monkeypatch.setattr(dialogs, "ask_run", lambda parent, suggestion, suffix: path)
    window.action("file.save_run").trigger()
    session.new()
    assert session.view.trace.pass_count == 0
    runs = len(session.runner.runs)
    assert window.documents.open_path(str(path))
    finish(window)
    assert len(session.runner.runs) == runs
    assert session.view.trace.pass_count == 60
    assert "lr 0.1" in window.windowTitle()
    session.step_forward()
    kept = session.runs.kept[0]
    panel.menu_of(kept).deleteLater()
    panel.save_asked.emit(kept.id)
    finish(window)
    assert path.stat().st_size > 1000


def test_a_torn_run_is_refused_in_words_and_what_is_open_stays(window, session, panel, tmp_path, monkeypatch):
    path = tmp_path / "torn.gradrun"
    path.write_bytes(b"PK\x03\x04 torn")
    told = []
    monkeypatch.setattr(dialogs, "tell", lambda parent, sentence: told.append(sentence))
    before = session.document
    session.change(recent=(str(path),))
    assert window.documents.open_path(str(path))
    finish(window)
    assert session.settings.recent == ()
    assert told == ["torn.gradrun is torn or no whole run: it cannot be opened."]
    assert session.document is before


def wait_until(session, condition, seconds=20):
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit, "waited in vain"
        time.sleep(0.01)
        session.refresh()


@pytest.mark.parametrize("end", ["stop", "kill", "close"])
def test_a_run_kept_in_the_middle_stays_whatever_becomes_of_its_program(real, tmp_path, end):
    real.show_document(Document(LONG, saved_text=LONG, title="d.py", origin="lesson"))
    real.run()
    wait_until(real, lambda: real.view.newest.curves.length > 50)
    comparison = Comparison(real)
    comparison.keep()
    (kept,) = real.runs.kept
    length = kept.trace.curves.length
    assert length > 50
    if end == "stop":
        real.stop()
    elif end == "kill":
        os.kill(real.runner._active.pid, signal.SIGKILL)
    else:
        real.runner.shutdown()
    if end != "close":
        wait_until(real, lambda: real.view.status in ("ended", "failed"))
        assert real.view.newest.curves.length >= length
        comparison.keep()
        assert len(real.runs.kept) == 1, "the same run is not kept twice, but as far as it came"
    assert real.runs.kept[0].trace.curves.length >= length
    save_run(tmp_path / "a.gradrun", "x", real.runs.kept[0].trace)
    assert open_run(tmp_path / "a.gradrun").trace.curves.length >= length


def test_a_worker_killed_in_a_race_leaves_its_run_and_the_others_go_on(real):
    race = race_of(real, LONG)
    refresh_until(race, lambda: min(run.trace.pass_count for run in real.runs.kept) > 10)
    os.kill(real.runner.lanes._lanes[1].process.pid, signal.SIGKILL)
    refresh_until(race, lambda: real.runs.kept[1].trace.ended is not None)
    assert "killed" in real.runs.kept[1].trace.ended.note
    before = real.runs.kept[0].trace.pass_count
    refresh_until(race, lambda: real.runs.kept[0].trace.pass_count > before)
    race.stop()
    refresh_until(race, lambda: not race.is_running, 3)
    assert len(real.runs.kept) == 3
