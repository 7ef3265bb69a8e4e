"""All that the inspector shows of a group: what goes in, what comes out, what it does, and the gradient on both sides.

It is a matter of the record alone, so that an open group can be asked about as well as a folded one.
"""

from __future__ import annotations

from collections import Counter

import numpy as np

from ..trace.card_keys import card_of_tensor
from ..trace.history import NEVER, History
from ..trace.regions import grouping_of
from ..trace.trace import Trace
from ..trace.value import Value
from .facts import Fact
from .naming import Names
from .numbers import shape_text
from .typeset import amount, is_written

MOST = 12
"""Inputs, outputs and kinds of ops that are listed; how many more there are is said."""


class GroupFacts:
    """One group at one step."""

    def __init__(self, trace: Trace, history: History, step: int, key: str) -> None:
        self.history, self.step = history, step
        self.names = Names(trace, history)
        self.title = history.regions(grouping_of(key)).titles[key]
        cards = history.region_cards(key)
        self.ops = [item for item in history.ops.values() if f"o{item[1].id}" in cards]
        self.leaves = [tensor for tensor in history.tensors if f"t{tensor}" in cards]
        made = {out.tensor for _, op in self.ops for out in op.outputs}
        used = {item.tensor: None for _, op in self.ops for item in op.inputs if item.tensor is not None}
        self.inputs = [one for one in used if one not in made and f"t{one}" not in cards and one in history.tensors]
        inside = {op.id for _, op in self.ops}
        outside = {
            item.tensor for _, op in history.ops.values() if op.id not in inside for item in op.inputs
        }  # fmt: skip
        last = self.ops[-1][1].outputs
        self.outputs = [tensor for tensor in made if tensor in outside] or [out.tensor for out in last[:1]]
        self.nodes = [op.node.id for _, op in self.ops if op.node is not None]
        self.accumulators = {item.node.leaf: node for node, item in history.nodes.items() if item.node.leaf is not None}

    def sentences(self) -> tuple[str, ...]:
        """How much it holds, and how far forward and backward have come in it."""
        made = sum(1 for step, _ in self.ops if step <= self.step)
        first = f"A group of {_count(len(self.ops), 'op')}"
        kept = [tensor for tensor in self.leaves if tensor in self.accumulators]
        first += f" and {_count(len(kept), 'leaf', 'leaves')} that nothing else uses." if kept else "."
        if made < len(self.ops):
            return first, f"The forward pass has run {made:,} of its ops." if made else "No op of it has run yet."
        at = self.history.nodes
        inside = self.nodes + [self.accumulators[tensor] for tensor in kept]
        reached = [node for node in inside if at[node].waiting < NEVER]
        ran = sum(1 for node in reached if at[node].ran <= self.step)
        if not self.nodes:
            return first, "Nothing in it is tracked: no gradient comes here."
        if not reached:
            return first, "No backward pass of this pass of the program reaches it."
        return first, f"The backward pass has run {ran:,} of its {_count(len(reached), 'node')}."

    def kinds(self) -> tuple[Fact, ...]:
        """How many of each op, the most frequent first."""
        counts = Counter(op.node.name if op.node is not None else op.op for _, op in self.ops)
        facts = [Fact(name, f"{count:,}") for name, count in counts.most_common(MOST)]
        return (*facts, *_more(len(counts)))

    def border(self) -> tuple[Fact, ...]:
        """What goes in and comes out, each with the gradient that has come to it and gone from it in sum."""
        facts: list[Fact] = []
        for word, tensors, flow in (("in", self.inputs, self.gone), ("out", self.outputs, self.come)):
            for tensor in tensors[:MOST]:
                item = self.history.tensors[tensor]
                value = item.values.at(self.step)
                text = f"{self.names.tensor(tensor)} · {'not made yet' if value is None else _short(value)}"
                facts.append(Fact(word, text, "value", card=card_of_tensor(self.history, tensor)))
                gradient = flow(tensor)
                if gradient is not None:
                    facts.append(Fact("gradient", _short(gradient), "gradient"))
            facts += _more(len(tensors))
        return tuple(facts)

    def gone(self, tensor: int) -> Value | None:
        """The sum of the gradients that nodes of the group have sent back to a tensor that goes in."""
        history, target = self.history, self._node_of(tensor)
        slot = self._slot_of(tensor)
        inside = set(self.nodes)
        contributions = history.contributions.get(target, ()) if target is not None else ()
        return _sum([
            item.value for item in contributions
            if item.step <= self.step and item.sender in inside and item.slot == slot
        ])  # fmt: skip

    def come(self, tensor: int) -> Value | None:
        """The sum of the gradients that have arrived at a tensor that comes out, from wherever they came."""
        target = self._node_of(tensor)
        if target is None:
            return None
        slot = self._slot_of(tensor)
        return _sum([item.value for item in self.history.buffer(target, self.step) if item.slot == slot])

    def _node_of(self, tensor: int) -> int | None:
        op = self.history.tensors[tensor].op
        if op is not None and op.node is not None:
            return op.node.id
        return self.accumulators.get(tensor)

    def _slot_of(self, tensor: int) -> int:
        op = self.history.tensors[tensor].op
        if op is None or op.node is None:
            return 0
        return next(at for at, out in enumerate(op.outputs) if out.tensor == tensor)


def _sum(values: list[Value]) -> Value | None:
    """The sum of values of one shape; None for none, and where one is too large to have been kept."""
    arrays = [value.data for value in values if value.data is not None]
    if not arrays or len(arrays) < len(values):
        return None
    with np.errstate(all="ignore"):
        return values[0] if len(values) == 1 else Value.of(np.sum(arrays, axis=0), values[0].dtype)


def _short(value: Value) -> str:
    return amount(value) if is_written(value.shape, value.data) else shape_text(value.shape)


def _more(number: int) -> tuple[Fact, ...]:
    return (Fact("", f"… and {number - MOST:,} more"),) if number > MOST else ()


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"
