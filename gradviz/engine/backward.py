"""The backward pass: from roots with gradients to the leaves, in PyTorch's order (see order.py)."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from . import dtype as dtypes
from . import grad_mode, messages, watch
from .node import AccumulateGrad, Node, number
from .order import plan_pass, settle_ties, walk
from .passing import general_run, ready, send
from .surface import public
from .tensor import Tensor

F32 = np.float32


ONE = F32(1)


def own(gradient: Any) -> Any:
    """Return an array that nobody else holds, copying only where somebody does."""
    if gradient.__class__ is not np.ndarray:
        return gradient
    if not gradient.ndim:
        return gradient[()]
    if gradient.base is None and gradient.flags.c_contiguous and sys.getrefcount(gradient) <= ALONE:
        return gradient
    return np.array(gradient, order="C")


ALONE = 0  # measured below, because Python versions count differently


def _measure() -> int:
    def count(array: Any) -> int:
        return sys.getrefcount(array)

    array = {0: np.empty(1)}.pop(0)
    return count(array)


ALONE = _measure()


def accumulate(leaf: AccumulateGrad, gradient: Any) -> None:
    """Run one leaf: its hooks, the addition to .grad, the hooks after it."""
    if leaf.hooks:
        gradient = hooked(leaf.hooks, gradient)
    before, after = leaf.accumulate(gradient)
    if watch.current is not None:
        watch.current.leaf_accumulated(leaf, leaf.variable, before, gradient, after)
    if leaf.post_hooks:
        for hook in list(leaf.post_hooks.values()):
            hook(leaf.variable)


def hooked(hooks: dict[int, Callable[[Any], Any]], gradient: Any) -> Any:
    """Return the gradient after a leaf's hooks, which see it without being recorded."""
    token = grad_mode.enabled.set(False)
    try:
        for hook in list(hooks.values()):
            answer = hook(Tensor._of(gradient, None))
            if answer is not None:
                gradient = answer._value
    finally:
        grad_mode.enabled.reset(token)
    return gradient


def run_pass(roots: list[Any], gradients: list[Any], keep: bool) -> None:
    """Run a whole pass that accumulates into every leaf it reaches."""
    plan, _ = plan_pass([edge[0] if edge.__class__ is tuple else edge for edge in roots])
    grads: dict[Any, Any] = {}
    for edge, gradient in zip(roots, gradients, strict=True):
        send(edge, gradient, grads)
    if None in plan.due:
        for leaf in plan.due[None]:
            gradient = grads.pop(leaf)
            accumulate(leaf, own(gradient))
    run_nodes(plan.nodes, plan.due, grads, keep)


def run_nodes(nodes: list[Any], due: dict[Any, list[Any]], grads: dict[Any, Any], keep: bool) -> None:
    """Run nodes in order, and after each the leaves that are then complete."""
    pop = grads.pop
    watched = watch.current is not None
    careful = watched or dtypes.Uncommon.seen
    for node in nodes:
        grad = pop(node, None)
        if grad is not None:
            if careful:
                general_run(node, grad, grads, keep)
            else:
                node.run(grad, grads, keep)
        elif not keep:
            node.free()
        if node in due:
            for leaf in due[node]:
                if leaf not in grads:
                    continue
                gradient = pop(leaf)
                if gradient.__class__ is not F32:
                    gradient = own(gradient)
                if watched or leaf.hooks or leaf.post_hooks:
                    accumulate(leaf, gradient)
                else:
                    leaf.add(gradient)


def run_from_scalar(root: Any, keep: bool) -> None:
    """Run the most frequent pass, `loss.backward()`, without the questions that only other passes need."""
    nodes, last = walk([root])
    due: dict[Any, list[Any]] = {}
    for leaf, node in last.items():
        if node in due:
            due[node].append(leaf)
        else:
            due[node] = [leaf]
    if len(due) < len(last):
        settle_ties([root], due, None)
    run_nodes(nodes, due, {root: ONE}, keep)


def run_towards(roots: list[Any], gradients: list[Any], keep: bool, wanted: list[Any], into_grad: bool) -> list[Any]:
    """Run only what leads to the wanted edges; return their gradients (None where nothing arrived)."""
    targets = {edge[0] if edge.__class__ is tuple else edge for edge in wanted}
    plan, needed = plan_pass([edge[0] if edge.__class__ is tuple else edge for edge in roots], targets)
    assert needed is not None
    towards = needed | targets
    grads: dict[Any, Any] = {}
    for edge, gradient in zip(roots, gradients, strict=True):
        send(edge, gradient, grads)
    caught: dict[Any, Any] = {}

    def take_leaf(leaf: Any) -> None:
        gradient = grads.pop(leaf)
        gradient = own(gradient)
        if into_grad:
            accumulate(leaf, gradient)
        else:
            caught[leaf] = hooked(leaf.hooks, gradient) if leaf.hooks else gradient

    for leaf in plan.due.get(None, ()):
        if leaf in targets:
            take_leaf(leaf)
    for node in plan.nodes:
        grad = grads.pop(node, None)
        if grad is not None and node in targets:
            caught[node] = grad = ready(node, grad) if node not in needed else grad
            if node in needed and node.extra is not None:
                caught[node] = ready(node, dict(grad) if grad.__class__ is dict else grad)
        if node in needed:
            if grad is not None:
                general_run(node, grad, grads, keep, towards)
            elif not keep:
                node.free()
        for leaf in plan.due.get(node, ()):
            if leaf in grads:
                take_leaf(leaf)
    found = []
    for edge in wanted:
        node, slot = edge if edge.__class__ is tuple else (edge, None)
        gradient = caught.get(node)
        found.append(gradient if slot is None or gradient is None else gradient.get(slot))
    return found


def root_gradients(tensors: Sequence[Tensor], given: Sequence[Any]) -> list[Any]:
    """Check the roots and their gradients as PyTorch does; a scalar root starts at one."""
    gradients = []
    for index, (tensor, gradient) in enumerate(zip(tensors, given, strict=True)):
        value = tensor._value
        if gradient is None:
            if tensor._edge is not None and value.size != 1:
                raise RuntimeError(messages.SCALAR_ONLY)
            gradients.append(ONE if value.__class__ is np.float32 else np.ones(value.shape, value.dtype)[()])
            continue
        if not isinstance(gradient, Tensor):
            raise TypeError(f"gradients can be either Tensors or None, but got {type(gradient).__name__}")
        if gradient._value.shape != value.shape:
            raise RuntimeError(
                f"Mismatch in shape: grad_output[{index}] has a shape of {gradient.shape} and output[{index}] has a "
                f"shape of {tensor.shape}."
            )
        gradients.append(
            gradient._value if gradient._value.dtype == value.dtype else gradient._value.astype(value.dtype)
        )
    for index, tensor in enumerate(tensors):
        if tensor._edge is None:
            raise RuntimeError(messages.NO_GRAD_FN.format(index))
    return gradients


def sequence(tensors: Any) -> tuple[Any, ...]:
    """Return one tensor, or several, as a tuple."""
    return (tensors,) if isinstance(tensors, Tensor) or tensors is None else tuple(tensors)


def refuse_create_graph(create_graph: bool) -> None:
    """Raise for what comes later: gradients that are themselves recorded."""
    if create_graph:
        raise NotImplementedError("gradviz's NumPy engine does not have create_graph=True yet.")


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
    refuse_create_graph(create_graph)
    keep = bool(retain_graph)
    roots = sequence(tensors)
    if inputs is not None:
        inputs = sequence(inputs)
        if not inputs:
            raise RuntimeError(messages.INPUTS_EMPTY)
    given = sequence(grad_tensors) if grad_tensors is not None else (None,) * len(roots)
    gradients = root_gradients(roots, given)
    if len(roots) > 1:
        number()  # PyTorch's GraphRoot takes a number
    edges = [root._edge for root in roots]
    if watch.current is not None:
        watch.current.backward_began(roots, tuple(gradients), inputs, keep)
    if inputs is None:
        run_pass(edges, gradients, keep)
    else:
        wanted = wanted_edges(inputs)
        for tensor in inputs:
            tensor.retain_grad()
        run_towards(edges, gradients, keep, wanted, into_grad=True)
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
        and self._value.__class__ is F32
        and watch.current is None
        and isinstance(self._edge, Node)
    ):
        run_from_scalar(self._edge, bool(retain_graph))
    else:
        backward(self, gradient, retain_graph, create_graph, inputs=inputs)


def wanted_edges(inputs: Sequence[Tensor]) -> list[Any]:
    """Return where the gradients of the inputs arrive; raise for an input that has none."""
    for each in inputs:
        if each._edge is None:
            raise RuntimeError(messages.INPUT_NO_GRAD)
    return [each._edge for each in inputs]


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
    refuse_create_graph(create_graph)
    keep = bool(retain_graph)
    roots, asked = sequence(outputs), sequence(inputs)
    given = sequence(grad_outputs) if grad_outputs is not None else (None,) * len(roots)
    gradients = root_gradients(roots, given)
    wanted = wanted_edges(asked)
    if len(roots) > 1:
        number()
    if watch.current is not None:
        watch.current.backward_began(roots, tuple(gradients), asked, keep)
    found = run_towards([root._edge for root in roots], gradients, keep, wanted, into_grad=False)
    if watch.current is not None:
        watch.current.backward_ended(not keep)
    answers: list[Tensor | None] = []
    for index, (gradient, tensor) in enumerate(zip(found, asked, strict=True)):
        if gradient is not None:
            value = np.array(gradient)[()] if isinstance(gradient, np.ndarray) else gradient
            answers.append(Tensor._of(value, None))
        elif materialize_grads:
            answers.append(Tensor._of(np.zeros(tensor._value.shape, tensor._value.dtype)[()], None))
        elif allow_unused:
            answers.append(None)
        else:
            raise RuntimeError(messages.UNUSED_INPUT.format(index))
    return tuple(answers)
