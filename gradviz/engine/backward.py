"""The backward pass as programs call it: backward(), grad(), and the checks that PyTorch makes before it starts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from . import anomaly, messages, watch
from . import dtype as dtypes
from .grad_mode import enabled
from .hooks import RemovableHandle
from .newest_first import run_newest_first
from .node import Node, Nowhere, number
from .op import find
from .passes import F32, ONE, run_pass, run_towards
from .passing import plain
from .size import Size
from .surface import public
from .tensor import Tensor


def root_gradients(tensors: Sequence[Tensor], given: Sequence[Any], create: bool) -> list[Any]:
    """Check the roots and their gradients as PyTorch does; a scalar root starts at one.

    The gradients are arrays, or tensors for a pass that is recorded itself.
    """
    gradients = []
    for index, (tensor, gradient) in enumerate(zip(tensors, given, strict=True)):
        value = tensor._value
        if gradient is None:
            if tensor._edge is not None and value.size != 1:
                raise RuntimeError(messages.SCALAR_ONLY)
            if tensor._edge is not None and value.dtype.kind == "c":
                raise RuntimeError(
                    f"grad can be implicitly created only for real scalar outputs but got {dtypes.of(value)}"
                )
            start = ONE if value.__class__ is np.float32 else np.ones(value.shape, value.dtype)[()]
            gradients.append(Tensor._of(start, None) if create else start)
            continue
        if not isinstance(gradient, Tensor):
            raise TypeError(f"gradients can be either Tensors or None, but got {type(gradient).__name__}")
        if gradient._value.shape != value.shape:
            raise RuntimeError(
                f"Mismatch in shape: grad_output[{index}] has a shape of {gradient.shape} and output[{index}] has a "
                f"shape of {tensor.shape}."
            )
        if gradient._value.dtype != value.dtype:
            gradient = gradient.to(tensor.dtype)
        gradients.append(gradient if create else gradient._value)
    for index, tensor in enumerate(tensors):
        if tensor._edge is None or tensor._edge.__class__ is Nowhere:
            raise RuntimeError(messages.NO_GRAD_FN.format(index))
    return gradients


class GradientEdge(NamedTuple):
    """Where a tensor's gradient goes: a node and the number of its output. It may be asked for in a tensor's place."""

    node: Any
    output_nr: int
    ownership_token: Any = None

    @property
    def _edge(self) -> Any:
        return self.node if self.node.outputs == 1 else (self.node, self.output_nr)


def sequence(tensors: Any) -> tuple[Any, ...]:
    """Return one tensor, or several, as a tuple."""
    return (tensors,) if isinstance(tensors, (Tensor, GradientEdge)) or tensors is None else tuple(tensors)


def backward(
    tensors: Any,
    grad_tensors: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    grad_variables: Any = None,
    inputs: Any = None,
) -> None:
    """Compute gradients of the tensors with respect to the leaves and add them to the leaves' .grad.

    Raises RuntimeError where PyTorch does: a root that is no scalar and has no gradient, a root without a graph, saved
    tensors that were freed or changed in place.
    """
    keep = create_graph if retain_graph is None else bool(retain_graph)
    roots = sequence(tensors)
    if inputs is not None:
        inputs = sequence(inputs)
        if not inputs:
            raise RuntimeError(messages.INPUTS_EMPTY)
    given = sequence(grad_tensors) if grad_tensors is not None else (None,) * len(roots)
    if len(given) != len(roots):
        raise RuntimeError(f"got {len(roots)} tensors and {len(given)} gradients")
    gradients = root_gradients(roots, given, create_graph)
    if create_graph:
        messages.warn_once(messages.CREATE_GRAPH)
    if len(roots) > 1:
        number()  # PyTorch's GraphRoot takes a number
    edges = [root._edge for root in roots]
    watcher = watch.of_passes()
    if watcher is not None:
        watcher.backward_began(roots, plain(gradients), inputs, keep)
    token = enabled.set(create_graph)
    try:
        if inputs is None:
            run_pass(edges, gradients, keep, create_graph)
        else:
            for tensor in inputs:
                tensor.retain_grad()
            wanted = wanted_edges(inputs)
            run_towards(edges, gradients, keep, wanted, True, create_graph)
    finally:
        enabled.reset(token)
    if watch.current is not None:
        watch.current.backward_ended(not keep)


@public("backward", function=False)
def backward_method(
    self: Tensor,
    gradient: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    inputs: Any = None,
) -> None:
    """Compute the gradients of this tensor with respect to the leaves and add them to their .grad."""
    if (
        gradient is None
        and inputs is None
        and not create_graph
        and type(self._value) is F32
        and isinstance(self._edge, Node)
        and not (anomaly.on or RemovableHandle.seen or dtypes.Uncommon.seen)
    ):
        watcher = watch.of_passes()
        if watcher is None:
            run_newest_first(self._edge, retain_graph is not None and bool(retain_graph))
            return
        if watcher.scalar_pass(self, bool(retain_graph)):
            return
    backward(self, gradient, retain_graph, create_graph, inputs=inputs)


def wanted_edges(inputs: Sequence[Tensor]) -> list[Any]:
    """Return where the gradients of the inputs arrive (at a new end where none do); raise for an input without one."""
    for each in inputs:
        if each._edge is None:
            raise RuntimeError(messages.INPUT_NO_GRAD)
    return [Nowhere() if each._edge.__class__ is Nowhere else each._edge for each in inputs]


def batched(
    outputs: Any, inputs: Any, grad_outputs: Any, create_graph: bool, allow_unused: bool | None, materialize: bool
) -> tuple[Tensor | None, ...]:
    """Return the gradients for each entry of the first dimension of grad_outputs, one pass each, piled up."""
    roots, starts = sequence(outputs), sequence(grad_outputs)
    for index, (root, start) in enumerate(zip(roots, starts, strict=True)):
        if start is not None and start._value.shape[1:] != root._value.shape:
            raise RuntimeError(messages.BATCHED.format(index, Size(start._value.shape[1:]), root.shape))
    rows = [
        grad(roots, inputs, [each[k] for each in starts], True, create_graph, True, allow_unused, False, materialize)
        for k in range(len(starts[0]))
    ]
    stack = find("stack").function
    return tuple(None if any(e is None for e in each) else stack(list(each), 0) for each in zip(*rows, strict=True))


def own_memory(gradient: Any) -> Any:
    """Return a copy in the same order of dimensions; one that was expanded takes the order of its dimensions."""
    return np.array(gradient, order="C" if 0 in gradient.strides else "K")[()]


def grad(
    outputs: Any,
    inputs: Any,
    grad_outputs: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    only_inputs: bool = True,
    allow_unused: bool | None = None,
    is_grads_batched: bool = False,
    materialize_grads: bool = False,
) -> tuple[Tensor | None, ...]:
    """Return the gradients of outputs with respect to inputs; no .grad is touched."""
    if is_grads_batched:
        return batched(outputs, inputs, grad_outputs, create_graph, allow_unused, materialize_grads)
    if materialize_grads and allow_unused is False:
        raise ValueError(
            "Expected allow_unused to be True or not passed when materialize_grads=True, but got: allow_unused=False."
        )
    keep = create_graph if retain_graph is None else bool(retain_graph)
    roots, asked = sequence(outputs), sequence(inputs)
    given = sequence(grad_outputs) if grad_outputs is not None else (None,) * len(roots)
    if len(given) != len(roots):
        raise RuntimeError(f"got {len(roots)} tensors and {len(given)} gradients")
    gradients = root_gradients(roots, given, create_graph)
    if not asked:
        raise RuntimeError(messages.INPUTS_EMPTY.replace("backward", "grad"))
    wanted = wanted_edges(asked)
    if len(roots) > 1:
        number()
    watcher = watch.of_passes()
    if watcher is not None:
        known = tuple(each for each in asked if isinstance(each, Tensor))
        watcher.backward_began(roots, plain(gradients), known, keep)
    token = enabled.set(create_graph)
    try:
        found = run_towards([root._edge for root in roots], gradients, keep, wanted, False, create_graph)
    finally:
        enabled.reset(token)
    if watch.current is not None:
        watch.current.backward_ended(not keep)
    answers: list[Tensor | None] = []
    for index, (gradient, tensor) in enumerate(zip(found, asked, strict=True)):
        if isinstance(gradient, Tensor):
            answers.append(gradient)
        elif gradient is not None:
            value = own_memory(gradient) if isinstance(gradient, np.ndarray) else gradient
            answers.append(Tensor._of(value, None))
        elif materialize_grads:
            answers.append(Tensor._of(np.zeros(tensor._value.shape, tensor._value.dtype)[()], None))
        elif allow_unused:
            answers.append(None)
        else:
            raise RuntimeError(messages.UNUSED_INPUT.format(index))
    return tuple(answers)
