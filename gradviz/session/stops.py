"""Where a stepping command comes to rest: predicates over the record, which look forwards and backwards alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from ..trace.card_keys import card_of_event, card_of_node
from ..trace.events import LeafAccumulated, NodeRan, OpRan, OptimizerStepped, TensorMade, TensorUpdated
from ..trace.history import History
from ..trace.query import Cursor
from ..trace.regions import is_region
from ..trace.trace import Trace
from .lines import LineMap
from .placing import CardMeaning, card_meaning
from .stepping import moved

Stop = Callable[[History, int], bool]
"""Whether a step of a pass, counted from 1, is one to rest at."""


def changes_line(history: History, step: int) -> bool:
    """Another line of the program than the step before."""
    source, before = history.source(step), history.source(step - 1)
    return source is not None and (before is None or source.line != before.line)


def accumulates(history: History, step: int) -> bool:
    """A gradient is added to the .grad of a leaf."""
    return isinstance(history.events[step - 1], LeafAccumulated)


def updates(history: History, step: int) -> bool:
    """An optimizer takes a step, or the program moves a weight by itself; the updates of a step belong to it."""
    event = history.events[step - 1]
    if isinstance(event, TensorUpdated):
        return (event.tensor, event.version) not in history.moves
    return isinstance(event, OptimizerStepped)


def runs_card(*keys: str) -> Stop:
    """One of the cards computes its value, or its node runs; of a group, one of those in it."""
    parts = _Parts(keys)

    def stop(history: History, step: int) -> bool:
        return _card(history, step) in parts.cards(history)

    return stop


def reaches_card(*keys: str) -> Stop:
    """A gradient arrives at one of the cards; at a group, one that comes from outside of it."""
    parts = _Parts(keys)

    def stop(history: History, step: int) -> bool:
        inside = parts.cards(history)
        if _card(history, step) in inside and any(map(is_region, keys)):
            return False
        nodes = parts.nodes(history)
        return any(item.step == step for node in nodes for item in history.contributions.get(node, ()))

    return stop


def leaves(history: History, step: int, places: Mapping[str, int]) -> Stop:
    """Another card of the picture does something than the one that did at `step`: what steps over a folded group.

    `places` says for every card's key where it is drawn: cards of a folded group all in one place.
    """
    here = places.get(_card(history, step)) if step else None

    def stop(other: History, at: int) -> bool:
        key = _card(other, at)
        # Positions belong to the picture of one pass; in another one every card is another.
        return bool(key) if other is not history else places.get(key, here) != here

    return stop


@dataclass(frozen=True)
class Breakpoints:
    """Where a person wants to rest: lines of the program that ran, ops by name, and cards by what they mean."""

    lines: frozenset[int] = field(default_factory=frozenset)
    ops: frozenset[str] = field(default_factory=frozenset)
    cards: frozenset[CardMeaning] = field(default_factory=frozenset)

    def after(self, old: str, new: str) -> Breakpoints:
        """The same in a changed program; a line that was itself changed keeps its place where none came or went."""
        lines = LineMap.between(old, new)
        if old == new or not self.lines:
            return self
        kept = (lines.new(line) or (line if lines.shift == 0 else None) for line in self.lines)
        return replace(self, lines=frozenset(line for line in kept if line is not None))

    def __bool__(self) -> bool:
        return bool(self.lines or self.ops or self.cards)

    def __call__(self, history: History, step: int) -> bool:
        """Whether the step is one of them; of a line only the first of the steps that belong to it."""
        source = history.source(step)
        if source is not None and source.line in self.lines and changes_line(history, step):
            return True
        key = _card(history, step)
        return bool(key) and (self.has_card(history, key) or self._enters(history, step))

    def has_card(self, history: History, key: str) -> bool:
        """Whether there is a breakpoint at a card, of its own or by its op."""
        meaning = card_meaning(history, key)
        if meaning is None:
            return False
        if is_region(key):
            return meaning in self.cards or any(self.has_card(history, part) for part in history.region_cards(key))
        return meaning in self.cards or (key[0] == "o" and meaning[0] in self.ops)

    def _enters(self, history: History, step: int) -> bool:
        """Whether the step is the first in a group that has a breakpoint."""
        for key, _ in self.cards:
            if is_region(key) and _card(history, step) in (inside := history.region_cards(key)):
                return step == 1 or _card(history, step - 1) not in inside
        return False


def seek(trace: Trace, cursor: Cursor, stop: Stop, by: int) -> Cursor | None:
    """The nearest step at which `stop` holds, on (`by` 1) or back (−1), over the ends of passes; None for none."""
    while True:
        following = moved(trace, cursor, by)
        if following is None or following == cursor:
            return None
        cursor = following
        item = trace.find_pass(cursor.number)
        if cursor.step and item is not None and stop(item.history, cursor.step):
            return cursor


def _card(history: History, step: int) -> str:
    """The card that does something at a step; empty for none."""
    event = history.events[step - 1]
    is_doing = isinstance(event, OpRan | TensorMade | LeafAccumulated | TensorUpdated | NodeRan)
    return card_of_event(history, event) if is_doing else ""


class _Parts:
    """What cards' keys stand for in one pass after another: for a group's, the cards in it."""

    def __init__(self, keys: tuple[str, ...]) -> None:
        self._keys = keys
        self._known: dict[History, tuple[frozenset[str], frozenset[int]]] = {}

    def cards(self, history: History) -> frozenset[str]:
        return self._of(history)[0]

    def nodes(self, history: History) -> frozenset[int]:
        return self._of(history)[1]

    def _of(self, history: History) -> tuple[frozenset[str], frozenset[int]]:
        if history not in self._known:
            single = {key.split("@")[0] for key in self._keys if not is_region(key)}
            cards = single.union(*(history.region_cards(key) for key in self._keys if is_region(key)))
            nodes = (node for node in history.nodes if card_of_node(history, node) in cards)
            self._known[history] = frozenset(cards), frozenset(nodes)
        return self._known[history]
