"""Ways through the graph: what feeds a card, what it feeds, where its gradient goes, and all that lies between two."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .scene import Scene


def feeding(scene: Scene, card: int) -> frozenset[int]:
    """The card and all cards whose values go into it."""
    return _reached(_neighbours(scene, backwards=True), _whole(scene, card))


def fed(scene: Scene, card: int) -> frozenset[int]:
    """The card and all cards that its value goes into."""
    return _reached(_neighbours(scene, backwards=False), _whole(scene, card))


def gradient_way(scene: Scene, card: int) -> frozenset[int]:
    """The card and all cards that the gradient which reaches it is passed on to: tracked links only."""
    return _reached(_neighbours(scene, backwards=True, tracked=True), _whole(scene, card))


def between(scene: Scene, one: int, other: int) -> frozenset[int]:
    """All cards on ways from one card to the other, whichever comes first; both alone where there is no way."""
    for start, end in ((one, other), (other, one)):
        way = fed(scene, start) & feeding(scene, end)
        if way:
            return way | _whole(scene, start) | _whole(scene, end)
    return _whole(scene, one) | _whole(scene, other)


def enclosed(scene: Scene, cards: Iterable[int]) -> frozenset[int]:
    """The cards and all cards on ways from one of them to another: what can be one card without feeding itself."""
    start = {place for card in cards for place in scene.family(card)}
    return _reached(_neighbours(scene, backwards=False), start) & _reached(
        _neighbours(scene, backwards=True), start
    )


def _whole(scene: Scene, card: int) -> frozenset[int]:
    """A card, and where it is a shared leaf its chips."""
    return frozenset(scene.family(card))


def _neighbours(scene: Scene, *, backwards: bool, tracked: bool = False) -> Mapping[int, list[int]]:
    found: dict[int, list[int]] = {}
    for link in scene.table.links:
        if tracked and link.node is None:
            continue
        start, end = (link.target, link.source) if backwards else (link.source, link.target)
        found.setdefault(start, []).append(end)
    return found


def _reached(neighbours: Mapping[int, list[int]], start: Iterable[int]) -> frozenset[int]:
    reached = set(start)
    waiting = list(reached)
    while waiting:
        for card in neighbours.get(waiting.pop(), ()):
            if card not in reached:
                reached.add(card)
                waiting.append(card)
    return frozenset(reached)
