"""Folding: the cards of a region of the program become one card, and what crosses its border its connections.

Nothing else needs to know: keys, nodes and tensors of what is inside lead to the group's card. Which regions there are
is said in `trace.regions`, with the reason why cards folded this way can never feed each other in a circle.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import networkx as nx

from ..trace.history import NEVER, History
from ..trace.regions import Regions, grouping_of
from .cards import Card, Cards, Group, Link, Options

READABLE = 60
"""As many cards as can be read at once: a graph of no more than these opens with every card in sight, and of a larger
one the outer groups open while there are no more."""
MOST_SLOTS = 6
"""Connections between the same two cards that are drawn one by one; more of them are drawn as one."""


def folded(cards: Cards, history: History, options: Options) -> Cards:
    """The cards with the groups folded that are to be."""
    inside, titles = [""] * len(cards.cards), dict[str, str]()
    if options.grouping != "nothing":
        regions = history.regions(options.grouping)
        inside, titles = _closed(cards, regions, options), dict(regions.titles)
    for key in options.by_hand:
        if key not in options.opened and (title := history.regions(grouping_of(key)).titles.get(key)):
            inside = _with_hand(cards, history, inside, key)
            titles[key] = title
    inside = _placed(cards, inside)
    return _Folder(cards, history, titles, inside).folded() if any(inside) else cards


# -- which groups are folded -------------------------------------------------------------------------------------------


def _closed(cards: Cards, regions: Regions, options: Options) -> list[str]:
    """For each card the folded group that it lies in, empty for none; leaves and constants are not placed yet."""
    depth = _open_depth(cards, regions, options)
    opened, shut = options.opened, options.folded
    found: dict[tuple[str, ...], str] = {}
    result = []
    for card in cards.cards:
        path = regions.paths.get(card.op.id, ()) if card.op is not None else ()
        if path not in found:
            found[path] = next(
                (key for at, key in enumerate(path) if key in shut or (at >= depth and key not in opened)), ""
            )
        result.append(found[path])
    return result


def _with_hand(cards: Cards, history: History, inside: list[str], key: str) -> list[str]:
    """The same with a group that a person made, unless it lies in one that is folded.

    A group of the program that it would feed and be fed by is opened: nothing could show which of them comes first.
    """
    ops = set(history.regions(grouping_of(key)).members[key])
    own = [at for at, card in enumerate(cards.cards) if card.op is not None and card.op.id in ops]
    around = {inside[at] for at in own}
    if len(own) < 2 or (len(around) == 1 and "" not in around):
        return inside
    placed = list(inside)
    for position in own:
        placed[position] = key
    while circle := _circle(cards, placed):
        gone = next((group for group in circle if group != key), key)
        placed = ["" if group == gone else group for group in placed]
    return placed


def _circle(cards: Cards, inside: list[str]) -> list[str]:
    """The folded groups of a circle in which cards would feed each other, empty where there is none."""
    graph: nx.DiGraph[str | int] = nx.DiGraph()
    names: list[str | int] = [group or at for at, group in enumerate(inside)]
    ends = ((names[link.source], names[link.target]) for link in cards.links)
    graph.add_edges_from((source, target) for source, target in ends if source != target)
    try:
        return [str(name) for name, _ in nx.find_cycle(graph) if isinstance(name, str)]
    except nx.NetworkXNoCycle:
        return []


def _open_depth(cards: Cards, regions: Regions, options: Options) -> int:
    """How many of the outer groups around a card are open as long as the person says nothing else."""
    if options.folding == "open":
        return NEVER
    if options.folding == "folded" or options.grouping != "auto":
        return 0
    if len(cards.cards) <= READABLE:
        return NEVER
    paths = [regions.paths.get(card.op.id, ()) if card.op is not None else () for card in cards.cards]
    depth, deepest = 0, max(map(len, paths), default=0)
    while depth < deepest:
        inside = _placed(cards, [path[depth + 1] if len(path) > depth + 1 else "" for path in paths])
        if len({key for key in inside if key}) + inside.count("") > READABLE:
            break
        depth += 1
    return depth if depth < deepest else NEVER


def _placed(cards: Cards, inside: list[str]) -> list[str]:
    """The same with leaves and constants where all that use them are, or what made them and one that uses them."""
    first: dict[int, str] = {}
    others: dict[int, set[str]] = defaultdict(set)
    makers: dict[int, str] = {}
    for link in cards.links:
        if cards.cards[link.source].op is None:
            key = inside[link.target]
            if first.setdefault(link.source, key) != key:
                others[link.source].add(key)
        elif cards.cards[link.target].op is None:
            makers[link.target] = inside[link.source]
    placed = list(inside)
    for position, key in first.items():
        if position not in others:
            placed[position] = key
        elif (maker := makers.get(position, "")) == key or maker in others[position]:
            # A leaf of its own between a group and itself would be a circle.
            placed[position] = maker
    return placed


# -- folding -----------------------------------------------------------------------------------------------------------


class _Folder:
    def __init__(self, cards: Cards, history: History, titles: Mapping[str, str], inside: list[str]) -> None:
        self.cards = cards
        self.history = history
        self.titles = titles
        self.inside = inside
        self.members: dict[str, list[int]] = defaultdict(list)
        """Folded group → positions of its cards before."""
        self.place: list[int] = []
        """Position before → position now."""

    def folded(self) -> Cards:
        old = self.cards
        whole: list[Card | str] = []
        places: dict[str, int] = {}
        for position, (card, key) in enumerate(zip(old.cards, self.inside, strict=True)):
            if not key:
                self.place.append(len(whole))
                whole.append(card)
                continue
            self.members[key].append(position)
            if key not in places:
                places[key] = len(whole)
                whole.append(key)
            self.place.append(places[key])
        crossing = [link for link in old.links if self.place[link.source] != self.place[link.target]]
        leaving = self.leaving(crossing)
        cards = tuple(self.group(item, leaving[item]) if isinstance(item, str) else item for item in whole)
        index = {key: self.place[position] for key, position in old.index.items()} | places
        return Cards(
            cards,
            tuple(self.links(cards, crossing)),
            index,
            {node: self.place[position] for node, position in old.by_node.items()},
            {tensor: self.place[position] for tensor, position in old.by_tensor.items()},
        )

    def leaving(self, crossing: list[Link]) -> dict[str, set[int]]:
        """Folded group → positions of the cards whose values leave it."""
        found: dict[str, set[int]] = {key: set() for key in self.members}
        for link in crossing:
            if key := self.inside[link.source]:
                found[key].add(link.source)
        return found

    def group(self, key: str, leaving: set[int]) -> Card:
        cards = [self.cards.cards[position] for position in self.members[key]]
        ops = [card for card in cards if card.op is not None]
        # What leaves it; of several the last, and rather one that a gradient comes back to.
        outer = [self.cards.cards[position] for position in leaving if self.cards.cards[position].op is not None]
        last = max(outer or ops, key=lambda card: (card.node is not None, card.made))
        return Card(
            key=key,
            identity=key,
            kind="group",
            title=self.titles[key],
            symbol="",
            name=last.name,
            shape=last.shape,
            made=min(card.made for card in ops),
            tensor=last.tensor,
            op=last.op,
            node=last.node,
            group=Group(
                ops=tuple(card.op.id for card in ops if card.op is not None),
                nodes=tuple(card.node for card in cards if card.node is not None),
                tensors=tuple(card.tensor for card in cards if card.op is None and card.tensor is not None),
                left=last.made,
            ),
            graph=last.graph,
        )

    def links(self, cards: tuple[Card, ...], crossing: list[Link]) -> list[Link]:
        between: dict[tuple[int, int], list[Link]] = {}
        for link in crossing:
            between.setdefault((self.place[link.source], self.place[link.target]), []).append(link)
        bundles: list[list[Link]] = []
        for (source, target), links in between.items():
            few = len(links) <= MOST_SLOTS or cards[source].group is None is cards[target].group
            bundles += [[link] for link in links] if few else [links]
        # In the order of what takes them, as an op's operands are.
        bundles.sort(key=lambda links: (links[0].made, links[0].target, links[0].slot))
        slots: dict[int, list[int]] = defaultdict(list)
        outs: dict[int, dict[tuple[int, int], int]] = defaultdict(dict)
        for number, links in enumerate(bundles):
            slots[self.place[links[0].target]].append(number)
            outputs = outs[self.place[links[0].source]]
            outputs.setdefault((links[0].source, links[0].out), len(outputs))
        entry = {number: slot for numbers in slots.values() for slot, number in enumerate(numbers)}
        return [self.link(cards, number, links, entry, slots, outs) for number, links in enumerate(bundles)]

    def link(
        self,
        cards: tuple[Card, ...],
        number: int,
        links: list[Link],
        entry: dict[int, int],
        slots: dict[int, list[int]],
        outs: dict[int, dict[tuple[int, int], int]],
    ) -> Link:
        first, alone = links[0], len(links) == 1
        source, target = self.place[first.source], self.place[first.target]
        leaves, enters = cards[source].group is not None, cards[target].group is not None
        crossing = links if leaves or enters else []
        return Link(
            source=source,
            target=target,
            slot=entry[number] if enters else first.slot,
            slots=len(slots[target]) if enters else first.slots,
            out=outs[source][first.source, first.out] if leaves else first.out,
            outs=len(outs[source]) if leaves else first.outs,
            node=first.node if alone else next((link.node for link in links if link.node is not None), None),
            edge=first.edge if alone else -1,
            made=first.made if alone else min(link.made for link in links),
            crossing=tuple(crossing),
            origins=tuple(self.cards.cards[link.source].node for link in crossing),
        )
