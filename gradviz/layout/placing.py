"""Coordinates across the flow: straight where it matters, evenly spaced, nothing overlapping.

Each layer is placed exactly: given where its vertices would like to be, isotonic regression (pool adjacent violators)
finds the places nearest to the wishes, in weighted least squares, that keep the order and the gaps. Sweeps over the
layers let wishes travel along the graph. Then every path that should be straight (the bends of a long arc, the main
path through the operations) is made exactly straight wherever the neighbours leave room.

Why not Brandes-Köpf? Its four alignments drift apart above some 60 nodes: a ResNet came out 3,766
wide against 1,079 here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise

from gradviz.layout.cancel import CancelledError, never
from gradviz.layout.geometry import Gaps
from gradviz.layout.layered import Layered, Segment

TRUNK, MAIN, SIDE = 8.0, 4.0, 1.0
"""How strongly a segment wants to be straight: between bends, on a main path, elsewhere."""
ANCHOR = 1e6
"""Weight of a card that is on screen already: only a lack of room may move it."""
ROUNDS = 4


def placed(
    graph: Layered,
    layers: list[list[int]],
    gaps: Gaps,
    anchors: Mapping[int, float],
    cancelled: Callable[[], bool] = never,
) -> list[float]:
    """The middle of each vertex across the flow, in scene units. Anchored vertices stay unless pushed."""
    placement = Placement(graph, layers, gaps, anchors, cancelled)
    placement.settle_all()
    if not anchors:
        placement.straighten()
    return placement.middle


class Placement:
    """Positions being improved. `offset` is a vertex's distance from the first of its layer when packed tightly."""

    def __init__(
        self,
        graph: Layered,
        layers: list[list[int]],
        gaps: Gaps,
        anchors: Mapping[int, float],
        cancelled: Callable[[], bool] = never,
    ) -> None:
        self.graph, self.layers, self.anchors, self.cancelled = graph, layers, anchors, cancelled
        count = len(graph.level)
        self.middle = [0.0] * count
        self.offset = [0.0] * count
        self.strength = {id(s): strength(graph, s) for segments in graph.after for s in segments}
        for layer in layers:
            for above, below in pairwise(layer):
                self.offset[below] = self.offset[above] + distance(graph, above, below, gaps)
            if layer:
                half = self.offset[layer[-1]] / 2
                for vertex in layer:
                    self.middle[vertex] = anchors.get(vertex, self.offset[vertex] - half)

    def settle_all(self) -> None:
        for _ in range(ROUNDS):
            for layer in self.layers:
                self.settle(layer, before=True, after=False)
            for layer in reversed(self.layers):
                self.settle(layer, before=False, after=True)
        for _ in range(ROUNDS):
            for layer in self.layers:
                self.settle(layer, before=True, after=True)
            for layer in reversed(self.layers):
                self.settle(layer, before=True, after=True)

    def wish(self, vertex: int, before: bool, after: bool) -> tuple[float, float]:
        """Where a vertex wants to be and how much: the weighted mean of where its segments would be straight."""
        if vertex in self.anchors:
            return self.anchors[vertex], ANCHOR
        total = weight = 0.0
        if before:
            for segment in self.graph.before[vertex]:
                pull = self.strength[id(segment)]
                total += pull * (self.middle[segment.tail] + segment.tail_port - segment.head_port)
                weight += pull
        if after:
            for segment in self.graph.after[vertex]:
                pull = self.strength[id(segment)]
                total += pull * (self.middle[segment.head] + segment.head_port - segment.tail_port)
                weight += pull
        if weight:
            return total / weight, weight
        return self.middle[vertex], 0.01

    def settle(self, layer: list[int], before: bool, after: bool) -> None:
        """Pool adjacent violators on (wish - offset): blocks that touch move as one, to their common weighted mean."""
        if self.cancelled():
            raise CancelledError
        means: list[float] = []
        weights: list[float] = []
        sizes: list[int] = []
        for vertex in layer:
            mean, weight = self.wish(vertex, before, after)
            mean -= self.offset[vertex]
            size = 1
            while means and means[-1] > mean:
                joined = weights[-1] + weight
                mean = (means.pop() * weights.pop() + mean * weight) / joined
                weight = joined
                size += sizes.pop()
            means.append(mean)
            weights.append(weight)
            sizes.append(size)
        at = 0
        for mean, size in zip(means, sizes, strict=True):
            for vertex in layer[at : at + size]:
                self.middle[vertex] = mean + self.offset[vertex]
            at += size

    def straighten(self) -> None:
        """Make main paths and long arcs exactly straight where the neighbours leave room."""
        paths = straight_paths(self.graph)
        above, below = neighbours(self.layers, len(self.middle))
        for _ in range(ROUNDS):
            for path in paths:
                if self.cancelled():
                    raise CancelledError
                self.align(path, above, below)

    def align(self, path: list[Segment | int], above: list[int], below: list[int]) -> None:
        """Walk along a path, keep the room that all its vertices share, and start a new straight run where it ends."""
        run: list[tuple[int, float]] = []
        low, high = float("-inf"), float("inf")
        shift = 0.0
        for item in path:
            if isinstance(item, Segment):
                vertex = item.head
                shift += item.tail_port - item.head_port
            else:
                vertex = item
            up, down = above[vertex], below[vertex]
            least = self.middle[up] + self.offset[vertex] - self.offset[up] - shift if up >= 0 else float("-inf")
            most = self.middle[down] - self.offset[down] + self.offset[vertex] - shift if down >= 0 else float("inf")
            if run and max(low, least) > min(high, most):
                self.move(run, low, high)
                run, low, high = [], float("-inf"), float("inf")
            run.append((vertex, shift))
            low, high = max(low, least), min(high, most)
        self.move(run, low, high)

    def move(self, run: list[tuple[int, float]], low: float, high: float) -> None:
        """Put a straight run where its connections outside of the run pull it, inside its room."""
        members = {vertex for vertex, _ in run}
        total = weight = 0.0
        for vertex, shift in run:
            for segment in self.graph.before[vertex]:
                if segment.tail not in members:
                    pull = self.strength[id(segment)]
                    total += pull * (self.middle[segment.tail] + segment.tail_port - segment.head_port - shift)
                    weight += pull
            for segment in self.graph.after[vertex]:
                if segment.head not in members:
                    pull = self.strength[id(segment)]
                    total += pull * (self.middle[segment.head] + segment.head_port - segment.tail_port - shift)
                    weight += pull
        if not weight:
            total, weight = sum(self.middle[vertex] - shift for vertex, shift in run), float(len(run))
        # Rounding may leave low a hair above high; the middle of the two is right then.
        level = (low + high) / 2 if low > high else min(max(total / weight, low), high)
        for vertex, shift in run:
            self.middle[vertex] = level + shift


def distance(graph: Layered, above: int, below: int, gaps: Gaps) -> float:
    """Least distance between the middles of two neighbours in a layer."""
    cards = not graph.is_bend(above) and not graph.is_bend(below)
    return (graph.breadth[above] + graph.breadth[below]) / 2 + (gaps.card if cards else gaps.edge)


def strength(graph: Layered, segment: Segment) -> float:
    """Fans pull less per segment than chains: a sum over 500 terms must not drag its terms together."""
    if graph.is_bend(segment.tail) and graph.is_bend(segment.head):
        return TRUNK
    share = max(len(graph.before[segment.head]), len(graph.after[segment.tail]))
    return MAIN if segment.main else SIDE / share


def straight_paths(graph: Layered) -> list[list[Segment | int]]:
    """Disjoint paths as [first vertex, segment, segment, …], longest first: bends of an arc, and main operands."""
    onward: dict[int, Segment] = {}
    taken: set[int] = set()
    for vertex, segments in enumerate(graph.after):
        best = None
        for segment in segments:
            if preferred(graph, segment) and segment.head not in taken:
                rank = (graph.is_bend(vertex) and graph.is_bend(segment.head), segment.main)
                if best is None or rank > best[0]:
                    best = (rank, segment)
        if best is not None:
            onward[vertex] = best[1]
            taken.add(best[1].head)
    paths = []
    for vertex in range(len(graph.level)):
        if vertex in onward and vertex not in taken:
            path: list[Segment | int] = [vertex]
            at = vertex
            while at in onward:
                path.append(onward[at])
                at = onward[at].head
            paths.append(path)
    paths.sort(key=len, reverse=True)
    return paths


def preferred(graph: Layered, segment: Segment) -> bool:
    """True when the head would rather be level with this tail than with any other."""
    return graph.is_bend(segment.head) or segment.main


def neighbours(layers: list[list[int]], count: int) -> tuple[list[int], list[int]]:
    """The vertex above and below each vertex in its layer, -1 at the ends."""
    above, below = [-1] * count, [-1] * count
    for layer in layers:
        for upper, lower in pairwise(layer):
            above[lower], below[upper] = upper, lower
    return above, below
