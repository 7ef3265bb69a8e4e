"""How alike two vectors are, and how far apart, as layers."""

from __future__ import annotations

from typing import Any

from gradviz.engine.tensor import Tensor
from gradviz.engine.torch.nn import functional as F
from gradviz.engine.torch.nn.module import Module


class PairwiseDistance(Module):
    """The p-norm of x1 − x2 over the last dimension."""

    def __init__(self, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False) -> None:
        super().__init__()
        self.norm, self.eps, self.keepdim = p, eps, keepdim

    def forward(self, x1: Tensor, x2: Tensor) -> Any:
        return F.pairwise_distance(x1, x2, self.norm, self.eps, self.keepdim)


class CosineSimilarity(Module):
    """x1 · x2 divided by their lengths."""

    def __init__(self, dim: int = 1, eps: float = 1e-8) -> None:
        super().__init__()
        self.dim, self.eps = dim, eps

    def forward(self, x1: Tensor, x2: Tensor) -> Any:
        return F.cosine_similarity(x1, x2, self.dim, self.eps)
