"""Positions across the flow being improved: the methods that every way of placing is made of.

Each layer is placed exactly: given where its vertices would like to be, isotonic regression (pool adjacent violators)
finds the places nearest to the wishes, in weighted least squares, that keep the order and the gaps. Sweeps over the
layers let wishes travel along the graph. Then every path that should be straight (the bends of a long arc, the main
path through the operations) is made exactly straight wherever the neighbours leave room.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from itertools import pairwise
from math import inf

from gradviz.layout.appearance import strength
from gradviz.layout.cancel import ask, never
from gradviz.layout.geometry import Gaps
from gradviz.layout.layered import Layered, Segment
from gradviz.layout.straightening import Path, Walls, neighbours, runs, straight_paths

ANCHOR = 1e12
"""Weight of what is fixed: only a lack of room may move it. So large that straight runs stay straight to 1e-8."""
ROUNDS = 2
STILL = 0.01
"""A round that moves nothing farther than this, in scene units, is the last one."""
Pull = tuple[int, float, float]
"""A vertex at the other end, where this one's middle should be against that one's, and how strong the wish is."""


class Start(Enum):
    """Where the search for good places begins."""

    STACKED = "each layer packed about the middle: around what is anchored"
    AXIS = "the longest main path drawn straight: for networks"
    OPERANDS = "operations in the middle of their operands: for small graphs and wide ones"


class Placement:
    """Positions being improved. `offset` is a vertex's distance from the first of its layer when packed tightly."""

    rounds = ROUNDS

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
        self.before: list[list[Pull]] = [[] for _ in range(count)]
        self.after: list[list[Pull]] = [[] for _ in range(count)]
        for segments in graph.before:
            for segment in segments:
                step, wish = segment.tail_port - segment.head_port, self.wish(segment)
                self.before[segment.head].append((segment.tail, step, wish))
                self.after[segment.tail].append((segment.head, -step, wish))
        self.beside = [left + right for left, right in zip(self.before, self.after, strict=True)]
        for layer in layers:
            for above, below in pairwise(layer):
                self.offset[below] = self.offset[above] + distance(graph, gaps, above, below)
            if layer:
                half = self.offset[layer[-1]] / 2
                for vertex in layer:
                    self.middle[vertex] = anchors.get(vertex, self.offset[vertex] - half)

    def wish(self, segment: Segment) -> float:
        """How strongly a segment wants to be level."""
        return strength(self.graph, segment)

    def settle_all(self, start: Start) -> None:
        """Sweep over the layers in both directions until wishes have travelled some way."""
        if start is Start.AXIS:
            self.draw_axis()
        elif start is Start.OPERANDS:
            for layer in self.layers:
                self.settle(layer, before=True, after=False)
        for _ in range(self.rounds):
            self.sweep()
        if start is Start.AXIS:
            self.anchors = {}

    def sweep(self) -> None:
        for layer in self.layers:
            self.settle(layer, before=True, after=True)
        for layer in reversed(self.layers):
            self.settle(layer, before=True, after=True)

    def wishes(self, layer: list[int], before: bool, after: bool) -> list[tuple[float, float]]:
        """Where vertices want to be and how much: the weighted means of where their segments would be straight."""
        middle, anchors = self.middle, self.anchors
        sides = self.beside if before and after else self.before if before else self.after
        found = []
        for vertex in layer:
            if anchors and vertex in anchors:
                found.append((anchors[vertex], ANCHOR))
                continue
            total = weight = 0.0
            for other, step, pull in sides[vertex]:
                total += pull * (middle[other] + step)
                weight += pull
            found.append((total / weight, weight) if weight else (middle[vertex], 0.01))
        return found

    def settle(self, layer: list[int], before: bool, after: bool) -> None:
        """Pool adjacent violators on (wish - offset): blocks that touch move as one, to their common weighted mean."""
        ask(self.cancelled)
        middle, offset = self.middle, self.offset
        wishes = self.wishes(layer, before, after)
        if len(layer) == 1:
            middle[layer[0]] = wishes[0][0]
            return
        means: list[float] = []
        weights: list[float] = []
        ends: list[int] = []
        """Where in the layer each block ends."""
        for end, (vertex, (mean, weight)) in enumerate(zip(layer, wishes, strict=True), start=1):
            mean -= offset[vertex]
            while means and means[-1] > mean:
                joined = weights[-1] + weight
                mean = (means.pop() * weights.pop() + mean * weight) / joined
                weight = joined
                ends.pop()
            means.append(mean)
            weights.append(weight)
            ends.append(end)
        at = 0
        for mean, end in zip(means, ends, strict=True):
            for vertex in layer[at:end]:
                middle[vertex] = mean + offset[vertex]
            at = end

    def draw_axis(self) -> None:
        """Lay the longest main path straight at level 0, for everything else to settle around."""
        paths = straight_paths(self.graph, self.middle)
        if not paths:
            return
        level = 0.0
        for vertex, step in paths[0]:
            level += step
            shift = level - self.middle[vertex]
            for other in self.layers[self.graph.level[vertex]]:
                self.middle[other] += shift
        self.anchors = {vertex: self.middle[vertex] for vertex, _ in paths[0]}

    def straighten(self, leash: float) -> None:
        """Make main paths and long arcs exactly straight, the longest first; everything else makes room.

        No vertex is taken further than `leash` from where least squares put it.
        """
        paths = straight_paths(self.graph, self.middle)
        walls = Walls(self.layers, self.middle, self.offset, leash)
        for vertex in self.anchors:
            walls.add(vertex)
        for path in paths:
            if len(path) > 1:
                self.fix(path, walls)
        self.fit(walls.fixed)
        above, below = neighbours(self.layers, len(self.middle))
        for _ in range(ROUNDS):
            before = list(self.middle)
            for path in paths:
                ask(self.cancelled)
                self.align(path, above, below)
            if all(abs(now - then) <= STILL for now, then in zip(self.middle, before, strict=True)):
                break

    def fit(self, fixed: Sequence[bool]) -> None:
        """Settle all layers around fixed vertices."""
        kept = self.anchors
        self.anchors = {vertex: self.middle[vertex] for vertex, is_fixed in enumerate(fixed) if is_fixed}
        for _ in range(2):
            self.sweep()
        self.anchors = kept

    def fix(self, path: Path, walls: Walls) -> None:
        """Lay a path straight between the walls, in as few runs as fit, and make it a wall itself."""
        for run, low, high in runs(path, walls.room):
            level = sum(self.middle[vertex] - shift for vertex, shift in run) / len(run)
            self.lay(run, level, low, high)
            for vertex, _ in run:
                if not walls.fixed[vertex]:
                    walls.add(vertex)

    def align(self, path: Path, above: list[int], below: list[int]) -> None:
        """Move the runs of a path to where the rest of the graph pulls them, as far as the neighbours allow."""

        def room(vertex: int) -> tuple[float, float]:
            if vertex in self.anchors:
                return self.middle[vertex], self.middle[vertex]
            up, down = above[vertex], below[vertex]
            low = self.middle[up] + self.offset[vertex] - self.offset[up] if up >= 0 else -inf
            high = self.middle[down] + self.offset[vertex] - self.offset[down] if down >= 0 else inf
            return low, high

        for run, low, high in runs(path, room):
            self.lay(run, self.pull(run), low, high)

    def lay(self, run: list[tuple[int, float]], level: float, low: float, high: float) -> None:
        # Rounding may leave low a hair above high; the middle of the two is right then.
        level = (low + high) / 2 if low > high else min(max(level, low), high)
        for vertex, shift in run:
            self.middle[vertex] = level + shift

    def pull(self, run: list[tuple[int, float]]) -> float:
        """Where the segments that leave a straight run want it to be."""
        members = {vertex for vertex, _ in run}
        total = weight = 0.0
        for vertex, shift in run:
            for other, step, pull in self.beside[vertex]:
                if other not in members:
                    total += pull * (self.middle[other] + step - shift)
                    weight += pull
        if weight:
            return total / weight
        return sum(self.middle[vertex] - shift for vertex, shift in run) / len(run)


def distance(graph: Layered, gaps: Gaps, above: int, below: int) -> float:
    """Least distance between the middles of two neighbours in a layer."""
    cards = not graph.is_bend(above) and not graph.is_bend(below)
    return (graph.breadth[above] + graph.breadth[below]) / 2 + (gaps.card if cards else gaps.edge)
