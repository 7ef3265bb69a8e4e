"""Where the window is made and everything is joined.

The window is shown first, with editor and player; the graph, the plots and the formulas follow after its first paint.
"""

from __future__ import annotations

import gc
import importlib
import os
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from .libraries import ANY_DISPLAY, X11, apt_line, missing_packages

if TYPE_CHECKING:
    from .collecting import Collecting
    from .interrupts import Interrupts
    from .releasing import Releasing

SWITCH = 0.0005
"""Seconds that a thread may keep Python to itself while another waits. Painting gives it away at every call of Qt, and
would wait Python's usual 5 ms each time while a run's messages are read beside it."""


def main(path: str | None = None) -> int:
    """Run the window until it is closed; returns the exit code."""
    missing = _missing_libraries()
    if missing:
        print(f"gradviz cannot open a window: {', '.join(missing)} is missing.\nInstall it with: {apt_line(missing)}")
        return 1
    if _has_no_display():
        print("gradviz cannot open a window: there is no display. `gradviz run` and `gradviz export` need none.")
        return 1
    # Until the first paint hardly anything is let go: to look for cycles among what is made takes 20 ms and finds none.
    gc.disable()
    os.environ.setdefault("PYQTGRAPH_QT_LIB", "PySide6")
    from PySide6.QtCore import QTimer
    from PySide6.QtGui import QIcon
    from PySide6.QtWidgets import QApplication

    from ..session.resources import resource
    from ..session.starting import start_session
    from .bridge import Bridge
    from .fonts import load_fonts
    from .window import Window

    sys.setswitchinterval(SWITCH)
    # Not by `setStyle`, which gives the style back and with it a class for every kind of style: 4 ms.
    application = QApplication([*sys.argv[:1], "-style", "Fusion"])
    application.setApplicationName("gradviz")
    application.setApplicationDisplayName("")
    application.setDesktopFileName("gradviz")
    load_fonts()
    bridge = Bridge()
    session, supervisor = start_session(bridge.wake)
    bridge.refresh = session.refresh
    try:
        application.setWindowIcon(QIcon(str(resource("icons/gradviz.svg"))))
        window = Window(session)
        window.show()
        opening = Opening(window, path)
        QTimer.singleShot(0, opening.start)
        code = application.exec()
        if opening.interrupts is not None:
            opening.interrupts.shutdown()
        return code
    finally:
        bridge.shutdown()
        supervisor.shutdown()


class Opening:
    """What happens after the first paint: the rest of the window, then the program to begin with."""

    def __init__(self, window, path: str | None) -> None:
        self._window, self._path = window, path
        self._memory: list[Collecting | Releasing] = []
        self.interrupts: Interrupts | None = None

    def start(self) -> None:
        from PySide6.QtCore import QTimer

        # Another turn of the event loop: the window has been painted when this one ends.
        QTimer.singleShot(0, self._open)

    def _open(self) -> None:
        from .collecting import Collecting
        from .interrupts import Interrupts
        from .releasing import Releasing

        gc.enable()
        self.interrupts = Interrupts(self._end, self._window)
        # The program first: the worker runs it while the canvas is being made.
        self._window.attend()
        self._open_first()
        self._window.furnish()
        self._window.targets.system_motion.ask()
        self._memory = [Collecting(self._window.session), Releasing(self._window.session)]
        _meet_classes(self._window)
        # The first formula and the first curve would wait half a second for their libraries, in the middle of a step.
        # No daemon: Python must not end in the middle of an import of Qt, which brings the process down.
        threading.Thread(target=_warm_up, name="warm-up").start()

    def _end(self, code: int) -> None:
        from PySide6.QtWidgets import QApplication

        self._window.leave_at_once()
        QApplication.exit(code)

    def _open_first(self) -> None:
        from ..session.recovery import lost_documents

        window, session = self._window, self._window.session
        for file, document in lost_documents(session.folder):
            file.unlink(missing_ok=True)
            if _ask_back(window, document.name):
                session.show_document(document)
                return
        session.change(first_start=False)
        window.documents.refused.connect(self._open_instead)
        window.documents.opened.connect(self._forget)
        if self._path is not None and window.documents.open_path(self._path):
            return
        last = session.settings.last_file
        if self._path is None and last and Path(last).is_file() and window.documents.open_path(last):
            return
        self._open_instead()

    def _open_instead(self) -> None:
        """The first lesson, where nothing else could be opened."""
        from ..session.lessons import lessons

        self._window.documents.open_lesson(lessons()[0])

    def _forget(self) -> None:
        """Something is open: what is refused from now on leaves it there."""
        self._window.documents.refused.disconnect(self._open_instead)
        self._window.documents.opened.disconnect(self._forget)


def _meet_classes(window) -> None:
    """Have PySide make the classes that the first paint went without, before another thread imports more of Qt.

    It makes a class when it first meets an object of it, all kinds of widgets and of styles included; two threads that
    do so at once bring the process down.
    """
    from PySide6.QtWidgets import QApplication

    window.program.editor.viewport()
    QApplication.style()


def _warm_up() -> None:
    for module in ("ziamath", f"{__package__}.panels.curve_chart", f"{__package__}.panels.landscape"):
        importlib.import_module(module)


def _ask_back(window, name: str) -> bool:
    from .dialogs import ask_recovery

    return ask_recovery(window, name)


def _has_no_display() -> bool:
    """Qt would abort the whole process, and blame a library for it."""
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM", "xcb") not in ("xcb", "wayland"):
        return False
    return not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY")


def _missing_libraries() -> list[str]:
    on_x11 = os.environ.get("QT_QPA_PLATFORM", "xcb").startswith("xcb") and not os.environ.get("WAYLAND_DISPLAY")
    return missing_packages({**ANY_DISPLAY, **(X11 if on_x11 else {})})
