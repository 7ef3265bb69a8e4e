"""All that the window shows, as one immutable value: trace, cursor and selection are three separate fields.

A jump moves the cursor and recomputes nothing; an error is a field beside the last good trace, not instead of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ..trace.events import ErrorRaised
from ..trace.ops import OpInfo
from ..trace.prediction import Prediction
from ..trace.query import Cursor, State, state_at
from ..trace.trace import Trace
from .folding import Folding
from .predicting import Tally
from .stops import Breakpoints


@dataclass(frozen=True)
class Building:
    """A line being built without typing: the op chosen in the palette and the operand cards clicked so far."""

    op: OpInfo
    operands: tuple[str, ...] = ()

    @property
    def next_operand(self) -> str:
        """What to click next, in words: PyTorch's own names (self, other) say little to a student."""
        if len(self.op.inputs) == 1:
            return "its operand"
        return f"the {('first', 'second', 'third', 'next')[min(len(self.operands), 3)]} operand"


@dataclass(frozen=True, order=True)
class Bookmark:
    """A step that a person wants to find again, with a note."""

    cursor: Cursor
    note: str = ""


@dataclass(frozen=True, eq=False)
class View:
    """`trace` is the last good run, `newest` the latest one; they differ while that has nothing to show."""

    trace: Trace = field(default_factory=Trace)
    newest: Trace = field(default_factory=Trace)
    cursor: Cursor = field(default_factory=Cursor)
    selection: tuple[str, ...] = ()
    status: str = "idle"
    """"idle", "starting", "running", "held", "stopping", "ended" or "failed"."""
    failure: str = ""
    """A sentence where the worker itself failed."""
    stale: bool = False
    """Whether the program was changed since `trace` was made."""
    following: bool = True
    """Whether the cursor goes along with a running program."""
    playing: bool = False
    question: str = ""
    """Why the program waits for consent to run, in words; empty when it does not."""
    building: Building | None = None
    breakpoints: Breakpoints = field(default_factory=Breakpoints)
    """Where playing, and running to the next breakpoint, come to rest; lines are those of `trace.program`."""
    bookmarks: tuple[Bookmark, ...] = ()
    """In the order of their steps, one for a step."""
    folding: Folding = field(default_factory=Folding)
    """Which groups of cards the person opened and folded."""
    asked: Prediction | None = None
    """The last question about a step; `prediction` is it while it is open."""
    tally: Tally = field(default_factory=Tally)

    @property
    def state(self) -> State | None:
        return state_at(self.trace, self.cursor)

    @property
    def prediction(self) -> Prediction | None:
        """The question about the next step that waits for an answer; none any more once the person is elsewhere."""
        asked, state = self.asked, self.state
        if asked is None or state is None or (state.history, state.step + 1) != (asked.history, asked.step):
            return None
        return asked

    @property
    def error(self) -> ErrorRaised | None:
        """What went wrong in the newest run."""
        return self.newest.error

    @property
    def is_busy(self) -> bool:
        return self.status in ("starting", "running", "held", "stopping")
