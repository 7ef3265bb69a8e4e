"""The ranked graph with every long arc cut into segments of one layer each.

Where an arc passes a layer it gets a bend, a vertex of no size, so that from here on the order of the vertices in a
layer says everything: an edge that has its own place among the cards cannot run under one.

A leaf with many uses shares one trunk of bends among all its arcs (a "bus"): a weight used in a hundred time steps is
one line with a hundred branches, not a hundred lines side by side. So do many long arcs that leave or enter one card,
be they of different outputs or operands (a "cable"): an `nn.RNN` unfolded takes its steps from one `unbind` and ends
in one `stack`; 200 lines along 300 layers are 30,000 bends, take 2 s and tell nobody which is which.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable
from dataclasses import dataclass
from itertools import chain
from operator import attrgetter
from typing import NamedTuple

from gradviz.layout.flow import Flow

MIDDLE = 0.5
WIDE = 20
"""Vertices per layer from which a graph is more forest than path."""

MANY, CROWD = 12, 1000
"""Arcs of one card, and bends that they would have in all, from which they are drawn as one cable."""


class Segment(NamedTuple):
    """A piece of an arc between neighbouring layers. Places are fractions of a vertex's side, offsets are lengths."""

    tail: int
    head: int
    tail_place: float
    head_place: float
    tail_port: float
    head_port: float
    main: bool
    arcs: int = 1
    """How many arcs are drawn on it: more than one on a trunk."""


@dataclass(frozen=True, slots=True)
class Layered:
    """Vertices 0 to n-1 are the flow's nodes in its numbering, the rest are bends."""

    flow: Flow
    level: list[int]
    breadth: list[float]
    before: list[list[Segment]]
    """Segments that end at a vertex, in argument order."""
    after: list[list[Segment]]
    """Segments that start at a vertex."""
    bends: list[list[int]]
    """Per arc of the flow, its bends from tail to head."""
    cards: int
    """How many of the vertices are nodes."""

    def is_bend(self, vertex: int) -> bool:
        return vertex >= self.cards

    @property
    def is_wide(self) -> bool:
        """True for a graph that is more forest than path."""
        return len(self.level) >= WIDE * (max(self.level, default=-1) + 1)

    @property
    def span(self) -> int:
        """How many layers all arcs run on, in all."""
        return sum(len(bends) + 1 for bends in self.bends)

    def layers(self) -> list[list[int]]:
        """Vertices by layer, in their numbering."""
        found: list[list[int]] = [[] for _ in range(max(self.level, default=-1) + 1)]
        for vertex, level in enumerate(self.level):
            found[level].append(vertex)
        return found


def layered(flow: Flow, rank: list[int]) -> Layered:
    """Cut the arcs of a ranked flow at every layer they pass."""
    level = list(rank)
    breadth = list(flow.breadth)
    before: list[list[Segment]] = [[] for _ in level]
    after: list[list[Segment]] = [[] for _ in level]
    bends: list[list[int]] = []
    trunks: defaultdict[Hashable, list[int]] = defaultdict(list)
    cables = crowded(flow, rank)

    def bend(at: int) -> int:
        level.append(at)
        breadth.append(0.0)
        before.append([])
        after.append([])
        return len(level) - 1

    for arc in flow.arcs:
        needed = rank[arc.head] - rank[arc.tail] - 1
        if arc.tail in cables.leaving:
            path, step = trunks["from", arc.tail], 1
        elif arc.head in cables.arriving:
            path, step = trunks["to", arc.head], -1
        else:
            path, step = trunks[arc.tail, arc.tail_port] if flow.is_shared_leaf(arc.tail) else [], 1
        first = rank[arc.tail] if step > 0 else rank[arc.head]
        while len(path) < needed:
            path.append(bend(first + step * (len(path) + 1)))
        bends.append(path[:needed][::step])
    drawn = Counter(chain.from_iterable(bends))
    entering = Counter((arc.tail, arc.tail_port, path[0]) for arc, path in zip(flow.arcs, bends, strict=True) if path)
    joined: set[tuple[int, float, int]] = set()

    def join(tail: int, head: int, tail_port: float, head_port: float, main: bool, arcs: int) -> None:
        leave, arrive = place(tail_port, breadth[tail]), place(head_port, breadth[head])
        segment = Segment(tail, head, leave, arrive, tail_port, head_port, main, arcs)
        after[tail].append(segment)
        before[head].append(segment)

    for arc, path in zip(flow.arcs, bends, strict=True):
        last, port = arc.tail, arc.tail_port
        for vertex in path:
            piece = (last, port, vertex)
            if piece not in joined:
                joined.add(piece)
                join(last, vertex, port, 0.0, arc.main, entering.get(piece) or min(drawn[last], drawn[vertex]))
            last, port = vertex, 0.0
        join(last, arc.head, port, arc.head_port, arc.main, 1)
    for segments in after:
        segments.sort(key=attrgetter("tail_place"))
    for segments in before:
        segments.sort(key=attrgetter("head_place"))
    return Layered(flow, level, breadth, before, after, bends, len(rank))


class Cables(NamedTuple):
    """Nodes whose leaving or arriving arcs are drawn as one cable."""

    leaving: frozenset[int]
    arriving: frozenset[int]


def crowded(flow: Flow, rank: list[int]) -> Cables:
    """The nodes with so many long arcs that they need a cable."""
    ends: tuple[Counter[int], Counter[int]] = Counter(), Counter()
    for arc in flow.arcs:
        passed = rank[arc.head] - rank[arc.tail] - 1
        if passed:
            if flow.uses[arc.tail] >= MANY and not flow.is_shared_leaf(arc.tail):
                ends[0][arc.tail] += passed
            if flow.operands[arc.head] >= MANY:
                ends[1][arc.head] += passed
    leaving, arriving = (frozenset(node for node, passed in found.items() if passed >= CROWD) for found in ends)
    return Cables(leaving, arriving)


def place(port: float, breadth: float) -> float:
    """An offset from the middle as a fraction inside (0, 1), so that position + place sorts all ports of a layer."""
    return MIDDLE + port / breadth if breadth else MIDDLE
