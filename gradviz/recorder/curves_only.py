"""Passes of which nothing but the curves is wanted: most of a long run.

Noting what a pass does costs as much as a small pass itself, and a person is shown thirty of them a second at most. So
once a run has lasted for a while, the recorder hears the operations of those passes only that it will send, and in
between it hears this: where a backward pass ends, and what has come to the leaves.

What must not be missed is why this is allowed only within a loop that says how many passes it makes (`loops`), up to
its last but one: the newest pass has to be there when the program is over. A person who holds the program, a pass that
is due or to be kept, other leaves than before, and a loss that leaves its range (it may be on its way to infinity) end
it at once; NaN in a gradient alone does when the rows are sent. A pass that breaks off with an error on the way has its
curves and no graph.

It is written out for speed: a line here costs a small program more than it seems to, because the program's own step
fills the processor's caches.
"""

from __future__ import annotations

import math
import sys
import time
from typing import TYPE_CHECKING, Any

import numpy as np

from ..engine import watch
from ..engine.newest_first import run_newest_first
from ..engine.node import AccumulateGrad
from .gate import Gate
from .numbers import total
from .row_shape import LEAVES
from .scalars import Scalars
from .schedule import FIRST

if TYPE_CHECKING:
    from .numpy_engine import NumPyRecorder

AFTER = 0.05
"""Seconds of a run before the first pass is left out: shorter programs are recorded whole."""

LAST_HEARD = 2
"""Passes at the end of the loops that are heard again."""

GROWTH = 1e6
"""How far the loss may grow beyond all numbers of the passes before."""

WHILE_FULL = 8
"""Passes left out after one that was too long to be kept."""


class CurvesOnly(watch.Watcher):
    """Takes the recorder's place as the engine's watcher from the beginning of one pass to the backward of another."""

    def __init__(self, recorder: NumPyRecorder, scalars: Scalars, gate: Gate) -> None:
        self._recorder = recorder
        self._scalars = scalars
        self._gate = gate
        self._began = time.perf_counter()
        self._kept = 0  # the pass that was to be kept next
        self._last = 0  # the last pass that is not heard
        self._due = 0.0  # when one is heard again
        self._look = 0.0  # when the clock is looked at more closely: it is due, or rows are to be sent
        self._was_after_full = False  # of the pass before: two in a row tell what to expect
        self._range = 0.0
        self._in_pass = False
        self._alike: list[AccumulateGrad] = []
        self._write = scalars.writer
        self._leaves: list[AccumulateGrad] = []
        self._arrays: list[Any] = []  # value and gradient of each
        self._loss = 0.0

    def allows(self, number: int, newest: list[float], is_after_full: bool) -> bool:
        """Whether pass `number`, which begins now, need not be heard.

        `newest` is the row of the pass before; `is_after_full`: that was too long to be kept. After two of those even a
        young run is not heard.
        """
        recorder, now = self._recorder, time.perf_counter()
        expected = recorder.expected
        if expected is None or expected.at_most or not self._gate.open:
            return False
        is_young = number < FIRST or now < self._began + AFTER
        if is_young and not (is_after_full and self._was_after_full):
            self._was_after_full = is_after_full
            return False
        size = abs(sum(newest))
        if not self._range:
            self._range = GROWTH * max(1.0, size)
        if not size < self._range:
            return False
        kept, self._due = recorder.next_wanted
        self._kept = kept
        if is_after_full:
            kept, self._due = number + WHILE_FULL, math.inf
        self._last = min(kept, expected.count - LAST_HEARD) - 1
        self._look = min(self._due, recorder.next_rows)
        return number <= self._last and now < self._due

    def take_over(self, leaves: list[AccumulateGrad]) -> None:
        """Hear the passes from the open one on; `leaves` are those of the newest row."""
        self._in_pass = False
        self._alike, self._write = leaves, self._scalars.writer
        watch.current, watch.passes = None, self
        watch.push, watch.tape, watch.limit = None, [], sys.maxsize

    # -- what the engine tells -----------------------------------------------------------------------------------

    def scalar_pass(self, root: Any, keep: bool) -> bool:
        if self._in_pass:
            return False
        recorder, self._in_pass = self._recorder, True
        if recorder.has_ended:
            recorder.number += 1
            recorder.has_ended = False
        self._leaves, self._arrays, self._loss = [], [], float(root._value)
        watch.current = self
        is_broken = True
        try:
            run_newest_first(root._edge, keep)
            is_broken = False
        finally:
            self._end(is_broken)
        return True

    def backward_began(
        self, roots: tuple[Any, ...], gradients: tuple[Any, ...], inputs: tuple[Any, ...] | None, keep: bool
    ) -> None:
        recorder = self._recorder
        if self._in_pass:  # one within another, or after one that broke off
            self._end(is_broken=True)
            recorder.backward_began(roots, gradients, inputs, keep)
            return
        if recorder.has_ended:
            recorder.number += 1
            recorder.has_ended = False
        self._in_pass, self._leaves, self._arrays = True, [], []
        self._loss = total(roots[0]._value) if roots else math.nan
        watch.current = self

    def pass_planned(self, nodes: list[Any], due: dict[Any, list[Any]]) -> bool:
        return False

    def accumulate(self, leaf: AccumulateGrad, gradient: Any) -> None:
        leaf.add(gradient)
        self._leaves.append(leaf)
        self._arrays += (leaf.value, leaf.grad._value)

    def in_order(self, root: Any, leaves: list[Any]) -> list[Any]:
        return self._recorder.in_order(root, leaves)

    def leaf_accumulated(self, node: Any, tensor: Any, before: Any, added: Any, after: Any) -> None:
        self._leaves.append(node)
        self._arrays += (np.array(node.value), after)  # a hook may step the leaf before the pass is over

    def backward_ended(self, freed: bool) -> None:
        if self._in_pass:
            self._end(is_broken=False)

    def optimizer_stepped(self, optimizer: Any) -> None:
        self._recorder.optimizer_stepped(optimizer)

    def _end(self, is_broken: bool) -> None:
        """Write the row; hand the engine back where the next pass has to be heard."""
        recorder, leaves, loss = self._recorder, self._leaves, self._loss
        self._in_pass, recorder.has_ended = False, True
        if len(leaves) > LEAVES:
            del leaves[LEAVES:], self._arrays[2 * LEAVES :]
        now = time.perf_counter()
        if now >= self._look:
            self._look_closely(now)
        if (
            recorder.number < self._last
            and leaves == self._alike
            and -self._range < loss < self._range
            and self._gate.open
            and not is_broken
            and self._write(loss, self._arrays)
        ):
            watch.current = None
            return
        if not -self._range < loss < self._range:
            recorder.keep_next()
        recorder.hear_again(leaves, self._arrays, loss)

    def _look_closely(self, now: float) -> None:
        """Send the rows if it is time for them, and hear the next pass if one is due."""
        recorder = self._recorder
        if now >= recorder.next_rows:
            recorder.send_rows()
        kept, _ = recorder.next_wanted
        if now >= self._due or kept < self._kept:  # a fault has come to light
            self._last = 0
        self._look = min(self._due, recorder.next_rows)
