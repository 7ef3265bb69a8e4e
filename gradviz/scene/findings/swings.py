"""Steps that overshoot by more each time: a leaf, or the loss, goes back and forth ever wider, long before any NaN."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from ...trace.messages import CurveKey
from ...trace.query import Cursor
from ..numbers import short_number
from .evidence import Evidence, PassEvidence
from .finding import Failure, Sight
from .rates import look_again, runs_of, scalars_in, turn_of, update_of

WIDER = 10
"""Passes in a row in which what went back went farther than it had come."""
LEAST, MOST = 1.02, 5.0
"""Bounds for one step as part of the one before: wider each time; a jump to a new beginning lies above."""
ALIKE = 1.5
"""How far one of these may be from their mean, as a factor: noise that happens to grow is not regular."""
OPPOSITE = -0.8
"""Cosine of the angle between two updates of a tensor from which on the second goes back."""

Floats = NDArray[np.float64]
Streak = list[tuple[PassEvidence, float, float]]


def _swings(evidence: Evidence) -> Iterator[Sight]:
    """A leaf of one number, else the loss, else a tensor; of the curves first, which are complete."""
    curves, scalars = evidence.trace.curves, scalars_in(evidence)
    for key in curves.keys:
        if key.kind == "loss" or (key.kind == "value" and key.leaf in scalars):
            mark = CurveKey(f"swings {key.kind}", key.leaf)
            begin = evidence.clear_until.get(mark, 0)
            wider, ratios = widening(curves.column(key)[begin:])
            for start, end in regular(wider, ratios):
                first, last = begin + start, begin + end + 1
                known = next((each for each in evidence.between(first, last) if each.descends), None)
                if known is not None:
                    yield _wider(curves.column(key), key.leaf, first, last, known)
                    return
            look_again(evidence, mark, wider)
    yield from _swings_of_tensors(evidence)


def widening(values: Floats) -> tuple[NDArray[np.bool_], Floats]:
    """Where a step goes back on the one before, and farther; and how much farther."""
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        steps = np.diff(values)
        ratios = np.abs(steps[1:] / steps[:-1])
        wider = (steps[1:] * steps[:-1] < 0) & (ratios > LEAST) & (ratios < MOST) & np.isfinite(steps[1:])
    return wider, ratios


def regular(wider: NDArray[np.bool_], ratios: Floats) -> Iterator[tuple[int, int]]:
    """(first pass, last but one) of each long row of ever wider swings that are wider by about the same each time."""
    for first, end in runs_of(wider, WIDER):
        if is_regular(ratios[first:end]):
            yield first, end


def is_regular(ratios: Floats) -> bool:
    logs = np.log(ratios)
    return bool(np.abs(logs - logs.mean()).max() < np.log(ALIKE))


def _wider(values: Floats, leaf: str, first: int, last: int, known: PassEvidence) -> Sight:
    steps = np.abs(np.diff(values[first : last + 1]))
    ratio = float(np.exp(np.log(steps[1:] / steps[:-1]).mean()))
    shown = ", ".join(short_number(float(value)) for value in values[first : first + 4])
    step, line, card = update_of(known, leaf)
    narrow, wide = (short_number(float(step)) for step in (steps[0], steps[-1]))
    proof = (
        f"From pass {first + 1:,} to {last + 1:,} {leaf or 'the loss'} went back in every pass, and farther than it"
        f" had come: {shown} …; each swing was {ratio:.2f} times as wide as the last, from {narrow} to {wide}. The"
        f" updates went against the gradient, but too far."
    )
    return Sight(proof, Cursor(known.number, step), line, card, number=first)


def _swings_of_tensors(evidence: Evidence) -> Iterator[Sight]:
    """The same by the angle between updates of passes that followed each other."""
    for streak, tensor in streaks(evidence, lambda ratio: LEAST < ratio < MOST):
        ratios = np.array([each[2] for each in streak])
        if len(streak) < WIDER or not is_regular(ratios) or not any(known.descends for known, _, _ in streak):
            continue
        known, cosine, _ = streak[0]
        found = known.updated(tensor)
        step, line = (found[0], found[1].source.line if found[1].source else 0) if found else (0, 0)
        ratio = float(np.exp(np.log(ratios).mean()))
        proof = (
            f"From pass {known.number:,} to {streak[-1][0].number + 1:,} every update of {known.name(tensor)} went back"
            f" on the one before, and farther: the cosine of the angle between them was {short_number(cosine, 2)} to"
            f" {short_number(streak[-1][1], 2)}, and each was {ratio:.2f} times as long as the last. The updates went"
            f" against the gradient, but too far."
        )
        yield Sight(proof, Cursor(known.number, step), line, f"t{tensor}")
        return


def streaks(evidence: Evidence, fits: Callable[[float], bool]) -> Iterator[tuple[Streak, int]]:
    """Growing rows of passes in which each update of a tensor went back on the one before, by a length that fits."""
    rows: dict[int, Streak] = {}
    for before, after in evidence.pairs():
        for tensor in after.leaves:
            turn = turn_of(before, after, tensor)
            if turn is None or turn[0] > OPPOSITE or not fits(turn[1]):
                rows.pop(tensor, None)
                continue
            row = rows.setdefault(tensor, [])
            if row and row[-1][0].number != before.number:
                row.clear()
            row.append((after, *turn))
            yield row, tensor


SWINGS = Failure(
    "swings",
    "The learning rate is too large: the descent swings ever wider",
    "Make the learning rate smaller, by a factor of 2 to 10.",
    _swings,
)
