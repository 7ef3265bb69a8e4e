"""Answers what the loss is at other values of the leaves: first coarsely where it takes long, then finely.

Nothing here runs a program: only the engine's own operations, from a record. A newer question ends the work on an older
one between two pieces of it.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable

import numpy as np

from ..trace.forward import Evaluate, Evaluated, Floats, Forward, refused
from ..trace.value import Array
from .batching import Batched
from .forward import UnknownOpError
from .newest import Newest

COARSE = 17
"""Points along an axis of the first picture of a function that takes long."""

ROUGH = 9
"""The same where a single point takes long."""

SOON = 0.12
"""Seconds: what takes no longer is answered at once and whole."""

PATIENCE = 6.0
"""Seconds that a picture may take in all; a slower function has fewer points."""

TOLERANCE = 1e-4
"""Relative; a forward that gives another loss at its own leaves is not what the program computed."""


class Evaluation:
    """Evaluates one forward after the other; the last one stays compiled."""

    def __init__(self, send: Callable[[Evaluated], None], newest: Newest) -> None:
        self._send = send
        self._newest = newest
        self._forward: Forward | None = None
        self._moving: tuple[bool, ...] = ()
        self._batched: Batched | None = None

    def answer(self, question: Evaluate) -> None:
        """Send one or more answers; the last one is final. None once a newer question has come."""
        if question.number < self._newest.number:
            return
        why = self._prepare(question)
        rough = self._roughly(question) if not why else 0
        if not rough:
            why = why or f"Running the forward once takes {self._seconds:.2g} s: too long for a picture."
            self._send(refused(question.number, why))
            return
        xs, ys = question.xs, question.ys
        self._grid(question, xs[:2], ys[:2])  # operations are compiled when they first run
        began = time.perf_counter()
        coarse = fewer(xs, rough), fewer(ys, rough)
        found = self._grid(question, *coarse)
        if found is None:
            return
        seconds = max(1e-6, time.perf_counter() - began)
        whole = seconds / found.size * len(xs) * max(1, len(ys))
        if whole > SOON:
            self._send(Evaluated(question.number, *coarse, found, False, seconds))
        share = min(1.0, math.sqrt(PATIENCE / whole) if len(ys) else PATIENCE / whole)
        fine = fewer(xs, max(rough, round(share * len(xs)))), fewer(ys, max(rough, round(share * max(1, len(ys)))))
        middle = fewer(xs, 4 * COARSE), fewer(ys, 4 * COARSE)
        has_middle = len(ys) and whole > 1.0 and len(middle[0]) < len(fine[0])
        for stage in (middle, fine) if has_middle else (fine,):
            losses = self._grid(question, *stage)
            if losses is None:
                return
            spent = time.perf_counter() - began
            self._send(Evaluated(question.number, *stage, losses, stage is fine, spent))

    def _roughly(self, question: Evaluate) -> int:
        """Points along an axis of the first picture; 0 where the function is too slow for any."""
        axes = 2 if len(question.ys) else 1
        rough = COARSE if self._seconds * COARSE**axes < PATIENCE else ROUGH
        return rough if self._seconds * rough**axes <= 2 * PATIENCE else 0

    @property
    def _seconds(self) -> float:
        """What one point takes."""
        assert self._batched is not None, "prepared first"
        return self._batched.seconds

    def _prepare(self, question: Evaluate) -> str:
        """Compile the forward; in words why it cannot be evaluated, else nothing."""
        moving = tuple(
            first is not None or second is not None
            for first, second in zip(question.first, question.second, strict=True)
        )
        known = self._forward
        if known is not None and moving == self._moving and known.is_like(question.forward):
            return ""
        try:
            batched = Batched(question.forward, moving)
        except UnknownOpError as error:
            return f"Running the forward again needs {error}, which only the program itself can run."
        except Exception as error:  # noqa: BLE001 (whatever the engine raises: it is said, and the next question comes)
            return f"Running the recorded operations again failed ({type(error).__name__}: {error})."
        own, loss = batched.own_loss, question.forward.loss
        if not math.isclose(own, loss, rel_tol=TOLERANCE, abs_tol=1e-6) and not (math.isnan(own) and math.isnan(loss)):
            return f"Running the recorded operations again gives {own:.6g}, but the program got {loss:.6g}."
        self._forward, self._moving, self._batched = question.forward, moving, batched
        return ""

    def _grid(self, question: Evaluate, xs: Floats, ys: Floats) -> Floats | None:
        """The losses (ys, xs); None once a newer question has come."""
        assert self._batched is not None, "prepared first"
        across = np.tile(xs, max(1, len(ys)))
        up = np.repeat(ys, len(xs)) if len(ys) else np.zeros(len(xs))
        found = np.empty(len(across))
        room = self._batched.room
        still = [origin.astype(leaf.data.dtype, copy=False) if leaf.dtype != "bfloat16" else origin
                 for origin, leaf in zip(question.origin, question.forward.leaves, strict=True)]  # fmt: skip
        for start in range(0, len(found), room):
            if question.number < self._newest.number:
                return None
            part = slice(start, start + room)
            leaves = [
                moved(origin, first, second, across[part], up[part])
                for origin, first, second in zip(question.origin, question.first, question.second, strict=True)
            ]
            found[part] = self._batched.losses(leaves, still)
        return found.reshape(max(1, len(ys)), len(xs))


def moved(origin: Array, first: Array | None, second: Array | None, xs: Floats, ys: Floats) -> Array:
    """origin + x·first + y·second with a leading axis for the points, computed in float64, in the origin's type."""
    sides = (-1, *(1,) * origin.ndim)
    value = np.zeros((len(xs), *origin.shape)) + origin
    if first is not None:
        value += xs.reshape(sides) * first
    if second is not None:
        value += ys.reshape(sides) * second
    return value.astype(origin.dtype)


def fewer(points: Floats, count: int) -> Floats:
    """Evenly spread points over the same stretch, no more than `count`."""
    return points if len(points) <= count else np.linspace(points[0], points[-1], count)
