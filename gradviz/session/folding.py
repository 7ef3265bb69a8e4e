"""Which groups of cards a person opened and folded, and the choice by what cards are grouped."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from ..trace.regions import made_by_hand

if TYPE_CHECKING:
    from .session import Session

GROUPINGS = {
    "nothing": "By Nothing",
    "auto": "Automatic",
    "module": "By Module",
    "function": "By Function",
    "line": "By Line",
    "iteration": "By Loop Iteration",
}
"""The choices of the setting `grouping` and their titles."""


@dataclass(frozen=True)
class Folding:
    """Keys of groups are made of the path in the program, so they hold in every step, pass and run."""

    start: Literal["auto", "open", "folded"] = "auto"
    """What holds for a group that the person neither opened nor folded."""
    opened: frozenset[str] = frozenset()
    folded: frozenset[str] = frozenset()
    by_hand: tuple[str, ...] = ()
    """Groups that the person made, whatever the rest is grouped by."""

    def with_open(self, key: str) -> Folding:
        return replace(self, opened=self.opened | {key}, folded=self.folded - {key})

    def with_folded(self, key: str) -> Folding:
        return replace(self, opened=self.opened - {key}, folded=self.folded | {key})


class Folder:
    """The commands that open and fold."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def choose(self, grouping: str) -> None:
        """Group by something else; what was opened by hand is kept for when one comes back."""
        self._session.mark(folding=replace(self._session.view.folding, start="auto"))
        self._session.change(grouping=grouping)

    def open(self, key: str) -> None:
        """Show what a group holds. An open group that is selected stays selected: folding it again is one key."""
        self._session.mark(folding=self._session.view.folding.with_open(key))

    def fold(self, key: str) -> None:
        """Make one card of a group again, and select it."""
        self._session.mark(folding=self._session.view.folding.with_folded(key))
        self._session.select(key)

    def make(self, title: str, ops: Iterable[str]) -> None:
        """Make a folded group of ops, called by their identities, and select it."""
        key, folding = made_by_hand(title, ops), self._session.view.folding
        by_hand = (*(each for each in folding.by_hand if each != key), key)
        self._session.mark(folding=replace(folding.with_folded(key), by_hand=by_hand))
        self._session.select(key)

    def dissolve(self, key: str) -> None:
        """Let a group that was made by hand be no group any more."""
        folding = self._session.view.folding
        by_hand = tuple(each for each in folding.by_hand if each != key)
        self._session.mark(folding=replace(folding.with_open(key), by_hand=by_hand))
        self._session.select()

    def open_all(self) -> None:
        by_hand = self._session.view.folding.by_hand
        self._session.mark(folding=Folding("open", opened=frozenset(by_hand), by_hand=by_hand))

    def fold_all(self) -> None:
        by_hand = self._session.view.folding.by_hand
        if self._session.settings.grouping == "nothing" and not by_hand:
            self._session.told.emit("Choose by what to group first: View, Group Cards.")
        else:
            self._session.mark(folding=Folding("folded", by_hand=by_hand))
