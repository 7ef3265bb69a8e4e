"""Files of runs are read and written beside the window: it stays awake, says what it waits for, and loses nothing."""

import threading
import time

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QDialogButtonBox

from gradviz.session import run_file
from gradviz.session.document import Document
from gradviz.session.run_file import open_run, save_run
from gradviz.ui import dialogs, errands, run_files
from gradviz.ui.errands import WaitingDialog
from tests import descents


@pytest.fixture
def stored(tmp_path):
    path = tmp_path / "mine.gradrun"
    save_run(path, "mine", descents.minimum())
    return path


@pytest.fixture
def held(monkeypatch):
    """Reading waits, with its first half done, until this is set."""
    go_on = threading.Event()

    def slowly(path, tell):
        tell(0.5)
        while not go_on.wait(0.005):
            tell(0.5)
        return run_file.open_run(path, tell)

    monkeypatch.setattr(run_files, "open_run", slowly)
    yield go_on
    go_on.set()


def turn(condition, seconds=10):
    limit = time.monotonic() + seconds
    while not condition():
        QApplication.processEvents()
        time.sleep(0.001)
        assert time.monotonic() < limit, "waited in vain"


def waiting(window):
    return next((child for child in window.findChildren(WaitingDialog) if child.isVisible()), None)


def test_the_window_turns_while_a_run_is_read(window, session, stored, held):
    ticks = []
    timer = QTimer(window, interval=5)
    timer.timeout.connect(lambda: ticks.append(time.monotonic()))
    timer.start()
    said = []
    session.told.connect(said.append)
    window.documents.open_path(str(stored))
    assert said[-1] == "Reading mine.gradrun…"
    assert waiting(window) is None, "what takes a moment is no matter of a dialog"
    turn(lambda: waiting(window) is not None)
    dialog = waiting(window)
    assert dialog.isModal()
    assert dialog.bar.value == 50
    assert dialog.bar.accessibleDescription() == "50 of 100 percent"
    assert len(ticks) > 20
    held.set()
    turn(lambda: not window.targets.run_files.errands.is_busy)
    timer.stop()
    assert waiting(window) is None
    assert session.view.trace.pass_count == 60
    assert "Nothing was run" in said[-1]


def test_cancel_leaves_what_was_open(window, session, stored, held):
    before = session.document
    window.documents.open_path(str(stored))
    turn(lambda: waiting(window) is not None)
    buttons = waiting(window).findChild(QDialogButtonBox)
    buttons.button(QDialogButtonBox.StandardButton.Cancel).click()
    turn(lambda: not window.targets.run_files.errands.is_busy)
    assert session.document is before
    assert waiting(window) is None


@pytest.mark.parametrize("answer", ["cancel", "discard"])
def test_what_was_typed_meanwhile_is_asked_about(window, session, stored, held, monkeypatch, answer):
    asked = []
    monkeypatch.setattr(dialogs, "ask_unsaved", lambda parent, name: asked.append(name) or answer)
    monkeypatch.setattr(errands, "SOON", 60_000)
    session.change(auto_run=False)
    session.show_document(Document("", title="new.py"))
    window.documents.open_path(str(stored))
    session.set_text("import torch  # typed while it was read")
    held.set()
    turn(lambda: not window.targets.run_files.errands.is_busy)
    assert asked == ["new.py"]
    assert ("typed while" in session.document.text) == (answer == "cancel")
    monkeypatch.setattr(dialogs, "ask_unsaved", lambda parent, name: "discard")


def test_closed_in_the_middle_reading_is_given_up(window, session, stored, held):
    before = threading.active_count()
    window.documents.open_path(str(stored))
    assert threading.active_count() == before + 1
    window.close()
    assert threading.active_count() == before
    assert not held.is_set()


def test_closed_in_the_middle_what_is_being_saved_is_written_whole(window, session, tmp_path, monkeypatch):
    trace = descents.minimum()
    session.mark(trace=trace, newest=trace)
    for name in ("one", "two"):
        monkeypatch.setattr(dialogs, "ask_run", lambda *words, name=name: tmp_path / f"{name}.gradrun")
        window.targets.run_files.save()
    assert window.targets.run_files.errands.is_busy
    window.close()
    for name in ("one", "two"):
        assert open_run(tmp_path / f"{name}.gradrun").trace.pass_count == 60


def test_a_run_that_cannot_be_written_is_said(window, session, tmp_path, monkeypatch):
    told = []
    monkeypatch.setattr(dialogs, "tell", lambda parent, sentence: told.append(sentence))
    monkeypatch.setattr(dialogs, "ask_run", lambda *words: tmp_path / "none" / "a.gradrun")
    trace = descents.minimum()
    session.mark(trace=trace, newest=trace)
    window.targets.run_files.save()
    turn(lambda: not window.targets.run_files.errands.is_busy)
    assert told == ["a.gradrun could not be saved: No such file or directory."]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 torn"])
def test_at_the_start_the_first_lesson_stands_in_for_a_run_that_cannot_be_read(
    window, session, tmp_path, monkeypatch, content
):
    from gradviz.ui.app import Opening

    told = []
    monkeypatch.setattr(dialogs, "tell", lambda parent, sentence: told.append(sentence))
    path = tmp_path / "torn.gradrun"
    path.write_bytes(content)
    opening = Opening(window, str(path))
    opening._open_first()
    turn(lambda: not window.targets.run_files.errands.is_busy)
    assert len(told) == 1
    assert session.document.origin == "lesson"
    first = session.document
    window.documents.open_path(str(path))
    turn(lambda: not window.targets.run_files.errands.is_busy)
    assert len(told) == 2
    assert session.document is first, "later a refusal changes nothing"
