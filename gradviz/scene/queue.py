"""The ready queue in words: the nodes whose gradients have all arrived, the one that runs next first."""

from __future__ import annotations

from dataclasses import dataclass

from ..trace.check import LEAF_SEQUENCE
from ..trace.history import History


@dataclass(frozen=True, slots=True)
class Entry:
    """A node in the queue; `priority` is its sequence number in short, "first" for AccumulateGrad."""

    node: int
    name: str
    priority: str

    @property
    def text(self) -> str:
        return f"{self.name} {self.priority}".strip()


def queue_of(history: History, step: int) -> tuple[Entry, ...]:
    """The entries in the order in which they will run; empty outside of a backward pass."""
    return queue_head(history, step, None)[0]


def queue_head(
    history: History, step: int, most: int | None, *, in_order: bool = True
) -> tuple[tuple[Entry, ...], int]:
    """The first `most` entries, and how many more there are: a thousand may wait, and a line of them is shown.

    Not `in_order`, they stand as they were made, which does not tell a person who predicts which one is next.
    """
    nodes = history.queue(step) if in_order else tuple(sorted(history.queue(step)))
    entries = tuple(_entry(history, node) for node in nodes[:most])
    return entries, len(nodes) - len(entries)


def _entry(history: History, node: int) -> Entry:
    item = history.nodes[node].node
    if item.leaf is not None:
        tensor = history.tensors.get(item.leaf)
        name = tensor.name if tensor is not None else None
        return Entry(node, f"{item.name}({name})" if name else item.name, "")
    return Entry(node, item.name, "" if item.sequence >= LEAF_SEQUENCE else f"#{item.sequence}")
