"""The commands that run to the next stop of some kind; each exists forwards and backwards.

Forwards they rest before the first step that a person who predicts is asked about (`predicting`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..trace.finiteness import loses_finiteness
from ..trace.query import end_of
from .placing import card_meaning
from .stops import Breakpoints, Stop, accumulates, changes_line, leaves, reaches_card, runs_card, seek, updates
from .view import Bookmark

if TYPE_CHECKING:
    from .session import Session


class Debugger:
    """Moves a session's cursor; where there is no such step, it says so and stays."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def next_line(self) -> None:
        self._run_to(changes_line, 1, "No other line follows.")

    def previous_line(self) -> None:
        self._run_to(changes_line, -1, "No other line comes before.")

    def next_accumulation(self) -> None:
        self._run_to(accumulates, 1, "No gradient is added to a leaf after this step.")

    def previous_accumulation(self) -> None:
        self._run_to(accumulates, -1, "No gradient was added to a leaf before this step.")

    def next_update(self) -> None:
        self._run_to(updates, 1, "No weight is updated after this step.")

    def previous_update(self) -> None:
        self._run_to(updates, -1, "No weight was updated before this step.")

    def next_nan(self) -> None:
        self._run_to(loses_finiteness, 1, "No NaN or infinity begins after this step.")

    def previous_nan(self) -> None:
        self._run_to(loses_finiteness, -1, "No NaN or infinity began before this step.")

    def next_of_card(self) -> None:
        self._run_to_card(runs_card, 1, "The selected card does nothing after this step.")

    def previous_of_card(self) -> None:
        self._run_to_card(runs_card, -1, "The selected card did nothing before this step.")

    def next_gradient(self) -> None:
        self._run_to_card(reaches_card, 1, "No gradient reaches the selected card after this step.")

    def previous_gradient(self) -> None:
        self._run_to_card(reaches_card, -1, "No gradient reached the selected card before this step.")

    def step_over(self, places: Mapping[str, int], by: int) -> None:
        """To the next step of another card (`by` 1), or the last (−1); `places` says where each card is drawn."""
        state = self._session.view.state
        if state is not None:
            otherwise = "No other card follows." if by > 0 else "No other card comes before."
            self._run_to(leaves(state.history, state.step, places), by, otherwise)

    def go_on(self) -> None:
        self._run_to_breakpoint(1)

    def go_back(self) -> None:
        self._run_to_breakpoint(-1)

    def next_bookmark(self) -> None:
        self._run_to_bookmark(1)

    def previous_bookmark(self) -> None:
        self._run_to_bookmark(-1)

    # -- bookmarks -----------------------------------------------------------------------------------------------

    @property
    def bookmark(self) -> Bookmark | None:
        """The bookmark of this very step."""
        view = self._session.view
        return next((item for item in view.bookmarks if item.cursor == view.cursor), None)

    def set_bookmark(self, note: str) -> None:
        """Keep this step with a note, in place of the one it had."""
        view = self._session.view
        others = [item for item in view.bookmarks if item.cursor != view.cursor]
        self._session.mark(bookmarks=tuple(sorted([*others, Bookmark(view.cursor, note)])))

    def remove_bookmark(self) -> None:
        view = self._session.view
        self._session.mark(bookmarks=tuple(item for item in view.bookmarks if item.cursor != view.cursor))

    # -- breakpoints ---------------------------------------------------------------------------------------------

    def toggle_line(self, line: int) -> None:
        """Set or take away the breakpoint of a line of the program that ran."""
        self._change(lines=self._session.view.breakpoints.lines ^ {line})

    def toggle_op(self, op: str) -> None:
        """Set or take away the breakpoint at every use of an op."""
        self._change(ops=self._session.view.breakpoints.ops ^ {op})

    def toggle_card(self, key: str) -> None:
        """Set or take away the breakpoint of a card; it holds in every pass and run that has such a card."""
        state = self._session.view.state
        meaning = card_meaning(state.history, key) if state else None
        if meaning is not None:
            self._change(cards=self._session.view.breakpoints.cards ^ {meaning})

    def toggle_here(self) -> None:
        """Set or take away a breakpoint at the selected cards, or else at the line of this step."""
        view = self._session.view
        source = view.state.history.source(view.cursor.step) if view.state else None
        for key in view.selection:
            self.toggle_card(key)
        if not view.selection and source is not None:
            self.toggle_line(source.line)

    def clear(self) -> None:
        self._session.mark(breakpoints=Breakpoints())

    def _change(self, **values: Any) -> None:
        self._session.mark(breakpoints=replace(self._session.view.breakpoints, **values))

    # -- moving --------------------------------------------------------------------------------------------------

    def _run_to(self, stop: Stop, by: int, otherwise: str) -> None:
        session = self._session
        found = seek(session.view.trace, session.view.cursor, stop, by)
        if found is None:
            session.told.emit(otherwise)
        elif by < 0 or not session.predicting.asks_before(found):
            selection = session.view.selection
            session.go_to(found)
            session.select(*selection)  # the person keeps looking at what they ran to

    def _run_to_card(self, stops: Callable[..., Stop], by: int, otherwise: str) -> None:
        selection = self._session.view.selection
        if not selection:
            self._session.told.emit("Select a card first, with a click.")
        else:
            self._run_to(stops(*selection), by, otherwise)

    def _run_to_bookmark(self, by: int) -> None:
        view = self._session.view
        if not view.bookmarks:
            self._session.told.emit("There are no bookmarks: Ctrl+B keeps this step.")
            return
        ordered = view.bookmarks[::by]
        further = [item for item in ordered if (item.cursor > view.cursor if by > 0 else item.cursor < view.cursor)]
        target = (further or ordered)[0]
        self._session.go_to(target.cursor)
        if target.note:
            self._session.told.emit(target.note)

    def _run_to_breakpoint(self, by: int) -> None:
        view = self._session.view
        found = seek(view.trace, view.cursor, view.breakpoints, by) if view.breakpoints else None
        if not view.breakpoints:
            self._session.told.emit("There are no breakpoints: click left of a line number to set one.")
        elif by > 0 and self._session.predicting.asks_before(found or end_of(view.trace, view.cursor.number)):
            return
        elif found is not None:
            self._session.go_to(found)
        elif by > 0:
            self._session.go_to_end()
        else:
            self._session.go_to_start()
