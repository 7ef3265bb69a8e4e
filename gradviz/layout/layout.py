"""Layered drawing of a graph of operations: the one entrance to this room.

The algorithm
-------------
Data flows one way, so the picture has layers, and every edge runs from a layer to a later one (Sugiyama, Tagawa and
Toda 1981). The steps, each in a file of its own:

1. `flow`      Number the nodes by a depth-first walk from the outputs, operands in argument order; split the graph into
               connected parts. From here on only numbers count, so ids and hashes cannot change the picture.
2. `ranking`   Give every node a layer such that the edges are as short as possible in total (network simplex). A leaf
               ends up right beside the first operation that uses it. Where leaves lie between two branches that part at
               one tensor (`pockets`), layers with room for them may be better (`layering`).
3. `layered`   Cut longer edges at each layer they pass. The bends are vertices too, and take part in all that follows.
4. `ordering`  Order each layer to have few crossings: sweeps with barycentres and medians, then swaps of neighbours.
5. `placing`   Coordinates across the flow: least squares per layer under the gaps (`placement`), then straight paths
               made straight (`straightening`), from one or two starts, by the measure of `appearance`; a wide tree is
               packed branch by branch (`trees`), a wide graph with much sharing for short edges (`shortening`).
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
from gradviz.layout.cancel import ask, never
from gradviz.layout.drawing import Drawing
from gradviz.layout.flow import EdgeKey, Flow, flows
from gradviz.layout.geometry import Gaps, Layout, Points, Rect
from gradviz.layout.layering import Layering
from gradviz.layout.ordering import ordered
from gradviz.layout.packing import bounds, packed
from gradviz.layout.placing import placed
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
    Edge attributes, all optional: `target_slot` and `source_slot` = (index, count), the place among the ports of the
    card's side; `room`, the least gap if it runs between neighbouring layers. Edges without a target slot take the
    order in which they were added.

    `previous` is a layout on screen, of the same direction, some of whose nodes are in this graph too.
    `cancelled` is asked often; when it says True, `CancelledError` is raised.
    ValueError: the graph has a cycle, a node has no size, or a slot is out of range.
    """
    ask(cancelled)
    before = turned(previous) if previous is not None and direction == "down" else previous
    parts = [part(flow, gap, anchors_for(flow, before), cancelled) for flow in flows(graph, direction)]
    layout = joined(arranged(parts, gap, direction))
    return turned(layout) if direction == "down" else layout


def part(flow: Flow, gap: Gaps, anchors: Anchors, cancelled: Callable[[], bool]) -> Part:
    """Lay out one connected part, anew or around what is known of it."""
    ask(cancelled)
    layering = Layering(flow, cancelled)
    drawing = around(layering, gap, anchors, cancelled) if anchors else anew(layering, gap, cancelled)
    graph = drawing.graph
    bands = columns(graph, drawing.layers, drawing.middle, gap)
    rects: dict[Hashable, Rect] = {}
    for node, (name, length, breadth) in enumerate(zip(flow.nodes, flow.length, flow.breadth, strict=True)):
        rects[name] = Rect(card_start(graph, bands, node), drawing.middle[node] - breadth / 2, length, breadth)
    lines = routes(graph, bands, drawing.middle)
    whole = Part(rects, lines, box(rects, lines), drawing.kept)
    return whole.moved(anchors.slide(rects), 0.0) if drawing.kept else whole


def anew(layering: Layering, gap: Gaps, cancelled: Callable[[], bool]) -> Drawing:
    """The best picture that can be found."""
    graph = layering.best()
    layers = ordered(graph, cancelled)
    return Drawing(graph, layers, placed(graph, layers, gap, {}, cancelled), kept=False)


def around(layering: Layering, gap: Gaps, anchors: Anchors, cancelled: Callable[[], bool]) -> Drawing:
    """A picture in which known cards stay, unless it would be much worse than a new one."""
    graph = layering.kept(anchors.rects)
    places = known_places(graph, anchors)
    layers = kept_order(graph, places, cancelled)
    known = Drawing(graph, layers, placed(graph, layers, gap, places, cancelled), kept=True)
    if anchors.complete:
        return known
    new = anew(layering, gap, cancelled)
    return known if worth_keeping(known, new) else new


def arranged(parts: list[Part], gap: Gaps, direction: Direction) -> list[Part]:
    """Kept parts stay unless one has grown into another; the others come below, and cards without an edge below all."""
    graphs = [one for one in parts if one.routes]
    shelf = [one for one in parts if not one.routes]
    result: list[Part] = []
    # The largest first: a small part gives way to one that has grown, not the other way round.
    for one in sorted(graphs, key=lambda one: len(one.rects), reverse=True):
        if one.kept and is_clear(one, result, gap):
            result.append(one)
    settled = {id(one) for one in result}
    loose = [one for one in graphs if id(one) not in settled]
    result += below(result, loose, gap.component, gap.component, direction)
    if all(one.kept and is_clear(one, result, gap) for one in shelf):
        return result + shelf
    return result + below(result, shelf, gap.component, gap.card, direction)


def is_clear(part: Part, others: list[Part], gap: Gaps) -> bool:
    """True when a part keeps at least half the usual distance from the others."""
    margin = gap.component / 2
    room = Rect(part.box.x - margin, part.box.y - margin, part.box.width + 2 * margin, part.box.height + 2 * margin)
    return not any(room.overlaps(other.box) for other in others)


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
    levels = np.concatenate([points[:, 1] for points in lines.values()]) if lines else np.zeros(0)
    top, bottom = float(levels.min(initial=cards.y)), float(levels.max(initial=cards.bottom))
    return Rect(cards.x, top, cards.width, bottom - top)


def turned(layout: Layout) -> Layout:
    """Exchange x and y."""
    rects = {node: Rect(rect.y, rect.x, rect.height, rect.width) for node, rect in layout.rects.items()}
    lines = {edge: points[:, ::-1] for edge, points in layout.routes.items()}
    return Layout(MappingProxyType(rects), MappingProxyType(lines), flipped(layout.bounds))


def flipped(rect: Rect) -> Rect:
    return Rect(rect.y, rect.x, rect.height, rect.width)
