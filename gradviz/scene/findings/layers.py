"""Layers through which no gradient comes: dead ones, and long rows of flat ones."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import groupby

from ...trace.query import Cursor
from ..numbers import short_number
from .evidence import Activation, Evidence, PassEvidence, is_zero, size_of
from .finding import Failure, Sight

SILENT = 10
"""Kept passes in a row in which a relu gave nothing but zeros."""
LAST, SAMPLES = 10, 200
"""Kept passes at the end, and samples in them, for all of which a unit that is called dead gave 0: at least so many.
A run that is over at once keeps hardly more than its first twelve passes."""
PART = 1 / 3
"""The share of its units from which on a relu is said to be dead in part: a few are idle in most networks."""
LAYERS = 5
"""Activations behind one another from which on a gradient is said to vanish along layers."""
VANISHED = 1e-4
"""The part of a gradient that is left behind them."""

Place = tuple[int, int, tuple[str, ...]]
Row = list[tuple[PassEvidence, Activation]]


def _dead(evidence: Evidence) -> Iterator[Sight]:
    """A relu whose outputs and sent gradients are all zero, pass after pass."""
    streaks: dict[Place, list[tuple[PassEvidence, Activation, int]]] = {}
    for known in evidence.in_order:
        relus = [each for each in known.activations.values() if each.op.op.rstrip("_") == "relu"]
        for place, group in groupby(sorted(relus, key=_place), key=_place):
            together = list(group)
            if all(_is_silent(each) for each in together):
                elements = sum(each.op.outputs[0].value.size for each in together)
                streaks.setdefault(place, []).append((known, together[0], elements))
                if len(streaks[place]) >= SILENT and any(known.updated(tensor) for tensor in known.leaves):
                    yield _silence(streaks[place])
                    return
            else:
                streaks.pop(place, None)


def _place(activation: Activation) -> Place:
    """Which relu of the program it is; a neuron written in a loop is one for all its turns."""
    source = activation.op.source
    return (source.line, source.column, activation.op.scope) if source else (0, 0, activation.op.scope)


def _is_silent(activation: Activation) -> bool:
    return is_zero(activation.op.outputs[0].value) and is_zero(activation.sent) and not is_zero(activation.arrived)


def _silence(streak: list[tuple[PassEvidence, Activation, int]]) -> Sight:
    known, activation, elements = streak[-1]
    source = activation.op.source
    arrived = size_of(activation.arrived)
    numbers = f"{elements} outputs were" if elements > 1 else "output was"
    proof = (
        f"In {len(streak)} kept passes up to pass {known.number + 1:,} {'all ' if elements > 1 else 'its '}{numbers} 0:"
        f" a gradient of size {short_number(arrived)} arrived and 0 was passed on, so nothing behind it can learn."
    )
    return Sight(
        proof, Cursor(known.number, activation.step), source.line if source else 0, f"o{activation.op.id}",
        number=streak[0][0].number,
    )  # fmt: skip


DEAD = Failure(
    "dead_relu",
    "A relu is dead",
    "Start it with a larger bias or smaller weights, lower the learning rate, or use leaky_relu.",
    _dead,
)


def _partly_dead(evidence: Evidence) -> Iterator[Sight]:
    """A relu of which some units gave 0 for every sample of the last passes, while others and gradients came through.

    A unit that comes to life for one sample now and then is no such unit, so there must have been many.
    """
    rows: dict[Place, Row] = {}
    for known in evidence.in_order:
        relus = [each for each in known.activations.values() if each.op.op.rstrip("_") == "relu"]
        for place, group in groupby(sorted(relus, key=_place), key=_place):
            rows.setdefault(place, []).extend((known, each) for each in group)
    for row in rows.values():
        found = _unpassed(row)
        if found is not None:
            yield found
            return


def _unpassed(row: Row) -> Sight | None:
    """What the last passes of one relu prove; None where most of it works, or too little was seen of it."""
    number = row[-1][0].number
    units = row[-1][1].passed
    if units is None or len(units) < 2:
        return None
    row, samples = _recent(row, len(units))
    passes = sorted({known.number for known, _ in row})
    masks = [each.passed for _, each in row if each.passed is not None and len(each.passed) == len(units)]
    if len(passes) < LAST or samples < SAMPLES or len(masks) < len(row):
        return None
    dead = [unit for unit in range(len(units)) if not any(mask[unit] for mask in masks)]
    arrives = all(not is_zero(each.arrived) for _, each in row)
    is_trained = any(known.updated(tensor) for known, _ in row for tensor in known.leaves)
    if not PART * len(units) <= len(dead) < len(units) or not arrives or not is_trained:
        return None
    known, last = row[-1]
    listed = ", ".join(str(unit + 1) for unit in dead[:8]) + (" …" if len(dead) > 8 else "")
    proof = (
        f"In the last {len(passes)} kept passes, up to pass {number + 1:,}, {len(dead)} of its {len(units)} units"
        f" ({100 * len(dead) / len(units):.0f} %) gave 0 for each of {samples:,} samples:"
        f" number{'s' if len(dead) > 1 else ''} {listed}. No gradient comes through them, so the weights before them"
        f" cannot learn."
    )
    source = last.op.source
    return Sight(
        proof, Cursor(known.number, last.step), source.line if source else 0, f"o{last.op.id}", number=passes[0],
    )  # fmt: skip


def _recent(row: Row, units: int) -> tuple[Row, int]:
    """The end of a row that is long enough to tell, in whole passes, and the samples in it; all of it where none is."""
    passes: set[int] = set()
    samples = 0
    for at in range(len(row) - 1, -1, -1):
        known, each = row[at]
        if len(passes) >= LAST and samples >= SAMPLES and known.number not in passes:
            return row[at + 1 :], samples
        passes.add(known.number)
        samples += each.op.outputs[0].value.size // units
    return row, samples


PARTLY_DEAD = Failure(
    "partly_dead",
    "Part of a relu is dead",
    "Centre its inputs around 0, start it with a larger bias, lower the learning rate, or use leaky_relu.",
    _partly_dead,
)


def _vanishes(evidence: Evidence) -> Iterator[Sight]:
    """The gradient falls by orders of magnitude along activations behind one another, in most of the passes."""
    passes = [known for known in evidence.in_order if known.backward is not None]
    alike: dict[str, list[tuple[PassEvidence, list[Activation]]]] = {}
    for known in passes:
        if row := longest_row(known):
            alike.setdefault(_kinds(row), []).append((known, row))
    for rows in alike.values():
        faded = [(known, row) for known, row in rows if fades(row)]
        if faded and 2 * len(faded) >= len(rows):
            yield _fading(*faded[0])
            return


def _fading(known: PassEvidence, row: list[Activation]) -> Sight:
    sizes = [size_of(each.arrived) for each in row]
    behind = size_of(row[-1].sent)
    shown = sorted({0, len(row) // 4, len(row) // 2, 3 * len(row) // 4, len(row) - 1})
    listed = ", ".join(short_number(sizes[at], 2) for at in shown)
    last = row[-1]
    source = last.op.source
    proof = (
        f"In pass {known.number + 1:,} it goes back through {len(row)} activations ({_kinds(row)}) and shrinks from"
        f" {short_number(sizes[0], 2)} at the last to {short_number(behind, 2)} behind the first:"
        f" {listed} at numbers {', '.join(str(len(row) - at) for at in shown)}."
    )
    return Sight(proof, Cursor(known.number, last.step), source.line if source else 0, f"o{last.op.id}")


def longest_row(known: PassEvidence) -> list[Activation]:
    """The longest way through activations, from the loss on; empty for a short one."""
    if not known.activations:
        return []
    deepest: Activation | None = max(known.activations.values(), key=lambda each: each.depth)
    row: list[Activation] = []
    while deepest is not None:
        row.append(deepest)
        deepest = known.activations.get(deepest.above) if deepest.above is not None else None
    row.reverse()
    return row if len(row) >= LAYERS else []


def fades(row: list[Activation]) -> bool:
    """Whether the gradient all but vanishes along the way. Where it is 0, something else is the matter."""
    start, end = size_of(row[0].arrived), size_of(row[-1].sent)
    return math.isfinite(start) and math.isfinite(end) and 0 < end <= VANISHED * start


def _kinds(row: list[Activation]) -> str:
    return ", ".join(sorted({each.op.op for each in row}))


VANISHES = Failure(
    "vanishes",
    "The gradient vanishes along the layers",
    "Use relu instead of sigmoid or tanh between layers, start with larger weights, or let an input skip layers.",
    _vanishes,
)
