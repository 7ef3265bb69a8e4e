"""Looks into gradviz's own engine: tensors and nodes."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..engine.memory import DETACHED
from ..engine.node import AccumulateGrad
from ..engine.tensor import Tensor
from .writes import memory_of


class NumPyReader:
    """Looks into the engine's tensors and nodes; see `reader.Reader`."""

    def was_copied(self, tensor: Any) -> bool:
        return tensor._rare is not None and tensor._rare.copied

    def value(self, tensor: Any) -> Any:
        return tensor._value

    def keep(self, tensor: Any) -> Any:
        value = tensor._value
        return value if tensor._counter.__class__ is int else value.copy()[()]

    def look(self, tensor: Any) -> Any:
        return tensor._value

    def is_tensor(self, item: Any) -> bool:
        return isinstance(item, Tensor)

    def memory(self, tensor: Any) -> int:
        value = tensor._value
        return id(memory_of(value)) if value.__class__ is np.ndarray else id(tensor)

    def version(self, tensor: Any) -> int:
        counter = tensor._counter
        return int(counter if counter.__class__ is int else counter.count) % DETACHED

    def requires_grad(self, tensor: Any) -> bool:
        return tensor._edge is not None

    def gradient(self, tensor: Any) -> Any:
        edge = tensor._edge
        if edge is None or edge.__class__ is AccumulateGrad:
            gradient = tensor.grad
            return None if gradient is None else gradient._value
        return None

    def gradient_tensor(self, tensor: Any) -> Any:
        return tensor.grad

    def target(self, tensor: Any) -> tuple[Any, int] | None:
        return self.as_target(tensor._edge)

    def as_target(self, edge: Any) -> tuple[Any, int] | None:
        if edge is None or edge.__class__ is tuple:
            return edge
        return edge, 0

    def root(self, tensor: Any) -> tuple[Any, int]:
        edge = tensor._edge
        return edge if edge.__class__ is tuple else (edge, 0)

    def base(self, tensor: Any) -> Any:
        return None if tensor._rare is None else tensor._rare.base

    def anchor(self, node: Any) -> Any:
        return node

    def name(self, node: Any) -> str:
        return type(node).__name__  # node.name() spells a leaf's "torch::autograd::AccumulateGrad"

    def op_name(self, node: Any) -> str:
        return str(node.op.name if node.op is not None else type(node).__name__)

    def sequence(self, node: Any) -> int:
        return node.seq  # type: ignore[no-any-return]

    def edges(self, node: Any) -> tuple[tuple[Any, int] | None, ...]:
        return tuple(None if edge[0] is None else edge for edge in node.next_functions)

    def leaf(self, node: Any) -> Any:
        return node.variable if node.__class__ is AccumulateGrad else None

    def saved_names(self, node: Any) -> tuple[str, ...]:
        return tuple(node.saves)

    def differentiable(self, op: Any, inputs: tuple[Any, ...]) -> tuple[int, ...]:
        if op.inputs[0].endswith("*"):
            return tuple(range(len(inputs)))
        return tuple(place for place, name in enumerate(op.inputs) if op.rule(name.rstrip("?")) is not None)

    def outputs(self, node: Any) -> int:
        return int(node.outputs)
