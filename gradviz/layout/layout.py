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

from collections.abc import Callable, Hashable, Mapping
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
from gradviz.layout.packing import bounds, packed
from gradviz.layout.placing import placed
from gradviz.layout.ranking import rank
from gradviz.layout.routing import card_start, columns, routes

Direction = Literal["right", "down"]
DEFAULT_GAPS = Gaps()
ROW = 800.0
"""Rows of parts are at least this wide, so that the first few cards of a program do not wrap anew with each line."""


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
    """Kept parts stay unless one has grown into another; the others come below, and cards without an edge below all."""
    result: list[Part] = []
    # The largest first: a small part gives way to one that has grown, not the other way round.
    for one in sorted(parts, key=lambda one: len(one.rects), reverse=True):
        near = Rect(one.box.x, one.box.y, one.box.width + gap.component / 2, one.box.height + gap.component / 2)
        if one.kept and not any(near.overlaps(other.box) for other in result):
            result.append(one)
    settled = {id(one) for one in result}
    loose = [one for one in parts if id(one) not in settled]
    for shelf in (False, True):
        rows = [one for one in loose if (not one.routes) == shelf]
        result += below(result, rows, gap.component, gap.card if shelf else gap.component, direction)
    return result


def below(settled: list[Part], parts: list[Part], distance: float, gap: float, direction: Direction) -> list[Part]:
    """Parts moved into rows under all that is settled. Rows are rows on screen, whichever way the data flows."""
    frame = bounds([one.box for one in settled])
    sizes = [(one.box.width, one.box.height) for one in parts]
    if direction == "right":
        corners = packed(sizes, gap, max(frame.width, ROW))
        along, across = frame.x, frame.bottom + distance if settled else 0.0
    else:
        corners = [(x, y) for y, x in packed([size[::-1] for size in sizes], gap, max(frame.height, ROW))]
        along, across = frame.right + distance if settled else 0.0, frame.y
    places = zip(parts, corners, strict=True)
    return [one.moved(along + x - one.box.x, across + y - one.box.y) for one, (x, y) in places]


def joined(parts: list[Part]) -> Layout:
    rects: dict[Hashable, Rect] = {}
    lines: dict[EdgeKey, Points] = {}
    for one in parts:
        rects.update(one.rects)
        lines.update(one.routes)
    for points in lines.values():
        points.setflags(write=False)
    return Layout(MappingProxyType(rects), MappingProxyType(lines), box(rects, lines))


def box(rects: Mapping[Hashable, Rect], lines: Mapping[EdgeKey, Points]) -> Rect:
    """The smallest rectangle around all cards and edges."""
    cards = bounds(list(rects.values()))
    # Edges lie between their cards along the flow, but may run above or below all cards.
    levels = [float(level) for points in lines.values() for level in (points[:, 1].min(), points[:, 1].max())]
    top, bottom = min(levels, default=cards.y), max(levels, default=cards.bottom)
    top, bottom = min(top, cards.y), max(bottom, cards.bottom)
    return Rect(cards.x, top, cards.width, bottom - top)


def turned(layout: Layout) -> Layout:
    """Exchange x and y."""
    rects = {node: Rect(rect.y, rect.x, rect.height, rect.width) for node, rect in layout.rects.items()}
    lines = {edge: points[:, ::-1] for edge, points in layout.routes.items()}
    return Layout(MappingProxyType(rects), MappingProxyType(lines), flipped(layout.bounds))


def flipped(rect: Rect) -> Rect:
    return Rect(rect.y, rect.x, rect.height, rect.width)
