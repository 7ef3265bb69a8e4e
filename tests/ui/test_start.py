"""What the first paint waits for, and what it must not."""

import subprocess
import sys


def test_the_first_window_needs_none_of_the_large_libraries():
    code = "import sys, gradviz.ui.app, gradviz.ui.window; print(*(set(sys.argv[1:]) & set(sys.modules)))"
    large = ["networkx", "pyqtgraph", "ziamath", "matplotlib"]
    done = subprocess.run([sys.executable, "-c", code, *large], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


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
