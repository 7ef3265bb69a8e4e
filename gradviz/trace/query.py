"""Where a person stands in a run, and what is true there."""

from __future__ import annotations

from dataclasses import dataclass

from .events import Event
from .history import History, Phase
from .trace import Trace


@dataclass(frozen=True, slots=True, order=True)
class Cursor:
    """Pass number and step within it; step k is the moment after the pass's first k events."""

    number: int = 0
    step: int = 0


@dataclass(frozen=True, slots=True)
class State:
    """A look at a pass at one step. Every view is a pure function of this."""

    history: History
    step: int

    @property
    def event(self) -> Event | None:
        """What just happened."""
        return self.history.events[self.step - 1] if self.step else None

    @property
    def phase(self) -> Phase:
        return self.history.phase(self.step)


def state_at(trace: Trace, cursor: Cursor) -> State | None:
    """The state under a cursor, None while nothing was recorded. A cursor beyond the end means the end."""
    item = trace.find_pass(cursor.number)
    if item is None:
        return None
    return State(item.history, max(0, min(cursor.step, item.history.steps)))


def end_of(trace: Trace, number: int | None = None) -> Cursor:
    """The last step of a pass, of the last one by default."""
    if not trace.passes:
        return Cursor()
    item = trace.passes[-1] if number is None else trace.find_pass(number)
    assert item is not None, "a trace with passes has a nearest one"
    return Cursor(item.number, len(item.events))
