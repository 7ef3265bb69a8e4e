"""A weight as its length times its direction (Salimans and Kingma 2016)."""

from __future__ import annotations

from typing import Any

from ..kernels import SPACE, formula, kernel, total
from ..op import op
from ..tensor import Tensor

sqrt = SPACE["sqrt"]


@kernel
def other_axes(shape: tuple[int, ...], dim: int) -> tuple[int, ...]:
    """Return all dimensions but one."""
    return tuple(axis for axis in range(len(shape)) if axis != dim % len(shape))


@formula
def lengths_over(x: Any, dim: int) -> Any:
    """Return the length of each part of x along a dimension."""
    return sqrt(total(x * x, other_axes(x.shape, dim), True))


weight_norm_op = op(
    "weight_norm",
    inputs="self g",
    arguments="dim=0",
    symbol="norm",
    group="linear algebra",
    title="direction times length",
    node="WeightNormInterfaceBackward0",
    forward="self * (g / lengths_over(self, dim))",
    vjp={
        "self": "(g / lengths_over(self, dim)) * (grad - self * (total(grad * self, other_axes(self.shape, dim), True) "
        "/ (lengths_over(self, dim) * lengths_over(self, dim))))",
        "g": "total(grad * self, other_axes(self.shape, dim), True) / lengths_over(self, dim)",
    },
    samples=[([[0.5, -1.5, 2.0], [2.5, -0.25, 1.0]], [[1.5], [0.5]]),
             ([[0.5, -1.5], [2.5, -0.25]], [[1.5, 0.5]], {"dim": 1})],
)  # fmt: skip


def norm_except_dim(v: Tensor, dim: int) -> Any:
    """Return the length of each part of v along a dimension, or of the whole for −1."""
    if dim == -1:
        return v.norm()
    parts = v.transpose(0, dim).reshape(v.shape[dim], -1).norm(2, 1)
    return parts.view(*(length if axis == dim else 1 for axis, length in enumerate(v.shape)))


def weight_norm(v: Tensor, g: Tensor, dim: int) -> Any:
    """Return g · v / |v|, as one operation along the first or the last dimension."""
    if dim == 0 or dim == v.ndim - 1:
        return weight_norm_op(v, g, dim)
    return v * (g / norm_except_dim(v, dim))
