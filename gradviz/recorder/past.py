"""What a pass finds when it begins: the tensors, nodes and ops of earlier passes that it uses."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..trace.events import Edge, Input, Node, OpRan, Output
from ..trace.passes import Carried, TensorState
from ..trace.value import Value
from .first_look import FirstLook
from .identities import Identities, Origin
from .modules import Modules
from .reader import LAST, Reader


class Past:
    """Knows what exists at each point of a pass, and carries in what the pass did not make itself."""

    def __init__(self, number: int, look: FirstLook, identities: Identities, reader: Reader, modules: Modules) -> None:
        self.position = 0
        """The record that is being turned into an event."""
        self.versions: dict[int, int] = {}
        self.nodes: set[int] = set()
        self._number = number
        self._look = look
        self._identities = identities
        self._reader = reader
        self._modules = modules
        self._here: set[int] = set()
        self._met: dict[int, Any] = {}
        self._values: dict[tuple[int, int], tuple[Any, Value]] = {}
        self._tensors: dict[int, TensorState] = {}
        self._leaves: dict[int, Node] = {}
        self._ops: dict[int, OpRan] = {}

    def carried(self) -> Carried:
        """What the pass has to take along to be understood alone."""
        ops = tuple(sorted(self._ops.values(), key=lambda op: op.id))
        return Carried(tuple(self._tensors.values()), tuple(self._leaves.values()), ops)

    def made(self, tensor: int, version: int = 0) -> None:
        """A tensor came into being, or changed, within the pass."""
        self._here.add(tensor)
        self.versions[tensor] = version

    def known(self, tensor: Any) -> int:
        """The tensor's number; a tensor of an earlier pass is carried in."""
        known = self._identities.tensors.of(tensor)
        self._met.setdefault(known, tensor)
        if known not in self._here:
            self._here.add(known)
            target = self._reader.target(tensor)
            if target is not None and self._reader.sequence(target[0]) != LAST:
                self.reach(target[0], tensor)
            if known not in self.versions:
                self._carry_tensor(known, tensor)
        return known

    def owner(self, tensor: Any) -> Any:
        """The tensor of the pass whose memory a new alias or a view of it changes; None where it is its own."""
        reader = self._reader
        if self._identities.tensors.knows(tensor) and reader.base(tensor) is None:
            return None
        memory = reader.memory(tensor)
        return next((met for met in self._met.values() if met is not tensor and reader.memory(met) == memory), None)

    def _carry_tensor(self, known: int, tensor: Any) -> None:
        reader, look = self._reader, self._look
        origin = self._identities.origins.get(known)
        if origin is None or origin.name is None:
            maker = "Parameter" if type(tensor).__name__ == "Parameter" else "tensor"
            name = self._modules.parameter_name(tensor) or self._modules.variable_name(tensor)
            name = name or self._identities.leaf_name(tensor)
            origin = Origin(origin.maker if origin else maker, name, origin.source if origin else None)
            self._identities.origins[known] = origin
        gradient = look.gradient(tensor, reader.gradient(tensor))
        version = look.version(tensor, reader.version(tensor))
        self.versions[known] = version
        self._tensors[known] = TensorState(
            known,
            look.value_of(tensor, reader, self.value),
            look.flag(tensor, reader.requires_grad(tensor)),
            origin.maker,
            origin.name,
            origin.source,
            version,
            None if gradient is None else self.value(gradient),
        )

    def reach(self, node: Any, tensor: Any = None) -> None:
        """Carry a node of an earlier pass in, with all that its gradients go to."""
        waiting = [(node, tensor)]
        while waiting:
            node, tensor = waiting.pop()
            number = self._identities.nodes.of(node)
            if number in self.nodes:
                continue
            self.nodes.add(number)
            if self._reader.sequence(node) == LAST:
                self._leaves[number] = self.leaf_node(node)
                continue
            op = self._identities.ops.get(number) or self._unrecorded(node, number, tensor)
            self._ops[number] = self._with_living_operands(op)
            self._here.update(output.tensor for output in op.outputs)
            self.versions.update((output.tensor, output.version) for output in op.outputs)
            waiting += [(edge[0], None) for edge in self._reader.edges(node) if edge is not None]

    def leaf_node(self, node: Any) -> Node:
        tensor = self._reader.leaf(node)
        known = None if tensor is None else self.known(tensor)
        number = self._identities.nodes.of(node)
        self._identities.first_pass(node, self._number)
        return Node(number, self._reader.name(node), LAST, leaf=known)

    def _unrecorded(self, node: Any, number: int, tensor: Any) -> OpRan:
        """What can still be said of an op whose pass was not kept: its node, its edges, its result if it lives."""
        edges = []
        for place, edge in enumerate(self._reader.edges(node)):
            edges.append(None if edge is None else Edge(self._identities.nodes.of(edge[0]), edge[1], place))
        outputs: tuple[Output, ...] = ()
        if tensor is not None:
            value = self._look.value_of(tensor, self._reader, self.value)
            name = self._modules.variable_name(tensor)
            outputs = (Output(self._identities.tensors.of(tensor), value, True, name),)
        made = Node(
            number,
            self._reader.name(node),
            self._reader.sequence(node),
            tuple(edges),
            outputs=self._reader.outputs(node),
        )
        identities = self._identities
        event = OpRan(identities.next_op, self._reader.op_name(node), (), (), outputs, made, (), None, False, None)
        identities.next_op += 1
        return event

    def _with_living_operands(self, op: OpRan) -> OpRan:
        """The op with each operand carried in, or in words where the program has let go of it."""
        operands = []
        for operand in op.inputs:
            if operand.tensor is not None and operand.tensor not in self._here:
                tensor = self._identities.tensors.find(operand.tensor)
                if tensor is not None:
                    self.known(tensor)
                else:
                    operand = Input(operand.name, None, 0, "…")
            operands.append(operand)
        return OpRan(
            op.id, op.op, tuple(operands), op.arguments, op.outputs, op.node, (), op.untracked, op.in_place,
            op.source, op.scope,
        )  # fmt: skip

    # -- values --------------------------------------------------------------------------------------------------

    def value(self, data: Any) -> Value:
        if isinstance(data, Value):
            return data
        data, moment = self._look.as_it_was(data, self.position)
        if isinstance(data, Value):
            return data
        key = id(data), moment
        known = self._values.get(key)
        if known is None:
            known = self._values[key] = data, Value.of(data)
        return known[1]

    def values_of(self, items: Iterable[Any]) -> tuple[Value | None, ...]:
        return tuple([None if item is None else self.value(item) for item in items])
