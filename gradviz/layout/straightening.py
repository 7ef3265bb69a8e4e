"""Paths that should be straight: which they are, where they can be, and what stands in their way."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Iterator
from itertools import pairwise
from math import inf

from gradviz.layout.layered import Layered, Segment

Path = list[tuple[int, float]]
"""Vertices from left to right, each with the step that its port makes against the vertex before."""
ROUNDING = 1e-6
"""A run that just fits must not be cut because of the last bits of a float."""


def straight_paths(graph: Layered, middle: list[float]) -> list[Path]:
    """Disjoint paths that should be straight, those through the most cards first.

    Single vertices are paths too. Each vertex prefers at most one operand and is taken up by at most one consumer.
    """
    count = len(graph.level)
    reach = [0] * count
    onward: list[Segment | None] = [None] * count
    begins = [True] * count
    for vertex in sorted(range(count), key=graph.level.__getitem__, reverse=True):
        choices = [segment for segment in graph.after[vertex] if preferred(graph, segment)]
        if choices:
            # A trunk goes on straight past its branches; a card prefers the path through the most cards.
            trunk, at = graph.is_bend(vertex), middle[vertex]
            best = choices[0]
            if len(choices) > 1:
                best = max(
                    choices,
                    key=lambda s: (trunk and graph.is_bend(s.head), s.main, reach[s.head], -abs(middle[s.head] - at)),
                )
            onward[vertex] = best
            begins[best.head] = False
            reach[vertex] = reach[best.head]
        reach[vertex] += not graph.is_bend(vertex)
    paths = []
    for vertex in range(count):
        if begins[vertex]:
            path = [(vertex, 0.0)]
            segment = onward[vertex]
            while segment is not None:
                path.append((segment.head, segment.tail_port - segment.head_port))
                segment = onward[segment.head]
            paths.append(path)
    paths.sort(key=lambda path: (reach[path[0][0]], len(path)), reverse=True)
    return paths


def preferred(graph: Layered, segment: Segment) -> bool:
    """True when the head would rather be level with this tail than with any other."""
    if graph.is_bend(segment.head):
        # Where several arcs join a cable, it goes straight on.
        return graph.is_bend(segment.tail) or len(graph.before[segment.head]) == 1
    return segment.main


def neighbours(layers: list[list[int]], count: int) -> tuple[list[int], list[int]]:
    """The vertex above and below each vertex in its layer, -1 at the ends."""
    above, below = [-1] * count, [-1] * count
    for layer in layers:
        for upper, lower in pairwise(layer):
            above[lower], below[upper] = upper, lower
    return above, below


class Walls:
    """The fixed vertices of each layer, and the room between them when all that lies between is packed tightly."""

    def __init__(self, layers: list[list[int]], middle: list[float], offset: list[float], leash: float) -> None:
        self.middle, self.offset, self.leash = middle, offset, leash
        self.fixed = [False] * len(middle)
        self.layer_of: dict[int, tuple[int, int]] = {
            vertex: (index, at) for index, layer in enumerate(layers) for at, vertex in enumerate(layer)
        }
        self.layers = layers
        self.walls: list[list[int]] = [[] for _ in layers]

    def room(self, vertex: int) -> tuple[float, float]:
        if self.fixed[vertex]:
            return self.middle[vertex], self.middle[vertex]
        index, at = self.layer_of[vertex]
        walls, layer = self.walls[index], self.layers[index]
        place = bisect_left(walls, at)
        low, high = self.middle[vertex] - self.leash, self.middle[vertex] + self.leash
        if place > 0:
            wall = layer[walls[place - 1]]
            low = max(low, self.middle[wall] + self.offset[vertex] - self.offset[wall])
        if place < len(walls):
            wall = layer[walls[place]]
            high = min(high, self.middle[wall] + self.offset[vertex] - self.offset[wall])
        return low, high

    def add(self, vertex: int) -> None:
        index, at = self.layer_of[vertex]
        insort(self.walls[index], at)
        self.fixed[vertex] = True


def runs(
    path: Path, room: Callable[[int], tuple[float, float]]
) -> Iterator[tuple[list[tuple[int, float]], float, float]]:
    """Cut a path into runs that can be straight: (vertices with their shifts against the run's level, low, high).

    Walk along, keep the room that all vertices so far share, and begin a new run where there is none. The shift of a
    vertex makes ports meet rather than middles.
    """
    run: list[tuple[int, float]] = []
    low, high = -inf, inf
    shift = 0.0
    for vertex, step in path:
        shift += step
        least, most = room(vertex)
        least, most = least - shift, most - shift
        if run and max(low, least) > min(high, most) + ROUNDING:
            yield run, low, high
            run, low, high = [], -inf, inf
        run.append((vertex, shift))
        low, high = max(low, least), min(high, most)
    yield run, low, high
