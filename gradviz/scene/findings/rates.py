"""Steps that are too long: the loss grows, or the point jumps from one side of the valley to the other."""

from __future__ import annotations

from collections.abc import Iterator
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from ...trace.curves import is_missing
from ...trace.messages import CurveKey
from ...trace.query import Cursor
from ..numbers import short_number
from .evidence import Evidence, PassEvidence
from .finding import Failure, Sight

RISES = 4
"""Passes in a row in which the loss grew."""
GROWTH = 100.0
"""How many times as large the loss became over them."""
STEEPER = 5.0
"""How many times as large the gradient became."""
TURNS = 10
"""Passes in a row in which a leaf went back where it came from."""
SHRINKS = 0.9
"""A step that is at least this part of the one before: the valley takes many passes to reach."""
ALIKE = 0.7, 1.3
"""Bounds for one step as part of the one before; a jump to a new beginning lies outside."""
FLAT = 1e-5
"""Steps below this part of the leaf's size are rounding, not zigzag."""

Floats = NDArray[np.float64]


BEFORE = 20
"""Passes before a rise whose losses it must tower over."""


def runs_of(holds: NDArray[np.bool_], least: int = 1) -> Iterator[tuple[int, int]]:
    """(first, after the last) of each stretch of True that is at least so long."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], holds, [False]]).astype(np.int8)))
    firsts, ends = edges[::2], edges[1::2]
    is_long = ends - firsts >= least
    yield from zip(firsts[is_long].tolist(), ends[is_long].tolist(), strict=True)


def look_again(evidence: Evidence, key: CurveKey, holds: NDArray[np.bool_]) -> None:
    """Remember how much of a curve need not be looked at when it has grown: all but a stretch that may go on."""
    begin = evidence.clear_until.get(key, 0)
    ends = np.flatnonzero(~holds)
    evidence.clear_until[key] = begin + max(0, (int(ends[-1]) if ends.size else 0) - BEFORE)


def _diverges(evidence: Evidence) -> Iterator[Sight]:
    """The loss grew for passes in a row, the gradients with it, while the updates went against the gradient.

    A small enough step against the gradient lowers the loss; where it rises, the step went over the valley and up the
    other side.
    """
    curves = evidence.trace.curves
    if CurveKey("loss") not in curves.keys:
        return
    loss = curves.column(CurveKey("loss"))
    begin = evidence.clear_until.get(CurveKey("loss"), 0)
    with np.errstate(invalid="ignore", over="ignore"):
        rises = loss[begin + 1 :] > loss[begin:-1]
    for start_of_run, last in runs_of(rises, RISES):
        start_of_run, last = begin + start_of_run, begin + last
        if not (loss[last] > GROWTH * abs(loss[start_of_run])) and np.isfinite(loss[last]):
            continue
        end = last if np.isfinite(loss[last]) else last - 1
        first = _begin(evidence, start_of_run, end)
        before = loss[max(0, first - BEFORE) : first + 1]
        bottom = float(np.nanmax(np.abs(before)))
        if end - first < RISES or not loss[end] > GROWTH * bottom:
            continue
        steeper = _steeper(evidence, first, end)
        proved = [known for known in evidence.between(first, end) if known.descends]
        if steeper is None or not proved:
            continue
        name, start, stop = steeper
        known = proved[min(2, len(proved) - 1)]
        step, line, card = update_of(known)
        proof = (
            f"From pass {first + 1:,} to {end + 1:,} the loss grew in every pass, from"
            f" {short_number(float(loss[first]))} to {short_number(float(loss[end]))}, and {name} from"
            f" {short_number(start)} to {short_number(stop)}. The updates went against the gradient, but too far."
        )
        yield Sight(proof, Cursor(known.number, step), line, card, number=first + 1)
        return
    look_again(evidence, CurveKey("loss"), rises)


def _begin(evidence: Evidence, first: int, end: int) -> int:
    """Where the descent that ends at `end` began: a program may have begun it anew with another leaf of that name."""
    passes = evidence.between(first, end)
    own = passes[-1].leaves.keys() if passes else set()
    return max((known.number + 1 for known in passes if not known.leaves.keys() & own), default=first)


def _steeper(evidence: Evidence, first: int, end: int) -> tuple[str, float, float] | None:
    """The leaf whose gradient grew most from pass `first` to pass `end`; None where none grew enough."""
    best: tuple[str, float, float] | None = None
    for key in evidence.trace.curves.keys:
        if key.kind == "gradient":
            column = evidence.trace.curves.column(key)[first : end + 1]
            column = np.abs(column[~is_missing(column)])
            if len(column) < RISES or not np.isfinite(column).all() or not column[-1] > STEEPER * column[0] > 0:
                continue
            if best is None or column[-1] / column[0] > best[2] / best[1]:
                best = f"{key.leaf}.grad", float(column[0]), float(column[-1])
    return best


def update_of(known: PassEvidence, leaf: str = "") -> tuple[int, int, str]:
    """Step, line and card of the first update that used a gradient; of the leaf of that name, where it was updated."""
    found = [
        (*update, tensor) for tensor in known.leaves if (update := known.updated(tensor)) is not None
    ]
    found = [each for each in found if known.names.get(each[2]) == leaf] or found
    if not found:
        return len(known.item.events), 0, ""
    step, event, tensor = min(found, key=itemgetter(0))
    return step, event.source.line if event.source else 0, f"t{tensor}"


DIVERGES = Failure(
    "diverges",
    "The learning rate is too large: the descent diverges",
    "Make the learning rate smaller, by a factor of 3 to 10.",
    _diverges,
)


def _zigzags(evidence: Evidence) -> Iterator[Sight]:
    """A leaf went back in every pass about as far as it had come in the one before."""
    curves, scalars = evidence.trace.curves, scalars_in(evidence)
    for key in curves.keys:
        if key.kind != "value" or key.leaf not in scalars:
            continue
        begin = evidence.clear_until.get(key, 0)
        turns, ratios = turning(curves.column(key)[begin:])
        found = zigzag(turns, ratios)
        if found is None:
            look_again(evidence, key, turns)
            continue
        first, last, ratio = begin + found[0], begin + found[1], found[2]
        known = next((each for each in evidence.between(first, last) if each.descends), None)
        if known is None:
            continue
        step, line, card = update_of(known, key.leaf)
        values = curves.column(key)[first : first + 4]
        proof = (
            f"From pass {first + 1:,} to {last + 1:,} every update of {key.leaf} undid the one before:"
            f" {', '.join(short_number(float(value)) for value in values)} …, each step"
            f" {ratio:.2f} times as long as the last and in the other direction."
        )
        yield Sight(proof, Cursor(known.number, step), line, card, number=first)
        return
    yield from _zigzag_of_vectors(evidence)


def turning(values: Floats) -> tuple[NDArray[np.bool_], Floats]:
    """Where a step undoes about the one before, and how long it is against that."""
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        steps = np.diff(values)
        sizes = np.abs(steps)
        turns = (steps[1:] * steps[:-1] < 0) & (sizes[1:] > FLAT * np.abs(values[1:-1])) & np.isfinite(steps[1:])
        ratios = sizes[1:] / sizes[:-1]
        turns &= (ratios > ALIKE[0]) & (ratios < ALIKE[1])
    return turns, ratios


def zigzag(turns: NDArray[np.bool_], ratios: Floats) -> tuple[int, int, float] | None:
    """(first pass, last pass, mean length of a step against the one before) of the first zigzag; None without one."""
    for first, last in runs_of(turns, TURNS):
        ratio = float(np.exp(np.log(ratios[first:last]).mean()))
        if SHRINKS <= ratio <= 1.02:
            return first, last + 1, ratio
    return None


def scalars_in(evidence: Evidence) -> set[str | None]:
    """Names of the leaves of one element; the curve of any other is a norm, which says nothing of directions."""
    found: dict[str | None, bool] = {}
    for known in evidence.passes.values():
        for tensor, events in known.leaves.items():
            if (name := known.names.get(tensor)) not in found:
                value = events[0][1].after if events[0][1].after is not None else events[0][1].before
                found[name] = value is not None and value.is_scalar
    return {name for name, is_scalar in found.items() if is_scalar}


def _zigzag_of_vectors(evidence: Evidence) -> Iterator[Sight]:
    """The same for tensors, by the angle between updates of passes that followed each other."""
    streaks: dict[int, list[tuple[PassEvidence, float, float]]] = {}
    for before, after in evidence.pairs():
        for tensor in after.leaves:
            angle = turn_of(before, after, tensor)
            if angle is None or angle[0] > -0.8:
                streaks.pop(tensor, None)
                continue
            streak = streaks.setdefault(tensor, [])
            if streak and streak[-1][0].number != before.number:
                streak.clear()
            streak.append((after, *angle))
            ratio = float(np.exp(np.mean([np.log(each[2]) for each in streak])))
            if len(streak) >= TURNS and SHRINKS <= ratio <= 1.02:
                known = streak[0][0]
                found = known.updated(tensor)
                step, line = (found[0], found[1].source.line if found[1].source else 0) if found else (0, 0)
                proof = (
                    f"From pass {known.number:,} to {after.number + 1:,} every update of {known.name(tensor)} undid the"
                    f" one before: the cosine of the angle between them was {short_number(streak[0][1], 2)} to"
                    f" {short_number(streak[-1][1], 2)}, and each was {ratio:.2f} times as long as the last."
                )
                yield Sight(proof, Cursor(known.number, step), line, f"t{tensor}")
                return


def turn_of(before: PassEvidence, after: PassEvidence, tensor: int) -> tuple[float, float] | None:
    """Cosine between the updates of a tensor in two passes, and how much longer the second is."""
    first, second = (_move(known, tensor) for known in (before, after))
    if first is None or second is None:
        return None
    lengths = float(np.linalg.norm(first)), float(np.linalg.norm(second))
    if not lengths[0] or not lengths[1] or not np.isfinite(lengths).all():
        return None
    return float(first.ravel() @ second.ravel()) / (lengths[0] * lengths[1]), lengths[1] / lengths[0]


def _move(known: PassEvidence, tensor: int) -> Floats | None:
    found = known.updated(tensor)
    if found is None or found[1].before is None or found[1].before.data is None or found[1].after.data is None:
        return None
    before = found[1].before.data.astype(np.float64)
    move: Floats = found[1].after.data.astype(np.float64) - before
    return move if np.linalg.norm(move) > FLAT * np.linalg.norm(before) else None


ZIGZAGS = Failure(
    "zigzags",
    "The learning rate is too large: the descent zigzags",
    "Halve the learning rate: then the steps stay on one side of the valley.",
    _zigzags,
)
