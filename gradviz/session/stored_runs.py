"""Whole runs from files, and to files: an opened one can be stepped and compared, and nothing of it is run."""

from __future__ import annotations

from pathlib import Path

from .document import Document
from .placing import first_place
from .run_file import StoredRun
from .session import Session


class StoredRuns:
    """Files of runs, for a session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def show(self, path: Path, stored: StoredRun) -> None:
        """Show the run of a file: its program in the editor, its record on the canvas."""
        session, trace = self._session, stored.trace
        session.show_document(
            Document(trace.program, saved_text=trace.program, title=f"{stored.name}.py", origin="opened")
        )
        # It asks for consent when it is to run; to look at it needs none.
        session.mark(trace=trace, newest=trace, cursor=first_place(trace), following=False, stale=False, question="")
        runs = session.runs
        if all(run.trace.program != trace.program or run.name != stored.name for run in runs.kept):
            runs.keep((stored.name, trace))
        engine = {"numpy": "NumPy engine", "pytorch": "PyTorch"}.get(stored.engine, stored.engine)
        seed = "" if stored.seed is None else f", seed {stored.seed}"
        session.told.emit(f"Opened {stored.name}: {trace.backward_count:,} passes on {engine}{seed}. Nothing was run.")
        session.remember(path)

    def saved(self, path: Path) -> None:
        """A run was written to this file."""
        self._session.remember(path, is_program=False)
        self._session.told.emit(f"Saved the run as {path.name}.")
