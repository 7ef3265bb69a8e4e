"""Finding cards by what stands on them, by their op, their line, or their shape."""

from __future__ import annotations

import re

from ..trace.history import History
from .cards import Card
from .numbers import shape_text

LINE = re.compile(r"(?:line\s+|:)(\d+)$")
"""`line 12`, or `:12` as tracebacks and editors write it."""


def found(words: str, cards: tuple[Card, ...], history: History) -> list[str]:
    """Keys of the cards that have all of the words, in the order of the cards; none for no words.

    A word is found in the variable's name, the grad_fn, the op and the shape (`2x3`, `(2, 3)`), whatever its case. One
    or two letters must be how something begins: "w" means the weight, and not every Backward.
    """
    text = " ".join(words.lower().split())
    if not text:
        return []
    line = LINE.search(text)
    wanted = int(line[1]) if line else None
    if line:
        text = text[: line.start()].strip()
    asked = re.sub(r",\s+", ",", text).split(" ") if text else []
    return [
        card.key
        for card in cards
        if card.kind != "chip"
        and (wanted is None or _line_of(card, history) == wanted)
        and all(any(_fits(word, place) for place in _places(card)) for word in asked)
    ]


def _fits(word: str, place: str) -> bool:
    return place.startswith(word) if len(word) < 3 else word in place


def _places(card: Card) -> tuple[str, ...]:
    """The texts of a card in which words are looked for."""
    op = card.op.op if card.op is not None else card.kind
    written = shape_text(card.shape).lower()
    crossed = "x".join(map(str, card.shape))
    return card.name.lower(), card.title.lower(), op.lower(), card.symbol.lower(), written.replace(" ", ""), crossed


def _line_of(card: Card, history: History) -> int | None:
    source = card.op.source if card.op is not None else None
    if source is None and card.tensor in history.tensors:
        source = history.tensors[card.tensor].source
    return source.line if source is not None else None
