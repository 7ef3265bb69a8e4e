"""How far a pass moved its leaves: ‖Δw‖/‖w‖, whoever moved them, an optimizer or a line of the program."""

from __future__ import annotations

from collections.abc import Sequence
from math import dist
from typing import Any

import numpy as np

from ..trace.curves import MISSING
from ..trace.messages import CurveKey
from .curves import FEW, RowShape, number_of
from .reader import Reader

KEPT_BYTES = 16 << 20
"""Bytes of large leaves that are kept for a pass to be compared with; those beyond get no such curve."""


class Moves:
    """Remembers where the leaves of the open row stood when their gradients had arrived."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.shape = RowShape.EMPTY
        self._leaves: list[Any] = []
        self._several: list[tuple[int, Any]] = []  # places and leaves of several elements
        self._starts: list[Any] = []  # where those stood

    @property
    def are_measured(self) -> bool:
        """Whether a leaf has several elements, so that each pass has to measure before the next one is written."""
        return bool(self._several)

    def begin(self, shape: RowShape, leaves: list[Any]) -> None:
        """A row of this shape was written; `leaves` are its tensors as they stand now."""
        self.shape, self._leaves = shape, leaves
        self._several = [(place, leaves[place]) for place in shape.several.tolist()]
        self._starts = []
        room = KEPT_BYTES
        for _, leaf in self._several:
            now = self._reader.look(leaf)
            # A copy in any case: its memory may be written in place.
            self._starts.append(now.tolist() if _is_short(now) else now.copy() if room > 0 else None)
            room -= now.nbytes

    def begin_again(self, numbers: Sequence[float]) -> list[float]:
        """A row of the same leaves was written; `numbers` are those of the row before.

        How far each leaf of several elements has moved since then, as a part of its size; `MISSING` for a part of zero,
        and where it is not known.
        """
        moves = []
        look, starts = self._reader.look, self._starts
        for index, (place, leaf) in enumerate(self._several):
            now, start, size = look(leaf), starts[index], numbers[1 + 2 * place]
            move = MISSING
            if start.__class__ is list:
                if _is_short(now) and now.size == len(start):
                    listed = now.tolist()
                    if size:
                        move = dist(listed, start) / size
                    starts[index] = listed
            elif start is not None:
                if start.shape == now.shape and start.dtype is now.dtype:
                    np.subtract(now, start, start)  # no new memory: the start is not needed any more
                    if size:
                        move = number_of(start) / size
                    np.copyto(start, now)
                else:
                    starts[index] = now.copy()
            moves.append(move)
        return moves

    def since(self, numbers: Sequence[float]) -> dict[CurveKey, float]:
        """How far each has moved, as a part of its size in the row; nothing for one that was zero."""
        updates, look = self.shape.updates, self._reader.look
        moves = {}
        for place in self.shape.singles.tolist():
            size = numbers[1 + 2 * place]
            if size:
                moves[updates[place]] = abs(number_of(look(self._leaves[place])) - size) / abs(size)
        for (place, leaf), start in zip(self._several, self._starts, strict=True):
            now, size = look(leaf), numbers[1 + 2 * place]
            if size and start is not None and np.shape(start) == now.shape:
                moves[updates[place]] = number_of(now - np.asarray(start, now.dtype)) / size
        return moves


def _is_short(value: Any) -> bool:
    """Whether Python subtracts and sums the elements quicker than NumPy is called."""
    return bool(value.ndim == 1 and value.size <= FEW and value.dtype.kind == "f")
