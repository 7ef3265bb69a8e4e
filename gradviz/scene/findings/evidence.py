"""What the look-outs of this room need to know of a run, gathered pass by pass and each pass only once.

A pass is walked without building its history: a run may keep two hundred passes of ten thousand nodes.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from ...trace.events import (
    BackwardBegan,
    GradientZeroed,
    LeafAccumulated,
    Node,
    NodeRan,
    OpRan,
    OptimizerStepped,
    Source,
    TensorMade,
    TensorUpdated,
)
from ...trace.messages import CurveKey
from ...trace.passes import Pass
from ...trace.trace import Trace
from ...trace.value import Value

LeafEvent = LeafAccumulated | TensorUpdated | GradientZeroed


@dataclass(frozen=True, slots=True)
class Activation:
    """An activation that the backward pass went through: its gradient before and after, and what it had computed."""

    node: int
    op: OpRan
    step: int
    """At which its node ran."""
    depth: int
    """Activations between it and the loss, on the longest way."""
    above: int | None
    """The node of the activation before it on that way."""
    arrived: Value
    sent: Value | None
    passed: tuple[bool, ...] | None = None
    """Of a relu, for each unit whether any sample came through it; None where the record does not show units."""


@dataclass(eq=False)
class PassEvidence:
    """One walk over the events of a pass, in as many strides as `read` is called."""

    item: Pass
    names: dict[int, str | None] = field(default_factory=dict)
    wants: dict[int, tuple[int, Source | None]] = field(default_factory=dict)
    """Leaves made in this pass that require a gradient: step and line."""
    leaves: dict[int, list[tuple[int, LeafEvent]]] = field(default_factory=lambda: defaultdict(list))
    """What happened to each leaf, with the steps."""
    used: dict[int, tuple[int, OpRan]] = field(default_factory=dict)
    """The first op that took each tensor, with its step."""
    reached: set[int] = field(default_factory=set)
    """Tensors of the leaves that some gradient went to, or whose gradient was asked for."""
    skipped: dict[int, tuple[int, OptimizerStepped]] = field(default_factory=dict)
    """Parameters that a step of an optimizer was to move and that had no gradient, with the step."""
    activations: dict[int, Activation] = field(default_factory=dict)
    backward: tuple[int, BackwardBegan] | None = None

    def __post_init__(self) -> None:
        for state in self.item.carried.tensors:
            self.names[state.tensor] = state.name
        self._nodes: dict[int, tuple[Node, OpRan | None]] = {leaf.id: (leaf, None) for leaf in self.item.carried.leaves}
        self._nodes.update({op.node.id: (op.node, op) for op in self.item.carried.ops if op.node is not None})
        self._ways: dict[int, tuple[int, int | None]] = {}
        self._steps = 0

    def read(self, events: int) -> int:
        """Walk on for so many events; how many there were."""
        first, self._steps = self._steps, min(self._steps + events, len(self.item.events))
        for step, event in enumerate(self.item.events[first : self._steps], first + 1):
            if isinstance(event, OpRan):
                self._op_ran(step, event)
            elif isinstance(event, NodeRan):
                self._node_ran(step, event)
            elif isinstance(event, LeafAccumulated):
                self.leaves[event.tensor].append((step, event))
                self.reached.add(event.tensor)
            elif isinstance(event, TensorUpdated | GradientZeroed):
                self.leaves[event.tensor].append((step, event))
            elif isinstance(event, OptimizerStepped):
                self.skipped.update(dict.fromkeys(event.skipped, (step, event)))
            elif isinstance(event, TensorMade):
                self.names[event.tensor] = event.name
                if event.requires_grad:
                    self.wants[event.tensor] = step, event.source
            elif isinstance(event, BackwardBegan):
                self.backward = step, event
                self.reached.update(event.inputs or ())
        if self.is_read:
            self._nodes.clear()
            self._ways.clear()
        return self._steps - first

    @property
    def is_read(self) -> bool:
        return self._steps == len(self.item.events)

    def _op_ran(self, step: int, op: OpRan) -> None:
        for item in op.inputs:
            if item.tensor is not None:
                self.used.setdefault(item.tensor, (step, op))
        for leaf in op.leaves:
            self._nodes[leaf.id] = leaf, None
        if op.node is not None:
            self._nodes[op.node.id] = op.node, op
        for output in op.outputs:
            self.names.setdefault(output.tensor, output.name)

    def _node_ran(self, step: int, event: NodeRan) -> None:
        known, ways = self._nodes.get(event.node), self._ways
        if known is None:
            return
        node, op = known
        depth, above = ways.get(event.node, (0, None))
        arrived = event.gradients_in[0] if event.gradients_in else None
        if op is not None and op.op.rstrip("_") in ACTIVATIONS and arrived is not None:
            sent = event.sent[0] if event.sent else None
            passed = passed_units(op.outputs[0].value) if op.op.rstrip("_") == "relu" else None
            self.activations[event.node] = Activation(event.node, op, step, depth, above, arrived, sent, passed)
            depth, above = depth + 1, event.node
        for edge, gradient in zip(node.edges, event.sent, strict=False):
            if edge is not None and gradient is not None and ways.get(edge.node, (-1, None))[0] < depth:
                ways[edge.node] = depth, above

    @property
    def number(self) -> int:
        return self.item.number

    @property
    def backward_line(self) -> int:
        """The line of the backward() call."""
        source = self.backward[1].source if self.backward else None
        return source.line if source else 0

    def name(self, tensor: int) -> str:
        """What the program calls a tensor."""
        return self.names.get(tensor) or "a leaf"

    def updated(self, tensor: int) -> tuple[int, TensorUpdated] | None:
        """The first update of a leaf after a gradient arrived that no zeroing had taken away before, with its step."""
        arrived = False
        for step, event in self.leaves.get(tensor, ()):
            if isinstance(event, LeafAccumulated):
                arrived = True
            elif isinstance(event, GradientZeroed):
                arrived = False
            elif arrived:
                return step, event
        return None

    @cached_property
    def descends(self) -> bool:
        """Whether the updates of this pass, taken together, went against the gradient."""
        total = 0.0
        for tensor, events in self.leaves.items():
            found = self.updated(tensor)
            gradient = next((event.after for _, event in reversed(events) if isinstance(event, LeafAccumulated)), None)
            if found is None or gradient is None or gradient.data is None:
                continue
            before, after = found[1].before, found[1].after
            if before is None or before.data is None or after.data is None or before.shape != gradient.shape:
                continue
            moved = after.data.astype("float64") - before.data.astype("float64")
            product = float((moved * gradient.data).real.sum())
            total += product if math.isfinite(product) else 0.0
        return total < 0


def passed_units(value: Value) -> tuple[bool, ...] | None:
    """For each unit of a layer whether any number of it is above 0; None where these are no units or only sketched.

    A row of numbers has one unit each, rows of samples have one in each column, pictures (n, c, h, w) one in each
    channel. What three dimensions mean is not to be seen from them.
    """
    if value.data is None or value.data.ndim not in (1, 2, 4) or not value.data.size:
        return None
    axes: tuple[int, ...] = {1: (), 2: (0,), 4: (0, 2, 3)}[value.data.ndim]
    return tuple(np.any(value.data > 0, axis=axes, keepdims=True).ravel().tolist())


ACTIVATIONS = {
    "relu", "relu6", "sigmoid", "tanh", "elu", "gelu", "silu", "softplus", "selu", "celu", "leaky_relu", "hardtanh",
    "hardsigmoid", "hardswish", "softsign", "mish", "log_sigmoid", "logsigmoid", "threshold",
}  # fmt: skip
"""Ops that layers end with."""


class Evidence:
    """All of a run that was looked at so far. Passes that the record let go of later stay known here."""

    def __init__(self) -> None:
        self.trace = Trace()
        self.passes: dict[int, PassEvidence] = {}
        self.clear_until: dict[CurveKey, int] = {}
        """Passes at the head of a curve in which nothing was found, and nothing can be any more."""
        self._waiting: list[Pass] = []
        self._reading: PassEvidence | None = None
        """The first of them, read in part."""

    def follow(self, trace: Trace) -> None:
        """The run as it stands now; a new run forgets the one before."""
        if trace.began is not self.trace.began:
            self.passes.clear()
            self.clear_until.clear()
        self.trace = trace
        known = self.passes
        # The last pass of a running program may be open still, and comes again.
        self._waiting = [
            item for item in trace.passes if item.number not in known or known[item.number].item is not item
        ]

    def read(self, events: int) -> bool:
        """Walk over passes that are new until about so many events are read; whether all were."""
        while self._waiting and events > 0:
            item = self._waiting[0]
            known = self._reading
            if known is None or known.item is not item:
                known = self._reading = PassEvidence(item)
            events -= max(1, known.read(events))
            if known.is_read:
                self.passes[item.number], self._reading = known, None
                del self._waiting[0]
        return not self._waiting

    @property
    def in_order(self) -> list[PassEvidence]:
        return [self.passes[number] for number in sorted(self.passes)]

    def pairs(self) -> Iterator[tuple[PassEvidence, PassEvidence]]:
        """Passes that followed each other, both known."""
        for number in sorted(self.passes):
            if number + 1 in self.passes:
                yield self.passes[number], self.passes[number + 1]

    def between(self, first: int, last: int) -> list[PassEvidence]:
        return [known for known in self.in_order if first <= known.number <= last]


def size_of(value: Value | None) -> float:
    """The Euclidean norm, from the summary where only that was kept; NaN for no value."""
    if value is None:
        return math.nan
    if value.data is not None:
        return abs(value.norm())
    summary = value.summary
    return math.sqrt(value.size * (summary.mean**2 + summary.deviation**2))


def is_zero(value: Value | None) -> bool:
    """Whether every element is zero."""
    if value is None or value.size == 0:
        return value is None
    if value.data is not None:
        return not value.data.any()
    return value.summary.least == 0 == value.summary.greatest and not value.summary.nan and not value.summary.infinite
