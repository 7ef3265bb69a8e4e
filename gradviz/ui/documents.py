"""Opening and saving from the window: the questions that are asked before a program is put away."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QWidget

from ..session.document import Document, DocumentError
from ..session.lessons import Lesson
from ..session.run_file import SUFFIX, StoredRun
from ..session.session import Session
from ..session.stored_runs import StoredRuns
from . import dialogs
from .run_files import RunFiles

NUMBERS = re.compile(r"[-+]?\d[\d_.]*(?:e[-+]?\d+)?")


class Documents(QObject):
    """Another document is shown only when the one before may be left."""

    began = Signal()
    """An empty program is there to be typed into."""
    opened = Signal()
    """A program or a lesson was opened and runs."""
    refused = Signal()
    """The file of a run could not be read, or the person did not wait for it."""

    def __init__(self, window: QWidget, session: Session, run_files: RunFiles) -> None:
        super().__init__(window)
        self._window = window
        self._session = session
        self._run_files = run_files

    def new(self) -> None:
        if self.may_leave():
            self._session.new()
            self.began.emit()

    def open(self) -> None:
        document = self._session.document
        folder = document.path.parent if document.path else Path.home()
        path = dialogs.ask_open(self._window, str(folder))
        if path is not None:
            self.open_path(str(path))

    def open_path(self, path: str) -> bool:
        """Open a file, after asking about unsaved work; says in words why it cannot be opened.

        A run is read beside the window: it is shown, or refused, later.
        """
        if not self.may_leave():
            return False
        session = self._session
        if Path(path).suffix == SUFFIX:
            whole = Path(path).resolve()
            self._run_files.open(whole, partial(self._run_read, whole, session.document))
            return True
        try:
            session.open(Path(path))
        except DocumentError as error:
            self._refuse(path, str(error))
            return False
        session.run()
        self.opened.emit()
        return True

    def dropped(self, event: QDropEvent) -> str:
        """The path that is dropped onto the window; empty where it is nothing that can be opened."""
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        return next((path for path in paths if path.endswith((".py", ".ipynb", SUFFIX))), "")

    def _run_read(self, path: Path, left: Document, stored: StoredRun | None, fault: str) -> None:
        if stored is None:
            if fault:
                self._refuse(str(path), fault)
            self.refused.emit()
        elif self._session.document is left or self.may_leave():  # what was typed meanwhile is not lost
            StoredRuns(self._session).show(path, stored)
            self.opened.emit()

    def _refuse(self, path: str, why: str) -> None:
        session = self._session
        session.change(recent=tuple(item for item in session.settings.recent if item != path))
        dialogs.tell(self._window, why)

    def open_lesson(self, lesson: Lesson) -> None:
        if self.may_leave():
            text = lesson.source()
            self._session.show_document(Document(text, saved_text=text, title=lesson.title, origin="lesson"))
            self._session.run()
            self.opened.emit()

    def save(self) -> bool:
        return self.save_as() if self._session.document.path is None else self._save(None)

    def save_as(self) -> bool:
        document = self._session.document
        name = re.sub(r"[^\w.-]+", "_", document.name.lower()).strip("_")
        suggestion = document.path or Path.home() / (name if name.endswith(".py") else f"{name}.py")
        path = dialogs.ask_save(self._window, str(suggestion))
        return path is not None and self._save(path)

    def _save(self, path: Path | None) -> bool:
        try:
            self._session.save(path)
        except DocumentError as error:
            dialogs.tell(self._window, str(error))
            return False
        return True

    def may_leave(self) -> bool:
        """Whether the program may be put away: saved, or the person agreed to lose it."""
        document = self._session.document
        if not document.is_modified or not document.text.strip() or _only_numbers_turned(document):
            return True
        answer = dialogs.ask_unsaved(self._window, document.name)
        return self.save() if answer == "save" else answer == "discard"


def _only_numbers_turned(document: Document) -> bool:
    """A lesson whose sliders were moved is no work to be lost."""
    return document.origin == "lesson" and NUMBERS.sub("0", document.text) == NUMBERS.sub("0", document.saved_text)
