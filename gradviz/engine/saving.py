"""saved_tensors_hooks: a program's say in how tensors are kept for the backward pass.

While such hooks are active, making the result of an op (see `switching.py`) also hands what the op's new node saved to
the `pack` hook; the node keeps what that returns until it runs, and then gets the tensor back from `unpack`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, ClassVar

from .grad_mode import enabled
from .node import Node
from .passing import saved_result
from .switching import rebind
from .tensor import Tensor, blank

Hook = Callable[[Any], Any]


class Active:
    """The hooks in force, the innermost last, and why there may be none."""

    hooks: ClassVar[list[tuple[Hook, Hook]]] = []
    refusal: str | None = None


def pack(tensor: Tensor) -> tuple[Any, Hook]:
    """Return what the innermost pack hook makes of a tensor, and the hook that undoes it."""
    pack_hook, unpack_hook = Active.hooks[-1]
    token = enabled.set(False)
    try:
        return pack_hook(tensor), unpack_hook
    finally:
        enabled.reset(token)


def unpack(packed: Any, unpack_hook: Hook) -> Tensor:
    """Return the tensor that an unpack hook gives back."""
    token = enabled.set(False)
    try:
        tensor = unpack_hook(packed)
    finally:
        enabled.reset(token)
    if not isinstance(tensor, Tensor):
        raise TypeError(
            f"Output of saved tensor unpack_hook expected to be a Tensor but got result of type {type(tensor).__name__}"
        )
    return tensor


def pack_node(node: Node) -> None:
    """Hand what a node saved to the pack hook: its inputs by name, then its result, as PyTorch does."""
    kept = {}
    for name in sorted(each for each in node.saves if each != "result"):
        if isinstance(getattr(node, f"s_{name}", None), Tensor):
            kept[name] = pack(getattr(node, f"s_{name}"))
            setattr(node, f"s_{name}", None)
    if node.saves_result and node.outputs == 1:
        kept["result"] = pack(saved_result(node))
        node.s_result = None  # type: ignore[attr-defined]
    if kept:
        node.full_extra().packed = kept


def packing_blank() -> Tensor:
    """Return an empty tensor for an op's result, after packing what its node saved."""
    node = sys._getframe(1).f_locals.get("node")
    if isinstance(node, Node):
        pack_node(node)
    return blank()


class saved_tensors_hooks:  # noqa: N801 - PyTorch's name
    """Inside, `pack_hook(tensor)` is kept in the place of each saved tensor, `unpack_hook` gives the tensor back."""

    def __init__(self, pack_hook: Hook, unpack_hook: Hook) -> None:
        self.hooks = pack_hook, unpack_hook

    def __enter__(self) -> None:
        if Active.refusal is not None:
            raise RuntimeError(Active.refusal)
        Active.hooks.append(self.hooks)
        rebind("blank", packing_blank)

    def __exit__(self, *_: object) -> None:
        Active.hooks.pop()
        if not Active.hooks:
            rebind("blank", blank)


class save_on_cpu(saved_tensors_hooks):  # noqa: N801 - PyTorch's name
    """Keep saved tensors on the CPU: here they always are, so copies are kept."""

    def __init__(self, pin_memory: bool = False, device_type: str = "cuda") -> None:
        super().__init__(lambda tensor: tensor.detach().clone(), lambda tensor: tensor)


class disable_saved_tensors_hooks:  # noqa: N801 - PyTorch's name
    """Refuse saved_tensors_hooks inside, with the given words."""

    def __init__(self, error_message: str) -> None:
        self.message = error_message
        self.before: str | None = None

    def __enter__(self) -> None:
        self.before, Active.refusal = Active.refusal, self.message

    def __exit__(self, *_: object) -> None:
        Active.refusal = self.before
