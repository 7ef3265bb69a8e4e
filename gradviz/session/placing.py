"""Where cursor and selection stand in a new run, so that a change of the program does not throw a person out."""

from __future__ import annotations

from ..trace.events import ErrorRaised
from ..trace.history import NEVER, History
from ..trace.query import Cursor
from ..trace.regions import grouping_of, is_region
from ..trace.trace import Trace
from .document import has_statements


def is_presentable(newest: Trace, shown: Trace) -> bool:
    """Whether a run has something to show instead of the last good one.

    A run that fails before its first backward has ended keeps the last good graph on screen: half a graph that
    flickers in and out while one types helps nobody. Neither does a run that made no tensors clear it, unless there is
    nothing left to run.
    """
    if any(item.history.backward_ended != NEVER for item in newest.passes):
        return True
    if newest.ended is not None and newest.error is None and newest.ended.exit_code == 0:
        return bool(newest.passes) or not shown.passes or not has_statements(newest.program)
    return bool(newest.passes) and not shown.passes and newest.ended is not None


def first_place(trace: Trace) -> Cursor:
    """Where to look first: before the backward of a single pass, so that → walks it; at the end of a training run; at
    the error that ended a run.

    What a program computes after its last backward (a print of the result, a test) is a pass of its own, without a
    gradient to see; the one before it is what the person came for.
    """
    if not trace.passes:
        return Cursor()
    newest = trace.passes[-1]
    if newest.events and isinstance(newest.events[-1], ErrorRaised):
        return Cursor(newest.number, len(newest.events))
    last = next((item for item in reversed(trace.passes) if item.history.backward_began != NEVER), trace.passes[-1])
    if last.number > 0:
        return Cursor(last.number, len(last.events))
    return Cursor(last.number, before_backward(last.history))


def before_backward(history: History) -> int:
    """The last step of the forward pass."""
    return min(history.backward_began - 1, history.steps)


def same_place(old: Trace, cursor: Cursor, new: Trace) -> Cursor:
    """The step of the new run that corresponds to a step of the old one: same pass, same phase, same count in it."""
    before, after = old.find_pass(cursor.number), new.find_pass(cursor.number)
    if before is None or after is None:
        return first_place(new)
    was, now = before.history, after.history
    step = min(cursor.step, was.steps)
    if step == was.steps:
        place = now.steps
    elif step == before_backward(was):
        place = before_backward(now)
    elif was.phase(step) == "forward":
        place = min(step, before_backward(now))
    elif was.phase(step) == "backward" and now.backward_began <= now.steps:
        place = min(now.backward_began + step - was.backward_began, now.backward_ended, now.steps)
    else:
        place = max(0, now.steps - (was.steps - step))
    return Cursor(after.number, place)


def same_cards(old: Trace, cursor: Cursor, new: Trace, selection: tuple[str, ...]) -> tuple[str, ...]:
    """The selected cards of the new run: the same key where it still means the same, else the one of that name."""
    before, after = old.find_pass(cursor.number), new.find_pass(cursor.number)
    if before is None or after is None:
        return ()
    kept = []
    for key in selection:
        meaning = card_meaning(before.history, key)
        if meaning is None:
            continue
        if card_meaning(after.history, key) == meaning:
            kept.append(key)
            continue
        named = [key for key, other in _meanings(after.history).items() if other == meaning]
        if len(named) == 1:
            kept += named
    return tuple(kept)


CardMeaning = tuple[str, str | None]


def card_meaning(history: History, key: str) -> CardMeaning | None:
    """Op (or maker) and variable name of a card; None for a key that this pass does not have.

    The key of a group means the same in every run.
    """
    if is_region(key):
        return (key, None) if key in history.regions(grouping_of(key)).members else None
    kind, number = key[:1], key[1:].split("@")[0]
    if not number.isdigit():
        return None
    if kind == "t" and int(number) in history.tensors:
        tensor = history.tensors[int(number)]
        return tensor.maker, tensor.name
    if kind == "o" and int(number) in history.ops:
        op = history.ops[int(number)][1]
        return op.op, op.outputs[0].name if op.outputs else None
    return None


def _meanings(history: History) -> dict[str, tuple[str, str | None] | None]:
    keys = [f"t{tensor}" for tensor in history.tensors] + [f"o{op}" for op in history.ops]
    return {key: card_meaning(history, key) for key in keys}
