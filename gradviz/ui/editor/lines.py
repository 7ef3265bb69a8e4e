"""Which card a line of the program stands for, and which line a card. No Qt."""

from __future__ import annotations

from ...trace.events import Source
from ...trace.history import History
from ...trace.regions import is_region


def card_of_line(history: History, line: int) -> str | None:
    """The card that a line stands for: its last op, or the leaf that it makes."""
    ops = [op.id for _, op in history.ops.values() if _covers(op.source, line)]
    if ops:
        return f"o{ops[-1]}"
    leaves = [key for key, tensor in history.tensors.items() if tensor.op is None and _covers(tensor.source, line)]
    return f"t{leaves[-1]}" if leaves else None


def source_of_card(history: History, key: str) -> Source | None:
    """The piece of the program that made a card; for a group, all that its ops stand in."""
    if is_region(key):
        cards = history.region_cards(key)
        sources = [op.source for _, op in history.ops.values() if f"o{op.id}" in cards and op.source is not None]
        if not sources:
            return None
        start = min((item.line, item.column) for item in sources)
        end = max((item.end_line, item.end_column) for item in sources)
        return Source(*start, *end)
    number = key[1:].split("@")[0]
    if not number.isdigit():
        return None
    if key.startswith("o") and int(number) in history.ops:
        return history.ops[int(number)][1].source
    if key.startswith("t") and int(number) in history.tensors:
        return history.tensors[int(number)].source
    return None


def _covers(source: Source | None, line: int) -> bool:
    return source is not None and source.line <= line <= source.end_line
