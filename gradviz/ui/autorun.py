"""Runs the program after each pause in typing.

A text that is no whole program is left alone for longer: half a word is not yet a mistake.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from ..session.session import Session

PAUSE = 80
"""Milliseconds of quiet after which a whole program runs."""

PATIENCE = 600
"""Milliseconds of quiet after which a syntax error is said."""


class AutoRun(QObject):
    """Listens to the document of a session."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._text = session.document.text
        self._soon = QTimer(self, singleShot=True, interval=PAUSE)
        self._late = QTimer(self, singleShot=True, interval=PATIENCE)
        self._soon.timeout.connect(self._run_whole)
        self._late.timeout.connect(self._run_any)
        session.document_changed.connect(self._text_changed)

    def shutdown(self) -> None:
        self._soon.stop()
        self._late.stop()

    def _text_changed(self) -> None:
        text = self._session.document.text
        if text == self._text:
            return
        self._text = text
        if self._session.settings.auto_run:
            self._soon.start()
            self._late.start()

    def _run_whole(self) -> None:
        if self._session.document.text.strip():
            self._session.run_if_changed()

    def _run_any(self) -> None:
        # A text that parses has been run by now; what does not parse is run so that Python says where and why.
        if self._session.document.text.strip() and not self._session.parses() and not self._session.view.question:
            self._session.run()
