"""What a finding is: something that goes wrong in a run, proved by numbers of its record."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ...trace.query import Cursor
from .evidence import Evidence


@dataclass(frozen=True, slots=True)
class Sight:
    """Where something was seen, and the numbers that prove it."""

    proof: str
    cursor: Cursor
    """The step of a kept pass that shows it."""
    line: int = 0
    """The line of the program to change or to look at, 0 where none is known."""
    card: str = ""
    """Key of the card it belongs to, empty for none."""
    number: int = -1
    """The pass of the mark on the curves; −1 for the cursor's pass."""

    @property
    def marked(self) -> int:
        return self.cursor.number if self.number < 0 else self.number


@dataclass(frozen=True, slots=True)
class Failure:
    """One failure of training: its name, what to change, and how it is recognised.

    `look` yields what proves it. It gets the evidence of the kept passes and the curves, and never guesses: where the
    record does not show it, it yields nothing.
    """

    id: str
    title: str
    advice: str
    look: Callable[[Evidence], Iterator[Sight]]


@dataclass(frozen=True, slots=True)
class Finding:
    """A failure of training at the first place where a run shows it."""

    failure: Failure
    sight: Sight

    @property
    def sentence(self) -> str:
        """All of it: what, the proof, what to change."""
        return f"{self.failure.title}. {self.sight.proof} {self.failure.advice}"
