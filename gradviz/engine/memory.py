"""Who shares an array with whom, and how often it was changed in place.

Two invariants keep in-place operations cheap and recorded references truthful:

* An array held by a tensor whose counter is a plain int is never written to. An in-place operation gives the tensor a
  fresh array (it rebinds), so every older reference to the array (a saved tensor, a recorded event) is a snapshot.
* A tensor whose counter is a Counter shares its memory with views, with detached tensors or with the user's NumPy
  arrays. Only that memory is written in place. When the others are gone the tensor goes back to a plain int.

Why two kinds of counter? Making an object for every tensor would cost a third of a scalar operation, and nearly all
tensors are never aliased.
"""

from __future__ import annotations

import sys
from typing import Any

# Added to the version of a tensor that is detached in place: nodes that saved it before notice, and the rest of the
# number is still its version. Tensors with a Counter keep theirs, which others share.
DETACHED = 2**40


class Memory:
    """One piece of memory; `pinned` when something outside the engine (a NumPy array of the user's) sees it."""

    __slots__ = ("pinned",)

    def __init__(self, pinned: bool = False) -> None:
        self.pinned = pinned


class Counter:
    """The version that a tensor, its views and its detached twins have in common.

    It compares like its number and `+counter` gives the number, so that code may use an int and a Counter alike.
    `bases` are those of its tensors, weakly, that have views: a change through any of them concerns all these views.
    """

    __slots__ = ("bases", "count", "memory")
    bases: list[Any] | None

    def __init__(self, count: int, memory: Memory) -> None:
        self.bases = None
        self.count = count
        self.memory = memory

    def __pos__(self) -> int:
        return self.count

    def __eq__(self, other: object) -> bool:
        return bool(self.count == +other)  # type: ignore[operator]

    __hash__ = None  # type: ignore[assignment]

    def __bool__(self) -> bool:
        return True

    def check_change(self) -> None:
        """Raise where the memory must not be changed in place now; it always may, but see `inference.py`."""

    def alone(self) -> bool:
        """Return True when one tensor is left that uses this counter and its memory."""
        return not self.memory.pinned and references(self) <= ALONE_COUNTER and references(self.memory) <= ALONE_MEMORY


def references(thing: object) -> int:
    """Count references; the call's own ones are in the constants below, measured because Python versions differ."""
    return sys.getrefcount(thing)


class _Holder:
    __slots__ = ("counter",)

    def __init__(self) -> None:
        self.counter = Counter(0, Memory())


def _alone_references() -> tuple[int, int]:
    measured: list[int] = []

    class Probe(Counter):
        __slots__ = ()

        def alone(self) -> bool:
            measured.append(references(self))
            measured.append(references(self.memory))
            return True

    holder = _Holder()
    holder.counter = Probe(0, Memory())
    counter = holder.counter
    counter.alone()
    return measured[0], measured[1]


ALONE_COUNTER, ALONE_MEMORY = _alone_references()
