"""How gradients pass from node to node: fitted to the shape of the input, summed where several meet.

Rules are written for real numbers; `careful_rule` lets them serve complex ones, once `Uncommon.seen` says that there
are any.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from . import anomaly, messages, watch
from . import dtype as dtypes
from .hook_calls import call_node_hooks, call_tensor_hooks
from .kernels import axes_of
from .kernels import total as total_of
from .meaning import summed_to
from .memory import DETACHED
from .node import AccumulateGrad, Extra, Node
from .tensor import Tensor
from .views import seen_as

reduce, ONE = np.add.reduce, (1,)

# Ops whose rules conjugate by themselves: what they compute depends on conjugates, too.
CONJUGATED = frozenset(("cholesky", "cholesky.old", "eigh", "pinv", "qr", "slogdet", "svd"))


def freed() -> RuntimeError:
    """Return the error for saved tensors that were let go."""
    return RuntimeError(messages.GRAPH_FREED)


def describe(value: Any) -> str:
    """Return a saved tensor as the version error writes it: torch.FloatTensor [2]."""
    from .dtype import of

    return f"torch.{of(value).tensor_name}Tensor {messages.sizes(value.shape)}"


def hint() -> str:
    """Return what to do about a saved tensor that was changed."""
    return messages.HINT_ABOVE if anomaly.on else messages.HINT


def stale_saved(node: Any, name: str) -> RuntimeError:
    """Return the error for a saved input that was changed in place since."""
    tensor = getattr(node, f"s_{name}")
    version = getattr(node, f"v_{name}")
    if +tensor._counter // DETACHED != version // DETACHED:
        return RuntimeError(messages.SAVED_DETACHED)
    output = messages.output_of(tensor.grad_fn, tensor.output_nr)
    return messages.stale(describe(tensor._value), tensor._version, version % DETACHED, output, hint())


def stale_result(node: Any) -> None:
    """Raise when a saved result was changed in place since."""
    counter, expected = node.extra.result_version
    if counter != expected and node.s_result is not None:
        output = messages.output_of(node, 0)
        raise messages.stale(describe(node.s_result), +counter, expected, output, hint())


def stale_outputs(node: Any) -> None:
    """Raise when one of several outputs was saved, and changed in place since."""
    for index, (counter, expected) in node.extra.output_versions.items():
        if counter != expected and node.s_result is not None:
            value = node.s_result[index]
            output = f", which is output {index} of {node.name().removesuffix('Backward0')},"
            raise messages.stale(
                describe(value), +counter, expected, output if value.dtype.kind in "fcV" else "", hint()
            )


def beside(value: Any, grad: Any) -> Any:
    """Return a saved number in the precision of the gradient of an array, as PyTorch's loops take it."""
    floats = getattr(value, "ndim", 1) == 0 < grad.ndim and value.dtype.kind in "fV" and grad.dtype.kind in "fV"
    return value.astype(grad.dtype) if floats and value.dtype is not grad.dtype else value


def saved_tensor(node: Any, name: str) -> Any:
    """Return the value of a saved input that may be a tensor, a number or missing."""
    saved = getattr(node, f"s_{name}")
    version = getattr(node, f"v_{name}")
    if isinstance(saved, Tensor):
        if saved._counter != version:
            raise stale_saved(node, name)
        return saved._value
    if saved is None and version is not None:
        raise freed()
    return saved


def saved_input(node: Any, name: str) -> Any:
    """Return a saved input as the tensor that it was, or as the number, or None."""
    saved_tensor(node, name)
    return getattr(node, f"s_{name}")


def saved_result(node: Any) -> Any:
    """Return the saved result as a tensor with its place in the graph: this node itself made it."""
    value = node.s_result
    if value is None:
        raise freed()
    if node.outputs != 1:
        return tuple(Tensor._of(each, (node, i) if each.dtype.kind in "fcV" else None) for i, each in enumerate(value))
    inside = node.extra.inside if node.extra.__class__ is Extra else None
    if inside is None:
        return Tensor._of(value, node)
    slices: Any = inside()
    return Tensor._of(value, seen_as(slices, slices.base, slices.geometry))


def fit(gradient: Any, shape: tuple[int, ...], kind: Any) -> Any:
    """Sum a gradient over the dimensions that broadcasting added or stretched, and give it the input's type."""
    if type(gradient) is not np.ndarray and isinstance(gradient, Tensor):
        return fit_tensor(gradient, shape, kind)
    own = gradient.shape
    if gradient.dtype is kind and own != shape:
        # A bias of one element, of a layer, or a number: the most frequent cases.
        if shape == ONE:
            return reduce(gradient, keepdims=True) if len(own) == 1 else reduce(gradient, axis=None).reshape(shape)
        if not shape:
            return reduce(gradient, axis=None)
        if shape == own[1:]:
            return reduce(gradient, 0)
    if not shape and own:
        gradient = total_of(gradient)  # a number of another precision shows how its float32 sum was rounded
    elif own != shape:
        extra = gradient.ndim - len(shape)
        if extra > 0:
            gradient = reduce(gradient, tuple(range(extra)), gradient.dtype)
        stretched = tuple(i for i, size in enumerate(shape) if size == 1 and gradient.shape[i] != 1)
        if stretched:
            gradient = reduce(gradient, stretched, gradient.dtype, keepdims=True)
        if gradient.shape != shape:
            gradient = np.broadcast_to(gradient, shape)
    return gradient if gradient.dtype is kind else in_kind(gradient, kind)


def in_kind(gradient: Any, kind: Any) -> Any:
    """Return a gradient in an input's type: of a complex one the real part where the input is real."""
    return (gradient.real if gradient.dtype.kind == "c" and kind.kind != "c" else gradient).astype(kind)


def careful_rule(rule: Callable[[Any], tuple[Any, ...]], grad: Any) -> tuple[Any, ...]:
    """Return the gradients per edge where a gradient may be complex or bfloat16.

    PyTorch multiplies by the conjugate of a derivative. All rules here are linear in the gradient, so the conjugate of
    the rule's answer for the conjugate gradient is the same, and no rule needs to say so, but for those of functions
    that have no complex derivative (`CONJUGATED`). A number among bfloat16 makes NumPy answer in float32; PyTorch stays
    in bfloat16. Tensors of a recorded pass keep their type by themselves.
    """
    first: Any = next((each for each in grad if each is not None), None) if grad.__class__ is tuple else grad
    kind = "f" if first is None else getattr(first, "_value", first).dtype.kind
    changes_type = hasattr(getattr(rule, "__self__", None), "d_self")
    if kind not in "cV" or (kind == "V" and (changes_type or isinstance(first, Tensor))):
        return tuple(rule(grad))
    if kind == "V":
        return tuple(
            each.astype(first.dtype) if each is not None and each.dtype == np.float32 else each for each in rule(grad)
        )
    if getattr(getattr(getattr(rule, "__self__", None), "op", None), "name", "") in CONJUGATED:
        return tuple(rule(grad))
    turned = tuple(None if e is None else e.conj() for e in grad) if grad.__class__ is tuple else grad.conj()
    if isinstance(first, Tensor):
        return tuple(None if each is None else each.conj() for each in rule(turned))
    # Adding zero takes the minus from zeros, which PyTorch's order of multiplying does not give.
    return tuple(None if each is None else np.conj(each) + each.dtype.type(0) for each in rule(turned))


def fit_tensor(gradient: Tensor, shape: tuple[int, ...], kind: Any) -> Any:
    """Do the same to a tensor, as operations that are recorded."""
    if gradient._value.shape != shape:
        gradient = summed_to(gradient, shape)
        if gradient._value.shape != shape:
            gradient = gradient.expand(shape)
    if gradient._value.dtype == kind:
        return gradient
    real = gradient._value.dtype.kind == "c" and kind.kind != "c"
    return (gradient.real if real else gradient).to(dtypes.of(np.empty(0, kind)))


def fitted(node: Any, raw: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return the gradients per edge with broadcasting undone."""
    fits = node.extra.fits if node.extra.__class__ is Extra else node.extra
    if fits is None:
        return raw
    return tuple(
        gradient if gradient is None or want is None else fit(gradient, *want)
        for gradient, want in zip(raw, fits, strict=False)
    )


def send_slot(edge: tuple[Any, int], gradient: Any, grads: dict[Any, Any]) -> None:
    """Add a gradient to one output slot of a node that has several."""
    node, slot = edge
    slots = grads.get(node)
    if slots is None:
        grads[node] = {slot: gradient}
    else:
        old = slots.get(slot)
        slots[slot] = gradient if old is None else old + gradient


def send(edge: Any, gradient: Any, grads: dict[Any, Any]) -> None:
    """Add a gradient to the buffer of the node at the end of an edge: in order of arrival, (g1 + g2) + g3."""
    if edge.__class__ is tuple:
        send_slot(edge, gradient, grads)
    else:
        old = grads.get(edge)
        grads[edge] = gradient if old is None else old + gradient


def ready(node: Any, grad: Any, create: bool = False) -> Any:
    """Return the gradient of a node's outputs after the hooks of their tensors; keep what retain_grad asked for."""
    extra = node.extra
    if extra.__class__ is not Extra or not (extra.hooks or extra.retained):
        return grad
    slots: dict[int, Any] = dict(grad) if node.outputs != 1 else {0: grad}
    for slot in sorted({slot for slot, _ in extra.hooks.values()}):
        if slots.get(slot) is not None:
            hooks = [hook for place, hook in extra.hooks.values() if place == slot]
            slots[slot] = call_tensor_hooks(hooks, slots[slot], create)
    for slot, reference in extra.retained.items():
        owner = reference()
        if owner is not None and slots.get(slot) is not None:
            retain(owner, slots[slot])
    return slots if node.outputs != 1 else slots[0]


def retain(owner: Tensor, gradient: Any) -> None:
    """Keep a gradient in the .grad of a tensor that is no leaf."""
    rare = owner._rarely()
    if isinstance(gradient, Tensor):
        rare.grad = gradient.clone() if rare.grad is None else rare.grad + gradient
    elif rare.grad is None:
        rare.grad = Tensor._of(np.array(gradient)[()], None)
    else:
        rare.grad._assign(rare.grad._value + gradient)


def asked(node: Any, raw: tuple[Any, ...], towards: set[Any]) -> tuple[Any, ...]:
    """Return the gradients with None for each edge that leads to nothing that was asked for.

    The rule has computed them all, because it is also what notices saved tensors that were changed in place; PyTorch
    looks at those for every edge too, and then computes only what was asked for.
    """
    targets = (edge[0] if edge.__class__ is tuple else edge for edge in node.edges())
    return tuple(
        None if target not in towards else unfilled(node, target, gradient)
        for target, gradient in zip(targets, raw, strict=False)
    )


def unfilled(node: Any, target: Any, gradient: Any) -> Any:
    """Return what a sum sends to a pointwise node as PyTorch's `expand`: a view with strides of zero.

    It prefers no order of dimensions, so the saved values decide how the next gradient lies in memory, and programs see
    that where they ask for the gradient of a tensor that is no leaf. Elsewhere nobody sees it, and `spread` fills an
    array, which products of matrices need.
    """
    if node.op is None or node.op.name not in ("sum", "sum.dim") or gradient.__class__ is not np.ndarray:
        return gradient
    if target.op is None or not (target.op.derivative or target.op.view or target.op.kind in ("binary", "pointwise")):
        return gradient
    axes = axes_of(getattr(node, "s_dim", None), gradient.ndim)
    kept = gradient[tuple(slice(0, 1) if axis in axes else slice(None) for axis in range(gradient.ndim))]
    return np.broadcast_to(kept, gradient.shape)


def general_run(node: Any, grad: Any, grads: dict[Any, Any], keep: bool) -> None:
    """Run any node, also with hooks, broadcasting, many edges, several outputs, or a watcher."""
    run_rule(node, ready(node, grad), grads, keep)


def run_rule(
    node: Any,
    grad: Any,
    grads: dict[Any, Any],
    keep: bool,
    create: bool = False,
    towards: set[Any] | None = None,
) -> None:
    """Run a node whose tensors' hooks have run: its own hooks, its rule, and the sending of what that gives.

    `create`: the gradients are tensors, and the rule is recorded. With `towards`, gradients are sent to these nodes
    only.
    """
    many = node.outputs != 1
    arrived = tuple(grad.get(i) for i in range(node.count)) if many else (grad,)
    extra = node.extra if node.extra.__class__ is Extra else None
    if extra is not None and extra.pre_hooks:
        arrived = call_node_hooks(list(extra.pre_hooks.values()), arrived, create)
    rule = node.record if create else node.rule
    grad = arrived if many else arrived[0]
    if extra is not None and extra.packed:
        restore(node, extra)
    if anomaly.on:
        raw = anomaly.watched(node, rule, grad)
    else:
        raw = careful_rule(rule, grad) if dtypes.Uncommon.seen else tuple(rule(grad))
    if towards is not None:
        raw = asked(node, raw, towards)
    sent = fitted(node, raw)
    if extra is not None and extra.post_hooks:
        whole = sent + (None,) * (len(node.edges()) - len(sent))  # a Python number has an edge too, to nothing
        sent = call_node_hooks(list(extra.post_hooks.values()), whole, create, arrived)
    for edge, gradient in zip(node.edges(), sent, strict=False):
        if edge is not None and gradient is not None:
            send(edge, gradient, grads)
    if not keep:
        node.free()
    if watch.current is not None:
        watch.current.node_ran(node, plain(arrived), plain(raw), plain(sent))


def restore(node: Any, extra: Extra) -> None:
    """Give a node back what hooks on saved tensors kept in its place."""
    from .saving import unpack

    for name, kept in extra.packed.items():
        tensor = unpack(*kept)
        setattr(node, f"s_{name}", tensor._value if name == "result" else tensor)
        if name != "result":
            setattr(node, f"v_{name}", +tensor._counter)


def plain(gradients: Any) -> tuple[Any, ...]:
    """Return gradients as arrays, for those who watch."""
    return tuple(each._value if isinstance(each, Tensor) else each for each in gradients)


def call(node: Any, *gradients: Tensor | None) -> Any:
    """Run a node's rule alone, as `tensor.grad_fn(gradient)` does: without hooks, nothing is sent or freed."""
    wanted = 1 if node.outputs == 1 else node.count
    if len(gradients) != wanted:
        raise TypeError(f"expected {wanted} arguments, got {len(gradients)} instead")
    if node.__class__ is AccumulateGrad:
        node.accumulate(gradients[0]._value)  # type: ignore[union-attr]
        return ()
    found = fitted(node, tuple(node.record(gradients if node.outputs != 1 else gradients[0])))
    found += (None,) * (len(node.edges()) - len(found))
    return found if len(found) != 1 else found[0]


Node.__call__ = AccumulateGrad.__call__ = call  # type: ignore[method-assign]
