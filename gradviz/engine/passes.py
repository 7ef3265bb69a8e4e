"""Running a backward pass: from roots with gradients to the leaves, in PyTorch's order (see order.py).

Gradients are arrays; in a pass that is itself recorded (`create_graph=True`) they are tensors, and each node runs its
rule on them. Only the one loop that descents spend their time in knows arrays alone.
"""

from __future__ import annotations

from sys import getrefcount
from typing import Any

import numpy as np

from . import anomaly, watch
from . import dtype as dtypes
from .hook_calls import call_node_hooks, call_tensor_hooks, recording
from .order import Plan, plan_pass, settle_ties, walk
from .passing import general_run, plain, ready, run_rule, send
from .storage import is_dense
from .tensor import Tensor

F32 = np.float32


ONE = F32(1)


def own(gradient: Any, leaf: Any) -> Any:
    """Return an array that nobody else holds, copying only where somebody does.

    It is laid out like the leaf where the leaf's memory has no gaps, else in order.
    """
    if type(gradient) is not np.ndarray:
        return gradient
    if not gradient.ndim:
        return gradient[()]
    value = leaf.value
    if getrefcount(gradient) <= ALONE:
        # Only the caller holds it; the only view of all of such an array (a transposed one) will do too.
        base = gradient.base
        if base is None or (
            type(base) is np.ndarray
            and base.base is None
            and base.nbytes == gradient.nbytes
            and getrefcount(base) <= ALONE_BASE
        ):
            if value.flags.c_contiguous and gradient.flags.c_contiguous:
                return gradient
            if gradient.strides == value.strides:
                return gradient
    if value.flags.c_contiguous or not is_dense(value):
        return in_order(gradient)
    result = np.empty_like(value, gradient.dtype)
    result[...] = gradient
    return result


STRIP = 32  # columns of a matrix whose rows stay in the processor's nearest memory while they are turned


def in_order(gradient: Any) -> Any:
    """Return a copy in the order of the dimensions; a large transposed matrix in strips, at a third of the time."""
    if gradient.ndim != 2 or gradient.size < 512 * STRIP or not gradient.flags.f_contiguous:
        return np.array(gradient, order="C")
    result = np.empty(gradient.shape, gradient.dtype)
    for start in range(0, gradient.shape[1], STRIP):
        result[:, start : start + STRIP] = gradient[:, start : start + STRIP]
    return result


ALONE = ALONE_BASE = 0  # measured below, because Python versions count differently


def _measure() -> tuple[int, int]:
    def own(array: Any) -> tuple[int, int]:
        base = array.base
        return getrefcount(array), getrefcount(base)

    array = {0: np.empty((1, 2)).T}.pop(0)
    return own(array)


ALONE, ALONE_BASE = _measure()


def accumulate(leaf: Any, gradient: Any, create: bool = False) -> None:
    """Run one leaf: its hooks, the addition to .grad, the hooks after it. An array must be the leaf's to keep."""
    gradient = leaf_ready(leaf, gradient, create)
    notes = leaf.notes
    if notes is not None and notes.pre_hooks:
        (gradient,) = call_node_hooks(list(notes.pre_hooks.values()), (gradient,), create)
    before, after = accumulate_recorded(leaf, gradient) if create else leaf.accumulate(gradient)
    if watch.current is not None:
        watch.current.leaf_accumulated(leaf, leaf.variable, before, plain((gradient,))[0], after)
    if leaf.post_hooks:
        with recording(create):
            for hook in list(leaf.post_hooks.values()):
                hook(leaf.variable)
    if notes is not None and notes.post_hooks:
        call_node_hooks(list(notes.post_hooks.values()), (), create, (gradient,))


def leaf_ready(leaf: Any, gradient: Any, create: bool) -> Any:
    """Return a leaf's gradient after the leaf's own hooks."""
    return call_tensor_hooks(list(leaf.hooks.values()), gradient, create) if leaf.hooks else gradient


def accumulate_recorded(leaf: Any, gradient: Tensor) -> tuple[Any, Any]:
    """Let a leaf's .grad become a tensor with a history: a copy, or the sum as a new tensor. Return (before, after)."""
    old = leaf.grad
    if old is None:
        leaf.grad = Tensor._of(np.empty_like(gradient._value)[()], None).copy_(gradient)
    else:
        leaf.grad = old + gradient
    if watch.current is not None:
        leaf.grad._rarely().owner = leaf.owner
    return None if old is None else old._value, leaf.grad._value


def run_pass(roots: list[Any], gradients: list[Any], keep: bool, create: bool = False) -> None:
    """Run a whole pass that accumulates into every leaf it reaches."""
    plan, _ = plan_pass([edge[0] if type(edge) is tuple else edge for edge in roots])
    grads: dict[Any, Any] = {}
    for edge, gradient in zip(roots, gradients, strict=True):
        send(edge, gradient, grads)
    if None in plan.due:
        for leaf in plan.due[None]:
            gradient = grads.pop(leaf)
            accumulate(leaf, gradient if create else own(gradient, leaf), create)
    if create or anomaly.on:
        run_nodes_slowly(plan, grads, keep, create)
    else:
        watcher = watch.current
        told = watcher is not None and watcher.pass_planned(plan.nodes, plan.due)
        run_nodes(plan.nodes, plan.due, grads, keep, told)


def run_nodes_slowly(plan: Plan, grads: dict[Any, Any], keep: bool, create: bool) -> None:
    """Run nodes in order where gradients may be tensors or steps are looked at; see `run_nodes`."""
    for node in plan.nodes:
        grad = grads.pop(node, None)
        if grad is not None:
            run_rule(node, ready(node, grad, create), grads, keep, create)
        elif not keep:
            node.free()
        for leaf in plan.due.get(node, ()):
            if leaf in grads:
                gradient = grads.pop(leaf)
                accumulate(leaf, gradient if create else own(gradient, leaf), create)


def run_nodes(
    nodes: list[Any], due: dict[Any, list[Any]], grads: dict[Any, Any], keep: bool, told: bool = False
) -> None:
    """Run nodes in order, and after each the leaves that are then complete. `told`: a watcher hears of each node."""
    pop = grads.pop
    watcher = watch.current
    careful = told or dtypes.Uncommon.seen
    for node in nodes:
        grad = pop(node, None)
        if grad is not None:
            try:
                if careful:
                    general_run(node, grad, grads, keep)
                else:
                    node.run(grad, grads, keep)
            except BaseException:
                if watcher is not None:
                    watcher.pass_broken(node)
                raise
        elif not keep:
            node.free()
        if node in due:
            grad = None  # the leaf's gradient may be a view of it
            for leaf in due[node]:
                gradient = pop(leaf, None)
                if gradient is None:
                    continue
                if type(gradient) is not F32:
                    gradient = own(gradient, leaf)
                if leaf.hooks or leaf.post_hooks or leaf.notes:
                    accumulate(leaf, gradient)
                elif watcher is None:
                    leaf.add(gradient)
                else:
                    watcher.accumulate(leaf, gradient)


def plan_from_scalar(root: Any) -> tuple[list[Any], dict[Any, list[Any]]]:
    """Return the nodes of the most frequent pass, `loss.backward()`, in order, and the leaves that follow each of them.

    The questions that only other passes need (see `plan_pass`) are left out.
    """
    nodes, last = walk([root])
    due: dict[Any, list[Any]] = {}
    for leaf, node in last.items():
        if node in due:
            due[node].append(leaf)
        else:
            due[node] = [leaf]
    if len(due) < len(last):
        settle_ties([root], due, None)
    return nodes, due


def run_towards(
    roots: list[Any], gradients: list[Any], keep: bool, wanted: list[Any], into_grad: bool, create: bool = False
) -> list[Any]:
    """Run only what leads to the wanted edges; return their gradients (None where nothing arrived)."""
    targets = {edge[0] if type(edge) is tuple else edge for edge in wanted}
    plan, needed = plan_pass([edge[0] if type(edge) is tuple else edge for edge in roots], targets)
    assert needed is not None
    towards = needed | targets
    grads: dict[Any, Any] = {}
    for edge, gradient in zip(roots, gradients, strict=True):
        send(edge, gradient, grads)
    caught: dict[Any, Any] = {}

    def take_leaf(leaf: Any) -> None:
        gradient = grads.pop(leaf)
        gradient = gradient if create else own(gradient, leaf)
        if into_grad:
            accumulate(leaf, gradient, create)
        else:
            caught[leaf] = leaf_ready(leaf, gradient, create)

    for leaf in plan.due.get(None, ()):
        if leaf in targets:
            take_leaf(leaf)
    for node in plan.nodes:
        grad = grads.pop(node, None)
        if grad is not None:
            arrived, grad = grad, ready(node, grad, create)
            if node in targets:
                # As in PyTorch: a node that also runs is looked at before the hooks of its tensors, else after them.
                caught[node] = arrived if node in needed else grad
        if node in needed:
            if grad is not None:
                run_rule(node, grad, grads, keep, create, towards)
            elif not keep:
                node.free()
        for leaf in plan.due.get(node, ()):
            if leaf in grads:
                take_leaf(leaf)
    found = []
    for edge in wanted:
        node, slot = edge if type(edge) is tuple else (edge, None)
        gradient = caught.get(node)
        if type(gradient) is dict:
            gradient = gradient.get(slot or 0)
        found.append(gradient)
    return found
