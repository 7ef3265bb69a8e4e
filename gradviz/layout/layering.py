"""Which layers a graph is cut into: the tightest, or some with room for the leaves in its pockets.

Both are looked at in argument order, before any search for fewer crossings: that is the start of the search and nearly
always its best one, and a count takes a thousandth of a second.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from functools import cached_property

from gradviz.layout.cancel import never
from gradviz.layout.crossings import crossings_of
from gradviz.layout.flow import Flow
from gradviz.layout.geometry import Rect
from gradviz.layout.layered import Layered, layered
from gradviz.layout.ordering import by_arguments
from gradviz.layout.pockets import pockets
from gradviz.layout.ranking import rank

WORTH = 1.75
"""How many layers of one edge a crossing fewer may cost. In small pictures room costs two: there a line crossed once is
the lesser evil than a picture wider by a quarter."""
LONGER = 1.25
"""How many times as long the edges may become in all, counted in layers."""


class Layering:
    """The ways to cut one connected part into layers."""

    def __init__(self, flow: Flow, cancelled: Callable[[], bool] = never) -> None:
        self.flow, self.cancelled = flow, cancelled

    @cached_property
    def pockets(self) -> list[tuple[int, int]]:
        return pockets(self.flow)

    @cached_property
    def tight(self) -> Layered:
        """Edges as short as possible in total."""
        return layered(self.flow, rank(self.flow, self.cancelled))

    def with_room(self, leaves: list[tuple[int, int]]) -> Layered:
        """As tight as can be if these leaves of pockets start after the node at which the branches part."""
        return layered(self.flow, rank(self.flow, self.cancelled, leaves)) if leaves else self.tight

    def best(self) -> Layered:
        """Room for leaves if that avoids crossings and makes edges little longer."""
        crossed = crossings_of(self.tight, by_arguments(self.tight)) if self.pockets else 0
        if not crossed:
            return self.tight
        roomy = self.with_room(self.pockets)
        saved = crossed - crossings_of(roomy, by_arguments(roomy))
        most = min(self.tight.span + WORTH * saved, self.tight.span * LONGER)
        return roomy if saved > 0 and roomy.span <= most else self.tight

    def kept(self, known: Mapping[Hashable, Rect]) -> Layered:
        """Room for those leaves only that had it in a previous picture, given its cards in (along, across)."""

        def had_room(node: int, leaf: int) -> bool:
            before, after = known.get(self.flow.nodes[node]), known.get(self.flow.nodes[leaf])
            return before is not None and after is not None and before.right <= after.x

        return self.with_room([pair for pair in self.pockets if had_room(*pair)])
