"""Ctrl+C in the terminal, and the desktop that logs out, end the application without a question."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable

from PySide6.QtCore import QObject, QSocketNotifier

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interrupts(QObject):
    """Calls `end` with the exit code that shells expect, on the window's thread.

    Qt's loop runs no Python while nothing happens, and Python hears of a signal only when it runs. What Python does at
    once is to write the signal's number to a socket, which the loop waits for as it does for the mouse.
    """

    def __init__(self, end: Callable[[int], None], parent: QObject) -> None:
        super().__init__(parent)
        self._end = end
        self._ear, self._mouth = socket.socketpair()
        for each in (self._ear, self._mouth):
            each.setblocking(False)
        self._before = [(each, signal.signal(each, lambda number, frame: None)) for each in SIGNALS]
        signal.set_wakeup_fd(self._mouth.fileno(), warn_on_full_buffer=False)
        self._notifier = QSocketNotifier(self._ear.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._hear)

    def shutdown(self) -> None:
        """Signals go where they went before."""
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(-1)
        for number, before in self._before:
            signal.signal(number, before)
        self._ear.close()
        self._mouth.close()

    def _hear(self) -> None:
        try:
            heard = self._ear.recv(64)
        except BlockingIOError:
            return
        wanted = [number for number in heard if number in SIGNALS]
        if wanted:
            self._end(128 + wanted[0])
