"""The application of all Qt tests, a session that plays runs written by hand, and a look for leftovers."""

import gc
import threading

import pytest
from PySide6.QtCore import QEvent, QTimer
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication

import tests.traces as traces
from gradviz.scene.theme import LIGHT
from gradviz.session.document import Document
from gradviz.session.session import Session
from gradviz.ui import dialogs, fonts, style
from gradviz.ui.window import Window
from tests.ui.played import PlayedRunner


@pytest.fixture(scope="session")
def qapp_cls():
    return QApplication


@pytest.fixture(scope="session")
def qapp(qapp):
    qapp.setStyle("Fusion")
    fonts.load_fonts()
    return qapp


@pytest.fixture(autouse=True)
def style_sheet(qapp):
    """Panels alone look as they do in a window, whatever the test before made of the style."""
    qapp.setFont(fonts.sans(100))
    qapp.setPalette(style.palette_of(LIGHT))
    qapp.setStyleSheet(style.style_sheet(LIGHT, 100))


@pytest.fixture
def session(tmp_path):
    """A session on the light theme with nothing open."""
    made = Session(PlayedRunner(), tmp_path)
    made.change(theme="light")
    return made


@pytest.fixture
def show(session):
    """`show("line")` opens the program of a run of tests/traces.py, as if it had just run."""

    def open_run(name):
        trace = traces.ALL[name]()
        session.runner.answers[trace.program] = trace
        session.show_document(Document(trace.program, saved_text=trace.program, title=f"{name}.py", origin="lesson"))
        session.run()
        session.refresh()
        return trace

    return open_run


@pytest.fixture(autouse=True)
def no_questions(monkeypatch):
    """A question that nobody answers would wait for ever."""
    monkeypatch.setattr(dialogs, "ask_unsaved", lambda parent, name: "discard")
    for name in ("ask_recovery", "tell", "ask_open", "ask_save", "ask_export"):
        monkeypatch.setattr(dialogs, name, lambda *words, name=name: pytest.fail(f"{name} was asked: {words[1:]}"))


@pytest.fixture
def window(qapp, session):
    """A furnished window of 1280 × 800."""
    made = Window(session)
    made.resize(1280, 800)
    made.show()
    made.furnish()
    yield made
    session.document = Document()  # nothing unsaved, so that no test's answer can keep the window open
    discard(made)


@pytest.fixture
def canvas(qapp, session):
    """A canvas of 900 × 500 on which nothing glides."""
    from gradviz.ui.canvas.canvas import GraphCanvas

    session.change(motion=False)
    made = GraphCanvas(session)
    made.resize(900, 500)
    made.show()
    yield made
    made.shutdown()
    discard(made)


def discard(widget):
    """Close a widget and free it, as the end of the application would."""
    widget.close()
    widget.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture(autouse=True)
def nothing_left_behind(qapp, request):
    """After a test: no window in sight, no timer that fires, no thread."""
    before = set(threading.enumerate())
    # What earlier tests keep (runs of whole lessons) is not searched again after every test.
    gc.freeze()
    yield
    QAccessible.setActive(False)
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    qapp.processEvents()
    gc.collect()
    shown = [widget for widget in qapp.topLevelWidgets() if widget.isVisible()]
    assert not shown, f"{request.node.name} left windows open: {shown}"
    timers = [timer for timer in _objects(QTimer) if timer.isActive()]
    assert not timers, f"{request.node.name} left timers running: {[timer.parent() for timer in timers]}"
    threads = set(threading.enumerate()) - before
    assert not threads, f"{request.node.name} left threads: {threads}"


def _objects(kind):
    import shiboken6

    return [item for item in gc.get_objects() if type(item) is kind and shiboken6.isValid(item)]
