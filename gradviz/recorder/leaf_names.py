"""Names of the leaves in the curves, found once for each leaf."""

from __future__ import annotations

import weakref
from typing import Any

from ..trace.messages import CurveKey
from . import records
from .book import Book
from .curves import LEAVES, row_keys
from .modules import Modules
from .naming import Names


class LeafNames:
    """Remembers names with the leaves' lives, and the keys of a row with its names."""

    def __init__(self, modules: Modules, book: Book, names: Names) -> None:
        self._modules = modules
        self._book = book
        self._names = names
        self._known: dict[int, tuple[weakref.ref[Any], str]] = {}
        self._keys: dict[tuple[str, ...], tuple[CurveKey, ...]] = {}

    def keys(self, leaves: list[Any], raw: list[Any]) -> tuple[CurveKey, ...]:
        """The keys of a row: the same object for the same names. `raw` is the record of the pass."""
        names = tuple([self._name(tensor, raw) for tensor in leaves])
        keys = self._keys.get(names)
        if keys is None:
            keys = self._keys[names] = row_keys(names)
        return keys

    def _name(self, tensor: Any, raw: list[Any]) -> str:
        known = self._known.get(id(tensor))
        if known is None or known[0]() is not tensor:
            if len(self._known) > 4 * LEAVES:
                self._known.clear()
            known = self._known[id(tensor)] = weakref.ref(tensor), self._find(tensor, raw)
        return known[1]

    def _find(self, tensor: Any, raw: list[Any]) -> str:
        """A leaf's name: of its module, of the expression that made it, of a variable that holds it."""
        name = self._modules.parameter_name(tensor)
        if name is None:
            name = self._book.name_of(tensor)
        if name is None:
            for kind, fields in records.records(raw):
                if kind == records.MADE and fields[0] is tensor:
                    name = self._names.names(fields[3])[0]
                elif kind == records.OP and any(output is tensor for output in fields[3]):
                    name = self._names.names(fields[8])[0]
        return name or self._modules.variable_name(tensor) or "leaf"
