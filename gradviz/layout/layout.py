"""Layered drawing of a graph of operations: the one entrance to this room.

The algorithm
-------------
Data flows one way, so the picture has layers, and every edge runs from a layer to a later one (Sugiyama, Tagawa and
Toda 1981). The steps, each in a file of its own:

1. `flow`      Number the nodes by a depth-first walk from the outputs, operands in argument order; split the graph into
               connected parts. From here on only numbers count, so ids and hashes cannot change the picture.
2. `ranking`   Give every node a layer such that the edges are as short as possible in total (network simplex). A leaf
               ends up right beside the first operation that uses it.
3. `layered`   Cut longer edges at each layer they pass. The bends are vertices too, and take part in all that follows.
4. `ordering`  Order each layer to have few crossings: sweeps with barycentres and medians, then swaps of neighbours.
5. `placing`   Coordinates across the flow: least squares per layer under the gaps, then straight paths made straight
               (`straightening`).
6. `routing`   Layers become columns, bends become two bend points each, ports are respected.
7. `packing`   The parts of the graph are set in rows.

Stability: with `previous`, parts that are mostly on screen already keep their order and their places (`anchoring`); new
cards are fitted in, and what stands in their way moves aside by the least possible.

Everything is computed in (along, across) coordinates. "Right" and "down" differ only in which of the two is x.

No step recurses (a graph may be 10,000 nodes deep), and none looks at a clock: effort is counted, so that the same
graph gives the same picture on every machine.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import networkx as nx
import numpy as np

from gradviz.layout.anchoring import Anchors, anchors_for, kept_order, known_places, worth_keeping
from gradviz.layout.cancel import CancelledError, never
from gradviz.layout.flow import EdgeKey, Flow, flows
from gradviz.layout.geometry import Gaps, Layout, Points, Rect
from gradviz.layout.layered import layered
from gradviz.layout.ordering import ordered
from gradviz.layout.packing import packed, settled
from gradviz.layout.placing import placed
from gradviz.layout.ranking import rank
from gradviz.layout.routing import card_start, columns, routes

Direction = Literal["right", "down"]
DEFAULT_GAPS = Gaps()


@dataclass(frozen=True, slots=True)
class Part:
    """One connected part, in (along, across) coordinates of its own or, if `kept`, of the previous layout."""

    rects: dict[Hashable, Rect]
    routes: dict[EdgeKey, Points]
    box: Rect
    kept: bool

    def moved(self, along: float, across: float) -> Part:
        if not along and not across:
            return self
        rects = {node: rect.moved(along, across) for node, rect in self.rects.items()}
        routes = {edge: points + np.array((along, across)) for edge, points in self.routes.items()}
        return Part(rects, routes, self.box.moved(along, across), self.kept)


def lay_out(
    graph: nx.MultiDiGraph,
    *,
    direction: Direction = "right",
    gap: Gaps = DEFAULT_GAPS,
    previous: Layout | None = None,
    cancelled: Callable[[], bool] = never,
) -> Layout:
    """Coordinates for a directed acyclic graph whose edges are the flow of data.

    Node attributes: `size` = (width, height); `order` (optional) sorts the outputs, and with them the parts.
    Edge attributes, both optional: `target_slot` and `source_slot` = (index, count), the place among the ports of the
    card's side. Edges without a target slot take the order in which they were added.

    `previous` is a layout on screen, of the same direction, some of whose nodes are in this graph too.
    `cancelled` is asked often; when it says True, `CancelledError` is raised. ValueError: the graph has a cycle.
    """
    if cancelled():
        raise CancelledError
    before = turned(previous) if previous is not None and direction == "down" else previous
    parts = [part(flow, gap, anchors_for(flow, before), cancelled) for flow in flows(graph, direction)]
    layout = joined(arranged(parts, gap, direction))
    return turned(layout) if direction == "down" else layout


def part(flow: Flow, gap: Gaps, anchors: Anchors, cancelled: Callable[[], bool]) -> Part:
    """Lay out one connected part, anew or around what is known of it."""
    graph = layered(flow, rank(flow, cancelled))
    layers = ordered(graph, cancelled)
    middle = placed(graph, layers, gap, {}, cancelled)
    kept = False
    if anchors:
        places = known_places(graph, anchors)
        known_layers = kept_order(graph, places, cancelled)
        known_middle = placed(graph, known_layers, gap, places, cancelled)
        kept = worth_keeping(graph, known_layers, height(known_middle), layers, height(middle))
        if kept:
            layers, middle = known_layers, known_middle
    bands = columns(graph, layers, middle, gap)
    rects: dict[Hashable, Rect] = {
        name: Rect(
            card_start(graph, bands, node), middle[node] - flow.breadth[node] / 2, flow.length[node], flow.breadth[node]
        )
        for node, name in enumerate(flow.nodes)
    }
    lines = routes(graph, bands, middle)
    whole = Part(rects, lines, box(rects, lines), kept)
    return whole.moved(anchors.slide(rects), 0.0) if kept else whole


def height(middle: list[float]) -> float:
    return max(middle) - min(middle)


def arranged(parts: list[Part], gap: Gaps, direction: Direction) -> list[Part]:
    """Kept parts stay where they were unless one has grown into another; all others are packed, below what is kept."""
    result: list[Part] = []
    loose: list[Part] = []
    for one in parts:
        near = Rect(one.box.x, one.box.y, one.box.width + gap.component / 2, one.box.height + gap.component / 2)
        if one.kept and not any(near.overlaps(other.box) for other in result):
            result.append(one)
        else:
            loose.append(one)
    sizes = [(one.box.width, one.box.height) for one in loose]
    if direction == "down":
        # Rows are rows on screen, whichever way the data flows.
        corners = [(along, across) for across, along in packed([size[::-1] for size in sizes], gap.component)]
    else:
        corners = packed(sizes, gap.component)
    loose = [
        one.moved(along - one.box.x, across - one.box.y) for one, (along, across) in zip(loose, corners, strict=True)
    ]
    shift = settled([one.box for one in loose], [one.box for one in result], gap.component)
    return result + [one.moved(*shift) for one in loose]


def joined(parts: list[Part]) -> Layout:
    rects: dict[Hashable, Rect] = {}
    lines: dict[EdgeKey, Points] = {}
    for one in parts:
        rects.update(one.rects)
        lines.update(one.routes)
    for points in lines.values():
        points.setflags(write=False)
    return Layout(MappingProxyType(rects), MappingProxyType(lines), box(rects, lines))


def box(rects: dict[Hashable, Rect], lines: dict[EdgeKey, Points]) -> Rect:
    """The smallest rectangle around everything; empty at the origin for nothing."""
    if not rects:
        return Rect(0.0, 0.0, 0.0, 0.0)
    left = min(rect.x for rect in rects.values())
    right = max(rect.right for rect in rects.values())
    top = min(rect.y for rect in rects.values())
    bottom = max(rect.bottom for rect in rects.values())
    for points in lines.values():
        across = points[:, 1]
        top = min(top, float(across.min()))
        bottom = max(bottom, float(across.max()))
    return Rect(left, top, right - left, bottom - top)


def turned(layout: Layout) -> Layout:
    """Exchange x and y."""
    rects = {node: Rect(rect.y, rect.x, rect.height, rect.width) for node, rect in layout.rects.items()}
    lines = {edge: points[:, ::-1] for edge, points in layout.routes.items()}
    return Layout(MappingProxyType(rects), MappingProxyType(lines), flipped(layout.bounds))


def flipped(rect: Rect) -> Rect:
    return Rect(rect.y, rect.x, rect.height, rect.width)
