"""What a layout is made of: rectangles, gaps, and the finished picture that other rooms read."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
"""A polyline: shape (k, 2), columns x and y."""


@dataclass(frozen=True, slots=True)
class Rect:
    """An upright rectangle in scene units; y grows downwards."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    @property
    def centre(self) -> tuple[float, float]:
        return self.x + self.width / 2, self.y + self.height / 2

    def overlaps(self, other: Rect) -> bool:
        """True when the two share area; touching sides do not count."""
        return self.x < other.right and other.x < self.right and self.y < other.bottom and other.y < self.bottom

    def moved(self, dx: float, dy: float) -> Rect:
        return Rect(self.x + dx, self.y + dy, self.width, self.height)


NOWHERE = Rect(0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Gaps:
    """Free space, in scene units."""

    layer: float = 56.0
    """Between two layers, along the flow: room for an arrow and a gradient's number."""
    card: float = 28.0
    """Between two cards of a layer."""
    edge: float = 14.0
    """Between a passing edge and a card, or two passing edges."""
    component: float = 48.0
    """Between parts of the graph that no edge connects."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything goes. `routes` has one polyline per edge (u, v, key), from u's side to v's side."""

    rects: Mapping[Hashable, Rect] = field(default_factory=lambda: MappingProxyType({}))
    routes: Mapping[tuple[Hashable, Hashable, Hashable], Points] = field(default_factory=lambda: MappingProxyType({}))
    bounds: Rect = NOWHERE
