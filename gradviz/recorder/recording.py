"""Listens to an engine, cuts what it hears into passes, and decides which of them are sent whole.

While the program runs, references go into a flat list (`records`) and nothing is computed; only a pass that is sent
is turned into events (`assembly`). Every pass leaves its scalars in the curves.

Three threads meet here: the program's, which records and sends; a clock, which sends curves at screen rate and the
open pass when the program rests; and the one that turns the gate's handles. The list has one writer. Who assembles
holds the lock.
"""

from __future__ import annotations

import math
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from types import FrameType
from typing import Any

from ..trace.events import ErrorRaised
from ..trace.messages import CurvesExtended, Message, PassMarked, PassRecorded, RunPaused
from ..trace.ops import OpInfo
from ..trace.passes import Pass
from ..trace.value import WHOLE_BYTES, Value
from . import notes, records
from .assembly import Assembly
from .forward import Forwards
from .frames import Frames, Where
from .gate import Gate, PassEnd
from .identities import Identities
from .leaf_names import LeafNames
from .loops import Loops
from .modules import Modules
from .naming import Names
from .numbers import number_of, total
from .optimizer_steps import OptimizerSteps
from .reader import LAST, Reader
from .row_shape import LEAVES
from .scalars import Scalars
from .schedule import QUICK, SELDOM, TICK, Schedule

ITEMS = 400_000
"""Items of the raw list that a pass may have: some 20,000 operations with their backward."""

UNTRACKED_ITEMS = 60_000
"""Beyond these, operations that no gradient follows are left out: an evaluation loop is no part of the picture."""

HEAVY_BYTES = 256 << 20
"""Bytes of big arrays that a pass may keep alive; beyond that only their sketches are kept."""


class Recording:
    """The recorder's side of the engine's Watcher, whichever engine calls it."""

    def __init__(
        self,
        reader: Reader,
        module_call: tuple[str, str],
        program: str,
        path: str,
        namespace: Mapping[str, Any],
        send: Callable[[Message], None],
        gate: Gate,
        live: bool = True,
        keep: Iterable[int] = (),
    ) -> None:
        self.number = 0
        self.note = ""
        self._reader = reader
        self._path = path
        self._frames = Frames(path, module_call)
        self._send = send
        self._gate = gate
        self._schedule = Schedule(keep, live)
        self._names = Names(program)
        self._modules = Modules(namespace)
        self._identities = Identities(reader)
        self._scalars = Scalars(reader, self._modules, self._frames.scopes)
        self._optimizers = OptimizerSteps(reader, self._light)
        self._loops = Loops(program, path, send)
        self._lock = threading.RLock()
        self._closing = threading.Event()
        self._clock = threading.Thread(target=self._tick, name="recorder", daemon=True)
        self._raw: list[Any] = []
        self._push = self._raw.extend
        self._last: tuple[int, list[Any]] | None = None  # the newest closed pass, while it has not been sent
        self.has_ended = False  # a backward has ended in this pass: the next tracked op begins a new one
        self._in_backward = False
        self._is_heard = True  # else nothing but the curves is known of the open pass
        self._full = False
        self._heavy = 0
        self._tail = 0
        self.next_rows = 0.0  # when the program sends rows again
        self._sent_items = -1
        self._told_pause = -1
        self._loss = 0.0
        self._leaf_names = LeafNames(self._modules, self._identities, self._names, self._frames)
        self._accumulated: dict[int, tuple[Any, Any]] = {}
        self._forwards = Forwards(reader, self._identities, self._names, self._leaf_names, program)

    def ops(self) -> tuple[OpInfo, ...]:
        """What the record says of the engine's ops."""
        raise NotImplementedError

    @property
    def passes(self) -> int:
        """Passes so far, the open one included once something happened in it."""
        return self.number + (1 if self._raw or self._full or self.has_ended else 0)

    def start(self) -> None:
        """Start the clock. Whoever derives from this attaches itself to the engine."""
        self._clock.start()

    def stop(self, error: ErrorRaised | None) -> None:
        """Send the last closed pass if it has not been, the open one, and the rest of the curves."""
        self._closing.set()
        self._clock.join()
        if error is not None:
            self._raw += (records.ERROR, error)
        with self._lock:
            self._end_backward()
            # After the last backward a program may go on: then its last whole pass is the one before the open one.
            if self._last is not None and not (self.has_ended and self._is_heard):
                self._deliver(*self._last, later=self._raw)
            if self._raw and self._is_heard:
                self._deliver(self.number, self._raw)
            elif error is not None and not self._is_heard:
                self.note = notes.UNHEARD
                self._send(PassMarked(self.number))
            self._send_curves(self._scalars.finish())

    # -- what the engine tells -----------------------------------------------------------------------------------

    def tensor_made(self, tensor: Any, maker: str) -> None:
        chain, entry, _ = self._where(sys._getframe(1))
        if not self._full:
            self._push((records.MADE, tensor, self._light(self._reader.value(tensor)), maker, chain, entry))

    def op_ran(
        self, op: Any, inputs: tuple[Any, ...], arguments: dict[str, object], outputs: tuple[Any, ...], in_place: bool
    ) -> None:
        reader = self._reader
        edges = tuple([reader.target(output) for output in outputs])
        is_tracked = False
        for edge in edges:
            if edge is not None and reader.sequence(edge[0]) != LAST:
                is_tracked = True
        if is_tracked and self.has_ended:
            self._next_pass()
        if self._full or (not is_tracked and len(self._raw) > UNTRACKED_ITEMS):
            return
        where = self._where(sys._getframe(1))
        values = tuple([self._light(reader.value(output)) for output in outputs])
        mode = is_tracked or self.grad_enabled()
        self._push((records.OP, op, inputs, arguments, outputs, values, edges, in_place, mode, *where))
        if len(self._raw) > ITEMS:
            self._overflow()

    def value_read(self, tensor: Any, how: str) -> None:
        """It matters to whoever would run the forward again: the program may decide by it what it computes next."""
        if not (self._in_backward or self._full) and len(self._raw) <= UNTRACKED_ITEMS:
            self._push((records.READ, tensor, how, self._where(sys._getframe(1))[0]))

    def requires_grad_set(self, tensor: Any, value: bool) -> None:
        if not self._full:
            self._push((records.FLAG, tensor, value, self._where(sys._getframe(1))[0]))

    def backward_began(
        self, roots: tuple[Any, ...], gradients: tuple[Any, ...], inputs: tuple[Any, ...] | None, keep: bool
    ) -> None:
        if self.has_ended or self._in_backward:
            self._next_pass()
        self._in_backward = True
        self._accumulated.clear()
        self._loss = total(self._reader.look(roots[0])) if roots else math.nan
        if not self._full:
            # The node that each root stands on is read now: a hook may change the tensor before the pass is assembled.
            targets = tuple((root, self._reader.root(root)) for root in roots)
            self._push((records.BEGAN, targets, gradients, inputs, keep, self._where(sys._getframe(1))[0]))

    def node_ran(self, node: Any, gradients_in: tuple[Any, ...], raw: tuple[Any, ...], sent: tuple[Any, ...]) -> None:
        if not self._full:
            self._push((records.NODE, node, gradients_in, raw, self._light_all(sent)))

    def leaf_accumulated(self, node: Any, tensor: Any, before: Any, added: Any, after: Any) -> None:
        self._accumulated[id(tensor)] = tensor, after
        if not self._full:
            self._push((records.LEAF, node, tensor, before, added, after, self._reader.gradient_tensor(tensor)))

    def backward_ended(self, freed: bool) -> None:
        if not self._full:
            self._push((records.ENDED, freed))
        self._end_backward()

    def tensor_updated(self, tensor: Any, before: Any) -> None:
        if self._full:
            return
        reader = self._reader
        chain, _, _ = self._where(sys._getframe(1))
        value = self._light(reader.value(tensor))
        self._push((records.UPDATED, tensor, before, value, reader.version(tensor), chain))
        if self.has_ended:
            self._tail = len(self._raw)

    def gradient_zeroed(self, tensor: Any, before: Any, after: Any) -> None:
        if not self._full:
            self._push((records.ZEROED, tensor, before, after, self._where(sys._getframe(1))[0]))
            if self.has_ended:
                self._tail = len(self._raw)

    def grad_enabled(self) -> bool:
        """Whether the engine tracks operations now."""
        raise NotImplementedError

    # -- passes --------------------------------------------------------------------------------------------------

    def _end_backward(self) -> None:
        """Write the pass's row. Also the end of a backward that an error broke off."""
        if not self._in_backward:
            return
        self._in_backward = False
        self.has_ended = True
        self._tail = len(self._raw)
        self._write_row()
        if time.perf_counter() >= self.next_rows:
            self.send_rows()
        self._tune()

    def _write_row(self) -> None:
        """Add the loss, and value and gradient of each leaf that accumulated, to the curves."""
        leaves = tuple(self._accumulated.values())[:LEAVES]
        tensors = [tensor for tensor, _ in leaves]
        arrays = [array for tensor, after in leaves for array in (self._reader.look(tensor), after)]
        numbers = [self._loss, *map(number_of, arrays)]
        shape = self._leaf_names.shape(tensors, arrays[::2], self._raw)
        self._loops.look()
        self._scalars.begin(shape, tensors, self._loss, arrays)
        if self._scalars.is_first_fault(numbers):
            self._keep_fault(self.number)

    def _keep_fault(self, number: int) -> None:
        """Keep the first pass with NaN or infinity, and the one before: that pass, or its update, made it.

        Where it is found too late, the next pass that can be shown is kept.
        """
        with self._lock:
            self._schedule.keep(self.number if self._is_heard else self.number + 1)
            for marked in range(max(0, number - 1), number + 1):
                self._send(PassMarked(marked))
            if self._last is not None and self._last[0] == number - 1:
                self._deliver(*self._last, later=self._raw)

    def optimizer_begins(self, optimizer: Any) -> None:
        if not self._full:
            self._optimizers.begin(optimizer)

    def optimizer_stepped(self, optimizer: Any) -> None:
        self._scalars.step(optimizer, self.has_ended)
        step = self._optimizers.end(optimizer)
        if step is not None and not self._full:
            self._push((records.STEPPED, step, self._frames.chain(2)))
            if self.has_ended:
                self._tail = len(self._raw)

    def logged(self, name: str, value: float) -> None:
        """`gradviz.log` of the program: a number for a curve of its own."""
        self._scalars.log(name, value, self.has_ended)

    def _tune(self) -> None:
        """What is heard now goes elsewhere: a pass was closed or given up, or its backward ended."""

    def _next_pass(self) -> None:
        """Close the pass; the one after begins with what was made since the last update or zeroing."""
        if self._in_backward:
            self._end_backward()
        if self._is_heard and not self._gate.open:
            self._gate.pass_ended(self._pause, PassEnd(self.number, self._loss, self._raw))
        closed, number = self._raw, self.number
        begun = closed[self._tail :]
        if begun:
            del closed[self._tail :]
        if closed and len(closed) != self._sent_items and self._is_heard:
            self._last = number, closed
            if self._schedule.may_take(number) and self._schedule.takes(number):
                with self._lock:
                    self._deliver(number, closed, later=begun)
        with self._lock:
            self._raw = begun
            self._push = begun.extend
            self.number = number + 1
            self._sent_items = -1
            self.has_ended = self._full = False
            self._is_heard = True
            self._heavy = self._tail = 0
            self._tune()

    def _pause(self) -> None:
        """The gate is about to hold the program: show where it stands."""
        with self._lock:
            if self._told_pause != self.number:
                self._deliver(self.number, self._raw[: self._tail], later=self._raw[self._tail :])
                self._send_curves(self._scalars.take(whole=True))
                self._send(RunPaused(self.number))
                self._told_pause = self.number
                self._sent_items = self._tail

    def _overflow(self) -> None:
        """Give the pass up: half a graph would say nothing, and what it keeps alive may be what the program needs."""
        self._raw.clear()
        self._tail = 0
        self._full = True
        self.note = notes.TOO_LARGE
        self._tune()

    # -- sending -------------------------------------------------------------------------------------------------

    def _deliver(self, number: int, raw: list[Any], later: Iterable[Any] = ()) -> None:
        """Assemble and send a pass, with the lock held. `later` is what happened since."""
        began = time.perf_counter()
        later = list(later)
        item = self._assembled(number, raw, later)
        if item is None:
            return
        self._send(PassRecorded(item))
        forward = self._forwards.after(item, raw, later)
        if forward is not None:
            self._send(forward)
        if self._last is not None and self._last[0] <= number:
            self._last = None
        self._schedule.sent(time.perf_counter() - began)

    def _assembled(self, number: int, raw: list[Any], later: list[Any]) -> Pass | None:
        """The pass; None, and a note, where it cannot be made: a fault of ours must never become the program's."""
        try:
            return Assembly(raw, later, self._identities, self._reader, self._names, self._modules).make(number)
        except Exception as fault:  # noqa: BLE001 (whatever it is, the program goes on)
            if threading.current_thread() is self._clock:
                return None  # The program woke up in the middle; the pass is made again when it ends.
            self.note = notes.failed(number, fault)
            return None

    def send_rows(self) -> None:
        """Send the rows that are closed, where it is time for it.

        The program's own thread does it: a clock that computes beside a program takes the interpreter from it some
        hundred times a second, and either waits for the other more than it works.
        """
        with self._lock:
            self._send_curves(self._scalars.take())
            self.next_rows = time.perf_counter() + TICK

    def _send_curves(self, block: CurvesExtended | None) -> None:
        if block is not None:
            self._send(block)
            if (fault := self._scalars.first_fault(block)) is not None:
                self._keep_fault(fault)

    def _tick(self) -> None:
        """The clock: curves where the program is slow to send them; the open pass, and a hold, when it has rested."""
        before, wait = (-1, -1), TICK
        while not self._closing.wait(wait):
            with self._lock:
                raw, items = self._raw, len(self._raw)
                wait = TICK if self.number < before[0] + QUICK else SELDOM * TICK
                rests, before = (self.number, items) == before, (self.number, items)
                if rests or time.perf_counter() >= self.next_rows:
                    self._send_curves(self._scalars.take(whole=rests and self.has_ended))
                if rests and items and self._schedule.live and self._is_heard and not self._in_backward:
                    self._deliver_resting(raw, items)

    def _deliver_resting(self, raw: list[Any], items: int) -> None:
        """Show the open pass while the program does something else; what it changes meanwhile makes it stale."""
        if items != self._sent_items:
            if self._last is not None and not self.has_ended:
                self._deliver(*self._last, later=raw[:items])  # passes go out in order: later it would be too late
            item = self._assembled(self.number, raw[:items], [])
            if item is None or self._raw is not raw or len(raw) != items:
                return  # It woke up: what was read may be of two moments. The next rest comes.
            self._last = None
            self._send(PassRecorded(item))
            self._sent_items = items
        end = PassEnd(self.number, self._loss, raw)
        if self.has_ended and self._gate.shuts(end) and self._told_pause != self.number:
            self._send(RunPaused(self.number))
            self._told_pause = self.number

    def _where(self, frame: FrameType | None) -> Where:
        return self._frames.where(frame)

    def _light(self, value: Any) -> Any:
        """The value, or its sketch when the pass keeps too much memory alive already."""
        if value.__class__ is not Value and value.nbytes > WHOLE_BYTES:
            self._heavy += value.nbytes
            if self._heavy > HEAVY_BYTES:
                return Value.of(value)
        return value

    def _light_all(self, values: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple([None if value is None else self._light(value) for value in values])
