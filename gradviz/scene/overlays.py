"""Kept runs as data: what lies over the curves and paths of the run on screen, and what the table of runs says."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..trace.curves import is_missing
from ..trace.messages import CurveKey
from ..trace.trace import Trace
from ..trace.value import Array
from .directions import coordinates
from .landscape import Cut
from .leaf_path import Iterates, flat, way
from .looks import Look
from .numbers import short_number

Floats = NDArray[np.float64]

LOSS = CurveKey("loss")

PATH_POINTS = 400
"""Points of a path that are drawn."""


@dataclass(frozen=True, eq=False)
class Overlay:
    """A kept run as it is drawn over the one on screen."""

    id: int
    name: str
    look: Look
    trace: Trace


@dataclass(frozen=True, slots=True)
class Figures:
    """What the table says of a run; NaN where there is no such number. `seconds` is wall time, `note` how it stands."""

    passes: int
    final: float
    best: float
    distance: float
    seconds: float
    note: str

    @property
    def cells(self) -> tuple[str, str, str, str, str]:
        """Passes, final loss, best loss, distance and time in words."""
        numbers = (_number(each) for each in (self.final, self.best, self.distance))
        return (f"{self.passes:,}" if self.passes else "–", *numbers, _duration(self.seconds))  # type: ignore[return-value]


def figures_of(trace: Trace) -> Figures:
    """Count what a run did, from its curves."""
    final = best = math.nan
    if LOSS in trace.curves.keys and trace.curves.length:
        losses = trace.curves.column(LOSS)
        there = losses[~is_missing(losses)]
        final = float(there[-1]) if len(there) else math.nan
        finite = there[np.isfinite(there)]
        best = float(finite.min()) if len(finite) else math.nan
    return Figures(
        trace.backward_count, final, best, distance_of(trace),
        trace.ended.seconds if trace.ended is not None else math.nan, _note(trace),
    )  # fmt: skip


def distance_of(trace: Trace) -> float:
    """How far the leaves travelled in all: the sum over the passes of ‖Δw‖, all leaves taken together.

    ‖Δw‖ is the relative move times ‖w‖ where the run has that; elsewhere the difference to the next pass, which is the
    same for one number, and for a leaf that was zero. The move after the last pass counts where it is known.
    """
    curves = trace.curves
    leaves = [key.leaf for key in curves.keys if key.kind == "value"]
    if not leaves or not curves.length:
        return math.nan
    squares = np.zeros(curves.length)
    with np.errstate(all="ignore"):
        for leaf in leaves:
            values = curves.column(CurveKey("value", leaf))
            after = np.append(values[1:], values[-1:])
            moves = np.abs(after - values)
            unknown = is_missing(values) | is_missing(after)
            if CurveKey("update", leaf) in curves.keys:
                shares = curves.column(CurveKey("update", leaf))
                told = ~is_missing(shares)
                moves, unknown = np.where(told, shares * np.abs(values), moves), unknown & ~told
            squares += np.where(unknown, 0.0, moves) ** 2
        return float(np.sqrt(squares).sum())


def path_in(cut: Cut, trace: Trace, iterates: Iterates) -> Floats:
    """(passes, 2): where another run went in the picture of a cut; empty where its leaves are other ones.

    Over one leaf the second number is the loss.
    """
    curves, choice = trace.curves, cut.choice
    nothing = np.zeros((0, 2))
    if choice.leaves:
        keys = [CurveKey("value", name) for name in choice.leaves]
        keys = [*keys, LOSS] if len(choice.leaves) == 1 else keys
        if not curves.length or any(key not in curves.keys for key in keys):
            return nothing
        places = np.stack([curves.column(key) for key in keys], axis=1)
    elif cut.is_plane and cut.forward is not None:
        rows, _ = way(trace, iterates, tuple(leaf.data.shape for leaf in cut.forward.leaves))
        axes = flat(_whole(cut.first)), flat(_whole(cut.second))
        places = coordinates(rows, flat(cut.origin), *axes) if len(rows) else nothing
    else:
        return nothing
    if len(places) > PATH_POINTS:
        places = places[np.unique(np.linspace(0, len(places) - 1, PATH_POINTS).round().astype(np.intp))]
    return places[np.isfinite(places).all(axis=1)]


def reading_of(overlays: tuple[Overlay, ...], key: CurveKey, number: int) -> list[str]:
    """What the kept runs read at a pass: "A lr 0.1  0.53"; runs that did not come so far are left out."""
    words = []
    for each in overlays:
        curves = each.trace.curves
        if key in curves.keys and 0 <= number < curves.length:
            column = curves.column(key)[number : number + 1]
            if not is_missing(column)[0]:
                words.append(f"{each.look.letter} {each.name}  {short_number(float(column[0]))}")
    return words


def _whole(parts: tuple[Array | None, ...]) -> tuple[Array, ...]:
    return tuple(part for part in parts if part is not None)


def _note(trace: Trace) -> str:
    if trace.error is not None:
        return trace.error.message.splitlines()[0] if trace.error.message else "It ended with an error."
    if trace.ended is None:
        return "Not ended." if trace.pass_count else ""
    return trace.ended.note


def _number(value: float) -> str:
    return "–" if math.isnan(value) else short_number(value)


def _duration(seconds: float) -> str:
    if math.isnan(seconds):
        return "–"
    return f"{seconds:.1f} s" if seconds >= 1 else f"{seconds * 1000:.0f} ms"
