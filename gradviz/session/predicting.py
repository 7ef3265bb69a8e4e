"""The switch that hides what the next step brings until the person has said what they expect, and the tally."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..trace.history import History
from ..trace.prediction import prediction_of
from ..trace.query import Cursor
from .stops import seek

if TYPE_CHECKING:
    from .session import Session


@dataclass(frozen=True, slots=True)
class Tally:
    """Of the answers given since the start (or the last reset), how many were right. Who has it shown, gave none."""

    right: int = 0
    answered: int = 0

    def __str__(self) -> str:
        return f"{self.right} of {self.answered}"


def can_be_asked(history: History, step: int) -> bool:
    """A step about which there is a question: where a person who predicts comes to rest before it."""
    return prediction_of(history, step) is not None


class Predicting:
    """Stands before a step forward, and before what runs forward to a stop: that rests at the first question on its
    way, so that none is skipped and none counted that was not put. Steps back, and jumps to a place that a person
    points at (the timeline, a bookmark, the end of a pass), are never asked about, and close an open question.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def toggle(self) -> None:
        """Switch it on or off; off, an open question is gone."""
        self._session.change(predict=not self._session.settings.predict)
        self._session.mark(asked=None)

    def asks(self) -> bool:
        """Ask about the next step where there is something to ask; whether the step must wait for that.

        Asked once more, the same question is put again, so that the keyboard goes back to it.
        """
        state = self._session.view.state
        if not self._session.settings.predict or state is None:
            return False
        asked = prediction_of(state.history, state.step + 1)
        if asked is not None:
            self._session.mark(asked=asked, playing=False)
        return asked is not None

    def asks_before(self, goal: Cursor) -> bool:
        """Go as far towards a later step as no question stands in the way, and put that; whether there is one."""
        view = self._session.view
        found = seek(view.trace, view.cursor, can_be_asked, 1) if self._session.settings.predict else None
        if found is None or found > goal:
            return False
        if (before := Cursor(found.number, found.step - 1)) > view.cursor:
            self._session.go_to(before)
            self._session.select(*view.selection)
        return self.asks()

    def answer(self, is_right: bool) -> None:
        """Count an answer and take the step."""
        if self._session.view.prediction is not None:
            tally = self._session.view.tally
            self._session.step(1)
            self._session.mark(tally=Tally(tally.right + is_right, tally.answered + 1))

    def reveal(self) -> None:
        """Take the step without an answer; it does not count."""
        if self._session.view.prediction is not None:
            self._session.step(1)

    def click(self) -> None:
        """What a lecturer's clicker does, which has no keys to answer with: first the question, then the outcome."""
        if self._session.view.prediction is not None:
            self.reveal()
        else:
            self._session.step_forward()

    def reset(self) -> None:
        """Count from nothing again."""
        self._session.mark(tally=Tally())
        self._session.told.emit("The tally of predictions starts again.")
