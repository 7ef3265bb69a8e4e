"""Runs a recorded forward again on the engine's own operations, with other values of its leaves.

The functions that run are those that ran in the program (same promotion of types, same kernels), with gradients off and
no one watching. So at the leaves of the pass each step gives what the program got, and elsewhere what it would get.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..engine import torch
from ..engine import watch as engine_watch
from ..engine.catalog import catalog
from ..engine.grad_mode import enabled
from ..engine.op import Op
from ..engine.tensor import Tensor
from ..recorder.numbers import total
from ..trace.forward import Coded, Constant, Forward, Ref, Step, places_in

ERRORS = (ArithmeticError, AssertionError, AttributeError, LookupError, NameError, RuntimeError, TypeError, ValueError)
"""What an operation raises for values that it does not take."""


class UnknownOpError(Exception):
    """An operation that is not the engine's; the message names it."""


class Call:
    """A step, ready to run: the op's function and what it is given, with places where values come in."""

    __slots__ = ("argument_places", "arguments", "function", "listed", "op", "operands", "outputs", "places")

    def __init__(self, step: Step, ops: dict[str, Op]) -> None:
        op = ops.get(step.op)
        if op is None:
            raise UnknownOpError(step.op)
        self.op = op
        self.function = op.function if step.op != "detach" else _itself
        self.listed = op.inputs[0].endswith("*")
        self.operands = tuple(decoded(each) for each in step.operands)
        self.arguments = {name: decoded(each) for name, each in step.arguments}
        self.outputs = step.outputs
        self.argument_places = places_in(step.arguments)
        self.places = tuple(sorted(step.places))

    def __call__(self, values: dict[int, Any]) -> tuple[Any, ...]:
        """The outputs' tensors, where `values` has the tensor at each place."""
        operands = [_filled(each, values) for each in self.operands]
        return self.run(operands, self.given(values))

    def given(self, values: dict[int, Any]) -> dict[str, Any]:
        """The arguments, with tensors for their places."""
        if not self.argument_places:
            return self.arguments
        return {name: _filled(each, values) for name, each in self.arguments.items()}

    def run(self, operands: list[Any], arguments: dict[str, Any]) -> tuple[Any, ...]:
        """The outputs' tensors for these operands and arguments."""
        made = self.function(operands, **arguments) if self.listed else self.function(*operands, **arguments)
        return tuple(made) if isinstance(made, tuple | list) else (made,)


class Replay:
    """A forward that runs. UnknownOpError where the engine lacks an operation (PyTorch's own, a custom Function)."""

    def __init__(self, forward: Forward) -> None:
        ops = {op.name: op for op in catalog()}
        self.forward = forward
        self.calls = [Call(step, ops) for step in forward.steps]
        self.constants = {each.place: tensor_of(value_of(each)) for each in forward.constants}
        self.types = [value_of(each).dtype for each in forward.leaves]
        self.shapes = [each.data.shape for each in forward.leaves]

    def values(self, leaves: Sequence[Any]) -> dict[int, Any]:
        """The tensor at every place, where the leaves have these values (arrays of their types)."""
        values = dict(self.constants)
        for leaf, value in zip(self.forward.leaves, leaves, strict=True):
            values[leaf.place] = tensor_of(value)
        for call in self.calls:
            values.update(zip(call.outputs, call(values), strict=False))
        return values

    def loss(self, leaves: Sequence[Any]) -> float:
        """The loss there: the sum of its elements, NaN where an operation does not take the values."""
        with quiet():
            try:
                return total(self.values(leaves)[self.forward.root]._value)
            except ERRORS:
                return float("nan")

    def own_leaves(self) -> list[Any]:
        """The leaves of the pass."""
        return [value_of(each) for each in self.forward.leaves]


class quiet:  # noqa: N801 (it reads as a statement)
    """Gradients off, nobody told, no warnings of overflow: for a while."""

    def __enter__(self) -> None:
        self._token = enabled.set(False)
        self._told = engine_watch.current, engine_watch.push
        engine_watch.current = engine_watch.push = None
        self._state = np.errstate(all="ignore")
        self._state.__enter__()

    def __exit__(self, *_: object) -> None:
        self._state.__exit__(None, None, None)
        engine_watch.current, engine_watch.push = self._told
        enabled.reset(self._token)


def tensor_of(value: Any) -> Any:
    """A tensor as the engine holds it: a NumPy scalar where there are no dimensions."""
    return Tensor._of(value[()] if isinstance(value, np.ndarray) and not value.ndim else value, None)


def value_of(constant: Constant) -> Any:
    """The array of a constant."""
    if constant.dtype != "bfloat16":
        return constant.data
    from ..engine.dtype import bfloat16

    return constant.data.view(bfloat16.numpy)


def decoded(item: Any) -> Any:
    """An argument as the engine takes it; `Ref`s stay."""
    if isinstance(item, tuple):
        return tuple([decoded(each) for each in item])
    if not isinstance(item, Coded):
        return item
    items: tuple[Any, ...] = item.items
    match item.kind:
        case "list":
            return [decoded(each) for each in items]
        case "dict":
            return {pair[0]: decoded(pair[1]) for pair in items}
        case "slice":
            return slice(*(decoded(each) for each in items))
        case "ellipsis":
            return Ellipsis
        case "complex":
            return complex(*items)
        case "range":
            return range(*items)
        case "kind":
            return np.dtype(str(items[0]))
        case "array":
            return Coded("array", items)  # filled with its value when it is used
        case "dtype" | "layout" | "memory_format":
            return getattr(torch, str(items[0]))
        case "device":
            return torch.device(str(items[0]))
    raise UnknownOpError(item.kind)


def _itself(tensor: Any) -> Any:
    """A detached tensor has the same value; the engine writes no operation for it."""
    return tensor


def _filled(item: Any, values: dict[int, Any]) -> Any:
    kind = item.__class__
    if kind is Ref:
        return values[item.place]
    if kind is tuple or kind is list:
        return kind([_filled(each, values) for each in item])
    if kind is dict:
        return {name: _filled(each, values) for name, each in item.items()}
    if kind is Coded:
        return values[item.items[0].place]._value
    if kind is slice:
        return slice(*(_filled(each, values) for each in (item.start, item.stop, item.step)))
    return item
