"""Finding cards by what stands on them, by their op, their line, or their shape."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..trace.history import History
from .cards import Card
from .numbers import shape_text

LINE = re.compile(r"(?:line\s+|:)(\d+)$")
"""`line 12`, or `:12` as tracebacks and editors write it."""


def found(words: str, cards: tuple[Card, ...], history: History) -> list[str]:
    """Keys of the cards that have all of the words, in the order of the cards; none for no words.

    A word is found in the variable's name, the grad_fn, the op and the shape (`2x3`, `(2, 3)`), whatever its case. One
    or two letters must be how something begins: "w" means the weight, and not every Backward. A folded group is found
    by its title, and by what is found on one of the cards in it.
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
        and any(
            (wanted is None or line == wanted) and all(any(_fits(word, place) for place in places) for word in asked)
            for line, places in _sides(card, history)
        )
    ]


def _sides(card: Card, history: History) -> Iterator[tuple[int | None, tuple[str, ...]]]:
    """Line and texts of a card; of a group those of all that it holds."""
    if card.group is None:
        yield _line_of(card, history), _places(card)
        return
    yield None, (card.title.lower(), card.name.lower(), "group")
    for item in card.group.ops:
        op = history.ops[item][1]
        shapes = [output.value.shape for output in op.outputs]
        names = [(output.name or "").lower() for output in op.outputs]
        node = op.node.name.lower() if op.node is not None else ""
        yield op.source.line if op.source else None, (*names, op.op.lower(), node, *_shapes(shapes))
    for tensor in card.group.tensors:
        made = history.tensors[tensor]
        names = [(made.name or made.maker).lower(), "leaf" if made.requires_grad.facts[-1] else "constant"]
        yield made.source.line if made.source else None, (*names, *_shapes([made.values.facts[-1].shape]))


def _shapes(shapes: list[tuple[int, ...]]) -> tuple[str, ...]:
    """As Python writes them, and "2x3"."""
    written = [shape_text(shape).replace(" ", "") for shape in shapes]
    return (*written, *("x".join(map(str, shape)) for shape in shapes))


def _fits(word: str, place: str) -> bool:
    return place.startswith(word) if len(word) < 3 else word in place


def _places(card: Card) -> tuple[str, ...]:
    """The texts of a card in which words are looked for."""
    op = card.op.op if card.op is not None else card.kind
    return card.name.lower(), card.title.lower(), op.lower(), card.symbol.lower(), *_shapes([card.shape])


def _line_of(card: Card, history: History) -> int | None:
    source = card.op.source if card.op is not None else None
    if source is None and card.tensor in history.tensors:
        source = history.tensors[card.tensor].source
    return source.line if source is not None else None
