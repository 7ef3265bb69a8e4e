"""The commands that keep a step with a note; they ask for the note."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from ..session.session import Session
from . import dialogs


class Bookmarks:
    """One bookmark for a step; the same command changes its note or takes it away."""

    def __init__(self, window: QWidget, session: Session) -> None:
        self._window, self._session, self._debugger = window, session, session.debugger

    def toggle(self) -> None:
        known = self._debugger.bookmark
        if self._session.view.state is None:
            self._session.told.emit("There is no step to keep yet: run a program first.")
            return
        note = dialogs.ask_note(self._window, known.note if known else "", is_new=known is None)
        if note is None:
            return
        if note or known is None:
            self._debugger.set_bookmark(note)
            self._session.told.emit("Kept this step. ] goes to the next bookmark.")
        else:
            self._debugger.remove_bookmark()
            self._session.told.emit("Took the bookmark away.")
