"""In-place operations: the ordinary op on a shadow of the tensor, then the tensor takes value and history.

Running the op on a shadow (the tensor as it was) gives every op its in-place form without a second rule: what the node
saves is what was there before, as PyTorch's generated code clones the original where a formula needs it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from . import dtype as dtypes
from . import kernels, messages, overlap, views, watch
from .grad_mode import enabled
from .node import AccumulateGrad, Node
from .op import Op
from .plan import Plan
from .tensor import Tensor, share

F32 = np.float32
FLOAT = np.dtype(F32)


def in_place_form(op: Op, function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the method that does `op` in place."""

    def changed(self: Tensor, *others: Any, **options: Any) -> Any:
        edge = self._edge
        if (
            type(self._counter) is int
            and (edge is None or type(edge) is AccumulateGrad)
            and not enabled.get()
            and not options
        ):
            # An update of a leaf under no_grad, by far the most frequent use: the result is the new value.
            watcher, value = watch.current, self._value
            watch.current = None
            try:
                made = function(self, *others)
            finally:
                watch.current = watcher
            if made is NotImplemented:
                return made
            result = made._value
            if result.__class__ is value.__class__ is F32 or (
                result.dtype is value.dtype and result.shape == value.shape
            ):
                self._value = result
                self._counter += 1
                if edge is not None:
                    edge.value = result
            else:
                assign(self, op, result)
            if watcher is not None:
                watcher.tensor_updated(self, value)
            return self
        return change(self, op, function, others, options)

    changed.__name__ = changed.__qualname__ = f"{op.name}_"
    changed.__doc__ = f"{op.title[:1].upper()}{op.title[1:]}, in place."
    return changed


def operator_form(op: Op, changed: Callable[..., Any]) -> Callable[[Tensor, Any], Any]:
    """Return Python's in-place operator for a binary op: `changed`, with a short way for `x -= 0.01 * x.grad`.

    An update of a leaf under no_grad by a tensor of its shape, float32 and in order of memory like it: no tensor is
    made of the result.
    """
    compute: Callable[[Any, Any], Any] | None = None
    mode = enabled.get

    def operator(self: Tensor, other: Any) -> Any:
        nonlocal compute
        if type(other) is Tensor and type(self._counter) is int and not mode():
            edge, value, given = self._edge, self._value, other._value
            if (type(edge) is AccumulateGrad or edge is None) and (
                alike(value, given) if type(value) is np.ndarray else type(value) is F32 is type(given)
            ):
                if compute is None:
                    compute = forward(op)
                result = self._value = compute(value, given)
                self._counter += 1
                if edge is not None:
                    edge.value = result
                if watch.current is not None:
                    watch.current.tensor_updated(self, value)
                return self
        return changed(self, other)

    operator.__name__ = operator.__qualname__ = changed.__name__
    operator.__doc__ = changed.__doc__
    return operator


def alike(a: Any, b: Any) -> bool:
    """Return True for two arrays of float32 of one shape, in the order of their dimensions."""
    if a.dtype is not FLOAT or b.dtype is not FLOAT or a.shape != b.shape:
        return False
    return bool(a.ndim == 1 or (a.flags.c_contiguous and b.flags.c_contiguous))


def forward(op: Op) -> Callable[[Any, Any], Any]:
    """Return the forward of a binary op as a function of two arrays, or NumPy scalars, of one shape and type."""
    text = Plan(op).forward.text
    return eval(f"lambda v_self, v_{op.inputs[1]}: {text}", {"__builtins__": kernels.SPACE})  # type: ignore[no-any-return]


def change(
    tensor: Tensor, op: Op, function: Callable[..., Any], others: tuple[Any, ...], options: dict[str, Any]
) -> Any:
    """Run `function` on the tensor's shadow and let the tensor take its value, and its place in the graph."""
    edge = tensor._edge
    leaf = type(edge) is AccumulateGrad
    watcher = watch.current
    if watcher is not None and (leaf or edge is None) and type(tensor._counter) is int and not enabled.get():
        watch.current = None
        try:
            made = function(tensor, *others, **options)
        finally:
            watch.current = watcher
        if made is NotImplemented:
            return made
        value = tensor._value
        assign(tensor, op, made._value)
        watcher.tensor_updated(tensor, value)
        return tensor
    tracked = enabled.get() and (
        tensor._edge is not None
        or any(isinstance(each, Tensor) and each._edge is not None for each in (*others, *options.values()))
    )
    views.check_history(tensor, tracked)
    notice_saved_result(tensor)
    value = tensor._value
    shared = type(tensor._counter) is not int
    expanded = shared and value.ndim > 0 and 0 in value.strides and overlap.repeats(value)
    if expanded:
        overlap.check_written(value, op)
    if shared or op.name in overlap.BY_INDEX:
        overlap.check_operands(tensor, op, others)
    watch.current = None
    try:
        # Memory that is written must not change under a saved shadow: the shadow keeps a copy of it then.
        before = value.copy() if shared and (tracked or watcher is not None) else value
        shadow = Tensor._of(before[()] if type(before) is np.ndarray and not before.ndim else before, tensor._edge)
        made = function(shadow, *others, **options)
    finally:
        watch.current = watcher
    if made is NotImplemented:
        return made
    assign(tensor, op, overlap.settled(made._value, value) if expanded else made._value)
    if tracked:
        adopt(tensor, made._edge)
    else:
        views.outdate(tensor._counter)
    if watcher is not None:
        tell(watcher, tensor, op, others, options, before, made._edge is not None)
    return tensor


def notice_saved_result(tensor: Tensor) -> None:
    """Let the node that saved this very tensor as its result see the change that is to come."""
    edge = tensor._edge
    if isinstance(edge, Node) and edge.saves_result and type(tensor._counter) is int:
        share(tensor)


def assign(tensor: Tensor, op: Op, result: Any) -> None:
    """Let the tensor take a result of another type or shape where PyTorch allows it, else raise its error."""
    value = tensor._value
    if result.shape != value.shape:
        raise RuntimeError(
            f"output with shape {messages.sizes(value.shape)} doesn't match the broadcast shape "
            f"{messages.sizes(result.shape)}"
        )
    if result.dtype is not value.dtype:
        got, own = dtypes.of(result), dtypes.of(value)
        if got.kind > own.kind:
            name = dtypes.C_NAMES[own.name] if op.name.startswith("clamp") else own.tensor_name
            raise RuntimeError(f"result type {got.tensor_name} can't be cast to the desired output type {name}")
        result = result.astype(value.dtype)
    if result.ndim > 1 and result.strides != value.strides:
        own = np.empty_like(value)  # the memory stays where it was, and so do the strides
        own[...] = result
        result = own
    tensor._assign(result)


def adopt(tensor: Tensor, edge: Any) -> None:
    """Give a changed tensor the history of the operation that changed it."""
    rare = tensor._rare
    if edge is None:
        return
    counter = tensor._counter
    if rare is not None and rare.base is not None:
        views.rebase(tensor, edge)
        if edge.saves_result:
            edge.full_extra().result_version = (counter, counter.count)
        return
    tensor._edge = edge
    if edge.saves_result and type(counter) is not int:
        # The memory may be written again by an alias: keep the result apart, and the version to notice it by.
        edge.s_result = tensor._value.copy()[()]
        edge.full_extra().result_version = (counter, counter.count)
    views.outdate(counter)


def tell(
    watcher: watch.Watcher,
    tensor: Tensor,
    op: Op,
    others: tuple[Any, ...],
    options: dict[str, Any],
    before: Any,
    tracked: bool,
) -> None:
    """Tell the watcher of the change: part of the graph, or an update outside it."""
    if tracked:
        if type(tensor._counter) is not int:
            watcher.memory_written(tensor, before)
        names = [name.rstrip("?*") for name in op.inputs][1:]
        inputs = (tensor, *others[: len(names)])
        arguments = dict(zip(op.arguments.split(", "), others[len(names) :], strict=False)) | options
        watcher.op_ran(op, inputs, arguments, (tensor,), True)
    else:
        watcher.tensor_updated(tensor, before)
