"""The scalars of every pass, gathered row by row and sent in blocks."""

from __future__ import annotations

import threading
from array import array
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..trace.curves import MISSING
from ..trace.messages import CurveKey, CurvesExtended
from .row_shape import Rows64, RowShape

STRETCH_BYTES = 1 << 18
"""Of a stretch: it is let go of in one piece, when all its rows have been sent."""

Block = tuple[tuple[CurveKey, ...], Rows64]
"""Keys, and rows of their numbers."""

Part = tuple[RowShape, Rows64, NDArray[Any]]
"""Rows of one shape: their numbers and their elements."""


class Stretch:
    """Rows of one shape, one after the other in plain memory: a list of numbers for each row would take five times as
    much of it, and a small step's own numbers would drop out of the processor's cache."""

    def __init__(self, shape: RowShape, first: int) -> None:
        self.shape = shape
        self.first = first
        """The row that comes first."""
        self.numbers = array("d")
        """Of each row: the loss, value and gradient of each measured leaf, the moves of those. They are added in one
        piece, when the elements are there: another thread sees whole rows."""
        self.elements = bytearray()
        self.open_moves = [MISSING] * len(shape.measured)
        self.bytes = shape.elements * shape.dtype.itemsize
        self.width = 1 + 3 * len(shape.measured)

    @property
    def count(self) -> int:
        """Whole rows."""
        return len(self.numbers) // self.width

    def read(self, first: int, count: int) -> Part:
        """A copy of rows, by their numbers within this stretch."""
        shape, width, size = self.shape, self.width, self.bytes
        numbers = np.array(self.numbers[first * width : count * width]).reshape(-1, width)
        elements = np.ndarray((len(numbers), shape.elements), shape.dtype, self.elements[first * size : count * size])
        return shape, numbers, elements


class Rows:
    """Rows of passes that have not been sent. The program adds, the recorder's clock takes.

    The last row is open until the next one is there: what the program logs and moves after its backward belongs to it.
    """

    def __init__(self) -> None:
        self.count = 0
        """Rows so far, sent or not."""
        self._stretches: list[Stretch] = []
        self.begin(RowShape.EMPTY)
        self._notes: dict[int, Mapping[CurveKey, float]] = {}
        self._taken = 0  # the first row that has not been sent, or that was open when it was
        self._told = b""
        self._lock = threading.Lock()

    def begin(self, shape: RowShape) -> None:
        """Rows from now on have this shape."""
        self._newest = stretch = Stretch(shape, self.count)
        self._stretches.append(stretch)
        self._full = self.count + max(1, STRETCH_BYTES // (stretch.bytes + 8 * stretch.width))

    def add(self, loss: float, arrays: Iterable[Any], numbers: Sequence[float] = ()) -> bool:
        """The next pass: its loss, the arrays of value and gradient of each short leaf, the numbers of the others.

        Passes come in order and each has one row.

        False, and no row, where a leaf has another size than the shape says.
        """
        if self.count == self._full:
            self.begin(self._newest.shape)
        stretch = self._newest
        elements = stretch.elements
        for each in arrays:
            try:
                elements.extend(each)
            except TypeError:  # its elements do not lie side by side
                elements.extend(each.tobytes())
        count = self.count + 1
        if len(elements) != (count - stretch.first) * stretch.bytes:
            # Or the program was interrupted in the middle of the row before: then that one goes, too.
            whole = self.count - stretch.first
            del elements[whole * stretch.bytes :], stretch.numbers[whole * stretch.width :]
            return False
        if numbers:
            stretch.numbers.extend([loss, *numbers, *stretch.open_moves])
        else:
            stretch.numbers.append(loss)
        self.count = count
        return True

    def close(self, moves: list[float]) -> None:
        """How far the measured leaves moved after the open row."""
        self._newest.numbers[-len(moves) :] = array("d", moves)

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

    def sizes(self) -> Sequence[float]:
        """The values of the measured leaves in the open row."""
        stretch = self._newest
        several = len(stretch.open_moves)
        return stretch.numbers[-3 * several : -several : 2] if several else ()

    def open_row(self) -> Part:
        """The open row."""
        stretch = next(each for each in reversed(self._stretches) if each.count)
        return stretch.read(stretch.count - 1, stretch.count)

    def take(self, moves: Mapping[CurveKey, float] | None = None) -> CurvesExtended | None:
        """Every closed row that has come since the last time, as one block; None where there is nothing new.

        With `moves`, how far the leaves of the open row have moved by now, that row comes as well, and again later.
        """
        with self._lock:
            first = self._taken
            parts = _merged(
                [stretch.read(max(0, first - stretch.first), stretch.count) for stretch in tuple(self._stretches)]
            )
            count = sum(len(numbers) for _, numbers, _ in parts)
            wanted = count if moves is not None else max(0, count - 1)
            if not wanted:
                return None
            notes = {row - first: self._notes[row] for row in tuple(self._notes) if row < first + wanted}
            if moves:
                notes[wanted - 1] = {**notes.get(wanted - 1, {}), **moves}
            blocks, missing = [], wanted
            for shape, numbers, elements in parts:
                if missing > 0:
                    blocks.append((shape.keys, shape.columns(numbers[:missing], elements)))
                    missing -= len(numbers)
            block = _joined(blocks, notes)
            self._forget(first + count - 1)
            told = f"{first + wanted} {block[0]}".encode() + block[1][-1].tobytes()
            if count == 1 and told == self._told:
                return None
            self._told = told
        return CurvesExtended(first, *block)

    def _forget(self, before: int) -> None:
        """Let go of what belongs to rows before this one."""
        self._taken = before
        while len(self._stretches) > 1 and self._stretches[1].first <= before:
            del self._stretches[0]
        for row in tuple(self._notes):
            if row < before:
                del self._notes[row]


def _merged(parts: list[Part]) -> list[Part]:
    """Neighbours of one shape in one piece."""
    merged: list[Part] = []
    for part in parts:
        shape, numbers, elements = part
        if not len(numbers):
            continue
        if merged and merged[-1][0] is shape:
            _, before, ahead = merged[-1]
            merged[-1] = shape, np.concatenate([before, numbers]), np.concatenate([ahead, elements])
        else:
            merged.append(part)
    return merged


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
