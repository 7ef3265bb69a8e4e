"""Turns the raw record of one pass into events, and finds what the pass uses of earlier ones."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..trace.events import (
    BackwardBegan,
    BackwardEnded,
    Edge,
    Event,
    GradientZeroed,
    Input,
    LeafAccumulated,
    Node,
    NodeRan,
    OpRan,
    Output,
    RequiresGradSet,
    Root,
    Saved,
    TensorMade,
    TensorUpdated,
)
from ..trace.passes import Pass
from .first_look import FirstLook
from .identities import Identities, Origin
from .libraries import aside
from .modules import Modules
from .naming import Names
from .optimizer_steps import Step, put_step
from .passes import happened
from .past import Past
from .reader import LAST, Reader

LONGEST_TEXT = 60
"""Characters of an argument that is shown."""


class Assembly:
    """One pass in the making. `later` are the records made since, which tell how things stood before."""

    def __init__(
        self, raw: list[Any], later: list[Any], identities: Identities, reader: Reader, names: Names, modules: Modules
    ) -> None:
        self._records = happened(raw, later)
        self._identities = identities
        self._reader = reader
        self._names = names
        self._modules = modules
        self._look = FirstLook(self._records, later, reader)
        self._aside = aside(self._records, reader, lambda item: modules.variable_name(item) is not None)
        self._events: list[Event] = []
        self._moved = 0  # events up to the last step of an optimizer
        self._scopes: dict[int, str] = {}  # names of modules, which the records keep alive

    def make(self, number: int) -> Pass:
        """The pass under this number."""
        self._number = number
        self._past = Past(number, self._look, self._identities, self._reader, self._modules)
        self._op = self._identities.first_op(number)
        handlers = (
            self._made,
            self._ran,
            self._flag,
            self._began,
            self._node_ran,
            self._leaf,
            self._ended,
            self._updated,
            self._zeroed,
            self._events.append,
            *(lambda *_: None,) * 5,  # memory that was written is in the first look, what passes noted in `happened`
            self._stepped,
        )
        for kind, fields in self._records:
            if self._past.position not in self._aside:
                handlers[kind](*fields)
            self._past.position += 1
        self._identities.next_op = max(self._identities.next_op, self._op)
        return Pass(number, self._past.carried(), tuple(self._events))

    # -- one record each -----------------------------------------------------------------------------------------

    def _made(self, tensor: Any, value: Any, maker: str, chain: Any, entry: Any) -> None:
        used = self._look.used(tensor)
        if maker != "Parameter" and not used and within(entry, "nn", "optim"):
            return  # Scratch of a module or an optimizer.
        known = self._identities.tensors.of(tensor)
        name = self._modules.parameter_name(tensor) if maker == "Parameter" else None
        name = name or self._named(chain, entry, 1)[0]
        origin = Origin(maker, name, self._names.source(chain))
        self._identities.origins[known] = origin
        if self._look.is_prototype(tensor):
            return
        self._past.made(known)
        required = self._look.flag(tensor, self._reader.requires_grad(tensor))
        self._events.append(TensorMade(known, self._past.value(value), required, maker, name, origin.source))

    def _ran(
        self,
        op: Any,
        inputs: tuple[Any, ...],
        arguments: dict[str, object],
        outputs: tuple[Any, ...],
        values: tuple[Any, ...],
        edges: tuple[Any, ...],
        in_place: bool,
        mode: bool,
        chain: Any,
        entry: Any,
        modules: tuple[Any, ...],
    ) -> None:
        reader = self._reader
        targets = [reader.as_target(edge) for edge in edges]
        target = next((item for item in targets if item is not None and reader.sequence(item[0]) != LAST), None)
        if target is None and within(entry, "optim"):
            return  # The update it makes is told by itself.
        if in_place and inputs and reader.is_tensor(inputs[0]):
            inputs = (outputs[0], *inputs[1:])  # an engine may hand over the tensor as it was
        operands, given = self._operands(op, inputs)
        source = self._names.source(chain)
        leaves: list[Node] = []
        node = None
        if target is not None:
            positions = reader.differentiable(op, inputs)
            node = self._node(target[0], op, operands, given, values, positions, leaves)
            self._past.nodes.add(node.id)
        names = self._named(chain, entry, len(outputs))
        made = tuple(
            self._output(output, value, item is not None and target is not None, name, in_place)
            for output, value, item, name in zip(outputs, values, targets, names, strict=True)
        )
        event = OpRan(
            self._op,
            op.name,
            operands,
            tuple((name, _text(value)) for name, value in arguments.items()),
            made,
            node,
            tuple(leaves),
            None if node is not None else self._why_untracked(op, given, made, mode),
            in_place,
            source,
            tuple([self._scopes.get(id(module)) or self._scope(module) for module in modules]),
        )
        self._op += 1
        if node is not None:
            self._identities.ops[node.id] = event
        for output in made:
            self._identities.makers[output.tensor] = event
            self._identities.origins.setdefault(output.tensor, Origin(op.name, output.name, source))
        self._events.append(event)

    def _flag(self, tensor: Any, value: bool, chain: Any) -> None:
        self._events.append(RequiresGradSet(self._past.known(tensor), value, self._names.source(chain)))

    def _began(self, targets: Any, gradients: Any, inputs: Any, keeps: bool, chain: Any) -> None:
        roots = []
        for (tensor, target), gradient in zip(targets, gradients, strict=True):
            known = self._past.known(tensor)
            self._past.reach(target[0])
            roots.append(Root(known, self._identities.nodes.of(target[0]), target[1], self._past.value(gradient)))
        wanted = None if inputs is None else tuple(self._past.known(item) for item in inputs)
        self._events.append(BackwardBegan(tuple(roots), wanted, keeps, self._names.source(chain)))

    def _node_ran(self, node: Any, gradients_in: Any, raw: Any, sent: Any) -> None:
        self._past.reach(node)
        changed = any(before is not after for before, after in zip(raw, sent, strict=False))
        # A rule gives nothing for a Python number; PyTorch still counts an edge for it.
        silent = (None,) * (len(self._reader.edges(node)) - len(sent))
        self._events.append(
            NodeRan(
                self._identities.nodes.of(node),
                self._past.values_of(gradients_in),
                self._past.values_of(sent + silent),
                self._past.values_of(raw + silent) if changed else (),
            )
        )

    def _leaf(self, node: Any, tensor: Any, before: Any, added: Any, after: Any, _: Any) -> None:
        known = self._past.known(tensor)
        self._past.reach(node)
        self._events.append(
            LeafAccumulated(
                self._identities.nodes.of(node),
                known,
                None if before is None else self._past.value(before),
                self._past.value(added),
                self._past.value(after),
            )
        )

    def _ended(self, freed: bool) -> None:
        self._events.append(BackwardEnded(freed))

    def _updated(self, tensor: Any, before: Any, after: Any, version: int, chain: Any) -> None:
        past = self._past
        leaf = self._look.owner(tensor)
        if leaf is not None:
            self._zeroed(leaf, before, after, chain)  # `.grad` was scaled or clipped
            return
        # Through `.data` or a view the tensor changes that a person knows.
        owner = past.owner(tensor)
        if owner is not None and owner.shape != tensor.shape:
            whole = self._reader.value(owner)
            after, _ = self._look.as_it_was(whole, past.position)
            before, _ = self._look.as_it_was(whole, past.position - 1)
        known = past.known(tensor if owner is None else owner)
        version = max(version, past.versions.get(known, 0) + 1)
        old = None if before is None else past.value(before)
        event = TensorUpdated(known, old, past.value(after), version, self._names.source(chain))
        last = self._events[-1] if self._events else None
        if isinstance(last, TensorUpdated) and last.tensor == known and old == event.after == last.after:
            return  # `w.data -= …` also sets `w.data` to what it is already.
        past.versions[known] = version
        self._events.append(event)

    def _stepped(self, step: Step, chain: Any) -> None:
        known = self._identities.tensors
        put_step(
            step, self._events, self._moved, self._names.source(chain),
            lambda tensor: known.of(tensor) if known.knows(tensor) else None, self._past.value,
        )  # fmt: skip
        self._moved = len(self._events)

    def _zeroed(self, tensor: Any, before: Any, after: Any, chain: Any) -> None:
        self._events.append(
            GradientZeroed(
                self._past.known(tensor),
                None if before is None else self._past.value(before),
                None if after is None else self._past.value(after),
                self._names.source(chain),
            )
        )

    # -- parts of an op ------------------------------------------------------------------------------------------

    def _operands(self, op: Any, inputs: tuple[Any, ...]) -> tuple[tuple[Input, ...], dict[str, Any]]:
        """The operands in order, and by name."""
        operands: list[Input] = []
        given: dict[str, Any] = {}
        for position, item in enumerate(inputs):
            if op.inputs and op.inputs[0].endswith("*"):
                name = f"{op.inputs[0][:-1]}[{position}]"
            else:
                name = op.inputs[position].rstrip("?") if position < len(op.inputs) else f"input {position}"
            if item is not None:
                operands.append(self._operand(name, item))
                given[name] = item
        return tuple(operands), given

    def _operand(self, name: str, item: Any) -> Input:
        if not self._reader.is_tensor(item):
            return Input(name, None, 0, _text(item))
        leaf = self._look.owner(item)
        if leaf is not None and not self._identities.tensors.knows(item):
            # A gradient has its place on its leaf's card; as an operand its name says enough.
            return Input(name, None, 0, f"{self._identities.name_of(leaf) or 'leaf'}.grad")
        owner = None if self._identities.tensors.knows(item) else self._past.owner(item)
        if owner is not None and owner.shape == item.shape:
            item = owner  # `w.data` is w to whoever looks at it.
        known = self._past.known(item)
        return Input(name, known, self._past.versions.get(known, 0))

    def _node(
        self,
        node: Any,
        op: Any,
        operands: tuple[Input, ...],
        given: dict[str, Any],
        values: tuple[Any, ...],
        positions: tuple[int, ...],
        leaves: list[Node],
    ) -> Node:
        reader, identities = self._reader, self._identities
        number = identities.nodes.of(node)
        edges: list[Edge | None] = []
        for place, edge in enumerate(reader.edges(node)):
            if edge is None:
                edges.append(None)
                continue
            target, slot = edge
            if reader.sequence(target) == LAST and identities.first_pass(target, self._number) == self._number:
                if identities.nodes.of(target) not in self._past.nodes:
                    leaves.append(self._past.leaf_node(target))
                    self._past.nodes.add(leaves[-1].id)
            else:
                self._past.reach(target)
            edges.append(Edge(identities.nodes.of(target), slot, positions[place] if place < len(positions) else place))
        saved = [self._saved(name, operands, given, values) for name in reader.saved_names(node)]
        return Node(
            number,
            reader.name(node),
            reader.sequence(node),
            tuple(edges),
            tuple(item for item in saved if item is not None),
            None,
            reader.outputs(node),
        )

    def _saved(
        self, name: str, operands: tuple[Input, ...], given: dict[str, Any], values: tuple[Any, ...]
    ) -> Saved | None:
        if name == "result" and values:
            return Saved(name, None, 0, self._past.value(values[0]))
        operand = next((item for item in operands if item.name == name), None)
        if operand is None:
            return None
        if operand.tensor is None:
            return Saved(name, None, 0, None, operand.text)
        value = self._look.value_of(given[name], self._reader, self._past.value)
        return Saved(name, operand.tensor, operand.version, value)

    def _output(self, tensor: Any, value: Any, tracked: bool, name: str | None, in_place: bool) -> Output:
        known = self._identities.tensors.of(tensor)
        origin = self._identities.origins.get(known)
        if in_place:
            self._past.known(tensor)
            name = name or (origin.name if origin else None)
        version = self._past.versions.get(known, -1) + 1
        self._past.made(known, version)
        base = self._reader.base(tensor)
        tensors = self._identities.tensors
        view_of = tensors.of(base) if base is not None and tensors.knows(base) else None
        required = tracked or (in_place and self._reader.requires_grad(tensor))
        return Output(known, self._past.value(value), required, name, version, view_of)

    def _why_untracked(self, op: Any, given: dict[str, Any], made: tuple[Output, ...], mode: bool) -> str:
        """Why the graph does not hold this op, in words."""
        if op.name in ("detach", "data", "detach_"):
            return f"{op.name} cuts the result off from the graph"
        tensors = [item for item in given.values() if self._reader.is_tensor(item)]
        if not any(self._look.flag(item, self._reader.requires_grad(item)) for item in tensors):
            return "no operand requires a gradient"
        if not mode:
            return "gradients are switched off here (torch.no_grad)"
        if made and not made[0].value.is_floating:
            return f"a result of type {made[0].value.dtype} has no gradient"
        return "this operation has no gradient"

    def _scope(self, module: Any) -> str:
        """The name of a module, looked up once in a pass."""
        name = self._scopes[id(module)] = self._modules.module_name(module)
        return name

    # -- values and names ----------------------------------------------------------------------------------------

    def _named(self, chain: Any, entry: Any, count: int) -> tuple[str | None, ...]:
        """Names for results; of the many ops of one call of a module only the last gives what the call gives."""
        if entry is not None and self._look.last_of(entry) != self._past.position:
            return (None,) * count
        names = self._names.names(chain, count)
        return tuple(
            None if name is not None and self._modules.holds_module(name) else name for name in names
        )


def within(entry: Any, *folders: str) -> bool:
    """Whether the engine's function that the program called lives in one of these folders."""
    if entry is None:
        return False
    # Only what comes below `torch` counts: a person may keep everything in a folder named "optim".
    _, library, inside = entry.f_code.co_filename.replace("\\", "/").rpartition("/torch/")
    return bool(library) and not set(folders).isdisjoint(inside.split("/"))


def _text(item: object) -> str:
    if isinstance(item, np.ndarray | np.generic):
        item = item.tolist()
    text = str(item)
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"
