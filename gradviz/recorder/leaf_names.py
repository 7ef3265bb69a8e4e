"""Names of the leaves in the curves, found once for each leaf."""

from __future__ import annotations

import weakref
from typing import Any

from . import records
from .book import Book
from .curves import LEAVES, RowShape, row_shape
from .modules import Modules
from .naming import Names


class LeafNames:
    """Remembers names with the leaves' lives, and the shape of a row with its names."""

    def __init__(self, modules: Modules, book: Book, names: Names) -> None:
        self._modules = modules
        self._book = book
        self._names = names
        self._known: dict[int, tuple[weakref.ref[Any], str]] = {}
        self._shapes: dict[tuple[tuple[str, ...], tuple[bool, ...]], RowShape] = {}

    def shape(self, leaves: list[Any], singles: tuple[bool, ...], raw: list[Any]) -> RowShape:
        """The shape of a row: the same object for the same names and sizes. `raw` is the record of the pass."""
        names = tuple([self._name(tensor, raw) for tensor in leaves])
        shape = self._shapes.get((names, singles))
        if shape is None:
            shape = self._shapes[names, singles] = row_shape(names, singles)
        return shape

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
