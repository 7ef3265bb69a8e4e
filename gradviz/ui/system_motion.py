"""Whether the desktop asks for less motion. Qt does not say: each system is asked in its own way, at the start."""

from __future__ import annotations

import sys

from PySide6.QtCore import QObject, QProcess

from ..session.session import Session

QUESTIONS = {
    "linux": ("gsettings", ["get", "org.gnome.desktop.interface", "enable-animations"], "false"),
    "darwin": ("defaults", ["read", "com.apple.universalaccess", "reduceMotion"], "1"),
}
"""Program, its arguments, and what it prints where less motion is wanted."""
CLIENT_AREA_ANIMATION = 0x1042
"""Of SystemParametersInfo on Windows."""


class SystemMotion(QObject):
    """Sets the setting `motion` as the desktop has it, until the person has chosen it here."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._process = QProcess(self)
        self._less = ""
        self._process.finished.connect(self._answered)

    def ask(self) -> None:
        """Nobody waits for the answer; a desktop that gives none changes nothing."""
        if self._session.settings.motion_chosen:
            return
        if sys.platform == "win32":
            self._session.change(motion=_windows_moves())
        elif sys.platform in QUESTIONS:
            program, arguments, self._less = QUESTIONS[sys.platform]
            self._process.start(program, arguments)

    def shutdown(self) -> None:
        """The question is withdrawn."""
        if self._process.state() != QProcess.ProcessState.NotRunning:
            self._process.kill()
            self._process.waitForFinished(200)

    def _answered(self) -> None:
        answer = bytes(self._process.readAllStandardOutput().data()).decode(errors="replace").strip().lower()
        if answer and not self._session.settings.motion_chosen:
            self._session.change(motion=answer != self._less)


def _windows_moves() -> bool:
    import ctypes

    moves = ctypes.c_int(1)
    windll = getattr(ctypes, "windll")  # noqa: B009 (there is none elsewhere)
    windll.user32.SystemParametersInfoW(CLIENT_AREA_ANIMATION, 0, ctypes.byref(moves), 0)
    return bool(moves.value)
