"""From placed vertices to rectangles and polylines, still in (along, across) coordinates of one component.

A card is narrower than its layer, so an edge first runs level to the layer's border and bends there. Slanted pieces lie
only in the free channels between layers: no edge can touch a card it does not belong to.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gradviz.layout.flow import EdgeKey
from gradviz.layout.geometry import Gaps, Points
from gradviz.layout.layered import Layered

STEEP = 400.0
"""A channel gets one more half gap for each such rise of its steep segments, up to WIDEST halves."""
WIDEST = 4
FEW = 40
"""One in so many segments of a channel may be steeper; a channel of a few has no such."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each layer begins and ends along the flow."""

    start: list[float]
    end: list[float]


def columns(graph: Layered, layers: list[list[int]], middle: list[float], gaps: Gaps) -> Columns:
    """Layers as wide as their longest card; channels wider where edges rise steeply or ask for room."""
    room = [0.0] * len(layers)
    for arc, bends in zip(graph.flow.arcs, graph.bends, strict=True):
        if not bends:
            level = graph.level[arc.tail]
            room[level] = max(room[level], arc.room)
    start: list[float] = []
    end: list[float] = []
    at = 0.0
    for layer, asked in zip(layers, room, strict=True):
        start.append(at)
        at += max((graph.flow.length[vertex] for vertex in layer if not graph.is_bend(vertex)), default=0.0)
        end.append(at)
        rises = sorted(
            abs(middle[s.head] + s.head_port - middle[s.tail] - s.tail_port)
            for vertex in layer
            for s in graph.after[vertex]
        )
        # A few steep edges among hundreds would only make all the others longer.
        rise = rises[-1 - len(rises) // FEW] if rises else 0.0
        at += max(asked, gaps.layer * (1 + min(WIDEST, int(rise / STEEP)) / 2))
    return Columns(start, end)


def card_start(graph: Layered, columns: Columns, node: int) -> float:
    """Cards stand in the middle of their layer."""
    level = graph.level[node]
    return (columns.start[level] + columns.end[level] - graph.flow.length[node]) / 2


def routes(graph: Layered, columns: Columns, middle: list[float]) -> dict[EdgeKey, Points]:
    """One polyline per edge, shape (k, 2), in (along, across) coordinates."""
    found: dict[EdgeKey, Points] = {}
    for arc, bends in zip(graph.flow.arcs, graph.bends, strict=True):
        leave = middle[arc.tail] + arc.tail_port
        arrive = middle[arc.head] + arc.head_port
        points = [(card_start(graph, columns, arc.tail) + graph.flow.length[arc.tail], leave)]
        at, height = columns.end[graph.level[arc.tail]], leave
        for bend in bends:
            if middle[bend] != height:
                points += [(at, height), (columns.start[graph.level[bend]], middle[bend])]
                height = middle[bend]
            at = columns.end[graph.level[bend]]
        if arrive != height:
            points += [(at, height), (columns.start[graph.level[arc.head]], arrive)]
        points.append((card_start(graph, columns, arc.head), arrive))
        found[arc.edge] = np.array(without_idle_points(points))
    return found


def without_idle_points(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Drop repeated points and points inside a level run; the ends stay."""
    kept: list[tuple[float, float]] = []
    for point in points:
        if kept and point == kept[-1]:
            continue
        if len(kept) >= 2 and kept[-1][1] == kept[-2][1] == point[1]:
            kept[-1] = point
        else:
            kept.append(point)
    return kept
