"""The commands of the Help menu."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from ..session.session import Session
from . import dialogs


class Help:
    """Shows what a person looks up; nothing waits for it to be closed."""

    def __init__(self, window: QWidget, session: Session) -> None:
        self._window, self._session = window, session

    def show_keys(self) -> None:
        dialogs.Keys(self._window, self._session.settings.type_size).show()

    def show_about(self) -> None:
        dialogs.About(self._window).show()
