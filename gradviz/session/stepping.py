"""Where each stepping command leads: functions from a trace and a cursor to a cursor.

They look only at the record, so stepping back is as cheap and as exact as stepping forward.
"""

from __future__ import annotations

from ..trace.query import Cursor
from ..trace.trace import Trace
from .placing import before_backward


def position_of(trace: Trace, cursor: Cursor) -> int | None:
    """Place of the cursor's pass among the kept ones; None while there is none."""
    item = trace.find_pass(cursor.number)
    return None if item is None else trace.passes.index(item)


def clamped(trace: Trace, cursor: Cursor) -> Cursor | None:
    """The nearest step that exists; None while there is none."""
    item = trace.find_pass(cursor.number)
    return None if item is None else Cursor(item.number, max(0, min(cursor.step, len(item.events))))


def moved(trace: Trace, cursor: Cursor, by: int) -> Cursor | None:
    """`by` steps on, over the ends of passes into their neighbours."""
    position = position_of(trace, cursor)
    if position is None:
        return None
    passes, step = trace.passes, cursor.step + by
    while step < 0 and position > 0:
        position -= 1
        step += len(passes[position].events) + 1
    while step > len(passes[position].events) and position + 1 < len(passes):
        step -= len(passes[position].events) + 1
        position += 1
    return clamped(trace, Cursor(passes[position].number, step))


def moved_by_pass(trace: Trace, cursor: Cursor, by: int) -> Cursor | None:
    """`by` kept passes on, to the place that corresponds to this one; the same cursor at either end."""
    position = position_of(trace, cursor)
    if position is None:
        return None
    passes = trace.passes
    target = passes[max(0, min(position + by, len(passes) - 1))]
    if target.number == cursor.number:
        return cursor
    was, now = passes[position].history, target.history
    if cursor.step >= was.steps:
        return Cursor(target.number, now.steps)
    if cursor.step == before_backward(was):
        return Cursor(target.number, before_backward(now))
    return Cursor(target.number, min(cursor.step, now.steps))


def is_at_end(trace: Trace, cursor: Cursor) -> bool:
    """Whether no step follows."""
    return not trace.passes or cursor >= Cursor(trace.passes[-1].number, len(trace.passes[-1].events))
