"""Names of the leaves in the curves, found once for each leaf."""

from __future__ import annotations

import weakref
from typing import Any

from . import records
from .frames import Frames
from .identities import NAMELESS, Identities
from .modules import Modules
from .naming import Names
from .row_shape import LEAVES, RowShape, row_shape


class LeafNames:
    """Remembers names with the leaves' lives, and the shape of a row with its names."""

    def __init__(self, modules: Modules, identities: Identities, names: Names, frames: Frames) -> None:
        self._modules = modules
        self._frames = frames
        self._identities = identities
        self._names = names
        self._known = identities.leaf_names
        self._shapes: dict[tuple[tuple[str, ...], tuple[tuple[Any, int], ...]], RowShape] = {}

    def shape(self, leaves: list[Any], values: list[Any], raw: list[Any]) -> RowShape:
        """The shape of a row: the same object for the same names, types and sizes. `raw` is the record of the pass."""
        known = self._known
        strange = [leaf for leaf in leaves if (item := known.get(id(leaf))) is None or item[0]() is not leaf]
        if strange:
            self._learn(strange, raw)
        names = tuple([known[id(leaf)][1] for leaf in leaves])
        forms = tuple([(value.dtype, value.size) for value in values])
        shape = self._shapes.get((names, forms))
        if shape is None:
            shape = self._shapes[names, forms] = row_shape(names, values)
        return shape

    def _learn(self, leaves: list[Any], raw: list[Any]) -> None:
        """Find names for all of them in one walk over the record: a program may have thousands of leaves."""
        if len(self._known) > 4 * LEAVES:
            alive = {key: item for key, item in self._known.items() if item[0]() is not None}
            self._known.clear()
            self._known.update(alive)
        found: dict[int, str | None] = {}
        scopes = self._frames.scopes()
        for leaf in leaves:
            found[id(leaf)] = self._modules.parameter_name(leaf, scopes) or self._identities.name_of(leaf)
        nameless = {key for key, name in found.items() if name is None}
        for kind, fields in records.records(raw) if nameless else ():
            if kind == records.MADE and id(fields[0]) in nameless:
                found[id(fields[0])] = self._names.names(fields[3])[0]
            elif kind == records.OP:
                for output in fields[3]:
                    if id(output) in nameless:
                        found[id(output)] = self._names.names(fields[8])[0]
        for leaf in leaves:
            name = found[id(leaf)] or self._modules.variable_name(leaf, scopes) or NAMELESS
            self._known[id(leaf)] = weakref.ref(leaf), name
