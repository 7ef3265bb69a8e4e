"""Cut, copy and paste where the keyboard is: in the program, in a number, in printed text."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication


class Clipboard:
    """Tells the widget that has the keyboard; one that knows nothing of text does nothing."""

    def cut(self) -> None:
        self._tell("cut")

    def copy(self) -> None:
        self._tell("copy")

    def paste(self) -> None:
        self._tell("paste")

    def select_all(self) -> None:
        self._tell("selectAll")

    def _tell(self, name: str) -> None:
        method = getattr(QApplication.focusWidget(), name, None)
        if method is not None:
            method()
