"""What was true at each step of a pass.

Every fact is kept once, with the step at which it became true; the state at a step is a look at these lists.
So stepping back is a smaller number, a jump recomputes nothing, and no state can drift from the record.

Step k is the moment after the first k events of the pass; step 0 shows what was carried in.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from .events import (
    BackwardBegan,
    BackwardEnded,
    ErrorRaised,
    GradientZeroed,
    LeafAccumulated,
    Node,
    NodeRan,
    OpRan,
    OptimizerStepped,
    ParameterStep,
    RequiresGradSet,
    Source,
    TensorMade,
    TensorUpdated,
)
from .identity import identities_of
from .lines import LineValues
from .passes import Pass
from .regions import Regions, common_path, region_cards, regions_of
from .tracks import Track
from .value import Value

NEVER = 2**62
"""A step that no cursor reaches."""

Phase = Literal["forward", "backward", "update"]
Status = Literal["idle", "waiting", "ready", "running", "done"]


@dataclass(frozen=True, slots=True)
class Contribution:
    """A gradient that arrived at an input buffer; `edge` is None for the gradient put in at a root."""

    step: int
    sender: int | None
    edge: int | None
    slot: int
    value: Value


@dataclass(slots=True)
class TensorHistory:
    """All that happened to a tensor in this pass."""

    tensor: int
    made: int
    maker: str
    name: str | None
    source: Source | None
    op: OpRan | None
    values: Track[Value]
    versions: Track[int]
    gradients: Track[Value | None]
    requires_grad: Track[bool]


@dataclass(slots=True)
class NodeHistory:
    """All that happened to a graph node. Steps that did not come are NEVER."""

    node: Node
    made: int
    op: OpRan | None
    dependencies: int = 0
    waiting: int = NEVER
    ready: int = NEVER
    ran: int = NEVER
    event: NodeRan | LeafAccumulated | None = None


class History:
    """The lists, built in one walk over the events.

    The pass keeps its history, and not the other way round: a circle of the two would stay, with all that it holds,
    until Python looks for such.
    """

    def __init__(self, item: Pass) -> None:
        self.number = item.number
        self.carried = item.carried
        self.events = item.events
        self.steps = len(item.events)
        self.tensors: dict[int, TensorHistory] = {}
        self.nodes: dict[int, NodeHistory] = {}
        self.ops: dict[int, tuple[int, OpRan]] = {}
        self.contributions: dict[int, list[Contribution]] = defaultdict(list)
        self.roots: tuple[int, ...] = ()
        self.backward_began = NEVER
        self.backward_ended = NEVER
        self.saved_freed = NEVER
        self.moves: dict[tuple[int, int], tuple[OptimizerStepped, ParameterStep]] = {}
        """Tensor and version → the optimizer's step that made it."""
        self.optimizer_steps: list[int] = []
        """The steps at which an optimizer stepped."""
        self.clearings: dict[int, list[tuple[int, Value | None]]] = {}
        """Tensor → the steps at which its `.grad` was cleared, and what it held."""
        self.runs: list[int] = []
        """Node ids in the order in which they ran."""
        self._regions: dict[str, Regions] = {}
        self._region_cards: dict[str, frozenset[str]] = {}
        self._build()

    # -- building ------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        carried = self.carried
        for state in carried.tensors:
            history = self._tensor(state.tensor, 0, state.maker, state.name, state.source, None)
            history.values.add(0, state.value)
            history.versions.add(0, state.version)
            history.gradients.add(0, state.gradient)
            history.requires_grad.add(0, state.requires_grad)
        for leaf in carried.leaves:
            self.nodes[leaf.id] = NodeHistory(leaf, 0, None)
        for op in carried.ops:
            self._op_ran(0, op)
        for position, event in enumerate(self.events):
            step = position + 1
            match event:
                case OpRan():
                    self._op_ran(step, event)
                case TensorMade():
                    history = self._tensor(event.tensor, step, event.maker, event.name, event.source, None)
                    history.values.add(step, event.value)
                    history.versions.add(step, 0)
                    history.gradients.add(step, None)
                    history.requires_grad.add(step, event.requires_grad)
                case RequiresGradSet():
                    self.tensors[event.tensor].requires_grad.add(step, event.requires_grad)
                case BackwardBegan():
                    self._backward_began(step, event)
                case NodeRan():
                    self._node_ran(step, event)
                case LeafAccumulated():
                    self._ran(step, event)
                    self.tensors[event.tensor].gradients.add(step, event.after)
                case BackwardEnded():
                    self.backward_ended = step
                    if event.freed:
                        self.saved_freed = step
                case TensorUpdated():
                    if event.tensor in self.tensors:
                        self.tensors[event.tensor].values.add(step, event.after)
                        self.tensors[event.tensor].versions.add(step, event.version)
                case OptimizerStepped():
                    self.optimizer_steps.append(step)
                    self.moves |= {(part.tensor, part.version): (event, part) for part in event.parameters}
                case GradientZeroed():
                    self.clearings.setdefault(event.tensor, []).append((step, event.before))
                    if event.tensor in self.tensors:
                        self.tensors[event.tensor].gradients.add(step, event.after)
                case ErrorRaised():
                    pass

    def _tensor(
        self, tensor: int, step: int, maker: str, name: str | None, source: Source | None, op: OpRan | None
    ) -> TensorHistory:
        history = TensorHistory(tensor, step, maker, name, source, op, Track(), Track(), Track(), Track())
        self.tensors[tensor] = history
        return history

    def _op_ran(self, step: int, op: OpRan) -> None:
        self.ops[op.id] = (step, op)
        for leaf in op.leaves:
            self.nodes.setdefault(leaf.id, NodeHistory(leaf, step, None))
        if op.node is not None:
            self.nodes[op.node.id] = NodeHistory(op.node, step, op)
        for output in op.outputs:
            history = self.tensors.get(output.tensor)
            if history is None:
                history = self._tensor(output.tensor, step, op.op, output.name, op.source, op)
                history.gradients.add(step, None)
            history.values.add(step, output.value)
            history.versions.add(step, output.version)
            history.requires_grad.add(step, output.requires_grad)

    def _backward_began(self, step: int, event: BackwardBegan) -> None:
        self.backward_began = step
        self.roots = tuple(root.node for root in event.roots)
        reached, stack = set(self.roots), list(self.roots)
        while stack:
            history = self.nodes.get(stack.pop())
            for edge in history.node.edges if history else ():
                if edge is None:
                    continue
                if edge.node in self.nodes:
                    self.nodes[edge.node].dependencies += 1
                if edge.node not in reached:
                    reached.add(edge.node)
                    stack.append(edge.node)
        for node in reached & self.nodes.keys():
            self.nodes[node].waiting = step
        self._remaining = {node: self.nodes[node].dependencies for node in reached & self.nodes.keys()}
        for root in event.roots:
            self.contributions[root.node].append(Contribution(step, None, None, root.slot, root.gradient))
            if not self._remaining.get(root.node):
                self.nodes[root.node].ready = step

    def _ran(self, step: int, event: NodeRan | LeafAccumulated) -> NodeHistory:
        history = self.nodes[event.node]
        history.ran, history.event = step, event
        history.ready = min(history.ready, step - 1)
        self.runs.append(event.node)
        return history

    def _node_ran(self, step: int, event: NodeRan) -> None:
        history = self._ran(step, event)
        for position, edge in enumerate(history.node.edges):
            if edge is None or edge.node not in self.nodes:
                continue
            sent = event.sent[position] if position < len(event.sent) else None
            if sent is not None:
                self.contributions[edge.node].append(Contribution(step, event.node, position, edge.slot, sent))
            self._remaining[edge.node] = self._remaining.get(edge.node, 1) - 1
            if self._remaining[edge.node] == 0:
                self.nodes[edge.node].ready = min(self.nodes[edge.node].ready, step)

    # -- asking --------------------------------------------------------------------------------------------------

    def phase(self, step: int) -> Phase:
        if step < self.backward_began:
            return "forward"
        return "backward" if step <= self.backward_ended else "update"

    def status(self, node: int, step: int) -> Status:
        """Where a node stands in the backward pass. It is running at the very step at which it ran."""
        history = self.nodes[node]
        if step >= history.ran:
            return "running" if step == history.ran else "done"
        if step >= history.ready:
            return "ready"
        return "waiting" if step >= history.waiting else "idle"

    def queue(self, step: int) -> tuple[int, ...]:
        """The ready queue: the nodes whose gradients have all arrived, in the order in which they will run.

        PyTorch takes the highest sequence number first; AccumulateGrad has the highest of all. The order among
        equals is that of its binary heap, which the record of what ran next knows.
        """
        if not self.backward_began <= step < self.backward_ended:
            return ()
        waiting = [node for node, history in self.nodes.items() if history.ready <= step < history.ran]
        return tuple(sorted(waiting, key=lambda node: (-self.nodes[node].node.sequence, self.nodes[node].ran)))

    def remaining(self, node: int, step: int) -> int:
        """The dependency count: how many gradients the node still waits for."""
        history = self.nodes[node]
        arrived = sum(1 for item in self.contributions[node] if item.edge is not None and item.step <= step)
        return max(0, history.dependencies - arrived) if step >= history.waiting else history.dependencies

    def buffer(self, node: int, step: int) -> tuple[Contribution, ...]:
        """What has arrived in the node's input buffer, in order of arrival."""
        return tuple(item for item in self.contributions.get(node, ()) if item.step <= step)

    def edge_gradient(self, node: int, edge: int, step: int) -> Value | None:
        """What went along edge number `edge` of the node, once it has."""
        history = self.nodes[node]
        if step < history.ran or not isinstance(history.event, NodeRan) or edge >= len(history.event.sent):
            return None
        return history.event.sent[edge]

    def gradient_in(self, node: int, step: int) -> tuple[Value | None, ...]:
        """The summed gradient that the node ran on, one per output slot; empty before it ran."""
        history = self.nodes[node]
        if step < history.ran:
            return ()
        if isinstance(history.event, LeafAccumulated):
            return (history.event.added,)
        return history.event.gradients_in if history.event else ()

    def regions(self, by: str) -> Regions:
        """The parts of the program that the ops belong to, worked out when first asked for."""
        if by not in self._regions:
            self._regions[by] = regions_of(self, by)
        return self._regions[by]

    def regions_around(self, by: str, key: str) -> tuple[str, ...]:
        """The regions that a card stands in, outermost first; for a region the ones around it.

        A tensor that no op made stands where everything that uses it does.
        """
        regions = self.regions(by)
        if key in regions.members:
            path = regions.paths[regions.members[key][0]]
            return path[: path.index(key)]
        kind, number = key[:1], key[1:]
        if kind == "o" and number.isdigit():
            return regions.paths.get(int(number), ())
        users = [op.id for _, op in self.ops.values() if any(f"t{item.tensor}" == key for item in op.inputs)]
        return common_path([regions.paths.get(op, ()) for op in users])

    def region_cards(self, key: str) -> frozenset[str]:
        """The keys of the single cards of a region, empty for one that this pass does not have."""
        if key not in self._region_cards:
            self._region_cards[key] = region_cards(self, key)
        return self._region_cards[key]

    @cached_property
    def lines(self) -> LineValues:
        """What each line of the program bound to a name."""
        return LineValues(self.carried, self.events)

    @cached_property
    def identities(self) -> dict[int, str]:
        """Op → what it means in the program, the same in every pass and run."""
        return identities_of(op for _, op in self.ops.values())

    def source(self, step: int) -> Source | None:
        """The line that belongs to a step: for a backward step, the line whose forward made the node."""
        if not 0 < step <= self.steps:
            return None
        event = self.events[step - 1]
        if isinstance(event, NodeRan | LeafAccumulated):
            history = self.nodes[event.node]
            if history.op is not None:
                return history.op.source
            if history.node.leaf is not None and history.node.leaf in self.tensors:
                return self.tensors[history.node.leaf].source
            return None
        if isinstance(event, BackwardEnded):
            return self.source(self.backward_began)
        return event.source
