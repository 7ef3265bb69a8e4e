"""A look over a pass's records before events are made of them: how things stood at its beginning.

The record keeps references. What a tensor held before its first change is in that change's own record (`before`); what
was not changed since still stands in the tensor. The same goes for memory that was written in place: everyone who
referred to it before the change means the copy that the change kept.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..trace.value import Value
from . import records
from .reader import Reader
from .writes import Writes


class FirstLook:
    """Facts about the records of a pass, and the ones that came `later`, by the identity of tensors."""

    def __init__(self, happened: list[records.Record], later: list[Any], reader: Reader) -> None:
        self._values: dict[Any, Any] = {}
        self._versions: dict[int, int] = {}
        self._gradients: dict[int, Any] = {}
        self._flags: dict[int, bool] = {}
        self._owners: dict[Any, Any] = {}
        self._writes = Writes()
        self._reader = reader
        self._last: dict[int, int] = {}
        self._used: set[int] = set()
        self._made: dict[int, Any] = {}
        position = 0
        for kind, fields in happened:
            self._take(kind, fields, position)
            if kind == records.OP:
                self._used.update(map(id, fields[1]))
                self._last[id(fields[9])] = position
                for output, value in zip(fields[3], fields[4], strict=True):
                    self._made.setdefault(id(output), value)
            elif kind == records.MADE:
                self._last[id(fields[4])] = position
                self._made.setdefault(id(fields[0]), fields[1])
            position += 1
        for kind, fields in records.records(later):
            self._take(kind, fields, position)
            position += 1

    def _take(self, kind: int, fields: list[Any], position: int) -> None:
        self._writes.note(position, kind, fields)
        if kind == records.UPDATED:
            tensor, before, _, version, _ = fields
            for key in (id(tensor), self._memory(tensor)):
                self._values.setdefault(key, (position, before))
            self._versions.setdefault(id(tensor), max(0, version - 1))
        elif kind == records.LEAF:
            self._owners[id(fields[5])] = fields[1]
            self._owners.setdefault(self._memory(fields[5]), fields[1])
            self._gradients.setdefault(id(fields[1]), fields[2])
        elif kind == records.ZEROED:
            self._gradients.setdefault(id(fields[0]), fields[1])
        elif kind == records.FLAG:
            self._flags.setdefault(id(fields[0]), not fields[1])

    def owner(self, gradient: Any) -> Any:
        """The leaf whose `.grad` a tensor is, where the pass accumulated into it."""
        return self._owners.get(id(gradient), self._owners.get(self._memory(gradient)))

    def used(self, tensor: Any) -> bool:
        """Whether an op of the pass takes the tensor."""
        return id(tensor) in self._used

    def is_prototype(self, tensor: Any) -> bool:
        """Whether a tensor was copied and then left alone, in a pass that works with others.

        A layer that was made to be copied (`TransformerEncoder(layer, 6)`) is no part of the model.
        """
        return id(tensor) not in self._used and bool(self._used) and self._reader.was_copied(tensor)

    def last_of(self, entry: Any) -> int:
        """Position of the last record that was made within this call of an engine's function."""
        return self._last.get(id(entry), -1)

    def flag(self, tensor: Any, now: bool) -> bool:
        """`requires_grad` before it was first set."""
        return self._flags.get(id(tensor), now)

    def version(self, tensor: Any, now: int) -> int:
        return self._versions.get(id(tensor), now)

    def gradient(self, tensor: Any, now: Any) -> Any:
        return self._gradients.get(id(tensor), now)

    def value_of(self, tensor: Any, reader: Reader, wrap: Callable[[Any], Value]) -> Value:
        """What a tensor held when the pass first met it."""
        if id(tensor) in self._made:
            return wrap(self._made[id(tensor)])
        now = reader.value(tensor)
        changes = [self._values[key] for key in (id(tensor), self._memory(tensor)) if key in self._values]
        if not changes or self._writes.has(now):
            return wrap(now)
        _, before = min(changes, key=lambda change: change[0])
        return wrap(now if before is None else before)

    def as_it_was(self, data: Any, position: int) -> tuple[Any, int]:
        """What memory held when record number `position` referred to it; see `Writes`."""
        return self._writes.as_it_was(data, position)

    def _memory(self, tensor: Any) -> Any:
        """What all tensors have in common that show the same whole memory: `w` and `w.data`."""
        return self._reader.memory(tensor), tuple(tensor.shape)
