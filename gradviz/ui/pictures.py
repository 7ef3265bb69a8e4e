"""Pictures of the step on screen, into a file or onto the clipboard; and the curves of the run, into a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QByteArray
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QWidget

from ..scene.plots import has_curves
from ..session.session import Session
from ..session.view import View
from . import dialogs, style


class Pictures:
    """Carries out the commands that make a picture of the graph."""

    def __init__(self, window: QWidget, session: Session) -> None:
        self._window, self._session = window, session

    def export(self) -> None:
        """Save this step in the format that the chosen name asks for."""
        from ..export import FORMATS, format_for

        session = self._session
        if self._would_tell():
            return
        if session.view.state is None:
            session.told.emit("There is no graph to export yet: run a program first.")
            return
        path = dialogs.ask_export(self._window, "Save this step", self._suggestion("svg"), FORMATS)
        if path is not None:
            self._write(path, lambda: self._drawn(format_for(path).write, session.view))

    def export_curves(self) -> None:
        """Save the curves of all passes."""
        from ..export import CURVE_FORMATS, Manner, curve_format_for

        session, settings = self._session, self._session.settings
        if self._would_tell():
            return
        trace = session.view.newest if has_curves(session.view.newest) else session.view.trace
        if not has_curves(trace):
            session.told.emit("There are no curves to export yet: call backward() in a loop.")
            return
        path = dialogs.ask_export(self._window, "Save the curves", self._suggestion("csv"), CURVE_FORMATS)
        if path is not None:
            theme = style.theme_of(settings.theme)
            manner = Manner(settings.log_curves, settings.log_passes, *settings.smooth)
            self._write(path, lambda: curve_format_for(path).write(trace, theme, manner))

    def _would_tell(self) -> bool:
        """While a question about the next step is open, no picture is made that could answer it."""
        if self._session.view.prediction is None:
            return False
        self._session.told.emit("Answer the question in the graph first: a picture could tell.")
        return True

    def _suggestion(self, suffix: str) -> str:
        return str(Path.home() / f"{Path(self._session.document.name).stem}.{suffix}")

    def _write(self, path: Path, make: Callable[[], bytes]) -> None:
        """Make the file, and say that it is there or why it is not."""
        from ..session.saving import write_file

        try:
            write_file(path, make())
        except (OSError, ValueError) as error:
            dialogs.tell(
                self._window, f"{path.name} could not be written: {getattr(error, 'strerror', None) or error}."
            )
            return
        self._session.told.emit(f"Exported {path.name}.")

    def copy(self) -> None:
        """Put this step on the clipboard as a picture."""
        from ..export import FORMATS

        view = self._session.view
        if self._would_tell():
            return
        if view.state is None:
            self._session.told.emit("There is no graph to copy yet: run a program first.")
            return
        QGuiApplication.clipboard().setImage(QImage.fromData(QByteArray(self._drawn(FORMATS["png"].write, view))))
        self._session.told.emit("Copied the picture.")

    def _drawn(self, write: Callable[..., bytes], view: View) -> bytes:
        from .canvas.stage import options_of

        settings = self._session.settings
        return write(view.state, style.theme_of(settings.theme), view.trace, options_of(self._session))
