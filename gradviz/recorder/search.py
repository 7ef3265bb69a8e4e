"""The way from the leaves to the loss, found in the raw record of a pass and noted as plain data."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..engine import watch
from ..engine.op import Op, by_name
from ..trace.forward import Constant, Forward, Step, constant
from ..trace.ops import draws
from ..trace.value import Value
from . import records
from .aten import UnknownOperationError, in_engine
from .first_look import FirstLook
from .memories import Memories
from .numbers import total
from .plain import Plain, UnknownArgumentError
from .reader import Reader

MOST_STEPS = 20_000

MOST_BYTES = 16 << 20
"""Of all constants and leaves together: it travels between processes each time it changes."""

DRAWN = "Random numbers that this pass drew are held as they were drawn."
PART = "A part of a tensor is changed in place on the way to the loss{}: such a change is not run again."


class NoForwardError(Exception):
    """Why a pass cannot be run again with other leaves, in words; `chain` is where, for the `{}` in them."""

    def __init__(self, words: str, chain: Any = None) -> None:
        super().__init__(words)
        self.chain = chain


class Search:
    """One walk over the raw record of a pass, from its beginning to the call of backward()."""

    def __init__(self, raw: list[Any], later: list[Any], leaves: list[tuple[Any, str]], reader: Reader) -> None:
        self._raw = raw
        self._reader = reader
        self._look = FirstLook(list(records.records(raw)), later, reader)
        self._plain = Plain(reader.is_tensor, self._place_of)
        self._leaves = leaves
        self.held: Any = None
        """Where the program wrote, unrecorded, into what the loss is computed from: perhaps what depends on leaves."""
        self._places: dict[int, int] = {}  # by identity of a tensor, as it stands now
        self._memories = Memories(reader)
        self._unrecorded: dict[int, Any] = {}  # where memory was written to when something depended on the leaves
        self._kept: list[Any] = []  # what was met only in passing: its identity must stay its own
        self._leaf_values: dict[int, Any] = {}
        self._met: set[int] = set()  # leaves whose value an operation told
        self._depends: set[int] = set()
        self._constants: dict[int, Constant] = {}
        self._shared: dict[int, int] = {}  # places of constants by identity of their arrays
        self._earlier: set[int] = set()  # tensors that stand on the graph of an earlier pass
        self._held: dict[int, Any] = {}  # values of results by identity of the tensor
        self._steps: list[Step] = []
        self._reads: list[tuple[int, str, Any, int]] = []  # steps so far, how, where, of which place
        self._position = 0  # the record that is looked at
        self._count = 0
        self._bytes = 0
        self._root, self._loss = -1, 0.0
        self._drew = False
        self._is_written = False  # a part of a result, by the operation that comes next
        self._chooses = False  # whether whole numbers or truths depend on the leaves
        for leaf, _ in leaves:
            place = self._new_place()
            self._places[id(leaf)] = place
            self._memories.add(leaf, place)
            self._depends.add(place)
            self._leaf_values[place] = self._look.value_of(leaf, reader, self._wrap)

    def leaves_behind(self, place: int) -> list[str]:
        """Names of the leaves that a value was computed from."""
        behind = {place}
        for step in reversed(self._steps):
            if not behind.isdisjoint(step.outputs):
                behind |= step.places
        return [name for leaf, (_, name) in zip(self._leaf_values, self._leaves, strict=True) if leaf in behind]

    def decisive(self) -> list[tuple[int, str, Any, int]]:
        """The reads that can matter: decisions, and numbers read before the last step."""
        last = len(self._steps)
        return [read for read in self._reads if read[1] == "decision" or read[0] < last]

    def forward(self, again: bool) -> Forward:
        """What was found. Not in the first pass but `again` are random numbers drawn for the pass: data come first."""
        leaves = []
        for place, value in self._leaf_values.items():
            leaves.append(self._constant(place, value))
        used = set().union(*(step.places for step in self._steps))
        kept = tuple(each for place, each in self._constants.items() if place in used)
        names = tuple(name for _, name in self._leaves)
        note = DRAWN if self._drew and again else ""
        return Forward(names, tuple(leaves), kept, tuple(self._steps), self._root, self._loss, note)

    def walk(self) -> None:
        """Note the steps from the leaves to the loss. NoForwardError where that is not possible."""
        raw, place, index = self._raw, 0, 0
        while place < len(raw):
            kind = raw[place]
            self._position = index
            if kind.__class__ is watch.Site:
                length, fields = kind.length, records.told(kind, raw, place)
                self._ran(fields, kind.values(raw, place))
            else:
                length = records.LENGTHS[kind]
                fields = raw[place + 1 : place + length]
                if kind == records.BEGAN:
                    self._finish(fields)
                    return
                self._happened(kind, fields)
            place += length
            index += 1
        raise NoForwardError("This pass has no backward().")

    # -- records -------------------------------------------------------------------------------------------------

    def _happened(self, kind: int, fields: list[Any]) -> None:
        if kind == records.OP:
            self._ran(fields, None)
        elif self._is_written:
            raise NoForwardError(PART)
        elif kind == records.MADE:
            self._held[id(fields[0])] = fields[1]
            self._memories.add(fields[0], -1)
            self._drew = self._drew or draws(fields[2])
        elif kind == records.UPDATED:
            self._updated(fields[0], fields[2], fields[4])
        elif kind == records.READ:
            tensor, how, chain = fields
            place = self._places.get(id(tensor))
            if place in self._depends:
                self._reads.append((len(self._steps), how, chain, place))
        elif kind == records.WRITTEN and any(value is fields[0] for value in self._held.values()):
            self._is_written = True

    def _updated(self, tensor: Any, after: Any, chain: Any) -> None:
        """A change outside the graph."""
        place = self._places.get(id(tensor))
        if place in self._leaf_values and not self._is_used(place):
            self._leaf_values[place] = self._wrap(after)
        elif place in self._depends or self._shares_memory(tensor):
            raise NoForwardError("A value on the way to the loss is changed outside of the graph.")
        else:
            for other, _ in self._memories.on_that_of(tensor):
                self._places.pop(id(other), None)  # a view of it holds something else now, too
                self._held.pop(id(other), None)
            self._held[id(tensor)] = after = self._wrap(after)
            self._places.pop(id(tensor), None)
            self._memories.write(tensor, after)
            if self._steps or self._reads:
                self._unrecorded[self._reader.memory(tensor)] = chain

    def _shares_memory(self, tensor: Any) -> bool:
        """Whether a tensor that is changed is another name (`.data`, a view) for memory on the way to the loss."""
        return any(
            self._places.get(id(each)) in self._depends and not self._is_fresh(each)
            for each, _ in self._memories.on_that_of(tensor)
            if each is not tensor
        )

    def _is_fresh(self, leaf: Any) -> bool:
        """Whether it is a leaf that nothing was computed from yet."""
        place = self._places.get(id(leaf))
        return place in self._leaf_values and not self._is_used(place)

    def _is_known(self, array: Any) -> bool:
        """Whether an array is the value of a tensor that does not depend on the leaves."""
        return id(array) in self._shared or any(array is value for value in self._held.values())

    def _is_used(self, place: int | None) -> bool:
        return any(place in step.places for step in self._steps)

    def _ran(self, fields: list[Any], told: tuple[Any, ...] | None) -> None:
        op, inputs, arguments, outputs, values, _, in_place = fields[:7]
        if self._is_written:
            raise NoForwardError(PART, fields[8])
        is_new = [id(output) for output in outputs if self._places.get(id(output)) not in self._leaf_values]
        if not any(self._place_known(item) in self._depends for item in self._tensors((inputs, arguments))):
            is_earlier = any(self._is_earlier(item) for item in self._tensors((inputs, arguments)))
            for output, value in zip(outputs, values, strict=True):
                if is_earlier and self._reader.requires_grad(output):
                    self._earlier.add(id(output))
                self._held[id(output)] = value
                if id(output) in is_new:
                    self._places.pop(id(output), None)
            return
        if not is_new:
            if in_place:
                raise NoForwardError("A leaf is changed in place on the way to the loss.")
            return  # A leaf that was computed from another one is a start of its own.
        if isinstance(op, Op) and by_name.get(op.name) is not op:
            raise NoForwardError(f"{op.name} is a Function of the program's own, which only the program can run.")
        if len(self._steps) == MOST_STEPS:
            raise NoForwardError(f"One pass has more than {MOST_STEPS:,} operations.")
        if in_place and self._reader.base(outputs[0]) is not None:
            raise NoForwardError(PART, fields[8])
        name = op.name
        if not isinstance(op, Op):
            try:
                name, inputs, arguments = in_engine(op.name, op.inputs, inputs, arguments)
            except UnknownOperationError as error:
                raise NoForwardError(f"gradviz's own engine draws this, and it has no {error} of PyTorch's.") from error
        given = []
        for position, item in enumerate(inputs):
            value = told[position] if told is not None and position < len(told) else None
            if value is not None and self._reader.is_tensor(item):
                self._note_told(item, value)
            given.append(self._argument(item, op))
        plain = tuple((name, self._argument(item, op)) for name, item in arguments.items())
        made = []
        for output, value in zip(outputs, values, strict=True):
            place = self._new_place()
            self._places[id(output)] = place
            self._memories.add(output, place)
            self._held[id(output)] = value
            self._depends.add(place)
            self._kept.append(output)
            self._chooses = self._chooses or np.asarray(getattr(value, "data", value)).dtype.kind in "biu"
            if isinstance(value, np.ndarray):
                self._shared[id(value)] = place  # as an argument, an index may be the bare array
            made.append(place)
        self._steps.append(Step(name, tuple(given), plain, tuple(made)))

    def _finish(self, fields: list[Any]) -> None:
        roots = fields[0]
        if len(roots) != 1:
            raise NoForwardError("backward() starts at several tensors.")
        tensor = roots[0][0]
        root = self._places.get(id(tensor))
        if root is None or root not in self._depends or root in self._leaf_values:
            raise NoForwardError("The loss was computed in an earlier pass.")
        value = self._held[id(tensor)]
        self._root = root
        self._loss = value.summary.mean * value.size if isinstance(value, Value) else total(value)

    def _is_earlier(self, item: Any) -> bool:
        """Whether a tensor belongs to the graph of an earlier pass, or was computed from one that does."""
        if isinstance(item, np.ndarray):
            return False
        if id(item) in self._earlier:
            return True
        if id(item) in self._held or id(item) in self._places or not self._reader.requires_grad(item):
            return False
        target = self._reader.target(item)
        return target is not None and self._reader.leaf(target[0]) is None

    # -- values --------------------------------------------------------------------------------------------------

    def _argument(self, item: Any, op: Any) -> object:
        try:
            return self._plain(item)
        except UnknownArgumentError as error:
            raise NoForwardError(f"{op.name} was given something that cannot be kept ({error}).") from error

    def _place_known(self, item: Any) -> int | None:
        if isinstance(item, np.ndarray):
            return self._shared.get(id(item))
        place = self._places.get(id(item))
        if place is None and id(item) not in self._held:
            for other, its in self._memories.namesakes(item):
                if its in self._depends and self._places.get(id(other)) == its:
                    place = self._places[id(item)] = its
                    self._kept.append(item)
                    break
        return place

    def _tensors(self, item: Any) -> list[Any]:
        if isinstance(item, np.ndarray) or self._reader.is_tensor(item):
            return [item]
        if isinstance(item, tuple | list):
            return [found for each in item for found in self._tensors(each)]
        return [found for each in item.values() for found in self._tensors(each)] if isinstance(item, dict) else []

    def _place_of(self, item: Any) -> int:
        if not self._reader.is_tensor(item):
            if self._chooses and not self._is_known(item):
                raise NoForwardError("Places that depend on the leaves are computed on the way to the loss.")
            return self._fixed(item)
        place = self._place_known(item)
        if place is None:
            if self._is_earlier(item):
                raise NoForwardError("A part of the graph was made in an earlier pass.")
            value = self._held.get(id(item))
            if value is None:
                value = self._memories.content(item)
            if value is None:
                value = self._look.value_of(item, self._reader, self._wrap)
            place = self._note(item, value)
        return place

    def _note_told(self, tensor: Any, value: Any) -> None:
        """What an operation told of the values that it was given."""
        place = self._place_known(tensor)
        if place is None:
            if not self._is_earlier(tensor):
                self._note(tensor, value)
        elif place in self._leaf_values and place not in self._met:
            self._leaf_values[place] = self._wrap(value)
            self._met.add(place)

    def _note(self, tensor: Any, value: Any) -> int:
        place = self._places[id(tensor)] = self._fixed(value)
        self._kept.append(tensor)
        self._memories.add(tensor, place)
        self.held = self.held or self._unrecorded.get(self._reader.memory(tensor))
        return place

    def _fixed(self, value: Any) -> int:
        """The place of a constant; the same array has one place."""
        value = self._wrap(value)
        place = self._shared.get(id(value))
        if place is None:
            place = self._shared[id(value)] = self._new_place()
            self._kept.append(value)
            self._constants[place] = self._constant(place, value)
        return place

    def _constant(self, place: int, value: Any) -> Constant:
        value = value.data if isinstance(value, Value) else value
        if value is None:
            raise NoForwardError("A tensor on the way to the loss is too large to be kept.")
        self._bytes += value.nbytes
        if self._bytes > MOST_BYTES:
            raise NoForwardError(f"The tensors of one pass are larger than {MOST_BYTES >> 20} MB together.")
        return constant(place, value)

    def _wrap(self, data: Any) -> Any:
        return self._look.as_it_was(data, self._position)[0]

    def _new_place(self) -> int:
        self._count += 1
        return self._count - 1
