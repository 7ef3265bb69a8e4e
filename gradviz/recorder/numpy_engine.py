"""Records what gradviz's own engine does."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ..engine import watch
from ..engine.grad_mode import enabled
from ..engine.node import AccumulateGrad
from ..engine.tensor import Tensor
from ..trace.events import ErrorRaised
from ..trace.messages import Message
from ..trace.ops import OpInfo
from ..trace.value import WHOLE_BYTES
from . import records
from .catalog import op_infos
from .gate import Gate
from .recording import ITEMS, UNTRACKED_ITEMS, Recording
from .writes import memory_of


class NumPyReader:
    """Looks into the engine's tensors and nodes; see `reader.Reader`."""

    def value(self, tensor: Any) -> Any:
        return tensor._value

    def look(self, tensor: Any) -> Any:
        return tensor._value

    def is_tensor(self, item: Any) -> bool:
        return isinstance(item, Tensor)

    def memory(self, tensor: Any) -> int:
        value = tensor._value
        return id(memory_of(value)) if value.__class__ is np.ndarray else id(tensor)

    def version(self, tensor: Any) -> int:
        counter = tensor._counter
        return int(counter if counter.__class__ is int else counter.count)

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
        engine = Path(watch.start.__code__.co_filename).parent  # as code objects spell it
        call = str(engine / "torch" / "nn" / "module.py"), "__call__"
        super().__init__(NumPyReader(), call, program, path, namespace, send, gate, live, keep)

    def ops(self) -> tuple[OpInfo, ...]:
        return op_infos()

    def grad_enabled(self) -> bool:
        return enabled.get()

    def op_ran(
        self, op: Any, inputs: tuple[Any, ...], arguments: dict[str, object], outputs: tuple[Any, ...], in_place: bool
    ) -> None:
        """As in `Recording`, spelled out: this is called a million times a second and little else is."""
        if len(outputs) != 1:
            super().op_ran(op, inputs, arguments, outputs, in_place)
            return
        edge = outputs[0]._edge
        if edge is not None and edge.__class__ is not AccumulateGrad:
            if self._between:
                self._next_pass()
            mode = True
        else:
            if len(self._raw) > UNTRACKED_ITEMS:
                return
            mode = enabled.get()
        if self._full:
            return
        frame: Any = sys._getframe(1)
        caller = frame.f_back
        code = caller.f_code
        if code.co_name == "<module>" and code.co_filename == self._path:
            where: tuple[Any, ...] = (code, caller.f_lasti), None, ()
        else:
            where = self._where(frame)
        value = outputs[0]._value
        if value.__class__ is np.ndarray and value.nbytes > WHOLE_BYTES:
            value = self._light(value)
        self._push((records.OP, op, inputs, arguments, outputs, (value,), (edge,), in_place, mode, *where))
        if len(self._raw) > ITEMS:
            self._overflow()

    def memory_written(self, tensor: Any, before: Any) -> None:
        if not self._full:
            self._push((records.WRITTEN, tensor._value, before))

    def node_ran(
        self, node: Any, gradients_in: tuple[Any, ...], raw: tuple[Any, ...], sent: tuple[Any, ...]
    ) -> None:
        if self._full:
            return
        for gradient in sent:
            if gradient.__class__ is np.ndarray and gradient.nbytes > WHOLE_BYTES:
                sent = self._light_all(sent)
                break
        self._push((records.NODE, node, gradients_in, raw, sent))

    def start(self) -> None:
        super().start()
        watch.start(self)

    def stop(self, error: ErrorRaised | None) -> None:
        watch.stop()
        super().stop(error)
