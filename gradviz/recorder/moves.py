"""How far a pass moved its leaves: ‖Δw‖/‖w‖, whoever moved them, an optimizer or a line of the program."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..trace.curves import MISSING
from ..trace.messages import CurveKey
from .numbers import number_of
from .reader import Reader
from .row_shape import RowShape
from .rows import Part

KEPT_BYTES = 16 << 20
"""Bytes of measured leaves that are kept for a pass to be compared with; those beyond get no such curve."""


class Moves:
    """Remembers where the measured leaves of the open row stood when their gradients had arrived."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.shape = RowShape.EMPTY
        self._leaves: list[Any] = []
        self._measured: list[Any] = []
        self._starts: list[Any] = []  # where those stood

    def begin(self, shape: RowShape, leaves: list[Any]) -> None:
        """A row of this shape was written; `leaves` are its tensors as they stand now."""
        self.shape, self._leaves = shape, leaves
        self._measured = [leaves[place] for place in shape.measured]
        self._starts = []
        room = KEPT_BYTES
        for leaf in self._measured:
            now = self._reader.look(leaf)
            # A copy in any case: its memory may be written in place.
            self._starts.append(np.array(now) if room > 0 else None)
            room -= now.nbytes

    def measure(self, sizes: Sequence[float]) -> list[float]:
        """How far each measured leaf has moved since the last row, where they had these sizes; as a part of it.

        `MISSING` for a part of zero, and where it is not known. A row of the same leaves was written.
        """
        moves = []
        look, starts = self._reader.look, self._starts
        for place, leaf in enumerate(self._measured):
            now, start, size = look(leaf), starts[place], sizes[place]
            move = MISSING
            if start is not None:
                if start.shape == now.shape and start.dtype is now.dtype:
                    np.subtract(now, start, start)  # no new memory: the start is not needed any more
                    if size:
                        move = abs(number_of(start) / size)
                    np.copyto(start, now)
                else:
                    starts[place] = np.array(now)
            moves.append(move)
        return moves

    def since(self, open_row: Part) -> dict[CurveKey, float]:
        """How far each has moved, as a part of its size in the row; nothing for one that was zero."""
        shape, numbers, elements = open_row
        moves, updates = {}, shape.updates
        sizes = numbers[0, 1 : 1 + 2 * len(shape.measured) : 2].tolist()
        stood = list(zip(shape.measured, self._starts, sizes, strict=True))
        first = 0
        for place, size in zip(shape.short, shape.sizes, strict=True):
            start = elements[0, first : first + size]
            stood.append((place, start, number_of(start)))
            first += 2 * size
        for place, start, size in stood:
            now = self._reader.look(self._leaves[place])
            if size and start is not None and start.size == now.size:
                moves[updates[place]] = abs(number_of(now.ravel() - start.ravel()) / size)
        return moves
