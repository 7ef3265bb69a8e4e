"""The picture of a pass: geometry made once per layout, states as columns that a step only compares with.

    History ─► cards ─► graph ─► (layout) ─► Geometry ─┐
       └────────────────────────────────────────────────┴─► Scene ─► look(step) ─► canvas, exports

Geometry is arrays, so that a canvas can cull, hit-test and draw 10,000 cards without a Python loop. `Scene.look` turns
a step into one state per card and per link; it compares the step with the columns below and touches nothing else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ..layout.geometry import Layout
from ..layout.layout import Direction, lay_out
from ..trace.events import LeafAccumulated, NodeRan, OptimizerStepped, ParameterStep, TensorUpdated
from ..trace.history import NEVER, History
from ..trace.trace import Trace
from ..trace.value import Value
from .broadcasting import Summing, edge_text, summing_of
from .cards import Card, Cards, Link, Options, cards_of
from .curves import Curves, Floats, curves_of
from .earlier import Earlier, earlier_of
from .faces import Face, Run, face_of
from .fault import error_of, fault_of, fault_words
from .graph import CardGraph, Measures, graph_of
from .groups import folded
from .pills import CAREFUL, Pill, middles, pill_places, pill_width
from .roles import Flow, Role
from .tags import TAG_DROP, TAG_HEIGHT, TAG_SIZE, Tag, can_have_tags, tags_of

Steps = NDArray[np.int64]
Codes = NDArray[np.uint8]


def never() -> bool:
    return False


@dataclass(frozen=True, eq=False)
class Geometry:
    """Where everything is. `rects` (cards, 4): x, y, width, height; `bounds` is the box around it."""

    rects: Floats
    curves: Curves
    bounds: tuple[float, float, float, float]
    direction: Direction
    layout: Layout
    measures: Measures
    signature: tuple[object, ...]

    @property
    def layout_names(self) -> tuple[Hashable, ...]:
        """The names of the cards in the layout, in the order of `rects`."""
        return tuple(self.measures.sizes)

    def moved(self, rects: Floats, curves: Curves) -> Geometry:
        """The same with everything somewhere else, for the moments in which cards glide."""
        return replace(self, rects=rects, curves=curves)


@dataclass(frozen=True, eq=False)
class Look:
    """One step of a scene: a state per card and per link, and what runs."""

    step: int
    cards: Codes
    links: Codes
    running: int
    """Position of the card that runs at this step, −1 for none."""


@dataclass(frozen=True, eq=False)
class Scene:
    """A pass with a place for everything."""

    history: History
    cards: tuple[Card, ...]
    table: Cards
    geometry: Geometry
    fault: int = -1
    """Position of the card to which the run's error belongs."""
    fault_words: tuple[str, ...] = ()
    earlier: Earlier | None = None
    """This pass beside the one before."""

    @cached_property
    def base(self) -> Codes:
        """The state of cards that no backward pass changes; ops are WAITING here."""
        op = Role.COMPUTED if self.table.graph == "forward" else Role.WAITING
        kinds = {"leaf": Role.LEAF, "constant": Role.CONSTANT, "ghost": Role.GHOST}
        roles = [kinds.get(self.cards[self.owner(at)].kind, op) for at in range(len(self.cards))]
        for position in self.groups:
            if self.cards[position].is_ghost:
                roles[position] = Role.GHOST
        return np.array(roles, dtype=np.uint8)

    @cached_property
    def groups(self) -> tuple[int, ...]:
        """Positions of the folded groups."""
        return tuple(at for at, card in enumerate(self.cards) if card.group is not None)

    @cached_property
    def made(self) -> Steps:
        return np.array([card.made for card in self.cards], dtype=np.int64)

    @cached_property
    def ready(self) -> Steps:
        return self._node_column("ready")

    @cached_property
    def ran(self) -> Steps:
        return self._node_column("ran")

    def _node_column(self, name: str) -> Steps:
        # Leaves stay blue: their AccumulateGrad shows in the lower line and in the halo of its one step.
        nodes = self.history.nodes
        column = [
            getattr(nodes[card.node], name) if card.kind == "op" and card.node in nodes else NEVER
            for card in self.cards
        ]
        for position in self.groups:
            # A group is ready with the first of its nodes, and done with the last that backward reaches.
            group = self.cards[position].group
            reached = [nodes[node] for node in (group.nodes if group else ()) if nodes[node].waiting < NEVER]
            first_or_last = min if name == "ready" else max
            column[position] = first_or_last((getattr(node, name) for node in reached), default=NEVER)
        return np.array(column, dtype=np.int64)

    @cached_property
    def link_made(self) -> Steps:
        return np.array([link.made for link in self.table.links], dtype=np.int64)

    @cached_property
    def link_sent(self) -> Steps:
        """The step at which a gradient went along each link, the first where it stands for several."""
        sent = [
            min(map(self._sent, link.crossing)) if link.crossing else self._sent(link) for link in self.table.links
        ]
        return np.array(sent, dtype=np.int64)

    def _sent(self, link: Link) -> int:
        if self.table.graph == "forward":
            return NEVER
        node = self.history.nodes.get(link.node) if link.node is not None else None
        if node is None or not isinstance(node.event, NodeRan) or link.edge >= len(node.event.sent):
            return NEVER
        return node.ran if node.event.sent[link.edge] is not None else NEVER

    @cached_property
    def links_of_node(self) -> dict[int, NDArray[np.intp]]:
        """Graph node → positions of the links of folded groups that it sends along, or that lead to it."""
        found: dict[int, list[int]] = {}
        for position, link in enumerate(self.table.links):
            for node in {part.node for part in link.crossing} | set(link.origins):
                if node is not None:
                    found.setdefault(node, []).append(position)
        return {node: np.array(links, dtype=np.intp) for node, links in found.items()}

    @cached_property
    def link_base(self) -> Codes:
        links = self.table.links
        graph = self.table.graph
        tracked = Flow.AWAITED if graph == "backward" else Flow.FORWARD
        flows = [Flow.QUIET if link.node is None and graph != "forward" else tracked for link in links]
        for position, link in enumerate(links):
            target = self.cards[link.target]
            if target.kind in ("ghost", "leaf") or (target.group is not None and target.is_ghost):
                flows[position] = Flow.GHOST
        return np.array(flows, dtype=np.uint8)

    @cached_property
    def link_ends(self) -> NDArray[np.intp]:
        """(links, 2): positions of source and target cards."""
        pairs = [(link.source, link.target) for link in self.table.links]
        return np.array(pairs, dtype=np.intp).reshape(-1, 2)

    @cached_property
    def links_of(self) -> dict[int, NDArray[np.intp]]:
        """Card → positions of the links that touch it; a leaf's include those of its chips."""
        found: dict[int, list[int]] = {}
        for position, link in enumerate(self.table.links):
            for card in {link.source, link.target, self.owner(link.source)}:
                found.setdefault(card, []).append(position)
        return {card: np.array(links, dtype=np.intp) for card, links in found.items()}

    def owner(self, card: int) -> int:
        """The leaf's card for a chip, the card itself for any other."""
        if self.cards[card].kind != "chip":
            return card
        return self.table.index.get(f"t{self.cards[card].tensor}", card)

    def family(self, card: int) -> list[int]:
        """The card, and where it is a shared leaf or one of its chips, all of them."""
        leaf = self.owner(card)
        chips = [link.source for link in self.table.links if self.owner(link.source) == leaf]
        return sorted({leaf, *chips}) if self.cards[card].kind in ("leaf", "constant", "chip") else [card]

    def placed(self, geometry: Geometry) -> Scene:
        """The same pass with everything somewhere else; what was computed from the pass is kept."""
        scene = replace(self, geometry=geometry)
        scene.__dict__.update({name: value for name, value in self.__dict__.items() if name != "geometry"})
        # Numbers go along with the middle of their edge; to look for free places at every frame would cost too much.
        before, now = self.geometry.curves.ends, geometry.curves.ends
        scene.__dict__["pill_places"] = self.pill_places + (now[0] + now[1] - before[0] - before[1]) / 2
        return scene

    # -- a step --------------------------------------------------------------------------------------------------

    def look(self, step: int) -> Look:
        """The state of every card and link at a step."""
        cards = self.base.copy()
        ops = cards == Role.WAITING
        cards[ops & (self.ready <= step)] = Role.READY
        cards[ops & (self.ran <= step)] = Role.DONE
        cards[self.made > step] = Role.FUTURE
        links = self.link_base.copy()
        links[self.link_sent <= step] = Flow.DONE
        links[self.link_made > step] = Flow.FUTURE
        running = self.running(step)
        if running >= 0:
            event = self._event(step)
            updated = isinstance(event, TensorUpdated | OptimizerStepped)
            cards[running] = Role.UPDATED if updated else Role.RUNNING
            if isinstance(event, OptimizerStepped):
                cards[[at for at in map(self._card_of, event.parameters) if at >= 0]] = Role.UPDATED
            if not updated:
                touching = self.links_at(step, running)
                links[touching[self.link_sent[touching] <= step]] = Flow.MOVING
        if self.fault >= 0 and step >= self.history.steps:
            cards[self.fault] = Role.FAULT
        return Look(step, cards, links, running)

    def links_at(self, step: int, running: int) -> NDArray[np.intp]:
        """Positions of the links that the node of this step has to do with: of a group not those of all its nodes."""
        event, none = self._event(step), np.zeros(0, np.intp)
        if self.cards[running].group is not None and isinstance(event, NodeRan | LeafAccumulated):
            return self.links_of_node.get(event.node, none)
        return self.links_of.get(running, none)

    def running(self, step: int) -> int:
        """Position of the card whose node ran, or whose value was updated, at this very step; −1 for none."""
        event = self._event(step)
        if isinstance(event, NodeRan | LeafAccumulated):
            return self.table.by_node.get(event.node, -1)
        if isinstance(event, TensorUpdated):
            return self._card_of(event)
        if isinstance(event, OptimizerStepped):
            return next((at for at in map(self._card_of, event.parameters) if at >= 0), -1)
        return -1

    def _card_of(self, event: TensorUpdated | ParameterStep) -> int:
        return self.table.by_tensor.get(event.tensor, -1)

    def _event(self, step: int) -> object:
        return self.history.events[step - 1] if 0 < step <= self.history.steps else None

    def face(self, card: int, look: Look) -> Face:
        """The texts of a card at a step."""
        width = float(self.geometry.rects[card, 2])
        return face_of(
            self.cards[card], Role(int(look.cards[card])), self.history, look.step, width, self.fault_words
        )

    def tags(self, card: int, look: Look, *, saved: bool = True) -> tuple[Tag, ...]:
        """The tags of a card at a step."""
        return tags_of(
            self.cards[card], self.history, look.step, float(self.geometry.rects[card, 2]), saved=saved,
            earlier=self.earlier,
        )  # fmt: skip

    @cached_property
    def pill_places(self) -> Floats:
        """(links, 2): the centre of the number on each link."""
        curves, count = self.geometry.curves, len(self.table.links)
        if count > CAREFUL:
            return middles(curves)
        texts = [self._edge_text(link, NEVER) for link in range(count)]
        pairs = Counter((link.source, link.target) for link in self.table.links)
        twins = [pairs[link.source, link.target] > 1 for link in self.table.links]
        rects = self.geometry.rects.copy()
        rects[[can_have_tags(card, self.history) for card in self.cards], 3] += TAG_HEIGHT - TAG_DROP
        return pill_places(rects, curves, [pill_width(text) for text in texts], twins)

    def slot_mark(self, link: int) -> Run | None:
        """The number of the output that a link leaves, of an op with several; where it leaves the card."""
        item = self.table.links[link]
        if item.outs < 2 or item.crossing or self.cards[item.source].kind == "chip":
            return None
        x, y = self.geometry.curves.ends[0][link].tolist()
        beside = (3.0, -6.0) if self.geometry.direction == "right" else (4.0, TAG_SIZE)
        return Run(str(item.out), x + beside[0], y + beside[1], "text_muted", TAG_SIZE, 40.0)

    def prepare(self) -> None:
        """Compute now what would else be computed when it is first drawn: for a thread that can afford to."""
        self.look(0)
        self.pill_places  # noqa: B018
        self.geometry.curves.boxes  # noqa: B018

    def pill(self, link: int, step: int) -> Pill | None:
        """The gradient riding on a link at a step, None where none has come along."""
        text = self._edge_text(link, step)
        if not text:
            return None
        x, y = self.pill_places[link]
        return Pill(text, float(x), float(y), pill_width(text))

    def _edge_text(self, link: int, step: int) -> str:
        gradient = self.gradient_on(link, step)
        return edge_text(gradient, self.summing_on(link)) if gradient is not None else ""

    def summing_on(self, link: int) -> Summing | None:
        """What is summed back along a link that a gradient has come along."""
        item = self.table.links[link]
        if item.node is None or item.edge < 0 or item.crossing:
            return None
        return summing_of(self.history, item.node, item.edge, item.pairs_elements)

    def gradient_on(self, link: int, step: int) -> Value | None:
        """What went along a link, once it has; None for a link that stands for several."""
        item = self.table.links[link]
        if item.node is None or item.edge < 0 or self.link_sent[link] > min(step, NEVER - 1):
            return None
        return self.history.edge_gradient(item.node, item.edge, step)


def graph_for(
    history: History, trace: Trace, options: Options | None = None, previous: Measures | None = None
) -> CardGraph:
    """The graph of a pass, ready to be laid out."""
    chosen = options or Options()
    cards = folded(cards_of(history, trace.ops, chosen), history, chosen)
    return graph_of(cards, history, previous, chosen.chips)


def geometry_of(
    graph: CardGraph,
    *,
    direction: Direction = "right",
    previous: Layout | None = None,
    cancelled: Callable[[], bool] = never,
) -> Geometry:
    """Lay the graph out. Takes its time for a large one: `cancelled` is asked often."""
    layout = lay_out(graph.graph, direction=direction, gap=graph.measures.gaps, previous=previous, cancelled=cancelled)
    rects = [layout.rects[name] for name in graph.names]
    array = np.array([(r.x, r.y, r.width, r.height) for r in rects], dtype=np.float64).reshape(-1, 4)
    curves = curves_of([layout.routes[edge] for edge in graph.edges], direction)
    box = layout.bounds
    bounds = (box.x, box.y, box.width, box.height)
    return Geometry(array, curves, bounds, direction, layout, graph.measures, graph.signature)


def scene_of(history: History, graph: CardGraph, geometry: Geometry, trace: Trace) -> Scene:
    """The scene of a pass. The geometry may come from another pass whose graph has the same signature."""
    error = error_of(trace, history)
    cards = graph.cards
    earlier = earlier_of(trace, history)
    if error is None:
        return Scene(history, cards.cards, cards, geometry, earlier=earlier)
    fault = fault_of(error, history, cards, trace.program)
    return Scene(history, cards.cards, cards, geometry, fault, fault_words(error), earlier)


def unplaced(graph: CardGraph) -> Geometry:
    """A geometry with nothing in it, for formats that only say what is there."""
    width, links = np.zeros((len(graph.names), 4)), len(graph.edges)
    width[:, 2:] = [graph.measures.sizes[name] for name in graph.names] or np.zeros((0, 2))
    curves = curves_of([np.zeros((2, 2))] * links, "right")
    return Geometry(width, curves, (0, 0, 0, 0), "right", Layout(), graph.measures, graph.signature)


def picture(history: History, trace: Trace, options: Options | None = None) -> Scene:
    """All steps in one, for those who may wait: exports and tests."""
    graph = graph_for(history, trace, options)
    geometry = geometry_of(graph, direction=options.direction if options else "right")
    return scene_of(history, graph, geometry, trace)
