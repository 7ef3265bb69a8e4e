"""Memory that was written in place, and what it held before.

The record keeps references to arrays. Most are never written again, but memory that several tensors share is: through
`.data`, through views, by in-place operations on either. Each such write leaves a copy of what it overwrote. Undoing
the later writes in a copy of the memory, newest first, gives back what any reference meant when it was taken.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np

from ..trace.value import Array
from . import records

LARGEST = 4 << 20
"""Bytes of memory that is still copied to undo writes; of larger memory the newest content is shown."""


class Writes:
    """The log of writes of a pass, by position in the record."""

    def __init__(self) -> None:
        self._log: dict[int, list[tuple[int, Array, Any]]] = defaultdict(list)

    def add(self, position: int, written: Any, before: Any) -> None:
        """Note that record number `position` wrote `written`, an array, which had held `before`."""
        if isinstance(written, np.ndarray) and before is not None and np.shape(before) == written.shape:
            self._log[id(memory_of(written))].append((position, written, before))

    def note(self, position: int, kind: int, fields: list[Any]) -> None:
        """Note a record if it is of a write."""
        if kind == records.UPDATED:
            self.add(position, fields[2], fields[1])
        elif kind == records.WRITTEN:
            self.add(position, *fields)

    def has(self, data: Any) -> bool:
        """Whether writes to the memory behind an array can be undone."""
        return isinstance(data, np.ndarray) and id(memory_of(data)) in self._log

    def as_it_was(self, data: Any, position: int) -> tuple[Any, int]:
        """What an array held when record number `position` referred to it, and a number that tells its states apart."""
        if not isinstance(data, np.ndarray) or not self._log:
            return data, -1
        memory = memory_of(data)
        later = [write for write in self._log.get(id(memory), ()) if write[0] > position]
        if later and is_same(later[0][1], data):
            return later[0][2], later[0][0]
        if not later or memory.nbytes > LARGEST or not memory.flags.c_contiguous:
            return data, -1
        copy = memory.copy()
        for _, written, before in reversed(later):
            part(copy, written, memory)[...] = before
        return part(copy, data, memory), later[0][0]


def memory_of(array: Array) -> Array:
    """The array that owns the memory which another one shows."""
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array


def is_same(one: Any, other: Any) -> bool:
    """Whether two arrays show the same elements of the same memory."""
    if not (isinstance(one, np.ndarray) and isinstance(other, np.ndarray)):
        return False
    first, second = one.__array_interface__, other.__array_interface__
    return first["data"] == second["data"] and one.shape == other.shape and one.strides == other.strides


def is_within(shown: Any, memory: Any) -> bool:
    """Whether all elements of an array are among those of another one."""
    first, last = np.lib.array_utils.byte_bounds(shown)
    start, end = np.lib.array_utils.byte_bounds(memory)
    return bool(start <= first and last <= end)


def part(copy: Array, shown: Array, memory: Array) -> Array:
    """The same part of the copy as `shown` is of the memory."""
    offset = shown.__array_interface__["data"][0] - memory.__array_interface__["data"][0]
    return np.ndarray(shown.shape, shown.dtype, copy.data, offset, shown.strides)
