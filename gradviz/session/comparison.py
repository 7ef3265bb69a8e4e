"""Keeping the run on screen, under a name that tells it from the others."""

from __future__ import annotations

from ..trace.trace import Trace
from .session import Session
from .variants import summary


class Comparison:
    """Carries out the commands that concern kept runs."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @property
    def on_screen(self) -> Trace:
        """The run that would be kept: the newest one, or the last that has something to show."""
        view = self._session.view
        return view.newest if view.newest.pass_count else view.trace

    def keep(self) -> None:
        """Keep the run on screen as it stands."""
        session, trace = self._session, self.on_screen
        if not trace.pass_count or trace.began is None:
            session.told.emit("There is no run to keep yet: run a program that calls backward().")
            return
        same = next((run for run in session.runs.kept if run.trace.began is trace.began), None)
        if same is not None:
            session.runs.follow({same.id: trace})
            session.told.emit(f"This run is kept already, as {same.name}.")
            return
        kept = session.runs.keep((name_of(trace), trace))
        run = session.runs.find(kept[0]) if kept else None
        if run is not None:
            session.told.emit(f"Kept this run as {run.name}. Change the program and run again to compare.")

    def undo(self) -> None:
        self._session.runs.undo()


def name_of(trace: Trace) -> str:
    """The optimizer and the learning rate where the program names them: that is what people compare most."""
    return summary(trace.program) or "run"
