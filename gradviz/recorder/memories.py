"""Which tensors of a pass show the same memory: what is written through one of them, the others hold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np

from .reader import Reader
from .writes import is_same, is_within, part


class Memories:
    """The tensors that a walk over a pass has met, each with the place of its value, by the memory that they show."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._met: dict[int, list[tuple[Any, int]]] = defaultdict(list)
        self._written: dict[int, tuple[Any, Any]] = {}

    def add(self, tensor: Any, place: int) -> None:
        self._met[self._reader.memory(tensor)].append((tensor, place))

    def on_that_of(self, tensor: Any) -> Iterator[tuple[Any, int]]:
        """The tensors that were met, newest first, on the memory of this one."""
        return reversed(self._met.get(self._reader.memory(tensor), ()))

    def namesakes(self, tensor: Any) -> Iterator[tuple[Any, int]]:
        """Those of them that show the very same elements: `w` and `w.data`."""
        look = self._reader.look
        return (pair for pair in self.on_that_of(tensor) if is_same(look(pair[0]), look(tensor)))

    def write(self, tensor: Any, after: Any) -> None:
        """A tensor holds something else from now on."""
        self._written[self._reader.memory(tensor)] = tensor, after

    def content(self, tensor: Any) -> Any:
        """What a tensor holds since the last write, which may have been through another one; None if nobody knows."""
        by, after = self._written.get(self._reader.memory(tensor), (None, None))
        if by is None or not isinstance(after, np.ndarray):
            return None
        whole, shown = self._reader.look(by), self._reader.look(tensor)
        if not isinstance(whole, np.ndarray):
            return None
        is_plain = after.flags.c_contiguous and whole.flags.c_contiguous and after.nbytes == whole.nbytes
        return part(after, shown, whole) if is_plain and is_within(shown, whole) else None
