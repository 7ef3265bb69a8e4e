"""What is on screen stays there: order and places taken from a previous layout.

A person who types one more line looks at the cards they know. Computing the best picture anew moves and swaps many of
them (dot: up to 300 px and half of the neighbours for one re-used tensor). So a part whose nodes are mostly known keeps
their order and is placed around them: known cards and edges are anchors, which move only if there is no room.

Two limits keep this from ruining the picture line by line: a card that gets its first edge is no anchor (it stood in a
row with others like it, not in a place of its own), and a kept picture that has become much worse than a new one is
given up.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from statistics import median

import numpy as np

from gradviz.layout.cancel import never
from gradviz.layout.drawing import Drawing
from gradviz.layout.flow import EdgeKey, Flow
from gradviz.layout.geometry import Layout, Points, Rect
from gradviz.layout.layered import Layered
from gradviz.layout.ordering import Search

KNOWN = 0.5
"""The share of a part's nodes that must be known for it to be kept."""
CROSSED, SPARE_CROSSINGS, SPARE_SHARE = 1.5, 3, 0.01
"""A kept order may have this many times the crossings of a new one, and so many more, and one more per hundred edges:
five crossings in a picture of 1,400 cards are no reason to move them all."""
TALL, SPARE_HEIGHT = 1.5, 60.0
"""A kept picture may be this many times as high as a new one, and so many scene units more."""


@dataclass(frozen=True, slots=True)
class Anchors:
    """A part's nodes and edges in the previous layout, in (along, across). False when too few are known."""

    rects: Mapping[Hashable, Rect]
    routes: Mapping[EdgeKey, Points]
    complete: bool = False
    """True when every node and edge is known: nothing to look for, the order stays."""

    def __bool__(self) -> bool:
        return bool(self.rects)

    def slide(self, rects: Mapping[Hashable, Rect]) -> float:
        """How far to move the part along the flow so that most known cards do not move."""
        return median(old.centre[0] - rects[node].centre[0] for node, old in self.rects.items())


NO_ANCHORS = Anchors({}, {})


def anchors_for(flow: Flow, previous: Layout | None) -> Anchors:
    """The known nodes and edges of a part, if they are enough of it."""
    if previous is None:
        return NO_ANCHORS
    tied = {end for tail, head, _ in previous.routes for end in (tail, head)}
    if not flow.arcs:
        lone = {node: previous.rects[node] for node in flow.nodes if node in previous.rects and node not in tied}
        return Anchors(lone, {}, complete=True)
    rects = {node: previous.rects[node] for node in flow.nodes if node in tied}
    if len(rects) < max(1.0, KNOWN * len(flow.nodes)):
        return NO_ANCHORS
    routes = {arc.edge: previous.routes[arc.edge] for arc in flow.arcs if arc.edge in previous.routes}
    return Anchors(rects, routes, len(rects) == len(flow.nodes) and len(routes) == len(flow.arcs))


def known_places(graph: Layered, anchors: Anchors) -> dict[int, float]:
    """The places across the flow of known nodes, and of the bends of known edges where their layer is known."""
    places: dict[int, float] = {}
    middles: dict[int, list[float]] = {}
    for number, node in enumerate(graph.flow.nodes):
        if node in anchors.rects:
            along, across = anchors.rects[node].centre
            places[number] = across
            middles.setdefault(graph.level[number], []).append(along)
    column = {level: median(found) for level, found in middles.items()}
    for arc, bends in zip(graph.flow.arcs, graph.bends, strict=True):
        route = anchors.routes.get(arc.edge)
        if route is None:
            continue
        for bend in bends:
            at = column.get(graph.level[bend])
            # The route may have been drawn when the layer was outside of it.
            if at is not None and route[0, 0] < at < route[-1, 0]:
                places[bend] = float(np.interp(at, route[:, 0], route[:, 1]))
    return places


def kept_order(graph: Layered, places: Mapping[int, float], cancelled: Callable[[], bool] = never) -> list[list[int]]:
    """Known vertices in their known order, the others among them where they cross least.

    A new edge that must get past many cards is in a valley of its own for each way round them, and swaps cannot take it
    from one to another. So it is tried level with its tail, level with its head, between, above all and below all.
    """
    search = Search(graph, cancelled)
    lowest, highest = min(places.values()), max(places.values())
    span = highest - lowest + 1.0
    numbers = graph.layers()
    new_bends = any(vertex not in places for vertex in range(len(graph.flow.nodes), len(graph.level)))
    for start in ("between", "tail", "head", lowest - span, highest + span) if new_bends else ("between",):
        height = estimated(graph, places, start)
        search.begin([sorted(layer, key=lambda vertex: (height[vertex], vertex)) for layer in numbers])
        search.swap_neighbours(lambda upper, lower: upper not in places or lower not in places)
        search.keep(search.count())
    return search.best


def estimated(graph: Layered, known: Mapping[int, float], start: str | float) -> list[float]:
    """A height per vertex: the known one; unknown bends as `start` says; unknown cards level with their edges."""
    count = len(graph.level)
    by_level = sorted(range(count), key=graph.level.__getitem__)
    from_left: list[float | None] = [known.get(vertex) for vertex in range(count)]
    from_right = list(from_left)
    for vertex in by_level:
        if from_left[vertex] is None:
            ends = [at + s.tail_port for s in graph.before[vertex] if (at := from_left[s.tail]) is not None]
            from_left[vertex] = sum(ends) / len(ends) if ends else None
    for vertex in reversed(by_level):
        if from_right[vertex] is None:
            ends = [at + s.head_port for s in graph.after[vertex] if (at := from_right[s.head]) is not None]
            from_right[vertex] = sum(ends) / len(ends) if ends else None
    heights = []
    for vertex, (left, right) in enumerate(zip(from_left, from_right, strict=True)):
        if vertex not in known and graph.is_bend(vertex) and isinstance(start, float):
            heights.append(start)
        elif left is None or right is None:
            heights.append(left if left is not None else right if right is not None else 0.0)
        else:
            heights.append(left if start == "tail" else right if start == "head" else (left + right) / 2)
    return heights


def worth_keeping(known: Drawing, new: Drawing) -> bool:
    """True while the kept picture is not much worse than a new one.

    A new one may be lower and yet harder to read: one more edge makes a tree a graph that has to be packed otherwise.
    """
    is_low = known.height <= TALL * new.height + SPARE_HEIGHT
    spare = SPARE_CROSSINGS + SPARE_SHARE * len(known.graph.flow.arcs)
    return known.crossings <= CROSSED * new.crossings + spare and (is_low or known.cost <= new.cost)
