"""How far a pass moved its leaves: ‖Δw‖/‖w‖, whoever moved them, an optimizer or a line of the program."""

from __future__ import annotations

from typing import Any

from ..trace.messages import CurveKey
from .curves import RowShape, number_of
from .reader import Reader

KEPT_BYTES = 16 << 20
"""Bytes of large leaves that are kept for a pass to be compared with; those beyond get no such curve."""


class Moves:
    """Remembers where the leaves of the open row stood when their gradients had arrived."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.shape = RowShape.EMPTY
        self._leaves: list[Any] = []
        self._starts: list[Any] = []
        self.measured = False
        """Whether a leaf has several elements, so that each pass has to measure before the next one is written."""

    def begin(self, shape: RowShape, leaves: list[Any]) -> None:
        """A row of this shape was written; `leaves` are its tensors as they stand now."""
        self.shape, self._leaves, self._starts = shape, leaves, []
        room = KEPT_BYTES
        singles = set(shape.singles.tolist())
        for place, tensor in enumerate(leaves):
            start = None
            if place not in singles and room > 0:
                start = self._reader.look(tensor).copy()  # its memory may be written in place
                room -= start.nbytes
            self._starts.append(start)
        self.measured = len(singles) < len(leaves)

    def begin_again(self) -> None:
        """A row of the same leaves."""
        self.begin(self.shape, self._leaves)

    def since(self, numbers: list[float]) -> dict[CurveKey, float]:
        """How far each has moved, as a part of its size in the row; nothing for a leaf that was zero."""
        moves = {}
        for place, (key, tensor) in enumerate(zip(self.shape.updates, self._leaves, strict=True)):
            size, start = abs(numbers[1 + 2 * place]), self._starts[place]
            now = self._reader.look(tensor)
            if now.size == 1:
                move = abs(number_of(now) - numbers[1 + 2 * place])
            elif start is None or start.shape != now.shape:
                continue
            else:
                move = number_of(now - start)
            if size:
                moves[key] = move / size
        return moves
