"""The scalars of every pass, gathered row by row and sent in blocks."""

from __future__ import annotations

import math
import threading
from array import array
from collections.abc import Mapping, Sequence
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
    size = value.size
    if size == 1:
        return float(value) if value.__class__ is np.float32 else float(value.item().real)
    flat = value if value.ndim == 1 else value.ravel()
    is_single = flat.dtype is FLOAT
    if size <= FEW and (is_single or flat.dtype.kind == "f"):
        return math.hypot(*flat.tolist())
    if is_single:
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


class Stretch:
    """Rows of one shape, one after the other in plain memory: a list of numbers for each row would take five times as
    much of it, and a small step's own numbers would drop out of the processor's cache."""

    def __init__(self, shape: RowShape, first: int) -> None:
        self.shape = shape
        self.first = first
        """The row that comes first."""
        self.width = len(shape.keys) + len(shape.several)
        self.numbers = array("d")
        self._open = array("d", [MISSING] * len(shape.several))

    def add(self, numbers: list[float]) -> None:
        """A row, whose moves are not known yet."""
        self.numbers.extend(numbers)
        if self._open:
            self.numbers.extend(self._open)

    def close(self, moves: list[float]) -> None:
        """Write the moves of the last row."""
        self.numbers[-len(moves) :] = array("d", moves)


class Rows:
    """Rows of passes that have not been sent. The program adds, the recorder's clock takes.

    The last row is open until the next one is there: what the program logs and moves after its backward belongs to it.
    """

    def __init__(self) -> None:
        self.count = 0
        """Rows so far, sent or not."""
        self._stretches = [Stretch(RowShape.EMPTY, 0)]
        self._newest = self._stretches[0]
        self._notes: dict[int, Mapping[CurveKey, float]] = {}
        self._told = b""
        self._lock = threading.Lock()

    def begin(self, shape: RowShape) -> None:
        """Rows from now on have this shape."""
        self._newest = Stretch(shape, self.count)
        self._stretches.append(self._newest)

    def add(self, numbers: list[float]) -> None:
        """The next pass's numbers; passes come in order and each has one row."""
        self._newest.add(numbers)
        self.count += 1

    def close(self, moves: list[float]) -> None:
        """How far the leaves of several elements moved after the open row."""
        self._newest.close(moves)

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
    def newest(self) -> array[float]:
        """The numbers of the open row."""
        stretch = self._newest
        return stretch.numbers[-stretch.width :]

    def take(self, moves: Mapping[CurveKey, float] | None = None) -> CurvesExtended | None:
        """Every closed row that has come since the last time, as one block; None where there is nothing new.

        With `moves`, how far the leaves of the open row have moved by now, that row comes as well, and again later.
        """
        with self._lock:
            # Only the end is ever added to, so what is copied here is there to stay. A row may be half written.
            parts = [(stretch, _copied(stretch)) for stretch in tuple(self._stretches)]
            count = sum(len(rows) for _, rows in parts)
            wanted = count if moves is not None else max(0, count - 1)
            if not wanted:
                return None
            first = parts[0][0].first
            end = first + wanted
            notes = {row - first: self._notes[row] for row in tuple(self._notes) if row < end}
            if moves:
                notes[wanted - 1] = {**notes.get(wanted - 1, {}), **moves}
            blocks = [_block(stretch.shape, rows, min(len(rows), end - stretch.first)) for stretch, rows in parts]
            block = _joined([each for each in blocks if len(each[1])], notes)
            self._forget(first + count - 1)
            told = f"{end} {block[0]}".encode() + block[1][-1].tobytes()
            if count == 1 and told == self._told:
                return None
            self._told = told
        return CurvesExtended(first, *block)

    def _forget(self, before: int) -> None:
        """Let go of the rows before this one."""
        while len(self._stretches) > 1 and self._stretches[1].first <= before:
            del self._stretches[0]
        stretch = self._stretches[0]
        del stretch.numbers[: (before - stretch.first) * stretch.width]
        stretch.first = before
        for row in tuple(self._notes):
            if row < before:
                del self._notes[row]


def _copied(stretch: Stretch) -> NDArray[np.float64]:
    """The whole rows of a stretch as they are now."""
    flat = np.array(stretch.numbers[:], np.float64)
    return flat[: len(flat) - len(flat) % stretch.width].reshape(-1, stretch.width)


def _block(shape: RowShape, whole: NDArray[np.float64], wanted: int) -> Block:
    """The first rows that are `wanted`; one row more of the shape tells where the leaves of the last one moved to."""
    keys = *shape.keys, *(shape.updates[place] for place in shape.several)
    wanted = max(0, wanted)
    whole = whole[: wanted + 1]
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
