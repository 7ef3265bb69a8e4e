"""Records what gradviz's own engine does."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ..engine import watch
from ..engine.grad_mode import enabled
from ..engine.hooks import RemovableHandle
from ..engine.memory import DETACHED
from ..engine.newest_first import run_newest_first
from ..engine.node import AccumulateGrad
from ..engine.passes import F32, ONE, plan_from_scalar
from ..engine.tensor import Tensor
from ..trace.events import ErrorRaised
from ..trace.messages import Message, PassesExpected
from ..trace.ops import OpInfo
from ..trace.value import WHOLE_BYTES
from . import records
from .catalog import op_infos
from .curves_only import CurvesOnly
from .gate import Gate
from .numbers import number_of
from .numpy_reader import NumPyReader
from .reader import LAST
from .recording import Recording
from .row_shape import LEAVES

ITEMS = 200_000
"""Items of the raw list that a pass may have: some 20,000 operations, as compiled ops tell them."""

UNTRACKED_ITEMS = 50_000
"""Beyond these, operations that no gradient follows are left out: an evaluation loop is no part of the picture."""


class NumPyRecorder(Recording, watch.Watcher):
    """The engine's watcher while a program runs.

    What runs a million times a second is not heard here: compiled ops push what they tell straight onto the raw list,
    and backward passes run unobserved (`passes` puts their steps in when a pass is sent). `_tune` says where the ops'
    tuples go: onto the list; while a backward has ended, through `_push_between`, which notices the next pass; beyond
    a first limit through `_push_tracked`; nowhere when the pass was given up.
    """

    def __init__(
        self,
        program: str,
        path: str,
        namespace: Mapping[str, Any],
        send: Callable[[Message], None],
        gate: Gate,
        live: bool = True,
        keep: Iterable[int] = (),
    ) -> None:
        engine = Path(watch.start.__code__.co_filename).parent  # as code objects spell it
        call = str(engine / "torch" / "nn" / "module.py"), "__call__"
        super().__init__(NumPyReader(), call, program, path, namespace, send, gate, live, keep)
        self._leaves: list[AccumulateGrad] = []  # that accumulated in this pass
        self._arrays: list[Any] = []  # of each of those its value and its gradient
        self._numbers: list[float] = []  # the loss, and of each leaf its value and its gradient
        self._row_leaves: list[AccumulateGrad] = []  # those of the row before
        self._waited: list[AccumulateGrad] = []  # the leaves of the pass before as they came, and in PyTorch's order
        self._ordered: list[AccumulateGrad] = []
        self._limit = min(UNTRACKED_ITEMS, ITEMS)  # where a pass is first looked at for its length
        self._first_seq = 0  # of the nodes made in this pass
        self._is_told = False  # whether each node of this pass must be noted as it runs
        self._curves_only = CurvesOnly(self, self._scalars, gate)
        self._may_leave_out = False  # whether of the pass that begins only the curves are wanted

    def ops(self) -> tuple[OpInfo, ...]:
        return op_infos()

    def grad_enabled(self) -> bool:
        return enabled.get()

    def start(self) -> None:
        super().start()
        watch.start(self)
        watch.where, watch.light, watch.crowded = self._frames.called, self._weigh, self._crowd
        self._tune()

    def stop(self, error: ErrorRaised | None) -> None:
        watch.push = None
        watch.silence()
        super().stop(error)
        watch.stop()

    # -- operations ----------------------------------------------------------------------------------------------

    def _tune(self) -> None:
        if watch.current is not self:
            return
        if self.has_ended:
            watch.push = self._push_between
        else:
            watch.tape, watch.limit = self._raw, self._limit
            watch.push = None if self._full else self._push

    def _push_between(self, items: Sequence[Any]) -> None:
        if items[2].__class__ is not bool:
            self._next_pass()
            self._first_seq, self._is_told = items[2].seq, False
            self._push(items)
            if self._may_leave_out:
                self._leave_out()
        elif not self._full and len(self._raw) <= UNTRACKED_ITEMS:
            self._push(items)

    def _push_tracked(self, items: Sequence[Any]) -> None:
        if items[2].__class__ is not bool:
            self._push(items)

    def _crowd(self) -> None:
        """The list has grown beyond the limit."""
        if len(self._raw) > ITEMS:
            self._overflow()
        elif not self.has_ended:
            watch.push, watch.limit = self._push_tracked, ITEMS

    def _weigh(self, value: Any) -> Any:
        light = self._light(value)
        self._is_told = self._is_told or light is not value  # a rule could not run on a sketch
        return light

    def op_ran(
        self, op: Any, inputs: tuple[Any, ...], arguments: dict[str, object], outputs: tuple[Any, ...], in_place: bool
    ) -> None:
        """An op whose function is not a compiled one, or with several outputs."""
        number = self.number
        super().op_ran(op, inputs, arguments, outputs, in_place)
        edge = outputs[0]._edge if outputs else None
        if edge is not None and edge.__class__ is not AccumulateGrad:
            self._is_told = True
            if number != self.number:
                self._first_seq = (edge[0] if edge.__class__ is tuple else edge).seq
                if self._may_leave_out:
                    self._leave_out()

    def memory_written(self, tensor: Any, before: Any) -> None:
        if not self._full:
            self._push((records.WRITTEN, tensor._value, before))

    # -- backward ------------------------------------------------------------------------------------------------

    def backward_began(
        self, roots: tuple[Any, ...], gradients: tuple[Any, ...], inputs: tuple[Any, ...] | None, keep: bool
    ) -> None:
        if self.has_ended or self._in_backward:  # a pass over nodes of the one before
            self._next_pass()
            self._first_seq, self._is_told = LAST, False
        super().backward_began(roots, gradients, inputs, keep)
        self._leaves, self._arrays, self._numbers = [], [], [self._loss]

    def scalar_pass(self, root: Any, keep: bool) -> bool:
        """The most frequent pass in one piece, where nothing in it has to be noted but the leaves."""
        if self.has_ended or self._in_backward or self._full or self._is_told:
            return False
        node = root._edge
        self._in_backward = True
        self._loss = loss = float(root._value)
        self._leaves, self._arrays, self._numbers = [], [], [loss]
        begun = records.BEGAN, ((root, (node, 0)),), (ONE,), None, keep, self._frames.chain(2)
        self._push((*begun, records.RUN, node))
        run_newest_first(node, keep, self._first_seq)
        self._push((records.ENDED, not keep))
        self._end_backward()
        return True

    def _end_backward(self) -> None:
        """As in `Recording`, spelled out."""
        if self._in_backward:
            self._in_backward = False
            self.has_ended = True
            self._tail = len(self._raw)
            self._write_row()
            if time.perf_counter() >= self.next_rows:
                self.send_rows()
            watch.push = self._push_between

    def _next_pass(self) -> None:
        """As in `Recording`, spelled out for a pass that is not sent."""
        if (
            self._in_backward
            or not self._is_heard
            or not self._gate.open
            or self._sent_items >= 0
            or self._schedule.may_take(self.number)
        ):
            was_full = self._full
            super()._next_pass()
            self._may_leave_out = self._curves_only.allows(self.number, self._numbers, was_full)
            return
        closed = self._raw
        begun = closed[self._tail :]
        if begun:
            del closed[self._tail :]
        with self._lock:
            self._last = self.number, closed
            self.number += 1
            self._raw = watch.tape = begun
            self._push = watch.push = begun.extend
            self.has_ended = self._full = False
            self._heavy = self._tail = 0
            watch.limit = self._limit

    def pass_planned(self, nodes: list[Any], due: dict[Any, list[Any]]) -> bool:
        if self._full or not nodes:
            return False
        if self._is_told or RemovableHandle.seen or nodes[-1].seq < self._first_seq:
            return True
        self._push((records.PLANNED, nodes, due))
        return False

    def pass_broken(self, node: Any) -> None:
        if not self._full:
            self._push((records.BROKEN, node))

    def node_ran(self, node: Any, gradients_in: tuple[Any, ...], raw: tuple[Any, ...], sent: tuple[Any, ...]) -> None:
        if self._full:
            return
        if self._is_told:
            for gradient in sent:
                if gradient.__class__ is np.ndarray and gradient.nbytes > WHOLE_BYTES:
                    sent = self._light_all(sent)
                    break
        self._push((records.NODE, node, gradients_in, raw, sent))

    def accumulate(self, leaf: AccumulateGrad, gradient: Any) -> None:
        """As in `Watcher`, spelled out for a .grad that is new, or whose memory is its own."""
        grad = leaf.grad
        if grad is None:
            before, after = None, gradient
            grad = leaf.grad = Tensor._of(gradient, None)
            grad._rarely().owner = leaf.owner
        elif type(grad._counter) is int and grad._edge is None:
            before = grad._value
            after = grad._value = before + gradient
            grad._counter += 1
        else:
            before, after = leaf.accumulate(gradient)
        value = leaf.value
        self._leaves.append(leaf)
        self._arrays += (value, after)
        if type(value) is F32:
            self._numbers += (float(value), float(after))
        else:
            self._numbers += (number_of(value), number_of(after))
        if not self._full:
            tensor = leaf.owner()
            tensor = leaf.variable if tensor is None else tensor
            self._push((records.LEAF, leaf, tensor, before, gradient, after, grad))

    def in_order(self, root: Any, leaves: list[AccumulateGrad]) -> list[AccumulateGrad]:
        """PyTorch's order, by which leaves of one name are numbered; asked anew only for other leaves than before."""
        if leaves != self._waited:
            nodes, due = plan_from_scalar(root)
            complete = [leaf for node in nodes for leaf in due.get(node, ())]
            self._waited, self._ordered = leaves, [leaf for leaf in complete if leaf in leaves]
        return self._ordered

    def leaf_accumulated(self, node: Any, tensor: Any, before: Any, added: Any, after: Any) -> None:
        self._leaves.append(node)
        self._arrays += (np.array(node.value), after)  # a hook may step the leaf before the pass is over
        self._numbers += (number_of(node.value), number_of(after))
        if not self._full:
            self._push((records.LEAF, node, tensor, before, added, after, node.grad))

    def tensor_updated(self, tensor: Any, before: Any) -> None:
        if not self._full:
            value, version = tensor._value, tensor._counter
            if type(value) is not F32 and value.nbytes > WHOLE_BYTES:
                value = self._light(value)
            if type(version) is not int:
                version = version.count
            self._push((records.UPDATED, tensor, before, value, version % DETACHED, self._frames.chain(2)))
            if self.has_ended:
                self._tail = len(self._raw)

    def gradient_zeroed(self, tensor: Any, before: Any, after: Any) -> None:
        if not self._full:
            self._push((records.ZEROED, tensor, before, after, self._frames.chain(2)))
            if self.has_ended:
                self._tail = len(self._raw)

    # -- curves --------------------------------------------------------------------------------------------------

    def _write_row(self) -> None:
        leaves, arrays, numbers = self._leaves, self._arrays, self._numbers
        loss, scalars = self._loss, self._scalars
        if len(leaves) > LEAVES:
            del leaves[LEAVES:], arrays[2 * LEAVES :], numbers[1 + 2 * LEAVES :]
        if leaves != self._row_leaves or not scalars.again(loss, arrays):
            tensors = [leaf.variable for leaf in leaves]
            shape = self._leaf_names.shape(tensors, arrays[::2], self._raw)
            self._loops.look()
            scalars.begin(shape, tensors, loss, arrays)
            self._row_leaves = leaves
        if scalars.is_first_fault(numbers):
            self._keep_fault(self.number)

    # -- passes of which only the curves are wanted ----------------------------------------------------------------

    @property
    def expected(self) -> PassesExpected | None:
        """How many passes the program's loops ask for."""
        return self._loops.expected

    @property
    def next_wanted(self) -> tuple[int, float]:
        """The next pass that is sent whole, and the moment (of perf_counter) from which the next one is."""
        return self._schedule.next_kept, self._schedule.next_due if self._schedule.live else math.inf

    def _leave_out(self) -> None:
        """Forget the pass that has begun, and leave it and those after it to `CurvesOnly`."""
        self._may_leave_out = False
        with self._lock:
            self._raw = []
            self._push = self._raw.extend
            self._is_heard = self._full = False
            self._heavy = self._tail = 0
        self._optimizers.forget()
        self._curves_only.take_over(self._row_leaves)

    def keep_next(self) -> None:
        """Keep the pass after this one: the first that can be shown of whatever has begun."""
        self._schedule.keep(self.number + 1)

    def hear_again(self, leaves: list[AccumulateGrad], arrays: list[Any], loss: float) -> None:
        """Hear everything from here on: the backward of a pass that was not heard is over.

        `arrays` are value and gradient of each of its leaves.
        """
        self._leaves, self._arrays, self._loss = leaves, arrays, loss
        self._numbers = [loss, *map(number_of, arrays)]
        for leaf in leaves:
            leaf.grad._rarely().owner = leaf.owner  # who hears that it is zeroed wants to know whose it is
        self._write_row()
        watch.current, watch.passes = self, None
        self._tune()
