"""Where a person lets a training run go to: the words of a command as what the gate asks at the end of each pass."""

from __future__ import annotations

import math

from ..recorder.gate import PassEnd, Reached
from .protocol import Goal


def reached(goal: Goal) -> Reached:
    """Whether the run is there: asked after every pass."""

    def at_pass(end: PassEnd) -> bool:
        return end.number + 1 >= goal.value

    def below(end: PassEnd) -> bool:
        # What is no number will never be below another one.
        return end.loss < goal.value or math.isnan(end.loss)

    def stepped(end: PassEnd) -> bool:
        return end.has_update()

    return {"pass": at_pass, "loss": below, "step": stepped}[goal.kind]
