"""A small type checker for recorded runs: every sentence it returns is a fault of the recorder, never of the person."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from .events import (
    BackwardBegan,
    BackwardEnded,
    GradientZeroed,
    LeafAccumulated,
    NodeRan,
    OpRan,
    OptimizerStepped,
    RequiresGradSet,
    TensorMade,
    TensorUpdated,
)
from .passes import Pass
from .trace import Trace
from .value import Value

LEAF_SEQUENCE = 2**64 - 1


def check(trace: Trace) -> list[str]:
    """Every rule that the trace breaks, in words; empty for a legal one."""
    return [f"pass {item.number}: {fault}" for item in trace.passes for fault in _PassCheck(item).faults()]


class _PassCheck:
    def __init__(self, item: Pass) -> None:
        self.item = item
        self.shapes: dict[int, tuple[int, ...]] = {}
        self.versions: dict[int, int] = {}
        self.gradients: dict[int, Value | None] = {}
        self.nodes = {leaf.id: leaf for leaf in item.carried.leaves}
        self.node_shapes: dict[tuple[int, int], tuple[int, ...]] = {}
        self.ran: set[int] = set()
        self.moved: dict[tuple[int, int], Value] = {}
        self.in_backward = False

    def faults(self) -> Iterator[str]:
        for state in self.item.carried.tensors:
            self.shapes[state.tensor] = state.value.shape
            self.versions[state.tensor] = state.version
            self.gradients[state.tensor] = state.gradient
        for op in self.item.carried.ops:
            self._know(op)
        for position, event in enumerate(self.item.events, 1):
            for fault in self._event(event):
                yield f"step {position} ({type(event).__name__}): {fault}"

    def _know(self, op: OpRan) -> None:
        for leaf in op.leaves:
            self.nodes[leaf.id] = leaf
        for slot, output in enumerate(op.outputs):
            self.shapes[output.tensor] = output.value.shape
            self.versions[output.tensor] = output.version
            if op.node is not None:
                self.node_shapes[op.node.id, slot] = output.value.shape
        if op.node is not None:
            self.nodes[op.node.id] = op.node

    def _event(self, event: object) -> Iterator[str]:
        match event:
            case TensorMade():
                self.shapes[event.tensor] = event.value.shape
                self.versions[event.tensor] = 0
                self.gradients.setdefault(event.tensor, None)
            case OpRan():
                yield from self._op(event)
            case RequiresGradSet() | GradientZeroed():
                if event.tensor not in self.shapes:
                    yield f"tensor {event.tensor} was never made"
                if isinstance(event, GradientZeroed):
                    self.gradients[event.tensor] = event.after
            case TensorUpdated():
                if event.version <= self.versions.get(event.tensor, -1):
                    yield f"version {event.version} of tensor {event.tensor} does not count up"
                self.versions[event.tensor] = event.version
                told = self.moved.pop((event.tensor, event.version), None)
                if told is not None and told != event.after:
                    yield f"tensor {event.tensor} is not what the optimizer's step says"
            case OptimizerStepped():
                yield from self._stepped(event)
            case BackwardBegan():
                self.in_backward = True
                for root in event.roots:
                    if root.node not in self.nodes:
                        yield f"root node {root.node} was never made"
            case BackwardEnded():
                if not self.in_backward:
                    yield "no backward began"
                self.in_backward = False
            case NodeRan():
                yield from self._node(event)
            case LeafAccumulated():
                yield from self._leaf(event)

    def _stepped(self, event: OptimizerStepped) -> Iterator[str]:
        for part in event.parameters:
            if part.tensor not in self.shapes:
                yield f"tensor {part.tensor} was never made"
            if not 0 <= part.group < len(event.settings):
                yield f"there is no group {part.group}"
            if part.version <= self.versions.get(part.tensor, -1):
                yield f"version {part.version} of tensor {part.tensor} does not count up"
            self.moved[part.tensor, part.version] = part.after

    def _op(self, op: OpRan) -> Iterator[str]:
        for operand in op.inputs:
            if operand.tensor is not None and operand.tensor not in self.shapes:
                yield f"{op.op} takes tensor {operand.tensor}, which was never made"
        self._know(op)
        if (op.node is None) != (op.untracked is not None):
            yield f"{op.op} is tracked and untracked at once"
        for edge in op.node.edges if op.node else ():
            if edge is None:
                continue
            target = self.nodes.get(edge.node)
            if target is None:
                yield f"{op.op} has an edge to node {edge.node}, which was never made"
            elif target.leaf is None and op.node is not None and target.sequence >= op.node.sequence:
                yield f"{op.op} has an edge to the younger node {edge.node}"
            elif target.leaf is not None and target.sequence != LEAF_SEQUENCE:
                yield f"leaf node {edge.node} has sequence number {target.sequence}"

    def _node(self, event: NodeRan) -> Iterator[str]:
        node = self.nodes.get(event.node)
        if node is None or not self.in_backward:
            yield f"node {event.node} ran outside of a backward or was never made"
            return
        if event.node in self.ran:
            yield f"node {event.node} ran twice"
        self.ran.add(event.node)
        if len(event.sent) != len(node.edges):
            yield f"node {event.node} sent {len(event.sent)} gradients along {len(node.edges)} edges"
        for slot, gradient in enumerate(event.gradients_in):
            shape = self.node_shapes.get((event.node, slot))
            if gradient is not None and shape is not None and gradient.shape != shape:
                yield f"node {event.node} got a gradient of shape {gradient.shape} for an output of shape {shape}"

    def _leaf(self, event: LeafAccumulated) -> Iterator[str]:
        if not self.in_backward:
            yield "a leaf accumulated outside of a backward"
        if event.before != self.gradients.get(event.tensor) and (event.before is None or event.before.data is not None):
            yield f".grad of tensor {event.tensor} before is not what it was after the last change"
        self.gradients[event.tensor] = event.after
        before, added, after = (item.data if item else None for item in (event.before, event.added, event.after))
        if added is None or after is None or (event.before is not None and before is None):
            return
        expected = added if before is None else before + added
        if not np.allclose(after, expected, rtol=1e-3, atol=1e-6, equal_nan=True):
            yield f".grad of tensor {event.tensor} is not before + added"
