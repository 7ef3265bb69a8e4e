"""How gradients are forgotten before the next pass, by modules and by optimizers alike."""

from __future__ import annotations

from gradviz.engine import watch
from gradviz.engine.node import AccumulateGrad
from gradviz.engine.tensor import Tensor


def zero_gradient(leaf: Tensor, set_to_none: bool = True) -> None:
    """Drop the gradient, or fill it with zeros and cut it from any graph that it belongs to."""
    edge = leaf._edge
    if set_to_none and edge.__class__ is AccumulateGrad and watch.current is None:
        edge.grad = None
        return
    if leaf.grad is None:
        return
    if set_to_none:
        leaf.grad = None
        return
    if leaf.grad.grad_fn is not None:
        leaf.grad.detach_()
    else:
        leaf.grad.requires_grad_(False)
    leaf.grad.zero_()
