"""What a gradient was in the pass before, and what `zero_grad` took away: what a single pass cannot show.

Cards of two passes are the same if they mean the same in the program: a leaf by its tensor, which lives on, an op by
its identity, since every pass makes new ops.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..trace.history import NEVER, History
from ..trace.trace import Trace
from ..trace.value import Value
from .numbers import gradient_text

SAME = 1e-6
"""Up to this share of the greatest element two gradients differ by rounding only."""


@dataclass(frozen=True, slots=True)
class Change:
    """The gradient of one node in an earlier pass (counted from 0) and in this one: of a leaf, what was added."""

    number: int
    before: Value
    now: Value

    @property
    def is_same(self) -> bool:
        before, now = self.before.data, self.now.data
        if before is None or now is None or before.shape != now.shape:
            return self.before == self.now
        scale = max((float(np.abs(data[np.isfinite(data)]).max(initial=0.0)) for data in (before, now)), default=0.0)
        return bool(np.allclose(before, now, rtol=0.0, atol=SAME * scale, equal_nan=True))

    @property
    def text(self) -> str:
        """"0.31 → now 0.27"; of larger tensors the norms."""
        if self.is_same:
            return f"the same, {_short(self.now)}"
        return f"{_short(self.before)} → now {_short(self.now)}"


def _short(value: Value) -> str:
    text = gradient_text(value)
    if not text.startswith("(") or value.data is None:
        return text
    return f"norm {gradient_text(Value.of(np.float64(value.norm())))}"


class Earlier:
    """One pass beside the kept one before it; `before` is None for the first."""

    def __init__(self, history: History, before: History | None) -> None:
        self.history = history
        self.before = before

    @cached_property
    def _leaves(self) -> dict[int, int]:
        """Leaf → its node in the pass before."""
        nodes = self.before.nodes.items() if self.before is not None else ()
        return {item.node.leaf: node for node, item in nodes if item.node.leaf is not None}

    @cached_property
    def _ops(self) -> dict[str, int]:
        """Identity of an op → its node in the pass before; made only when somebody asks about an op."""
        if self.before is None:
            return {}
        nodes, identities = self.before.nodes.items(), self.before.identities
        return {identities[item.op.id]: node for node, item in nodes if item.op is not None}

    def _node_before(self, node: int) -> int | None:
        item = self.history.nodes[node]
        if item.node.leaf is not None:
            return self._leaves.get(item.node.leaf)
        return self._ops.get(self.history.identities[item.op.id]) if item.op is not None else None

    def change(self, node: int, step: int) -> Change | None:
        """What the node's gradient was before, once it has come again; None where there is nothing to compare."""
        now = _first(self.history.gradient_in(node, step))
        if now is None or self.before is None:
            return None
        was = self._node_before(node)
        before = _first(self.before.gradient_in(was, NEVER - 1)) if was is not None else None
        return Change(self.before.number, before, now) if before is not None else None

    def cleared(self, tensor: int, step: int) -> Value | None:
        """What `.grad` held before it was cleared, until the next gradient is added."""
        past = [item for item in self.history.clearings.get(tensor, ()) if item[0] <= step]
        if not past:
            return None
        at, held = past[-1]
        gradients = self.history.tensors[tensor].gradients
        added_since = any(at < changed <= step for changed in gradients.steps)
        is_something = held is not None and (held.data is None or bool(np.any(held.data)))
        return held if is_something and not added_since else None


def earlier_of(trace: Trace, history: History) -> Earlier:
    """A pass beside the nearest one before it that is kept and had a backward pass."""
    passes = [item for item in trace.passes if item.number < history.number]
    found = next((item.history for item in reversed(passes) if item.history.backward_began != NEVER), None)
    return Earlier(history, found)


def _first(values: tuple[Value | None, ...]) -> Value | None:
    return next((value for value in values if value is not None), None)
