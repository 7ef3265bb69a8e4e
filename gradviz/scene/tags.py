"""Small tags on the lower border of a card: what is wrong with its numbers, whose memory it shares, what it saves.

They stand half outside, so that a card needs no more room for them; what does not fit beside each other is left out,
the least important first. Whoever wants the whole of it points at the card.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..trace.events import Saved
from ..trace.history import History
from ..trace.value import Value
from .cards import Card
from .earlier import Earlier
from .faces import PAD, needs_heat, value_at
from .measure import text_width
from .numbers import gradient_text, short_number

TAG_SIZE = 9.5
TAG_HEIGHT = 14.0
TAG_GAP = 4.0
TAG_PAD = 4.0
TAG_DROP = 4.0
"""How far above the lower border a tag begins."""

MOST_SAVED = 40
"""Up to this many cards in sight, saved tensors have tags: more could not be read at once."""


@dataclass(frozen=True, slots=True)
class Tag:
    """`role` is a colour role of the theme; `struck` says that what it names is gone. `x` counts from the card."""

    text: str
    role: str
    x: float
    width: float
    struck: bool = False


def tags_of(
    card: Card, history: History, step: int, width: float, *, saved: bool = True, earlier: Earlier | None = None
) -> tuple[Tag, ...]:
    """The tags of a card of this width at a step; `saved` says whether those of saved tensors are wanted.

    With `earlier` a leaf tells what its gradient was in the pass before, and what was cleared.
    """
    if card.made > step or card.kind == "chip":
        return ()
    room, x = width - 2 * PAD, PAD
    placed: list[Tag] = []
    for choices, role, struck in _wanted(card, history, step, saved, earlier):
        # The longest of the texts that still fits.
        for text in choices:
            wide = text_width(text, TAG_SIZE) + 2 * TAG_PAD
            if x - PAD + wide <= room:
                placed.append(Tag(text, role, x, wide, struck))
                x += wide + TAG_GAP
                break
    return tuple(placed)


def _wanted(
    card: Card, history: History, step: int, saved: bool, earlier: Earlier | None
) -> Iterator[tuple[list[str], str, bool]]:
    """Texts from long to short, colour role, and whether struck; the most important first."""
    strange = strange_text(value_at(card, history, step)) if card.graph != "backward" else ""
    if strange:
        yield [strange, strange.partition(",")[0]], "error", False
    if card.group is not None:
        return
    if earlier is not None and card.kind == "leaf" and card.graph != "forward":
        yield from _of_gradient(card, step, earlier)
    version = version_of(card, history, step)
    if version:
        yield [f"version {version}", f"v{version}"], "update", False
    base = view_text(card, history)
    if base:
        yield [base, "view"], "text_muted", False
    kept = saved_tensors(card, history) if saved and card.graph != "forward" else ()
    if kept:
        names = ", ".join(item.name for item in kept)
        numbers = ", ".join(f"{item.name} {_short(item.value)}".strip() for item in kept)
        is_gone = is_freed(card, history, step)
        count = f"{len(kept)} saved"
        yield [f"saved {numbers}", f"saved {names}", count], "text_faint" if is_gone else "text_muted", is_gone


def _of_gradient(card: Card, step: int, earlier: Earlier) -> Iterator[tuple[list[str], str, bool]]:
    cleared = earlier.cleared(card.tensor, step) if card.tensor is not None else None
    change = earlier.change(card.node, step) if card.node is not None else None
    if cleared is not None:
        yield [f"cleared {gradient_text(cleared)}", "cleared"], "text_muted", False
    elif change is not None and not change.is_same:
        # A shape says nothing: it is the same in every pass.
        number = gradient_text(change.before)
        yield [f"before: {number}", "≠ before"][number.startswith("(") :], "gradient", False


def can_have_tags(card: Card, history: History) -> bool:
    """Whether the card has tags at some step, its numbers apart: room is kept for them."""
    if card.kind == "chip" or card.group is not None:
        return False
    return bool(saved_tensors(card, history) or view_text(card, history) or version_of(card, history, history.steps))


def strange_text(value: Value | None) -> str:
    """"3 NaN, 1 inf" for a value that is shown as a picture; empty where all is well or the numbers are seen."""
    if value is None or not value.is_floating or not needs_heat(value):
        return ""
    summary = value.summary
    return ", ".join(f"{count:,} {name}" for count, name in ((summary.nan, "NaN"), (summary.infinite, "inf")) if count)


def version_of(card: Card, history: History, step: int) -> int:
    """How often what the card shows was changed in place; 0 for what never was."""
    if card.op is not None:
        return card.op.outputs[0].version if card.op.in_place and card.op.outputs else 0
    return (history.tensors[card.tensor].versions.at(step) or 0) if card.tensor is not None else 0


def view_text(card: Card, history: History) -> str:
    """"view of x" for an op whose result lies in the memory of another tensor."""
    base = card.op.outputs[0].view_of if card.op is not None and card.op.outputs and not card.op.in_place else None
    if base is None or base == card.tensor:
        return ""
    known = history.tensors.get(base)
    return f"view of {known.name}" if known is not None and known.name else "view"


def saved_tensors(card: Card, history: History) -> tuple[Saved, ...]:
    """The tensors that the card's node keeps for its backward."""
    if card.node is None or card.group is not None:
        return ()
    return tuple(item for item in history.nodes[card.node].node.saved if item.value is not None)


def is_freed(card: Card, history: History, step: int) -> bool:
    """Whether the saved tensors of the card's node are gone at a step."""
    return card.node is not None and step >= history.saved_freed and history.nodes[card.node].ran <= step


def _short(value: Value | None) -> str:
    return short_number(value.item(), 3) if value is not None and value.data is not None and value.size == 1 else ""
