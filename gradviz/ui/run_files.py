"""Opening the file of a run, and saving one: the run on screen, or one of the kept runs. Both beside the window."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QWidget

from ..session.comparison import Comparison, name_of
from ..session.run_file import SUFFIX, StoredRun, open_run, save_run
from ..session.session import Session
from ..session.stored_runs import StoredRuns
from ..trace.trace import Trace
from . import dialogs
from .errands import Errands


class RunFiles:
    """Reads files of runs, and carries out the command that saves a run."""

    def __init__(self, window: QWidget, session: Session) -> None:
        self._window, self._session = window, session
        self.errands = Errands(window, session)

    def open(self, path: Path, heard: Callable[[StoredRun | None, str], None]) -> None:
        """Read a run; `heard` gets it, or why it cannot be read (no words where the person gave up)."""
        self.errands.begin(f"Reading {path.name}…", partial(open_run, path), heard)

    def shutdown(self) -> None:
        self.errands.shutdown()

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
            work = partial(save_run, path, name or name_of(trace), trace)
            self.errands.begin(f"Saving {path.name}…", work, self._saved, to_its_end=True)

    def _saved(self, path: Path | None, fault: str) -> None:
        if fault:
            dialogs.tell(self._window, fault)
        elif path is not None:
            StoredRuns(self._session).saved(path)
