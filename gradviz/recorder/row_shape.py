"""What the numbers of a row of curves are. Passes of a loop share one shape."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from ..trace.curves import MISSING
from ..trace.messages import CurveKey
from .numbers import number_of

LEAVES = 100
"""Leaves that get curves: nobody reads a thousand of them, and a block must stay small."""

SHORT = 256
"""Elements of a leaf that are copied quicker than one number is made of them."""

LOSS = CurveKey("loss")

Rows64 = NDArray[np.float64]

SAFE = 1e-150, 1e150
"""Between these the square of a norm is a normal float64."""


@dataclass(frozen=True, eq=False)
class RowShape:
    """The loss; of each leaf its value, its gradient, and how far it has moved by the next row.

    Of a short leaf a row keeps the elements of value and gradient: a pass then only copies, and what is shown of many
    rows is found at once when those are sent. The other leaves are measured by the pass itself.
    """

    keys: tuple[CurveKey, ...]
    """Of all columns: the loss, value and gradient of each leaf, the moves of each leaf."""
    short: tuple[int, ...]
    """Places of the leaves whose elements are kept, all of one type."""
    measured: tuple[int, ...]
    """Places of the others."""
    dtype: np.dtype[Any]
    """Of the elements."""
    sizes: tuple[int, ...]
    """Elements of each short leaf; a row has those of its value, and then as many of its gradient."""
    EMPTY: ClassVar[RowShape]

    @property
    def leaves(self) -> int:
        return len(self.short) + len(self.measured)

    @property
    def updates(self) -> tuple[CurveKey, ...]:
        """The keys of the moves, in the order of the leaves."""
        return self.keys[1 + 2 * self.leaves :]

    @property
    def elements(self) -> int:
        """Elements in a row."""
        return 2 * sum(self.sizes)

    def split(self, arrays: Sequence[Any]) -> tuple[list[Any], list[float]]:
        """Of the arrays of each leaf's value and gradient those of the short leaves, and numbers for the others."""
        short, numbers = list[Any](), list[float]()
        for place in self.short:
            short += arrays[2 * place : 2 * place + 2]
        for place in self.measured:
            numbers += (number_of(arrays[2 * place]), number_of(arrays[2 * place + 1]))
        return short, numbers

    def columns(self, numbers: Rows64, elements: NDArray[Any]) -> Rows64:
        """What is shown of rows: float64 (rows, keys).

        `numbers` are those of each row, `elements` of the same rows (rows, elements), or with one row more, which says
        where the short leaves of the last one moved to.
        """
        count, moves = len(numbers), 1 + 2 * self.leaves
        found = np.full((count, len(self.keys)), MISSING)
        found[:, 0] = numbers[:, 0]
        if self.measured:
            places, end = np.array(self.measured), 1 + 2 * len(self.measured)
            found[:, 1 + 2 * places] = numbers[:, 1:end:2]
            found[:, 2 + 2 * places] = numbers[:, 2:end:2]
            found[:, moves + places] = numbers[:, end:]
        if self.short:
            places = np.array(self.short)
            exact = elements.astype(np.float64)
            both = _norms(exact[:count], np.repeat(self.sizes, 2))
            found[:, 1 + 2 * places] = both[:, ::2]
            found[:, 2 + 2 * places] = both[:, 1::2]
            values = exact[:, self._of_values]
            with np.errstate(all="ignore"):
                moved = np.abs(_norms(values[1:] - values[:-1], np.array(self.sizes)))[:count]
                stood = np.abs(both[: len(moved), ::2])
                found[: len(moved), moves + places] = np.where(stood == 0, MISSING, moved / stood)
        return found

    @property
    def _of_values(self) -> NDArray[np.intp]:
        """Which elements of a row are those of values."""
        return np.flatnonzero(np.repeat(np.tile([True, False], len(self.sizes)), np.repeat(self.sizes, 2)))


def _norms(rows: Rows64, sizes: NDArray[np.intp]) -> Rows64:
    """Of each of the tensors that are side by side in a row: the number of one element, the Euclidean norm of more."""
    starts = np.cumsum(sizes) - sizes
    if len(sizes) == rows.shape[1]:
        return rows
    with np.errstate(all="ignore"):
        norms: Rows64 = np.sqrt(np.add.reduceat(np.square(rows), starts, axis=1))
        if not np.all((norms > SAFE[0]) & (norms < SAFE[1]) | (norms == 0)):
            norms = np.hypot.reduceat(rows, starts, axis=1)
    singles = np.flatnonzero(sizes == 1)
    norms[:, singles] = rows[:, starts[singles]]
    return norms


def row_shape(names: Sequence[str], values: Sequence[Any]) -> RowShape:
    """The shape for leaves of these names and values. Names that come twice are numbered."""
    keys, updates, taken, counts = [LOSS], [], set(), dict[str, int]()
    for name in names:
        unique, count = name, counts.get(name, 2)
        while unique in taken:
            unique, count = f"{name} ({count})", count + 1
        taken.add(unique)
        counts[name] = count
        keys += (CurveKey("value", unique), CurveKey("gradient", unique))
        updates.append(CurveKey("update", unique))
    able = [place for place, value in enumerate(values) if value.dtype.char in "fd" and 0 < value.size <= SHORT]
    dtype = values[able[0]].dtype if able else np.dtype(np.float32)
    short = tuple(place for place in able if values[place].dtype == dtype)
    measured = tuple(place for place in range(len(names)) if place not in short)
    return RowShape((*keys, *updates), short, measured, dtype, tuple(values[place].size for place in short))


RowShape.EMPTY = row_shape((), ())
