"""How far the program runs before it is held: one update, a pass, a loss. Says when it is there."""

from __future__ import annotations

import math

from ..supervisor import Goal
from ..trace.messages import CurveKey
from .session import Session
from .view import View

LOSS = CurveKey("loss")


class Pace:
    """Lets the program go to a goal, from where it is held or from its start."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._goal: Goal | None = None
        self._since = 0  # passes there were when it was asked for
        session.changed.connect(self._view_changed)

    @property
    def passes(self) -> int:
        """Passes so far of the program that runs or is held; 0 where none does."""
        view = self._session.view
        return view.newest.pass_count if view.is_busy else 0

    @property
    def loss(self) -> float:
        """The newest loss, NaN where there is none."""
        curves = self._session.view.newest.curves
        return float(curves.column(LOSS)[-1]) if curves.length and LOSS in curves.keys else math.nan

    def one_update(self) -> None:
        """To the end of the next pass in which a tensor is updated."""
        self._go(Goal("step"))

    def run_to(self, number: int) -> None:
        """To the end of pass `number`, counted from 1."""
        if number <= self.passes:
            self._session.told.emit(f"Pass {number:,} is over: the program is at pass {self.passes:,}.")
        else:
            self._go(Goal("pass", float(number)))

    def run_until_below(self, loss: float) -> None:
        """To the end of the first pass whose loss is below this."""
        self._go(Goal("loss", loss))

    def _go(self, goal: Goal) -> None:
        session = self._session
        self._goal, self._since = None, self.passes
        session.mark(following=True)
        if session.view.is_busy:
            session.runner.resume(goal=goal)
        else:
            session.run(goal=goal)
        self._goal = goal

    def _view_changed(self, view: View) -> None:
        """Say how it ended, once."""
        goal = self._goal
        if goal is None or view.status not in ("held", "ended", "failed", "idle"):
            return
        if view.status == "held" and view.newest.pass_count <= self._since:
            return  # held where it was before: the wish is still on its way
        if goal.kind == "loss":
            self._goal = None
            at, loss = view.newest.pass_count, self.loss
            if math.isnan(loss):
                self._session.told.emit(f"The loss of pass {at:,} is NaN: it will not be below {goal.value:g}.")
            elif loss < goal.value:
                self._session.told.emit(f"The loss of pass {at:,} is {loss:.4g}, below {goal.value:g}.")
            elif view.status != "held":
                self._session.told.emit(f"The program ended with a loss of {loss:.4g}, not below {goal.value:g}.")
            return
        self._goal = None
        if goal.kind == "pass" and view.status != "held":
            self._session.told.emit(f"The program ended after {view.newest.backward_count:,} passes.")
