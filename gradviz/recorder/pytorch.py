"""Records what real PyTorch does, so that the same views show the same program on the real engine.

Below autograd a dispatch mode sees every primitive operation with its tensors, also those inside a C++ function such
as `linear`; what autograd then attaches to the result is read when the next thing happens. Above it a function mode
sees what the program itself called. Hooks on the nodes tell the order of the backward pass and every gradient.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
import torch
from torch.optim.optimizer import register_optimizer_step_post_hook, register_optimizer_step_pre_hook
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

from ..trace.events import ErrorRaised
from ..trace.messages import Message
from ..trace.ops import OpInfo
from .assembly import within
from .catalog import op_infos
from .gate import Gate
from .pytorch_reader import PyTorchOp, PyTorchReader, dense, grad_fn_of, snapshot
from .recording import Recording

SILENT = frozenset({"lift_fresh", "alias", "is_same_size", "empty", "_local_scalar_dense", "record_stream"})
"""Primitive operations that are the library's own business."""


class PyTorchRecorder(Recording):
    """PyTorch's watcher while a program runs."""

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
        code = torch.nn.Module._call_impl.__code__
        call = code.co_filename, code.co_name
        super().__init__(PyTorchReader(), call, program, path, namespace, send, gate, live, keep)
        self._modes = (_Calls(self), _Operations(self))
        self._run_backward = torch.autograd._engine_run_backward
        self._make_gradients = torch.autograd._make_grads
        self._pending: list[Callable[[], None]] = []
        self._leaves: dict[int, Any] = {}  # id of a .grad tensor → its leaf
        self.quiet = False
        """True while nothing is to be recorded: in the backward pass, and in the library's own bookkeeping."""

    def ops(self) -> tuple[OpInfo, ...]:
        return op_infos()

    def grad_enabled(self) -> bool:
        return bool(torch.is_grad_enabled())

    def start(self) -> None:
        super().start()
        for mode in self._modes:
            mode.__enter__()
        torch.autograd._engine_run_backward = self._backward
        torch.autograd._make_grads = self._root_gradients
        self._stepping = (
            register_optimizer_step_pre_hook(self._steps),
            register_optimizer_step_post_hook(self._stepped),
        )

    def stop(self, error: ErrorRaised | None) -> None:
        self.settle()
        self.quiet = True
        for handle in self._stepping:
            handle.remove()
        torch.autograd._engine_run_backward = self._run_backward
        torch.autograd._make_grads = self._make_gradients
        for mode in reversed(self._modes):
            mode.__exit__(None, None, None)
        super().stop(error)

    # -- forward -------------------------------------------------------------------------------------------------

    def settle(self) -> None:
        """Tell of the operations whose place in the graph was not known yet."""
        pending, self._pending = self._pending, []
        for tell in pending:
            tell()

    def operation(self, function: Any, arguments: tuple[Any, ...], options: dict[str, Any], caller: str) -> Any:
        """Run a primitive operation and note it."""
        name = function._schema.name.partition("::")[2]
        changes = function._schema.is_mutable and bool(arguments) and isinstance(arguments[0], torch.Tensor)
        if name == "_local_scalar_dense" and not self.quiet:
            self.settle()
            self.value_read(arguments[0], "decision" if caller == "__bool__" else "number")
        hidden = name in SILENT or (name == "detach" and caller != "detach")
        if self.quiet or hidden or (function._schema.is_mutable and not changes):
            return function(*arguments, **options)
        self.settle()
        where = self._here()
        before = snapshot(_whole(arguments[0])) if changes else None
        result = function(*arguments, **options)
        outputs = tuple(item for item in _flat(result) if isinstance(item, torch.Tensor))
        if outputs:
            op = PyTorchOp.of(function, arguments, options)
            mode = torch.is_grad_enabled()
            if any(isinstance(item, torch.Tensor) for item in op.given):
                self._pending.append(lambda: self._ran(op, outputs, before, changes, mode, where))
        return result

    def _ran(
        self, op: PyTorchOp, outputs: tuple[Any, ...], before: Any, changes: bool, mode: bool, where: Any
    ) -> None:
        tensor = outputs[0]
        if changes and grad_fn_of(tensor) is None:
            if within(where[1], "optim") and not tensor.requires_grad:
                return  # An optimizer's notes of its own, such as the momentum.
            leaf = self._leaves.get(id(tensor))
            if op.name == "zero" and leaf is not None and leaf.grad is tensor:
                self._at(where, lambda: self.gradient_zeroed(leaf, before, snapshot(tensor)))
            else:
                self._at(where, lambda: self.tensor_updated(_whole(tensor), before))
            return
        self._mode = mode
        self._at(where, lambda: self.op_ran(op, op.given, op.arguments, outputs, changes))

    def made(self, tensor: Any, maker: str) -> None:
        """The program made a tensor from numbers."""
        self.settle()
        self.tensor_made(tensor, maker)

    def _steps(self, optimizer: Any, *_: Any) -> None:
        self.settle()
        before, self.quiet = self.quiet, True
        self.optimizer_begins(optimizer)
        self.quiet = before

    def _stepped(self, optimizer: Any, *_: Any) -> None:
        self.settle()
        before, self.quiet = self.quiet, True  # a learning rate may be a tensor
        self.optimizer_stepped(optimizer)
        self.quiet = before

    # -- where: noted when the operation ran, used when it is told -----------------------------------------------

    def _here(self) -> Any:
        return super()._where(sys._getframe(2))

    def _at(self, where: Any, tell: Callable[[], None]) -> None:
        self._noted = where
        try:
            tell()
        finally:
            self._noted = None

    _noted: Any = None

    def _where(self, frame: Any) -> Any:
        return self._noted or super()._where(frame)

    # -- backward ------------------------------------------------------------------------------------------------

    def _backward(self, roots: Any, *arguments: Any, **options: Any) -> Any:
        """Stands in for the call of the C++ engine: hooks every node it will run."""
        if not all(root.requires_grad for root in roots):
            return self._run_backward(roots, *arguments, **options)  # there is no pass: PyTorch says why
        gradients, keep, _, inputs, *_ = arguments
        self.settle()
        accumulates = bool(options.get("accumulate_grad"))
        started = [
            np.ones_like(dense(root)) if gradient is None else snapshot(gradient)
            for root, gradient in zip(roots, gradients, strict=True)
        ]
        self.quiet = True
        handles: list[Any] = []
        try:
            edges = [torch.autograd.graph.get_gradient_edge(root) for root in roots]
            self.backward_began(tuple(roots), tuple(started), tuple(inputs) or None, bool(keep))
            for node in _reachable([edge.node for edge in edges]):
                self._listen(node, handles, accumulates)
            answer = self._run_backward(roots, *arguments, **options)
            self.backward_ended(not keep)
            return answer
        finally:
            for handle in handles:
                handle.remove()
            self.quiet = False

    def _root_gradients(self, *arguments: Any, **options: Any) -> Any:
        """Stands in for what makes the ones that a backward pass starts with: no operation of the program."""
        self.settle()
        self.quiet = True
        try:
            return self._make_gradients(*arguments, **options)
        finally:
            self.quiet = False

    def _listen(self, node: Any, handles: list[Any], accumulates: bool) -> None:
        arrived: list[Any] = []

        def about_to_run(gradients: tuple[Any, ...]) -> None:
            arrived[:] = [tuple(None if item is None else snapshot(item) for item in gradients)]
            if node.name() == "torch::autograd::AccumulateGrad":
                arrived.append(None if node.variable.grad is None else snapshot(node.variable.grad))

        def has_run(sent: tuple[Any, ...], _: tuple[Any, ...]) -> None:
            kept = tuple(None if item is None else snapshot(item) for item in sent)
            if arrived:
                self.node_ran(node, arrived[0], kept, kept)

        def has_accumulated(*_: Any) -> None:
            leaf = node.variable
            if arrived and accumulates and leaf.grad is not None:
                self._leaves[id(leaf.grad)] = leaf
                self.leaf_accumulated(node, leaf, arrived[1], arrived[0][0], snapshot(leaf.grad))
                # The norm in the curves is of all elements, also where the record keeps a sketch.
                self._accumulated[id(leaf)] = leaf, dense(leaf.grad)

        handles.append(node.register_prehook(about_to_run))
        is_leaf = node.name() == "torch::autograd::AccumulateGrad"
        handles.append(node.register_hook(has_accumulated if is_leaf else has_run))


class _Operations(TorchDispatchMode):  # type: ignore[misc]
    """Sees every primitive operation, below autograd."""

    def __init__(self, recorder: PyTorchRecorder) -> None:
        super().__init__()
        self._recorder = recorder

    def __torch_dispatch__(self, function: Any, types: Any, arguments: Any = (), options: Any = None) -> Any:
        return self._recorder.operation(function, arguments, options or {}, _Calls.current)


class _Calls(TorchFunctionMode):  # type: ignore[misc]
    """Sees what the program calls, above autograd: makers of tensors, and what is no operation at all."""

    current = ""

    def __init__(self, recorder: PyTorchRecorder) -> None:
        super().__init__()
        self._recorder = recorder

    def __torch_function__(self, function: Any, types: Any, arguments: Any = (), options: Any = None) -> Any:
        recorder, options = self._recorder, options or {}
        name = getattr(function, "__name__", "")
        if recorder.quiet:
            return function(*arguments, **options)
        if name in ("numpy", "tolist", "__array__") and arguments:
            recorder.settle()
            recorder.value_read(arguments[0], "number")
        if name in ("__get__", "__set__"):
            return self._attribute(function, name, arguments)
        if getattr(function, "__module__", "") == "torch.nn.init":
            return self._quietly(function, arguments, options)  # a layer fills its new parameters
        makes = not any(isinstance(item, torch.Tensor) for item in (*_flat(arguments), *options.values()))
        outer, _Calls.current = _Calls.current, name
        try:
            result = self._quietly(function, arguments, options) if makes else function(*arguments, **options)
        finally:
            _Calls.current = outer
        if makes and isinstance(result, torch.Tensor):
            recorder.made(result, name)
        if name == "requires_grad_":
            recorder.settle()
            recorder.requires_grad_set(result, result.requires_grad)
        return result

    def _quietly(self, function: Any, arguments: Any, options: dict[str, Any]) -> Any:
        self._recorder.settle()
        self._recorder.quiet = True
        try:
            return function(*arguments, **options)
        finally:
            self._recorder.quiet = False

    def _attribute(self, function: Any, kind: str, arguments: Any) -> Any:
        recorder = self._recorder
        name = getattr(function.__self__, "__name__", "")
        tensor = arguments[0]
        if kind == "__set__" and name in ("requires_grad", "grad"):
            recorder.settle()
            before = None
            if name == "grad" and tensor.is_leaf and tensor.grad is not None:
                before = snapshot(tensor.grad)
            result = function(*arguments)
            if name == "requires_grad":
                recorder.requires_grad_set(tensor, bool(arguments[1]))
            elif before is not None and arguments[1] is None:
                recorder.gradient_zeroed(tensor, before, None)
            return result
        outer, _Calls.current = _Calls.current, name
        try:
            return function(*arguments)
        finally:
            _Calls.current = outer


def _whole(tensor: Any) -> Any:
    """The tensor itself, or the one that it is a view of: what a change of it changes."""
    return tensor if tensor._base is None else tensor._base


def _flat(items: Any) -> Iterable[Any]:
    for item in items if isinstance(items, list | tuple) else (items,):
        if isinstance(item, list | tuple):
            yield from _flat(item)
        else:
            yield item


def _reachable(nodes: list[Any]) -> list[Any]:
    seen = {id(node): node for node in nodes}
    waiting = list(nodes)
    while waiting:
        for target, _ in waiting.pop().next_functions:
            if target is not None and id(target) not in seen:
                seen[id(target)] = target
                waiting.append(target)
    return list(seen.values())
