"""The scalars of every pass, gathered row by row and sent in blocks."""

from __future__ import annotations

import itertools
import math
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from ..trace.curves import MISSING, is_missing
from ..trace.messages import CurveKey, CurvesExtended

LEAVES = 100
"""Leaves that get curves: nobody reads a thousand of them, and a block must stay small."""

SMALL, LARGE = 1e-30, 1e30
"""Between these a sum of squares loses nothing in float32."""

FEW = 32
"""Elements that Python sums quicker than NumPy is called."""

FLOAT = np.dtype(np.float32)

LOSS = CurveKey("loss")

Block = tuple[tuple[CurveKey, ...], NDArray[np.float64]]
"""Keys, and rows of their numbers."""


def number_of(value: Any) -> float:
    """The number itself for one element, the Euclidean norm for more (to the precision of the elements)."""
    if value.size == 1:
        return float(value) if value.__class__ is np.float32 else float(value.item().real)
    flat = value if value.ndim == 1 else value.ravel()
    if value.size <= FEW and flat.dtype.kind == "f":
        return math.hypot(*flat.tolist())
    if flat.dtype is FLOAT:
        square = float(flat.dot(flat))
        if SMALL < square < LARGE:
            return math.sqrt(square)
    flat = np.abs(flat).astype(np.float64)
    return math.sqrt(float(np.dot(flat, flat)))


def total(value: Any) -> float:
    """The number itself for one element, the sum for more: what a person minimises."""
    return float(value.real) if not value.ndim else float(np.sum(value.real, dtype=np.float64))


@dataclass(frozen=True, eq=False)
class RowShape:
    """What a row's numbers are: the loss, then value and gradient of each leaf. Passes of a loop share one shape."""

    keys: tuple[CurveKey, ...]
    updates: tuple[CurveKey, ...]
    """How far each leaf moved, in the order of the leaves."""
    singles: NDArray[np.intp]
    """Positions of the leaves of one element, whose moves are differences between rows, found when those are sent."""
    several: NDArray[np.intp]
    """Positions of the others, whose moves are at the end of a row that is closed."""
    EMPTY: ClassVar[RowShape]


def row_shape(names: tuple[str, ...], singles: Sequence[bool]) -> RowShape:
    """The shape for leaves of these names, of which `singles` have one element. Names that come twice are numbered."""
    keys, updates, taken, counts = [LOSS], [], set(), dict[str, int]()
    for name in names:
        unique, count = name, counts.get(name, 2)
        while unique in taken:
            unique, count = f"{name} ({count})", count + 1
        taken.add(unique)
        counts[name] = count
        keys += (CurveKey("value", unique), CurveKey("gradient", unique))
        updates.append(CurveKey("update", unique))
    is_single = np.array(singles, bool)
    return RowShape(tuple(keys), tuple(updates), np.flatnonzero(is_single), np.flatnonzero(~is_single))


RowShape.EMPTY = row_shape((), ())


class Rows:
    """Rows of passes that have not been sent. The program adds, the recorder's clock takes.

    The last row is open until the next one is there: what the program logs and moves after its backward belongs to it.
    """

    def __init__(self) -> None:
        self.count = 0
        """Rows so far, sent or not."""
        self._numbers: list[list[float]] = []
        self._shapes = [(0, RowShape.EMPTY)]  # and the rows with which they begin
        self._notes: dict[int, Mapping[CurveKey, float]] = {}
        self._first = 0  # the row whose numbers come first
        self._told = b""
        self._lock = threading.Lock()

    def begin(self, shape: RowShape) -> None:
        """Rows from now on have this shape."""
        self._shapes.append((self.count, shape))

    def add(self, numbers: list[float]) -> None:
        """The next pass's numbers; passes come in order and each has one row."""
        self._numbers.append(numbers)
        self.count += 1

    def note(self, numbers: Mapping[CurveKey, float], row: int) -> None:
        """Further numbers of the open row, or of the one that comes next. Mappings are taken over, never changed."""
        before = self._notes.get(row)
        self._notes[row] = numbers if before is None else {**before, **numbers}

    def has(self, key: CurveKey, row: int) -> bool:
        """Whether this was noted in the open row."""
        return key in self._notes.get(row, ())

    @property
    def is_noted(self) -> bool:
        """Whether something was noted for a row that has not come."""
        return self.count in self._notes

    @property
    def newest(self) -> list[float]:
        """The numbers of the open row."""
        return self._numbers[-1]

    def take(self, moves: Mapping[CurveKey, float] | None = None) -> CurvesExtended | None:
        """Every closed row that has come since the last time, as one block; None where there is nothing new.

        With `moves`, how far the leaves of the open row have moved by now, that row comes as well, and again later.
        """
        with self._lock:
            # Only the end is ever added to, so what is counted here is there to stay.
            taken = self._numbers[:]
            closed = max(0, len(taken) - 1)
            wanted = closed if moves is None else len(taken)
            if not wanted:
                return None
            first, end = self._first, self._first + wanted
            notes = {row - first: self._notes[row] for row in tuple(self._notes) if row < end}
            if moves:
                notes[wanted - 1] = {**notes.get(wanted - 1, {}), **moves}
            block = _joined([*self._blocks(taken, wanted)], notes)
            self._forget(closed)
            told = f"{end} {block[0]}".encode() + block[1][-1].tobytes()
            if not closed and told == self._told:
                return None
            self._told = told
        return CurvesExtended(first, *block)

    def _blocks(self, taken: list[list[float]], wanted: int) -> Iterator[Block]:
        """A block for each stretch of rows of one shape."""
        shapes = self._shapes[:]
        for place, (start, shape) in enumerate(shapes):
            until = shapes[place + 1][0] if place + 1 < len(shapes) else self._first + len(taken)
            begin, end = max(0, start - self._first), min(wanted, until - self._first)
            if begin < end:
                # One row more of the same shape tells where the leaves of the last one moved to.
                yield _block(shape, taken[begin : min(end + 1, until - self._first)], end - begin)

    def _forget(self, closed: int) -> None:
        del self._numbers[:closed]
        self._first += closed
        while len(self._shapes) > 1 and self._shapes[1][0] <= self._first:
            del self._shapes[0]
        for row in tuple(self._notes):
            if row < self._first:
                del self._notes[row]


def _block(shape: RowShape, numbers: list[list[float]], wanted: int) -> Block:
    keys = *shape.keys, *(shape.updates[place] for place in shape.several)
    width = len(keys)
    if len(shape.several):  # the open row, and those that another shape came after, end before the moves
        numbers = [row if len(row) == width else row + [MISSING] * (width - len(row)) for row in numbers]
    flat = np.fromiter(itertools.chain.from_iterable(numbers), np.float64, len(numbers) * width)
    whole = flat.reshape(len(numbers), width)
    if not len(shape.singles):
        return keys, whole[:wanted]
    values = whole[:, 1 + 2 * shape.singles]
    after = np.full((wanted, len(shape.singles)), MISSING)
    after[: len(values) - 1] = values[1:]
    shares = _relative(values[:wanted], after)
    keys = *keys, *(shape.updates[place] for place in shape.singles)
    return keys, np.concatenate([whole[:wanted], shares], axis=1)


def _relative(values: NDArray[np.float64], after: NDArray[np.float64]) -> NDArray[np.float64]:
    """Moves as parts of sizes; `MISSING` for a leaf that was zero, and where it is not known where the leaf went."""
    with np.errstate(all="ignore"):
        return np.where((values == 0) | is_missing(after), MISSING, np.abs(after - values) / np.abs(values))


def _joined(blocks: list[Block], notes: Mapping[int, Mapping[CurveKey, float]]) -> Block:
    """One block with all keys, and what was noted in its rows."""
    keys, whole = blocks[0]
    names = dict.fromkeys(key for block in blocks for key in block[0])
    names.update(dict.fromkeys(key for noted in notes.values() for key in noted))
    if len(names) > len(keys) or len(blocks) > 1:
        keys = tuple(names)
        places = {key: place for place, key in enumerate(keys)}
        whole = np.full((sum(len(block) for _, block in blocks), len(keys)), MISSING)
        start = 0
        for own, block in blocks:
            whole[start : start + len(block), [places[key] for key in own]] = block
            start += len(block)
    for place, key in enumerate(keys):
        noted = [(row, numbers[key]) for row, numbers in notes.items() if key in numbers]
        if noted:
            rows, values = zip(*noted, strict=True)
            whole[list(rows), place] = values
    return keys, whole
