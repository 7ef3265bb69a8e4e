"""A picture of one connected part before it has columns and routes: what one way of drawing it is compared by."""

from __future__ import annotations

from dataclasses import dataclass

from gradviz.layout.appearance import cost
from gradviz.layout.crossings import crossings_of
from gradviz.layout.layered import Layered


@dataclass(frozen=True, slots=True)
class Drawing:
    """Layers, an order in them and places across the flow; `kept` if they come from the previous layout."""

    graph: Layered
    layers: list[list[int]]
    middle: list[float]
    kept: bool

    @property
    def height(self) -> float:
        return max(self.middle) - min(self.middle)

    @property
    def crossings(self) -> int:
        return crossings_of(self.graph, self.layers)

    @property
    def cost(self) -> float:
        """What a reader pays (`appearance`)."""
        return cost(self.graph, self.middle)
