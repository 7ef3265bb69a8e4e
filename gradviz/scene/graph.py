"""The graph that is handed to the layout: cards as nodes with sizes, connections as edges with ports.

Nodes are called by their cards' identities, not by ids of the run: so the layout of the last run can be given along and
whatever is still there keeps its place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from math import ceil

import networkx as nx

from ..layout.chips import Chip, split_shared
from ..layout.geometry import Gaps
from ..trace.history import NEVER, History
from .broadcasting import edge_text, summing_of
from .cards import Card, Cards, Link
from .faces import size_of
from .pills import pill_width

CHIP_USES_SMALL, CHIP_USES_LARGE = 7, 3
SMALL_GRAPH = 60
"""Up to this many cards a leaf used in several places keeps its edges: that they meet in it is what there is to see."""

LEAST_GAP, MOST_GAP, GAP_STEP = 40.0, 112.0, 4.0
TWIN_GAP = 36.0

Sizes = Mapping[Hashable, tuple[float, float]]
EdgeName = tuple[Hashable, Hashable, Hashable]


@dataclass(frozen=True, eq=False)
class Measures:
    """Sizes by node name, the gaps between cards, and the edges that need a wider one."""

    sizes: Sizes
    gaps: Gaps
    rooms: dict[EdgeName, float]


@dataclass(frozen=True, eq=False)
class CardGraph:
    """`names` and `edges` are the graph's nodes and edges in the order of the cards and links."""

    cards: Cards
    graph: nx.MultiDiGraph
    names: tuple[Hashable, ...]
    edges: tuple[EdgeName, ...]
    measures: Measures

    @property
    def signature(self) -> tuple[object, ...]:
        """Equal for two passes whose pictures have the same geometry."""
        measures = self.measures
        return self.names, self.edges, tuple(measures.sizes.values()), measures.gaps, tuple(measures.rooms.items())


def graph_of(cards: Cards, history: History, previous: Measures | None = None, chips: bool = True) -> CardGraph:
    """The graph to lay out. Nothing known from `previous` shrinks, so that nothing jitters while a program trains."""
    graph = nx.MultiDiGraph()
    for order, card in enumerate(cards.cards):
        width, height = size_of(card, history)
        known = previous.sizes.get(card.identity) if previous is not None else None
        if known is not None and known[1] == height:
            width = max(width, known[0])
        graph.add_node(card.identity, size=(width, height), order=order, whole=card.group is not None)
    pairs = Counter((link.source, link.target) for link in cards.links)
    leaving = Counter(link.source for link in cards.links)
    for link in cards.links:
        # Both edges of `x * x` leave from places of their own, so that they are two lines all the way; but a third
        # edge to elsewhere would have to cross one of them.
        apart = 1 < pairs[link.source, link.target] == leaving[link.source] and link.outs == 1
        graph.add_edge(
            cards.cards[link.source].identity,
            cards.cards[link.target].identity,
            key=link.slot,
            source_slot=(link.slot, link.slots) if apart else (link.out, link.outs),
            target_slot=(link.slot, link.slots),
        )
    # A gap that grew with one longer number would move every card there is: such an edge gets room of its own.
    gap = layer_gap(cards, history) if previous is None else previous.gaps.layer
    gaps = Gaps(layer=gap, card=24.0, edge=16.0, component=48.0)
    uses = CHIP_USES_SMALL if len(cards.cards) <= SMALL_GRAPH else CHIP_USES_LARGE
    found = _with_chips(cards, split_shared(graph, uses) if chips else graph, history, gaps)
    for link, edge in zip(cards.links, found.edges, strict=True):
        # Two numbers on two bent edges between the same two cards need room beside each other.
        are_twins = 1 < pairs[link.source, link.target] < leaving[link.source]
        number = gap_for(link, history) if cards.graph != "forward" else LEAST_GAP
        room = number + (TWIN_GAP if are_twins else 0.0)
        if previous is not None:
            room = max(room, previous.rooms.get(edge, 0.0))
        if room > gap:
            source, target, slot = edge
            # Not by `edges`: that view and the graph would hold each other.
            found.graph[source][target][slot]["room"] = found.measures.rooms[edge] = room
    return found


def layer_gap(cards: Cards, history: History) -> float:
    """Room between two layers for the longest number there is."""
    if cards.graph == "forward":
        return LEAST_GAP
    return max((gap_for(link, history) for link in cards.links), default=LEAST_GAP)


def gap_for(link: Link, history: History) -> float:
    """Room between two layers for a gradient's number, which stands above a level line and on a bent one."""
    gradient = None
    if link.node is not None and link.edge >= 0:
        gradient = history.edge_gradient(link.node, link.edge, NEVER)
    if link.node is None or gradient is None:
        return LEAST_GAP
    summing = summing_of(history, link.node, link.edge, link.pairs_elements)
    width = pill_width(edge_text(gradient, summing)) + 6.0
    return min(MOST_GAP, max(LEAST_GAP, GAP_STEP * ceil(width / GAP_STEP)))


def _with_chips(cards: Cards, split: nx.MultiDiGraph, history: History, gaps: Gaps) -> CardGraph:
    """Give each chip of the split graph a card of its own."""
    all_cards, links = list(cards.cards), list(cards.links)
    names: list[Hashable] = [card.identity for card in cards.cards]
    edges: list[EdgeName] = []
    index = dict(cards.index)
    for position, link in enumerate(links):
        source, target = cards.cards[link.source], cards.cards[link.target]
        chip = Chip(source.identity, target.identity, link.slot)
        if chip in split:
            card = _chip(source, target, link.slot, str(chip))
            split.nodes[chip]["size"] = size_of(card, history)
            index.setdefault(card.key, len(all_cards))
            links[position] = replace(link, source=len(all_cards))
            all_cards.append(card)
            names.append(chip)
            edges.append((chip, target.identity, link.slot))
        else:
            edges.append((source.identity, target.identity, link.slot))
    sizes = {name: split.nodes[name]["size"] for name in names}
    whole = replace(cards, cards=tuple(all_cards), links=tuple(links), index=index)
    return CardGraph(whole, split, tuple(names), tuple(edges), Measures(sizes, gaps, {}))


def _chip(leaf: Card, consumer: Card, slot: int, identity: str) -> Card:
    # The second use by the same op needs a key of its own.
    again = f"#{slot}" if slot else ""
    key = f"{leaf.key}@{consumer.key}{again}"
    return replace(leaf, key=key, identity=identity, kind="chip", title=leaf.name or leaf.title, node=None)
