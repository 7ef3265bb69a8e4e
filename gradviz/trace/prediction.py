"""What can be asked about the next step before it is shown, and the right answer: facts of the record, without words.

Only what a person can find out is asked. Which node runs next: where several are ready and PyTorch's rule (the highest
sequence number first) singles one out. AccumulateGrads that are ready together have the same number, and a heap
decides between them, so there the gradient is asked for instead. Of a small tensor one element is asked for, of a large
one its shape; of what a random op draws, the shape alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from .events import BackwardBegan, GradientZeroed, LeafAccumulated, NodeRan, OpRan, TensorUpdated
from .history import NEVER, History
from .ops import draws
from .value import Value

MOST_ELEMENTS = 16
"""Of a tensor up to this size an element can be worked out on paper."""
MOST_CHOICES = 6


@dataclass(frozen=True, slots=True, eq=False)
class Prediction:
    """A question about step `step` of a pass; what it is about is the event there.

    `asks`: "node" for which one runs, of `choices`; "element" for the number at `index` of `value`; "shape" for that of
    `value`; "cleared" for what is left of a gradient that `zero_grad` cleared.
    """

    history: History = field(repr=False)
    step: int
    asks: Literal["node", "element", "shape", "cleared"]
    value: Value | None = None
    index: tuple[int, ...] = ()
    edge: int = -1
    """Of a node that runs: the number of the edge along which the gradient in question is sent."""
    choices: tuple[int, ...] = ()
    """Nodes in the order in which they were made, which does not tell the answer."""

    @property
    def event(self) -> object:
        return self.history.events[self.step - 1]


def prediction_of(history: History, step: int) -> Prediction | None:
    """What to ask about a step, counted from 1; None where nothing can be predicted."""
    if not 0 < step <= history.steps:
        return None
    match history.events[step - 1]:
        case OpRan(op=op, outputs=(output, *_)):
            return _about(history, step, output.value, is_random=draws(op))
        case BackwardBegan(roots=(root,)):
            return _about(history, step, root.gradient)
        case NodeRan(node=node) as event:
            return _which(history, step, node) or _sent(history, step, event)
        case LeafAccumulated(node=node, after=after):
            return _which(history, step, node) or _about(history, step, after)
        case TensorUpdated(after=after):
            return _about(history, step, after)
        case GradientZeroed(before=Value() as before):
            # Of a gradient of zeros nobody could say whether it was cleared.
            is_seen = before.data is None or bool(np.any(before.data))
            return Prediction(history, step, "cleared") if is_seen else None
    return None


def _which(history: History, step: int, node: int) -> Prediction | None:
    ready = [item for item in history.queue(step - 1) if history.nodes[item].ran < NEVER]
    if len(ready) < 2 or node not in ready:
        return None
    sequences = {item: history.nodes[item].node.sequence for item in ready}
    if any(sequences[item] >= sequences[node] for item in ready if item != node):
        return None
    others = [item for item in ready if item != node][: MOST_CHOICES - 1]
    return Prediction(history, step, "node", choices=tuple(sorted([node, *others])))


def _sent(history: History, step: int, event: NodeRan) -> Prediction | None:
    edges = history.nodes[event.node].node.edges
    sent = [
        (position, value)
        for position, (edge, value) in enumerate(zip(edges, event.sent, strict=False))
        if edge is not None and value is not None and edge.node in history.nodes
    ]
    if not sent:
        return None
    edge, value = sent[step % len(sent)]
    return _about(history, step, value, edge=edge)


def _about(
    history: History, step: int, value: Value, *, edge: int = -1, is_random: bool = False
) -> Prediction | None:
    """An element where that can be worked out, else the shape; nothing about a single truth value."""
    is_number = value.data is not None and value.data.dtype.kind in "fiu"
    if is_number and not is_random and 0 < value.size <= MOST_ELEMENTS:
        index = tuple(int(at) for at in np.unravel_index(step % value.size, value.shape)) if value.shape else ()
        return Prediction(history, step, "element", value, index, edge)
    return Prediction(history, step, "shape", value, edge=edge) if value.shape else None
