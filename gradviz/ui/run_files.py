"""Saving a run from the window: the one on screen, or one of the kept runs."""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtWidgets import QWidget

from ..session.comparison import Comparison, name_of
from ..session.document import DocumentError
from ..session.run_file import SUFFIX
from ..session.session import Session
from ..session.stored_runs import StoredRuns
from ..trace.trace import Trace
from . import dialogs


class RunFiles:
    """Carries out the command that saves a run."""

    def __init__(self, window: QWidget, session: Session) -> None:
        self._window, self._session = window, session

    def save(self) -> None:
        """Save the run on screen."""
        trace = Comparison(self._session).on_screen
        if trace.began is None:
            self._session.told.emit("There is no run to save yet: run a program first.")
            return
        same = next((run.name for run in self._session.runs.kept if run.trace.began is trace.began), None)
        self._save(same or name_of(trace), trace)

    def save_kept(self, id: int) -> None:
        """Save a kept run."""
        run = self._session.runs.find(id)
        if run is not None and run.trace.began is not None:
            self._save(run.name, run.trace)

    def _save(self, name: str, trace: Trace) -> None:
        document = self._session.document
        folder = document.path.parent if document.path else Path.home()
        stem = re.sub(r"[^\w.-]+", "_", f"{Path(document.name).stem} {name}".lower()).strip("_.")
        path = dialogs.ask_run(self._window, str(folder / f"{stem}{SUFFIX}"), SUFFIX)
        if path is not None:
            try:
                StoredRuns(self._session).save(path, trace, name)
            except DocumentError as error:
                dialogs.tell(self._window, str(error))
