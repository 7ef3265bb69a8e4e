"""A session without a worker: traces are put into it by hand."""

from __future__ import annotations

from pathlib import Path

from gradviz.session.session import Session
from gradviz.trace.query import Cursor
from gradviz.trace.trace import Trace
from tests.ui.instant import InstantEvaluator


class QuietRunner:
    """Stands for the supervisor; remembers what it was asked to do."""

    def __init__(self) -> None:
        self.ready = None
        self.trace = Trace()
        self.status = "idle"
        self.failure = ""
        self.asked: list[object] = []
        self.evaluator = InstantEvaluator()

    def run(self, run: object) -> None:
        self.asked.append(("run", run))

    def hold(self) -> None:
        self.asked.append("hold")

    def resume(self, passes: int = 0, goal: object = None) -> None:
        self.asked.append(("resume", passes) if goal is None else ("resume", goal))

    def set_speed(self, speed: float) -> None:
        self.asked.append(("speed", speed))

    def stop(self) -> None:
        self.asked.append("stop")


def quiet_session(folder: Path) -> Session:
    return Session(QuietRunner(), folder)


def put(session: Session, trace: Trace, cursor: Cursor | None = None, *selection: str, status: str = "ended") -> None:
    """Show a trace at a step, as if the worker had sent it."""
    session.runner.trace, session.runner.status = trace, status
    session._sent_program = trace.program
    session.view = session.view.__class__(
        trace=trace, newest=trace, cursor=cursor or Cursor(), selection=selection, status=status
    )
    session.changed.emit(session.view)
