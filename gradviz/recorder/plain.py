"""Arguments of operations as plain data for the record: what a call was given beside its tensors."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..trace.forward import Coded, Ref

DEEPEST = 8
"""Nested lists of an index at most."""

LONGEST = 10_000
"""Numbers of one argument at most; more of them belong into a tensor."""


class UnknownArgumentError(Exception):
    """An argument that has no plain form; its type's name is the message."""


class Plain:
    """Turns arguments into plain data. `place_of` takes a tensor, or an array, and says which place has its value."""

    def __init__(self, is_tensor: Any, place_of: Any) -> None:
        self._is_tensor = is_tensor
        self._place_of = place_of

    def __call__(self, item: Any, depth: int = 0) -> object:
        if item is None or item.__class__ in (bool, int, float, str):
            return item
        if self._is_tensor(item):
            return Ref(self._place_of(item))
        if isinstance(item, np.ndarray | np.generic):
            return Coded("array", (Ref(self._place_of(item)),))
        if isinstance(item, tuple | list):
            if depth == DEEPEST or len(item) > LONGEST:
                raise UnknownArgumentError("a long list")
            items = tuple([self(each, depth + 1) for each in item])
            return Coded("list", items) if isinstance(item, list) else items
        if isinstance(item, dict) and all(isinstance(key, str) for key in item):
            return Coded("dict", tuple((key, self(each, depth + 1)) for key, each in item.items()))
        if isinstance(item, slice):
            return Coded("slice", (self(item.start), self(item.stop), self(item.step)))
        if item is Ellipsis:
            return Coded("ellipsis")
        if isinstance(item, complex):
            return Coded("complex", (item.real, item.imag))
        if isinstance(item, range):
            return Coded("range", (item.start, item.stop, item.step))
        if isinstance(item, bool | int | float):
            return item.__index__() if isinstance(item, int) else float(item)
        if isinstance(item, np.dtype):
            return Coded("kind", (item.name,))
        name = type(item).__name__
        if name in ("dtype", "device", "layout", "memory_format"):
            return Coded(name, (str(item).removeprefix("torch."),))
        raise UnknownArgumentError(name)
