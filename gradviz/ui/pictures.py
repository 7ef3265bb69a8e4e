"""Pictures of the step on screen: into a file, or onto the clipboard."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QByteArray
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QWidget

from ..session.session import Session
from ..session.view import View
from . import dialogs, style


class Pictures:
    """Carries out the commands that make a picture of the graph."""

    def __init__(self, window: QWidget, session: Session) -> None:
        self._window, self._session = window, session

    def export(self) -> None:
        """Save this step in the format that the chosen name asks for."""
        from ..export import format_for
        from ..session.saving import write_file

        session = self._session
        if session.view.state is None:
            session.told.emit("There is no graph to export yet: run a program first.")
            return
        path = dialogs.ask_export(self._window, str(Path.home() / (Path(session.document.name).stem + ".svg")))
        if path is None:
            return
        try:
            write_file(path, self._drawn(format_for(path).write, session.view))
        except (OSError, ValueError) as error:
            dialogs.tell(
                self._window, f"{path.name} could not be written: {getattr(error, 'strerror', None) or error}."
            )
            return
        session.told.emit(f"Exported {path.name}.")

    def copy(self) -> None:
        """Put this step on the clipboard as a picture."""
        from ..export import FORMATS

        view = self._session.view
        if view.state is None:
            self._session.told.emit("There is no graph to copy yet: run a program first.")
            return
        QGuiApplication.clipboard().setImage(QImage.fromData(QByteArray(self._drawn(FORMATS["png"].write, view))))
        self._session.told.emit("Copied the picture.")

    def _drawn(self, write: Callable[..., bytes], view: View) -> bytes:
        from .canvas.stage import options_of

        settings = self._session.settings
        return write(view.state, style.theme_of(settings.theme), view.trace, options_of(self._session))
