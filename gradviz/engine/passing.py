"""How gradients pass from node to node: fitted to the shape of the input, summed where several meet."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import dtype as dtypes
from . import grad_mode, messages, watch
from .node import Extra
from .tensor import Tensor


def freed() -> RuntimeError:
    """Return the error for saved tensors that were let go."""
    return RuntimeError(messages.GRAPH_FREED)


def describe(value: Any) -> str:
    """Return a saved tensor as the version error writes it: torch.FloatTensor [2]."""
    from .dtype import of

    return f"torch.{of(value).tensor_name}Tensor {messages.sizes(value.shape)}"


def stale_saved(node: Any, name: str) -> RuntimeError:
    """Return the error for a saved input that was changed in place since."""
    tensor = getattr(node, f"s_{name}")
    fn = tensor.grad_fn
    output = "" if fn is None else f", which is output {tensor.output_nr} of {fn.name()},"
    return messages.stale(describe(tensor._value), tensor._version, getattr(node, f"v_{name}"), output)


def stale_result(node: Any) -> None:
    """Raise when a saved result was changed in place since."""
    counter, expected = node.extra.result_version
    if counter != expected and node.s_result is not None:
        output = f", which is output 0 of {node.name().removesuffix('Backward0')},"
        raise messages.stale(describe(node.s_result), +counter, expected, output)


def saved_tensor(node: Any, name: str) -> Any:
    """Return the value of a saved input that may be a tensor, a number or missing."""
    saved = getattr(node, f"s_{name}")
    version = getattr(node, f"v_{name}")
    if isinstance(saved, Tensor):
        if saved._counter != version:
            raise stale_saved(node, name)
        return saved._value
    if saved is None and version is None:
        raise freed()
    return saved


def fit(gradient: Any, shape: tuple[int, ...], kind: Any) -> Any:
    """Sum a gradient over the dimensions that broadcasting added or stretched, and give it the input's type."""
    if gradient.shape != shape and gradient.dtype is kind and (not shape or shape == (1,)):
        # A number or a bias of one element, the most frequent case: everything is summed.
        total = np.add.reduce(gradient, axis=None)
        gradient = total.reshape(shape) if shape else total
    elif gradient.shape != shape:
        extra = gradient.ndim - len(shape)
        if extra > 0:
            gradient = gradient.sum(axis=tuple(range(extra)), dtype=gradient.dtype)
        stretched = tuple(i for i, size in enumerate(shape) if size == 1 and gradient.shape[i] != 1)
        if stretched:
            gradient = gradient.sum(axis=stretched, keepdims=True, dtype=gradient.dtype)
        if gradient.shape != shape:
            gradient = np.broadcast_to(gradient, shape)
    return gradient if gradient.dtype is kind else in_kind(gradient, kind)


def in_kind(gradient: Any, kind: Any) -> Any:
    """Return a gradient in an input's type: of a complex one the real part where the input is real."""
    return (gradient.real if gradient.dtype.kind == "c" and kind.kind != "c" else gradient).astype(kind)


def careful_rule(node: Any, grad: Any) -> tuple[Any, ...]:
    """Return the gradients per edge where a gradient may be complex or bfloat16.

    PyTorch multiplies by the conjugate of a derivative. All rules here are linear in the gradient, so the conjugate of
    the rule's answer for the conjugate gradient is the same, and no rule needs to say so. A number among bfloat16
    makes NumPy answer in float32; PyTorch stays in bfloat16.
    """
    first = next((each for each in grad if each is not None), None) if grad.__class__ is tuple else grad
    if first is None or first.dtype.kind not in "cV":
        return tuple(node.rule(grad))
    if first.dtype.kind == "V":
        return tuple(
            each.astype(first.dtype) if each is not None and each.dtype == np.float32 else each
            for each in node.rule(grad)
        )
    turned = tuple(None if e is None else np.conj(e) for e in grad) if grad.__class__ is tuple else np.conj(grad)
    # Adding zero takes the minus from zeros, which PyTorch's order of multiplying does not give.
    return tuple(None if each is None else np.conj(each) + each.dtype.type(0) for each in node.rule(turned))


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


def run_hooks(node: Any, extra: Extra, grad: Any) -> Any:
    """Let hooks see and replace the gradients of a node's outputs; keep those that retain_grad asked for."""
    slots: dict[int, Any] = grad if node.outputs != 1 else {0: grad}
    mode = grad_mode.enabled.set(False)
    try:
        for slot, hook in list(extra.hooks.values()):
            if slots.get(slot) is not None:
                answer = hook(Tensor._of(slots[slot], None))
                if answer is not None:
                    slots[slot] = answer._value
    finally:
        grad_mode.enabled.reset(mode)
    for slot, reference in extra.retained.items():
        owner = reference()
        if owner is not None and slots.get(slot) is not None:
            rare = owner._rarely()
            if rare.grad is None:
                rare.grad = Tensor._of(np.array(slots[slot])[()], None)
            else:
                rare.grad._assign(rare.grad._value + slots[slot])
    return slots if node.outputs != 1 else slots[0]


def ready(node: Any, grad: Any) -> Any:
    """Return the gradient of a node's outputs as its rule takes it, after hooks."""
    if node.extra.__class__ is Extra and (node.extra.hooks or node.extra.retained):
        return run_hooks(node, node.extra, grad)
    return grad


def asked(node: Any, raw: tuple[Any, ...], towards: set[Any]) -> tuple[Any, ...]:
    """Return the gradients with None for each edge that leads to nothing that was asked for.

    The rule has computed them all, because it is also what notices saved tensors that were changed in place; PyTorch
    looks at those for every edge too, and then computes only what was asked for.
    """
    targets = (edge[0] if edge.__class__ is tuple else edge for edge in node.edges())
    return tuple(gradient if target in towards else None for target, gradient in zip(targets, raw, strict=False))


def general_run(node: Any, grad: Any, grads: dict[Any, Any], keep: bool, towards: set[Any] | None = None) -> None:
    """Run any node, also with hooks, broadcasting, many edges, several outputs, or a watcher.

    With `towards`, gradients are sent to these nodes only.
    """
    grad = ready(node, grad)
    arrived = tuple(grad.get(i) for i in range(node.count)) if node.outputs != 1 else (grad,)
    grad = arrived if node.outputs != 1 else grad
    raw = careful_rule(node, grad) if dtypes.Uncommon.seen else tuple(node.rule(grad))
    if towards is not None:
        raw = asked(node, raw, towards)
    sent = fitted(node, raw)
    for edge, gradient in zip(node.edges(), sent, strict=False):
        if edge is not None and gradient is not None:
            send(edge, gradient, grads)
    if node.extra.__class__ is Extra and node.extra.post_hooks:
        run_post_hooks(node, arrived, sent)
    if not keep:
        node.free()
    if watch.current is not None:
        watch.current.node_ran(node, arrived, raw, sent)


def run_post_hooks(node: Any, arrived: tuple[Any, ...], sent: tuple[Any, ...]) -> None:
    """Call what `grad_fn.register_hook` registered, with the gradients sent and the gradients that arrived."""

    def wrap(values: tuple[Any, ...]) -> tuple[Tensor | None, ...]:
        return tuple(None if value is None else Tensor._of(value, None) for value in values)

    for hook in list(node.extra.post_hooks.values()):
        hook(wrap(sent), wrap(arrived))
