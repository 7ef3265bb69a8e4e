"""Where a run's first NaN or infinity was made: the step of a kept pass, and the words for it."""

from __future__ import annotations

from dataclasses import dataclass

from .events import NodeRan, OpRan, TensorUpdated
from .finiteness import loses_finiteness
from .history import History
from .query import Cursor
from .trace import Trace


@dataclass(frozen=True)
class Origin:
    """`words` name the node or the update, and its line."""

    cursor: Cursor
    words: str


def origin_of(trace: Trace, number: int) -> Origin | None:
    """What made the NaN or infinity that shows in the curves of pass `number`: in that pass, or at the end of the one
    before. None where those passes were not kept whole, or it came from elsewhere (data that had it already)."""
    for item in map(trace.find_pass, (number - 1, number)):
        if item is None or not number - 1 <= item.number <= number:
            continue
        history = item.history
        for step in range(1, history.steps + 1):
            if loses_finiteness(history, step):
                return Origin(Cursor(item.number, step), _words(history, step, item.number))
    return None


def _words(history: History, step: int, number: int) -> str:
    event, source = history.events[step - 1], history.source(step)
    where = f" in line {source.line}" if source is not None else ""
    if isinstance(event, OpRan):
        name = f" ({event.node.name})" if event.node else ""
        return f"first made by {event.op}{name}{where}, pass {number + 1:,}"
    if isinstance(event, NodeRan):
        node = history.nodes.get(event.node)
        name = node.node.name if node is not None else "a node"
        return f"first made by {name} in the backward of pass {number + 1:,}{where}"
    if isinstance(event, TensorUpdated):
        return f"first made by the update{where}, pass {number + 1:,}"
    return f"first seen in step {step} of pass {number + 1:,}{where}"
