"""The runs that a person keeps to compare: names, looks and what is hidden, as data that every change can be undone of.

What a run did (its trace) never changes by hand, so undoing concerns the marks alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from ..trace.trace import Trace
from .signal import Signal

MOST_RUNS = 12
"""As many as there are looks that can be told apart."""

UNDO_STEPS = 50


@dataclass(frozen=True)
class Mark:
    """What a person says of a kept run; `look` is its place in the table of colours and line styles."""

    id: int
    name: str
    look: int
    is_shown: bool = True


@dataclass(frozen=True, eq=False)
class KeptRun:
    """A run with its mark. The trace of a running race grows: a later `KeptRun` of the same id has more of it."""

    mark: Mark
    trace: Trace

    @property
    def id(self) -> int:
        return self.mark.id

    @property
    def name(self) -> str:
        return self.mark.name


class Runs:
    """Up to `MOST_RUNS` kept runs, in the order in which they were kept. `tell` gets a sentence for the person."""

    changed = Signal()

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._marks: tuple[Mark, ...] = ()
        self._past: list[tuple[Mark, ...]] = []
        self._traces: dict[int, Trace] = {}
        self._next = 1

    @property
    def kept(self) -> tuple[KeptRun, ...]:
        return tuple(KeptRun(mark, self._traces[mark.id]) for mark in self._marks)

    @property
    def shown(self) -> tuple[KeptRun, ...]:
        return tuple(run for run in self.kept if run.mark.is_shown)

    @property
    def can_undo(self) -> bool:
        return bool(self._past)

    def find(self, id: int) -> KeptRun | None:
        return next((run for run in self.kept if run.id == id), None)

    # -- changes: each can be undone -----------------------------------------------------------------------------

    def keep(self, *runs: tuple[str, Trace]) -> tuple[int, ...]:
        """Keep runs under these names; returns their ids, none where there is no room for all of them."""
        free = MOST_RUNS - len(self._marks)
        if len(runs) > free:
            self._tell(_no_room(len(self._marks), len(runs)))
            return ()
        marks = list(self._marks)
        for name, trace in runs:
            looks = {mark.look for mark in marks}
            look = next(each for each in range(MOST_RUNS) if each not in looks)
            marks.append(Mark(self._next, _unused(name, [mark.name for mark in marks]), look))
            self._traces[self._next] = trace
            self._next += 1
        self._change(tuple(marks))
        return tuple(mark.id for mark in marks[len(marks) - len(runs) :])

    def rename(self, id: int, name: str) -> None:
        """Give a run another name; an empty one or one that is taken changes nothing but is said."""
        name = " ".join(name.split())[:60]
        others = [mark.name for mark in self._marks if mark.id != id]
        if not name or name in others:
            self._tell(f"Another run is called {name} already." if name else "A run needs a name.")
            self.changed.emit()
            return
        self._mark(id, name=name)

    def show(self, id: int, is_shown: bool) -> None:
        self._mark(id, is_shown=is_shown)

    def recolour(self, id: int, look: int) -> None:
        """Give a run another look; the run that had it takes the look of this one."""
        run = self.find(id)
        if run is None or run.mark.look == look:
            return
        looks = {id: look, **{mark.id: run.mark.look for mark in self._marks if mark.look == look}}
        self._change(tuple(replace(mark, look=looks.get(mark.id, mark.look)) for mark in self._marks))

    def delete(self, *ids: int) -> None:
        names = [mark.name for mark in self._marks if mark.id in ids]
        if names:
            self._change(tuple(mark for mark in self._marks if mark.id not in ids))
            self._tell(f"Deleted {names[0] if len(names) == 1 else f'{len(names)} runs'}. Undo brings it back.")

    def undo(self) -> None:
        """Take back the last change of the kept runs."""
        if not self._past:
            self._tell("There is no change of the kept runs to undo.")
            return
        self._marks = self._past.pop()
        self._forget()
        self.changed.emit()

    # -- what runs say -------------------------------------------------------------------------------------------

    def follow(self, traces: Mapping[int, Trace]) -> None:
        """Take over how far running runs have come. A run that was deleted meanwhile may come back by undoing."""
        known = {id: trace for id, trace in traces.items() if id in self._traces}
        if any(self._traces[id] is not trace for id, trace in known.items()):
            self._traces.update(known)
            self.changed.emit()

    # -- inside --------------------------------------------------------------------------------------------------

    def _mark(self, id: int, **values: object) -> None:
        marks = tuple(replace(mark, **values) if mark.id == id else mark for mark in self._marks)  # type: ignore[arg-type]
        if marks != self._marks:
            self._change(marks)

    def _change(self, marks: tuple[Mark, ...]) -> None:
        self._past = [*self._past, self._marks][-UNDO_STEPS:]
        self._marks = marks
        self._forget()
        self.changed.emit()

    def _forget(self) -> None:
        """Let go of traces that no undoing can bring back."""
        alive = {mark.id for marks in (self._marks, *self._past) for mark in marks}
        self._traces = {id: trace for id, trace in self._traces.items() if id in alive}


def _no_room(kept: int, wanted: int) -> str:
    if wanted == 1:
        return f"{kept} runs are kept, as many as can be told apart. Delete one before you keep another."
    free = MOST_RUNS - kept
    return f"There is room for {free} more of {MOST_RUNS} runs, not for {wanted}. Delete some, or race fewer."


def _unused(name: str, taken: Sequence[str]) -> str:
    """The name, with a number behind it where another run has it."""
    stem = re.sub(r" \(\d+\)$", "", name)
    unique, count = name, 2
    while unique in taken:
        unique, count = f"{stem} ({count})", count + 1
    return unique
