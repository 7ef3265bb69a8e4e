"""Records what gradviz's own engine does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ..engine import watch
from ..engine.grad_mode import enabled
from ..engine.node import AccumulateGrad
from ..engine.tensor import Tensor
from ..engine.torch.nn.module import Module
from ..trace.events import ErrorRaised
from ..trace.messages import Message
from ..trace.ops import OpInfo
from .catalog import op_infos
from .gate import Gate
from .recording import Recording


class NumPyReader:
    """Looks into the engine's tensors and nodes; see `reader.Reader`."""

    def value(self, tensor: Any) -> Any:
        return tensor._value

    def look(self, tensor: Any) -> Any:
        return tensor._value

    def is_tensor(self, item: Any) -> bool:
        return isinstance(item, Tensor)

    def version(self, tensor: Any) -> int:
        return int(tensor._version)

    def requires_grad(self, tensor: Any) -> bool:
        return tensor._edge is not None

    def gradient(self, tensor: Any) -> Any:
        edge = tensor._edge
        if edge is None or edge.__class__ is AccumulateGrad:
            gradient = tensor.grad
            return None if gradient is None else gradient._value
        return None

    def target(self, tensor: Any) -> tuple[Any, int] | None:
        edge = tensor._edge
        if edge is None or edge.__class__ is tuple:
            return edge  # type: ignore[no-any-return]
        return edge, 0

    def root(self, tensor: Any) -> tuple[Any, int]:
        edge = tensor._edge
        return edge if edge.__class__ is tuple else (edge, 0)

    def base(self, tensor: Any) -> Any:
        return None if tensor._rare is None else tensor._rare.base

    def anchor(self, node: Any) -> Any:
        return node

    def name(self, node: Any) -> str:
        return str(node.name())

    def op_name(self, node: Any) -> str:
        return node.op.name if node.op is not None else node.name()

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


class NumPyRecorder(Recording, watch.Watcher):
    """The engine's watcher while a program runs."""

    def __init__(
        self,
        program: str,
        path: str,
        namespace: Mapping[str, Any],
        send: Callable[[Message], None],
        gate: Gate,
        live: bool = True,
        keep: Iterable[int] = (),
    ) -> None:
        super().__init__(NumPyReader(), program, path, namespace, send, gate, live, keep)
        self._module_calls = (Module.__call__.__code__,)

    def ops(self) -> tuple[OpInfo, ...]:
        return op_infos()

    def grad_enabled(self) -> bool:
        return enabled.get()

    def start(self) -> None:
        super().start()
        watch.start(self)

    def stop(self, error: ErrorRaised | None) -> None:
        watch.stop()
        super().stop(error)
