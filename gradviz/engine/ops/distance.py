"""Distances: between two tensors, between all rows of two, and rows cut down to a length."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..kernels import formula, kernel, sign, where
from ..op import op
from ..surface import public
from ..tensor import Tensor
from .deviation import norm_slope, norm_values

PAIR = [([1.0, -2.0, 0.5], [2.0, 1.0, -1.0]), ([[1.0, 2.0], [0.5, -1.0]], [[0.0, 1.0], [2.0, 3.5]])]


@kernel
def pair_distances(a: Any, b: Any, p: float) -> Any:
    """Return the distance of each row of a from each row of b."""
    for name, each in (("X1", a), ("X2", b)):
        if each.ndim < 2:
            raise RuntimeError(f"cdist only supports at least 2D tensors, {name} got: {each.ndim}D")
    if a.shape[-1] != b.shape[-1]:
        raise RuntimeError(f"X1 and X2 must have the same number of columns. X1: {a.shape[-1]} X2: {b.shape[-1]}")
    return norm_values(a[..., :, None, :] - b[..., None, :, :], p, -1, False)


@formula
def pair_slope(grad: Any, a: Any, b: Any, result: Any, p: float, first: bool) -> Any:
    """Return the gradient of pair_distances in its first or second input."""
    slope = norm_slope(grad, a[..., :, None, :] - b[..., None, :, :], result, p, -1, False)
    return slope.sum(axis=-2) if first else -slope.sum(axis=-3)


op(
    "dist",
    inputs="self other",
    arguments="p=2",
    symbol="|a − b|",
    group="reduction",
    title="distance",
    node="DistBackward0",
    kind="broadcast",
    forward="norm_values(self - other, p, None, False)",
    vjp={
        "self": "norm_slope(grad, self - other, result, p, None, False)",
        "other": "-norm_slope(grad, self - other, result, p, None, False)",
    },
    names="dist",
    samples=PAIR,
)
cdist_op = op(
    "cdist",
    inputs="x1 x2",
    arguments="p=2.0",
    symbol="|a − b|",
    group="reduction",
    title="distances of rows",
    node="CdistBackward0",
    forward="pair_distances(x1, x2, p)",
    vjp={
        "x1": "pair_slope(grad, x1, x2, result, p, True)",
        "x2": "pair_slope(grad, x1, x2, result, p, False)",
    },
    recorded={
        "x1": "cdist_backward(grad, x1, x2, result, p)",
        "x2": "cdist_backward(grad.mT.contiguous(), x2, x1, result.mT.contiguous(), p)",
    },
    samples=[PAIR[1], (*PAIR[1], {"p": 1.0})],
)


@formula
def pair_slopes(a: Any, b: Any, lengths: Any, p: float) -> tuple[Any, Any, Any]:
    """Return for each pair the slope of its length, and that slope's own slopes in the difference and in the length."""
    apart, lengths = a[..., :, None, :] - b[..., None, :, :], lengths[..., None]
    if p == 2:
        falls = where(lengths == 0, 0, -apart / (lengths * lengths))
        return where(lengths == 0, 0, apart / lengths), where(lengths == 0, 0, 1 / lengths), falls
    nothing = 0 * apart
    if p in (0, 1, np.inf):
        slope = norm_slope(lengths[..., 0] * 0 + 1, apart, lengths[..., 0], p, -1, False)
        return slope, nothing, nothing
    steep = where(lengths == 0, 0, sign(apart) * abs(apart) ** (p - 1) / lengths ** (p - 1))
    bend = where(lengths == 0, 0, (p - 1) * abs(apart) ** (p - 2) / lengths ** (p - 1))
    return steep, bend, where(lengths == 0, 0, (1 - p) * steep / lengths)


@formula
def pair_back(back: Any, grad: Any, a: Any, b: Any, lengths: Any, p: float, to: str) -> Any:
    """Return what comes back through the gradient of a: to that of the lengths, to a or b, or to the lengths."""
    slope, bend, fall = pair_slopes(a, b, lengths, p)
    along = back[..., :, None, :]
    if to == "gradient":
        return (along * slope).sum(axis=-1)
    if to == "lengths":
        return grad * (along * fall).sum(axis=-1)
    each = along * grad[..., None] * bend
    return each.sum(axis=-2) if to == "first" else -each.sum(axis=-3)


op(
    "cdist_backward",
    inputs="grad_output x1 x2 lengths",
    arguments="p=2.0",
    symbol="∂|a − b|",
    group="reduction",
    title="distances of rows, backwards",
    node="CdistBackwardBackward0",
    forward="pair_slope(grad_output, x1, x2, lengths, p, True)",
    vjp={
        name: f"pair_back(grad, grad_output, x1, x2, lengths, p, '{to}')"
        for name, to in (("grad_output", "gradient"), ("x1", "first"), ("x2", "second"), ("lengths", "lengths"))
    },
    samples=[([[1.0, -0.5], [2.0, 0.25]], *PAIR[1], [[1.5, 2.0], [0.5, 3.0]], {"p": p}) for p in (2.0, 3.0, 1.0)],
)


@public("cdist", method=False)
def cdist(x1: Tensor, x2: Tensor, p: float = 2.0, compute_mode: str | None = None) -> Any:
    """Return the distance of each row of x1 from each row of x2."""
    return cdist_op(x1, x2, p)


@public("pdist", method=False)
def pdist(input: Tensor, p: float = 2.0) -> Any:
    """Return the distances of all pairs of rows."""
    first, second = (Tensor._of(each, None) for each in np.triu_indices(len(input), 1))
    return (input[first] - input[second]).norm(p, 1)


@public("renorm")
def renorm(self: Tensor, p: float, dim: int, maxnorm: float) -> Any:
    """Scale the layers along a dimension whose norm is above maxnorm down to it."""
    others = tuple(i for i in range(self.ndim) if i != dim % self.ndim)
    length = self.detach().norm(p, others, keepdim=True)
    factor = (maxnorm / (length + 1e-7)).where(length > maxnorm, Tensor._of(length._value.dtype.type(1), None))
    return self * factor
