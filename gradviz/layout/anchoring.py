"""What is on screen stays there: order and places taken from a previous layout.

A person who types one more line looks at the cards they know. Computing the best picture anew moves and swaps many of
them (dot: up to 300 px and half of the neighbours for one re-used tensor). So a part whose nodes are mostly known
starts from the known order, and known cards are anchored: they move only if there is no room.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from statistics import median

from gradviz.layout.cancel import never
from gradviz.layout.flow import Flow
from gradviz.layout.geometry import Layout, Rect
from gradviz.layout.layered import Layered
from gradviz.layout.ordering import Search, ordered

KNOWN = 0.5
"""The share of a part's nodes that must be on screen for it to be kept."""
TOLERANCE, SPARE = 1.5, 3
"""A kept order may have this many times the crossings of a new one, and so many more; beyond, the new one wins."""


@dataclass(frozen=True, slots=True)
class Anchors:
    """Known places of a part's nodes, by number and by name. False when there are none."""

    across: Mapping[int, float]
    rects: Mapping[Hashable, Rect]

    def __bool__(self) -> bool:
        return bool(self.across)

    def slide(self, rects: Mapping[Hashable, Rect]) -> float:
        """How far to move the part along the flow so that most known cards do not move."""
        moves = [old.centre[0] - rects[node].centre[0] for node, old in self.rects.items()]
        return median(moves) if moves else 0.0


NO_ANCHORS = Anchors({}, {})


def anchors_for(flow: Flow, previous: Layout | None) -> Anchors:
    """Where the nodes of a part stand in the previous layout, if enough of them do."""
    if previous is None:
        return NO_ANCHORS
    rects = {node: previous.rects[node] for node in flow.nodes if node in previous.rects}
    if len(rects) < KNOWN * len(flow.nodes):
        return NO_ANCHORS
    across = {number: rects[node].centre[1] for number, node in enumerate(flow.nodes) if node in rects}
    return Anchors(across, rects)


def keep_order(graph: Layered, anchors: Anchors, cancelled: Callable[[], bool] = never) -> list[list[int]]:
    """Known cards in their known order, the others among them where they cross least."""
    height = estimated(graph, anchors.across)
    search = Search(graph, cancelled)
    search.begin([sorted(layer, key=lambda vertex: (height[vertex], vertex)) for layer in graph.layers()])
    search.swap_neighbours(lambda upper, lower: upper not in anchors.across or lower not in anchors.across)
    search.keep(search.count())
    if search.best_count > SPARE:
        fresh = Search(graph, cancelled)
        fresh.begin(ordered(graph, cancelled))
        if search.best_count > TOLERANCE * fresh.count() + SPARE:
            return fresh.layers
    return search.best


def estimated(graph: Layered, known: Mapping[int, float]) -> list[float]:
    """A height per vertex: the known one, else the mean over the neighbours, from the right and then from the left."""
    height: list[float | None] = [known.get(vertex) for vertex in range(len(graph.level))]
    by_level = sorted(range(len(height)), key=graph.level.__getitem__)
    for vertex in reversed(by_level):
        if height[vertex] is None:
            near = [(height[s.head], s.head_port) for s in graph.after[vertex]]
            ends = [at + port for at, port in near if at is not None]
            height[vertex] = sum(ends) / len(ends) if ends else None
    for vertex in by_level:
        if vertex not in known:
            ends = [at + s.tail_port for s in graph.before[vertex] if (at := height[s.tail]) is not None]
            own = height[vertex]
            if ends:
                mean = sum(ends) / len(ends)
                height[vertex] = mean if own is None else (own + mean) / 2
    return [0.0 if at is None else at for at in height]
