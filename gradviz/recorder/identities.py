"""What is known of tensors and nodes beyond the pass they were made in.

Everything hangs on the objects' own lives: when the engine lets go of a tensor or node, its entry goes too, so the
record of a million passes is as small as that of one.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..trace.events import OpRan, Source
from .reader import Reader


class Numbering:
    """A small number for each object, given on first sight and forgotten with the object.

    `anchor` gives the object that stands for an item, lives as long as it and can be referred to weakly.
    By identity: tensors compare element by element, which a dictionary of tensors would trip over.
    """

    def __init__(self, forget: Callable[[int], None], anchor: Callable[[Any], Any] = lambda item: item) -> None:
        self._anchor = anchor
        self._given: dict[int, tuple[weakref.ref[Any], int]] = {}
        self._next = 0
        self._forget = forget

    def of(self, item: Any) -> int:
        anchor = self._anchor(item)
        key = id(anchor)
        given = self._given.get(key)
        if given is not None:
            return given[1]
        number = self._next
        self._next += 1

        def gone(_: object) -> None:
            self._given.pop(key, None)
            self._forget(number)

        self._given[key] = weakref.ref(anchor, gone), number
        return number

    def knows(self, item: Any) -> bool:
        return id(self._anchor(item)) in self._given

    def find(self, number: int) -> Any:
        """The object of a number if it still lives (a walk; only asked of a carried op's operands)."""
        return next((reference() for reference, given in self._given.values() if given == number), None)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a tensor came from."""

    maker: str
    name: str | None
    source: Source | None


NAMELESS = "leaf"
"""What the curves call a leaf that no variable holds."""


class Identities:
    """The memory of one run."""

    def __init__(self, reader: Reader) -> None:
        self.origins: dict[int, Origin] = {}
        self.leaf_names: dict[int, tuple[weakref.ref[Any], str]] = {}
        """By identity: what the curves call each leaf."""
        self.makers: dict[int, OpRan] = {}
        """Tensor number → the op that made it."""
        self.ops: dict[int, OpRan] = {}
        """Node number → the op it belongs to."""
        self.tensors = Numbering(self._forget_tensor)
        self.nodes = Numbering(self._forget_node, reader.anchor)
        self.next_op = 0
        self._first_op = (-1, 0)
        self._first_passes: dict[int, int] = {}

    def first_op(self, number: int) -> int:
        """The number of the first op of a pass: the same each time the open pass is assembled anew."""
        if self._first_op[0] != number:
            self._first_op = number, self.next_op
        return self._first_op[1]

    def first_pass(self, node: Any, number: int) -> int:
        """The pass in which a leaf's node was first seen; `number` if that is now."""
        return self._first_passes.setdefault(self.nodes.of(node), number)

    def name_of(self, tensor: Any) -> str | None:
        """The name of a tensor that is known already."""
        if not self.tensors.knows(tensor):
            return None
        origin = self.origins.get(self.tensors.of(tensor))
        return origin.name if origin else None

    def leaf_name(self, leaf: Any) -> str | None:
        """What the curves call a leaf, also one that was made in a pass that was not kept."""
        known = self.leaf_names.get(id(leaf))
        return known[1] if known is not None and known[0]() is leaf and known[1] != NAMELESS else None

    def _forget_tensor(self, number: int) -> None:
        self.origins.pop(number, None)
        self.makers.pop(number, None)

    def _forget_node(self, number: int) -> None:
        self.ops.pop(number, None)
        self._first_passes.pop(number, None)
