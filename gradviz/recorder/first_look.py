"""A look over a pass's records before events are made of them: how things stood at its beginning.

The record keeps references. What a tensor held before its first change is in that change's own record (`before`); what
was not changed since still stands in the tensor. The same goes for memory that was written in place: everyone who
referred to it before the change means the copy that the change kept.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

import numpy as np

from ..trace.value import Value
from . import records
from .reader import Reader


class FirstLook:
    """Facts about the records `raw`, and the ones that came `later`, by the identity of tensors."""

    def __init__(self, raw: list[Any], later: list[Any]) -> None:
        self._values: dict[int, Any] = {}
        self._versions: dict[int, int] = {}
        self._gradients: dict[int, Any] = {}
        self._flags: dict[int, bool] = {}
        self._owners: dict[int, Any] = {}
        self._writes: dict[int, list[tuple[int, Any]]] = defaultdict(list)
        self._last: dict[int, int] = {}
        self._used: set[int] = set()
        self._made: dict[int, Any] = {}
        position = 0
        for kind, fields in records.records(raw):
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
        if kind == records.UPDATED:
            tensor, before, after, version, _ = fields
            self._values.setdefault(id(tensor), before)
            self._versions.setdefault(id(tensor), version - 1)
            if isinstance(after, np.ndarray):
                self._writes[id(after)].append((position, before))
        elif kind == records.LEAF:
            self._owners[id(fields[5])] = fields[1]
            self._gradients.setdefault(id(fields[1]), fields[2])
        elif kind == records.ZEROED:
            self._gradients.setdefault(id(fields[0]), fields[1])
        elif kind == records.FLAG:
            self._flags.setdefault(id(fields[0]), not fields[1])

    def owner(self, gradient: Any) -> Any:
        """The leaf whose `.grad` a tensor is, where the pass accumulated into it."""
        return self._owners.get(id(gradient))

    def used(self, tensor: Any) -> bool:
        """Whether an op of the pass takes the tensor."""
        return id(tensor) in self._used

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
        before = self._values.get(id(tensor))
        return wrap(reader.value(tensor) if before is None else before)

    def as_it_was(self, data: Any, position: int) -> tuple[Any, int]:
        """What memory held when record number `position` referred to it, and which of its contents that is."""
        if isinstance(data, np.ndarray):
            for moment, before in self._writes.get(id(data), ()):
                if moment > position and before is not None:
                    return before, moment
        return data, -1
