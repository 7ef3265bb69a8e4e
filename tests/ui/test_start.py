"""What the first paint waits for, and what it must not."""

import os
import signal
import subprocess
import sys

import pytest

PROBE = """
import sys
from PySide6.QtWidgets import QApplication
from gradviz.ui import app

def opened(self):
    print(*sys.modules)
    QApplication.exit()

app.Opening._open = opened
sys.exit(app.main())
"""

MODULES = {
    "scene": "advice naming numbers steps theme typeset",
    "session": """appearance commands consent debugger document edits folders folding lessons lines placing
        predicting recovery resources runner runs saving session settings signal starting stepping stops view""",
    "supervisor": "endings evaluator keeper killing lanes process supervisor",
    "trace": """card_keys codec curves events finiteness forward history identity lines messages ops passes prediction
        query regions trace tracks value""",
    "ui": """app autorun bottom bridge elided field find_strip fonts icon_buttons icons libraries memory menus panels
        passes present problem statusbar style switch timeline topbar transport window editor editor.editor editor.find
        editor.gutter editor.highlighter editor.keystrokes editor.lines editor.program""",
    "worker": "protocol",
}
"""What may be loaded when the window is painted first. A person waits for each of them: what is needed only later is
made in `Window.attend` (what carries out commands) or `Window.furnish` (canvas and panels), and imported with it."""

LIBRARIES = {"numpy", "PySide6", "shiboken6", "shibokensupport", "signature_bootstrap"}
SLOW = {"asyncio", "concurrent.futures", "email", "http", "importlib.metadata", "multiprocessing", "unittest", "xml"}
"""Modules of Python that take longer than most of ours."""


def test_the_first_paint_waits_for_no_more_than_these(tmp_path):
    environment = {**os.environ, "GRADVIZ_HOME": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", PROBE], env=environment, capture_output=True, text=True, check=True)
    loaded = done.stdout.split()
    ours = {name for name in loaded if name.count(".") > 1 and name.startswith("gradviz.")}
    assert ours - {f"gradviz.{room}.{name}" for room, names in MODULES.items() for name in names.split()} == set()
    tops = {name.partition(".")[0] for name in loaded if not name.startswith(("_", "gradviz"))}
    assert tops - set(sys.stdlib_module_names) - LIBRARIES == set()
    assert SLOW & set(loaded) == set()


CLOSED_AT_ONCE = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from gradviz.ui import app

opened = app.Opening._open

def closing(self):
    opened(self)
    QTimer.singleShot(0, QApplication.quit)

app.Opening._open = closing
sys.exit(app.main())
"""


def test_a_window_that_is_closed_at_once_ends_well(tmp_path):
    """Another thread still imports the libraries of the curves then."""
    environment = {**os.environ, "GRADVIZ_HOME": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", CLOSED_AT_ONCE], env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_missing_library_is_named_with_the_line_that_installs_it(monkeypatch, capsys):
    from gradviz.ui import app

    monkeypatch.setattr(app, "missing_packages", lambda libraries: ["libegl1"])
    assert app.main(None) == 1
    said = capsys.readouterr().out
    assert "libegl1 is missing" in said
    assert "sudo apt install libegl1" in said


def test_without_a_display_a_sentence_says_so(monkeypatch, capsys):
    from gradviz.ui import app

    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(app, "missing_packages", lambda libraries: [])
    assert app.main(None) == 1
    assert "there is no display" in capsys.readouterr().out


TYPED = """
import sys, threading, time
from PySide6.QtCore import QTimer
from gradviz.ui import app

opened = app.Opening._open

def typing(self):
    opened(self)
    self._window.program.editor.setPlainText("x = 'typed and not saved'")
    QTimer.singleShot(300, lambda: print("typed", flush=True))

app.Opening._open = typing
sys.exit(app.main())
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_in_the_terminal_ends_it_and_unsaved_work_is_kept(tmp_path, number):
    environment = {**os.environ, "GRADVIZ_HOME": str(tmp_path)}
    running = subprocess.Popen(
        [sys.executable, "-c", TYPED], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert running.stdout.readline() == "typed\n"
    running.send_signal(number)
    _, said = running.communicate(timeout=20)
    assert (running.returncode, said) == (128 + number, "")
    (kept,) = (tmp_path / "recovery").glob("*.json")
    assert "typed and not saved" in kept.read_text()
