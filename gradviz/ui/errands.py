"""Runs slow work with files beside the window, one piece after the other; a bar appears where one takes long."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QSizePolicy, QVBoxLayout, QWidget

from ..session.errand import Errand, Telling
from ..session.session import Session
from .bridge import Bridge
from .fonts import pixels
from .progress import Progress
from .style import theme_of

SOON = 300
"""Milliseconds that work may take before the window says what it waits for."""
FRAME_MS = 50

Heard = Callable[[Any, str], None]
"""Gets the result and no words, or None and why there is no result (no words: the person gave up)."""


class Errands(QObject):
    """`begin` returns at once; what comes of the work is told when it is over, on the window's thread."""

    def __init__(self, window: QWidget, session: Session) -> None:
        super().__init__(window)
        self._window, self._session = window, session
        self._bridge = Bridge(self._look)
        self._bridge.setParent(self)
        self._waiting: list[tuple[Errand, Heard]] = []
        """The first one is at work."""
        self._dialog: WaitingDialog | None = None
        self._soon = QTimer(self, singleShot=True, interval=SOON)
        self._soon.timeout.connect(self._show)
        self._frame = QTimer(self, interval=FRAME_MS)
        self._frame.timeout.connect(self._draw)

    @property
    def is_busy(self) -> bool:
        return bool(self._waiting)

    def begin(self, words: str, work: Callable[[Telling], Any], heard: Heard, to_its_end: bool = False) -> None:
        """Do this when what was begun before is over. `words` say what it is, for the person who waits."""
        self._waiting.append((Errand(words, work, self._bridge.wake, to_its_end), heard))
        if len(self._waiting) == 1:
            self._start()

    def shutdown(self) -> None:
        """What is to be written is written, everything else is given up; no thread is left."""
        self._bridge.shutdown()
        self._hide()
        waiting, self._waiting = self._waiting, []
        for errand, _ in waiting:
            errand.finish()

    def _start(self) -> None:
        errand, _ = self._waiting[0]
        self._session.told.emit(errand.words)
        self._soon.start()
        errand.start()

    def _look(self) -> None:
        if not self._waiting or not self._waiting[0][0].is_over:
            return
        errand, heard = self._waiting.pop(0)
        self._hide()
        self._session.told.emit("")
        if self._waiting:
            self._start()
        heard(errand.result, errand.fault)

    # -- what is seen of it --------------------------------------------------------------------------------------

    def _show(self) -> None:
        if self._waiting:
            self._dialog = WaitingDialog(self._window, self._waiting[0][0].words, self._session)
            self._dialog.rejected.connect(self._give_up)
            self._dialog.open()
            self._frame.start()
            self._draw()

    def _draw(self) -> None:
        if self._dialog is not None and self._waiting:
            self._dialog.bar.show_value(round(100 * self._waiting[0][0].done), 100)

    def _give_up(self) -> None:
        self._dialog = None  # it is closed, and goes
        self._frame.stop()
        if self._waiting:
            self._waiting[0][0].give_up()

    def _hide(self) -> None:
        self._soon.stop()
        self._frame.stop()
        if self._dialog is not None:
            self._dialog.rejected.disconnect(self._give_up)
            self._dialog.close()
            self._dialog = None


class WaitingDialog(QDialog):
    """What the window waits for, how far it is, and Cancel."""

    def __init__(self, parent: QWidget, words: str, session: Session) -> None:
        super().__init__(parent)
        self.setWindowTitle("gradviz")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        size = session.settings.type_size
        label = QLabel(words)
        self.bar = Progress("percent")
        self.bar.setAccessibleName(words)
        self.bar.restyle(theme_of(session.settings.theme), size)
        self.bar.setMinimumWidth(pixels(300, size))
        self.bar.setMaximumWidth(16_777_215)
        self.bar.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[pixels(18, size)] * 4)
        column.setSpacing(pixels(12, size))
        for widget in (label, self.bar, buttons):
            column.addWidget(widget)
