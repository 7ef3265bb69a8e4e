"""torch.autograd.graph: nodes, edges, and hooks on what is saved."""

from __future__ import annotations

import abc
from collections.abc import Callable, Sequence
from typing import Any

from gradviz.engine.backward import GradientEdge
from gradviz.engine.hooks import RemovableHandle
from gradviz.engine.names import missing, shown_as
from gradviz.engine.node import AccumulateGrad
from gradviz.engine.node import Node as EngineNode
from gradviz.engine.saving import disable_saved_tensors_hooks, save_on_cpu, saved_tensors_hooks
from gradviz.engine.tensor import Tensor


class Node(abc.ABC):  # noqa: B024 - what a node has is written on the engine's own classes
    """What every grad_fn is."""


Node.register(EngineNode)
Node.register(AccumulateGrad)


def get_gradient_edge(tensor: Tensor) -> GradientEdge:
    """Return the edge of a tensor's gradient; raises RuntimeError for a tensor without one."""
    edge = tensor._edge
    if edge is None:
        raise RuntimeError("It is not possible to get the gradient edge for a Tensor that does not require gradients")
    return GradientEdge(*edge) if edge.__class__ is tuple else GradientEdge(edge, 0)


def increment_version(tensor: Any) -> None:
    """Count an in-place change that was made behind autograd's back."""
    for each in (tensor,) if isinstance(tensor, Tensor) else tensor:
        if each._counter.__class__ is int:
            each._counter += 1
        else:
            each._counter.count += 1


class MultiHandle:
    """Takes several hooks away together."""

    def __init__(self, handles: Sequence[RemovableHandle]) -> None:
        self.handles = tuple(handles)

    def remove(self) -> None:
        """Take the hooks away."""
        for each in self.handles:
            each.remove()


def register_multi_grad_hook(tensors: Sequence[Tensor], fn: Callable[[Any], None], *, mode: str = "all") -> MultiHandle:
    """Call `fn` once in a pass: with all gradients when the last one is known, or with the first ("any")."""
    if mode not in ("all", "any"):
        raise ValueError(f"Expects mode to be one of ('all', 'any') but got {mode}")
    found: dict[int, Any] = {}

    def note(place: int, gradient: Any) -> None:
        if mode == "any":
            if not found:
                found[place] = gradient
                fn(gradient)
            return
        found[place] = gradient
        if len(found) == len(tensors):
            gradients = [found[each] for each in range(len(tensors))]
            found.clear()
            fn(gradients)

    def hook(place: int) -> Callable[[Any], None]:
        return lambda gradient: note(place, gradient)

    return MultiHandle([each.register_hook(hook(place)) for place, each in enumerate(tensors)])


def __getattr__(name: str) -> Any:
    raise missing("torch.autograd.graph", name)


shown_as("torch.autograd.graph", Node, GradientEdge, saved_tensors_hooks, save_on_cpu)

__all__ = [
    "GradientEdge",
    "Node",
    "disable_saved_tensors_hooks",
    "get_gradient_edge",
    "increment_version",
    "register_multi_grad_hook",
    "save_on_cpu",
    "saved_tensors_hooks",
]
