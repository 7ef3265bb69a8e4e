"""How alike two vectors are, how far apart, and vectors of length one."""

from __future__ import annotations

from typing import Any

from gradviz.engine import torch
from gradviz.engine.op import find
from gradviz.engine.tensor import Tensor


def pairwise_distance(x1: Tensor, x2: Tensor, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False) -> Any:
    """The p-norm of x1 − x2 + eps over the last dimension."""
    apart = find("add.number").function(x1 - x2, eps)
    return find("norm.number").function(apart, float(p), -1, keepdim)


def cosine_similarity(x1: Tensor, x2: Tensor, dim: int = 1, eps: float = 1e-8) -> Any:
    """x1 · x2 divided by their lengths, which count as `eps` at least."""
    units = []
    for each in (x1, x2):
        length = find("norm").function(each, 2, (dim,), True).clone()
        with torch.no_grad():
            length.clamp_(min=eps)
        units.append(each / length)
    return (units[0] * units[1]).sum(dim)


def normalize(input: Tensor, p: float = 2.0, dim: int = 1, eps: float = 1e-12, out: Any = None) -> Any:
    """Divide by the p-norm over a dimension, which counts as `eps` at least."""
    length = input.norm(p, dim, keepdim=True)
    return input / find("clamp_min").function(length, eps).expand_as(input)
