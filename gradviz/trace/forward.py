"""The forward of a pass as plain data: enough to run it again with other values of its leaves, long after the program.

Steps are ops by name on numbered places; a place is filled once, by a leaf, a constant or a step. What the program
decided, read or drew is not in it: a recorder that saw any of that says in words what it means for the picture.
The window never runs it (it knows no engine): it hands it to a process that does, with the points it wants.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .value import Array

Floats = NDArray[np.float64]

KEPT_FORWARDS = 64
"""How many functions of a run are kept, where its data change with every pass: the first, the latest, some between."""

KEPT_BYTES = 64 << 20
"""Of all of them together."""


@dataclass(frozen=True, slots=True)
class Ref:
    """A tensor among operands and arguments."""

    place: int


@dataclass(frozen=True, slots=True)
class Coded:
    """What has no form of its own in a record: "list", "slice", "dtype", "ellipsis", "complex", "dict", "array"."""

    kind: str
    items: tuple[object, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Constant:
    """A tensor's value. `dtype` is the engine's name; bfloat16 travels as the uint16 of its bits."""

    place: int
    dtype: str
    data: Array


@dataclass(frozen=True, slots=True)
class Step:
    """An op: operands and arguments are numbers, strings, None, tuples of these, `Ref`s and `Coded`s."""

    op: str
    operands: tuple[object, ...]
    arguments: tuple[tuple[str, object], ...]
    outputs: tuple[int, ...]

    @property
    def places(self) -> set[int]:
        """The places that it reads."""
        return places_in((self.operands, self.arguments))


@dataclass(frozen=True, slots=True, eq=False)
class Forward:
    """`leaves` have the values of this pass, in the order of `names`; `root` is the place of the loss.

    `loss` is what the program got, the sum for a root of several elements. `note` says in words what was held fixed.
    """

    names: tuple[str, ...]
    leaves: tuple[Constant, ...]
    constants: tuple[Constant, ...]
    steps: tuple[Step, ...]
    root: int
    loss: float
    note: str = ""

    def is_like(self, other: Forward) -> bool:
        """Whether both are the same function; their leaves may stand elsewhere."""
        return (
            self.names == other.names
            and (self.root, self.note) == (other.root, other.note)
            and self.steps == other.steps
            and len(self.constants) == len(other.constants)
            and all(map(_same, self.constants, other.constants))
        )


@dataclass(frozen=True, slots=True, eq=False)
class ForwardRecorded:
    """From pass `number` on the loss is this function of the leaves, or (forward None) none that can be drawn."""

    number: int
    forward: Forward | None
    why_not: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Evaluate:
    """Ask for the loss at origin + x·first + y·second for all x of `xs` and y of `ys`; no `ys` means a line.

    Origin and directions have an array for each leaf, directions None for a leaf that stays. `number` tells questions
    apart: an answer to an old one is of no use.
    """

    number: int
    forward: Forward
    origin: tuple[Array, ...]
    first: tuple[Array | None, ...]
    second: tuple[Array | None, ...]
    xs: Floats
    ys: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Evaluated:
    """The losses: float64 (ys, xs), or (1, xs) along a line; coarser than asked for while `is_final` is false."""

    number: int
    xs: Floats
    ys: Floats
    losses: Floats
    is_final: bool
    seconds: float
    why_not: str = ""


def places_in(item: object) -> set[int]:
    """The places that an operand or an argument refers to."""
    if isinstance(item, Ref):
        return {item.place}
    items = item.items if isinstance(item, Coded) else item
    return set().union(*map(places_in, items)) if isinstance(items, tuple) else set()


def refused(number: int, why_not: str) -> Evaluated:
    """The answer to a question that has none."""
    nothing = np.zeros(0)
    return Evaluated(number, nothing, nothing, nothing.reshape(1, 0), True, 0.0, why_not)


def constant(place: int, value: Array | np.generic) -> Constant:
    """A value for the record, without a copy where that is possible."""
    array: Array = np.asarray(value)
    name = array.dtype.name
    return Constant(place, name, array.view(np.uint16) if array.dtype.kind == "V" else array)


def with_forward(recorded: tuple[ForwardRecorded, ...], last: ForwardRecorded) -> tuple[ForwardRecorded, ...]:
    """With another one at the end; a pass that was shown while it was open is told of again."""
    return (*(each for each in recorded if each.number < last.number), last)


def thinned(recorded: tuple[ForwardRecorded, ...]) -> tuple[ForwardRecorded, ...]:
    """Without every second one between the first and the latest, while they are too many or too large."""
    while len(recorded) > 2 and (len(recorded) > KEPT_FORWARDS or sum(map(_size, recorded)) > KEPT_BYTES):
        recorded = (recorded[0], *recorded[2:-1:2], recorded[-1])
    return recorded


def _size(recorded: ForwardRecorded) -> int:
    forward = recorded.forward
    return sum(each.data.nbytes for each in (*forward.constants, *forward.leaves)) if forward is not None else 0


def _same(one: Constant, other: Constant) -> bool:
    if one.data is other.data:
        return (one.place, one.dtype) == (other.place, other.dtype)
    first, second = one.data, other.data
    return (
        (one.place, one.dtype, first.shape) == (other.place, other.dtype, second.shape)
        and first.dtype == second.dtype
        and first.tobytes() == second.tobytes()
    )
