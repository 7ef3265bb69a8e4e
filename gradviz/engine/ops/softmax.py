"""Softmax and its kin: exponentials that sum to one, without overflow."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import transcendental
from ..kernels import FLOAT, axes_of, axis_of, exp, kernel, log
from ..meaning import on_tensors
from ..op import op
from ..operands import LACKING
from ..surface import public
from ..tensor import Tensor
from .reduction import ALONG, reduction


@kernel
def softmax_values(x: Any, dim: Any) -> Any:
    """Return e^x divided by its sum along a dimension, without overflow."""
    if not x.ndim:
        axis_of(dim, 0)
        return np.exp(x - x)
    if not x.size:
        axis_of(dim, x.ndim)
        return x
    dim = axis_of(dim, x.ndim)
    x = np.ascontiguousarray(x)  # PyTorch's result is contiguous whatever the input is
    axis_of(dim, x.ndim)
    moved = x - x.max(axis=dim, keepdims=True)
    if x.dtype.char == "f" and x.size <= transcendental.FEW:
        powers = transcendental.sleef_exp(moved)
        if axis_of(dim, x.ndim) == x.ndim - 1:
            return powers * (1 / transcendental.added_in_lanes(powers))
        return powers / transcendental.added_in_order(powers, dim)
    powers = exp(moved)
    return powers / powers.sum(axis=dim, keepdims=True)


SMALL = 256  # elements, up to which Sleef's steps are followed here


def log_softmax_of_few(x: Any) -> Any:
    """Return log softmax along the rows of a float32 matrix of fewer than 16 columns: what nearly all classifiers have.

    Computed column by column: NumPy goes along short rows at a fifth of its speed, and torch's lanes add them in this
    order too.
    """
    columns = x.T.copy()
    moved = columns - np.maximum.reduce(columns)
    powers = (transcendental.sleef_exp if x.size <= SMALL else exp)(moved)
    result = np.empty(x.shape, FLOAT)
    np.subtract(moved, log(np.add.reduce(powers)), result.T)
    return result


@kernel
def log_softmax_values(x: Any, dim: Any) -> Any:
    """Return the logarithm of softmax, without overflow."""
    axis_of(dim, x.ndim)
    if not x.ndim:
        return x.dtype.type(0)
    if not x.size:
        return x
    if x.ndim == 2 and dim in (1, -1) and x.dtype is FLOAT and x.shape[1] < transcendental.LANES:
        return log_softmax_of_few(x)
    x = np.ascontiguousarray(x)
    moved = x - x.max(axis=dim, keepdims=True)
    powers = (transcendental.sleef_exp if x.dtype.char == "f" and x.size <= SMALL else exp)(moved)
    if x.dtype.char != "f" or x.size > transcendental.FEW:
        added = powers.sum(axis=dim, keepdims=True)
    elif axis_of(dim, x.ndim) == x.ndim - 1:
        added = transcendental.added_in_lanes(powers)
    else:
        added = transcendental.added_in_order(powers, dim)
    return moved - log(added)


@kernel
def sum_along(x: Any, dim: Any) -> Any:
    """Sum along a dimension and keep it; few numbers in the order of torch's lanes."""
    if not x.ndim:
        return x
    few = x.size <= transcendental.FEW or (x.ndim == 2 and x.shape[1] < transcendental.LANES)
    if few and x.dtype.char == "f" and dim in (-1, x.ndim - 1):
        return transcendental.added_in_lanes(x)
    return x.sum(axis=dim, keepdims=True)


@kernel
def logsumexp_values(x: Any, dim: Any, keepdim: bool) -> Any:
    """Return log Σ e^x without overflow."""
    axes = axes_of(dim, x.ndim)
    if not x.ndim:
        return x
    top = x.max(axis=axes, keepdims=True, initial=-np.inf)
    top = np.where(np.isfinite(top), top, 0).astype(x.dtype)
    result = log(exp(x - top).sum(axis=axes, keepdims=True)) + top
    return result if keepdim else result.squeeze(axes)[()]


@kernel
def softmax_slope(grad: Any, y: Any, dim: Any) -> Any:
    """Return the gradient of softmax from its result."""
    return y * (grad - sum_along(grad * y, dim))


@kernel
def log_softmax_slope(grad: Any, y: Any, dim: Any) -> Any:
    """Return the gradient of log softmax from its result."""
    return grad - exp(y) * sum_along(grad, dim)


SHARES = [
    ([1.0, -2.0, 0.5], [0.25, 0.5, 0.25], {"dim": 0}),
    ([[0.5, -1.5], [2.5, 1.0]], [[0.25, 0.75], [0.5, 0.5]], {"dim": 1}),
]
op(
    "softmax_backward",
    inputs="grad_output output",
    arguments="dim",
    symbol="∂softmax",
    group="reduction",
    title="softmax, backwards",
    node="SoftmaxBackwardDataBackward0",
    forward="softmax_slope(grad_output, output, dim)",
    vjp={
        "grad_output": "softmax_slope(grad, output, dim)",
        "output": "grad_output * grad - sum_along(output * grad_output, dim) * grad "
        "- grad_output * sum_along(output * grad, dim)",
    },
    samples=SHARES,
)
op(
    "log_softmax_backward",
    inputs="grad_output output",
    arguments="dim",
    symbol="∂log softmax",
    group="reduction",
    title="log softmax, backwards",
    node="LogSoftmaxBackwardDataBackward0",
    forward="log_softmax_slope(grad_output, output, dim)",
    vjp={
        "grad_output": "grad - sum_along(grad * exp(output), dim)",
        "output": "-(sum_along(grad_output, dim) * exp(output) * grad)",
    },
    samples=SHARES,
)


softmax_op = reduction(
    "softmax",
    "softmax_values(self, dim)",
    "SoftmaxBackward0",
    "result * (grad - sum_along(grad * result, dim))",
    recorded={"self": "softmax_slope(grad, result, dim)"},
    arguments="dim",
    symbol="softmax",
    code="torch.softmax({self}, 0)",
    result="float",
    samples=[([1.0, -2.0, 3.0], {"dim": 0}), ([[0.5, -1.5], [2.5, -0.25]], {"dim": 1})],
)


log_softmax_op = reduction(
    "log_softmax",
    "log_softmax_values(self, dim)",
    "LogSoftmaxBackward0",
    "grad - exp(result) * sum_along(grad, dim)",
    recorded={"self": "log_softmax_slope(grad, result, dim)"},
    arguments="dim",
    symbol="log softmax",
    code="torch.log_softmax({self}, 0)",
    result="float",
    samples=[([1.0, -2.0, 3.0], {"dim": 0}), ([[0.5, -1.5], [2.5, -0.25]], {"dim": 1})],
)


reduction(
    "logsumexp",
    "logsumexp_values(self, dim, keepdim)",
    "LogsumexpBackward0",
    "spread(grad, self.shape, dim, keepdim) * exp(self - spread(result, self.shape, dim, keepdim))",
    recorded={"self": "log_sum_back(grad, self, result, dim, keepdim)"},
    arguments="dim, keepdim=False",
    symbol="logΣeˣ",
    code="torch.logsumexp({self}, 0)",
    names="logsumexp",
    samples=ALONG,
    result="float",
)


@on_tensors("log_sum_back")
def log_sum_back(grad: Tensor, x: Tensor, result: Tensor, dim: Any, keepdim: bool) -> Any:
    """Return the gradient of log Σ eˣ as PyTorch records it."""
    if x._value.ndim and not keepdim:
        for axis in sorted(axes_of(dim, x._value.ndim)):
            grad, result = grad.unsqueeze(axis), result.unsqueeze(axis)
    return grad * (x - result).exp()


def with_dtype(function: Any, name: str) -> None:
    """Give programs softmax or log_softmax with PyTorch's `dtype=`."""

    def normalise(self: Tensor, dim: Any = LACKING, dtype: Any = None) -> Any:
        if dtype is None and self._value.dtype.kind in "biu":
            last = "lastdim_" if dim in (-1, self._value.ndim - 1) else ""
            kind = self.dtype.tensor_name
            raise NotImplementedError(f"\"{name}_{last}kernel_impl\" not implemented for '{kind}'")
        return function(self if dtype is None else self.to(dtype), dim)

    normalise.__doc__ = f"Return the {name} along a dimension."
    public(name)(normalise)


with_dtype(softmax_op, "softmax")


with_dtype(log_softmax_op, "log_softmax")
