"""Variance and standard deviation, running sums, norms: how far numbers spread."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .. import dtype as dtypes
from ..kernels import average, axes_of, axis_of, count, formula, kernel, ones_like, sign, spread, where, zeros_like
from ..meaning import meaning, on_tensors
from ..meaning import zeros_like as zeros_recorded
from ..rounding import short_norm
from ..surface import public
from ..tensor import Tensor
from .reduction import ALONG, BOTH, VECTORS, reduction

FEW = 16
"""PyTorch's loop over so few numbers is not vectorised, and its last digit is known."""


@kernel
def variance(x: Any, dim: Any, correction: Any, keepdim: bool) -> Any:
    """Return the mean square distance from the mean, divided by n − correction."""
    if x.dtype.itemsize == 2:
        return variance(x.astype(np.float32), dim, correction, keepdim).astype(x.dtype)
    if x.dtype.kind == "c":
        return variance(x.real, dim, correction, keepdim) + variance(x.imag, dim, correction, keepdim)
    axes = axes_of(dim, x.ndim)
    middle = x - x.mean(axis=axes, keepdims=True) if x.ndim else x - x
    number = max(count(x.shape, dim) - correction, 0)
    summed = (middle * middle).sum(axis=axes, keepdims=keepdim) if x.ndim else middle
    return summed / x.dtype.type(number)


@kernel
def deviation(x: Any, dim: Any, correction: Any, keepdim: bool) -> Any:
    """Return the square root of the variance."""
    if x.dtype.itemsize == 2:
        return deviation(x.astype(np.float32), dim, correction, keepdim).astype(x.dtype)
    return variance(x, dim, correction, keepdim) ** 0.5


@formula
def from_mean(x: Any, dim: Any) -> Any:
    """Return each element's distance from the mean."""
    return x - x.mean(axis=axes_of(dim, x.ndim), keepdims=True)


@kernel
def freedom(shape: tuple[int, ...], dim: Any, correction: Any) -> Any:
    """Return n − correction, the divisor of a variance."""
    return max(count(shape, dim) - correction, 0) or math.ulp(0)  # divided by none, PyTorch's numbers become infinite


var_op = reduction(
    "var",
    "variance(self, dim, correction, keepdim)",
    "VarBackward0",
    "spread(grad, self.shape, dim, keepdim) * (2 / freedom(self.shape, dim, correction)) * from_mean(self, dim)",
    recorded={"self": "variance_slope(grad, self, dim, correction, keepdim)"},
    arguments="dim=None, correction=1, keepdim=False",
    title="variance",
    code="{self}.var()",
    samples=[VECTORS[0], VECTORS[1], *BOTH],
    result="same",
)


std_op = reduction(
    "std",
    "deviation(self, dim, correction, keepdim)",
    "StdBackward0",
    "spread(where(result == 0, 0, grad / (result * 2)), self.shape, dim, keepdim) "
    "* (2 / freedom(self.shape, dim, correction)) "
    "* from_mean(self, dim)",
    recorded={"self": "deviation_slope(grad, self, result, dim, correction, keepdim)"},
    arguments="dim=None, correction=1, keepdim=False",
    title="standard deviation",
    code="{self}.std()",
    samples=[VECTORS[0], VECTORS[1], *BOTH],
    kinks=[([2.0, 2.0],)],
)


@kernel
def with_mean(x: Any, dim: Any, correction: Any, keepdim: bool, root: bool) -> tuple[Any, Any]:
    """Return variance, or deviation, and mean."""
    mean = average(x, dim, keepdim)
    if x.size and not np.isfinite(mean).all():
        mean = running_mean(x, dim, keepdim)
    return (deviation if root else variance)(x, dim, correction, keepdim), mean


def running_mean(x: Any, dim: Any, keepdim: bool) -> Any:
    """Return the mean one element after the other, as Welford's algorithm has it: nan once an element follows inf."""
    axes = tuple(range(x.ndim)) if axes_of(dim, x.ndim) is None else tuple(np.atleast_1d(axes_of(dim, x.ndim)))
    rest = [n for i, n in enumerate(x.shape) if i not in axes]
    mean: Any = np.zeros(rest, x.dtype)
    for number, each in enumerate(np.moveaxis(x, axes, range(len(axes))).reshape(-1, *rest), 1):
        mean = mean + (each - mean) / number
    return np.expand_dims(mean, axes) if keepdim else np.asarray(mean, x.dtype)[()]


@kernel
def with_mean_slope(grad: Any, x: Any, result: Any, dim: Any, correction: Any, keepdim: bool, root: bool) -> Any:
    """Return the gradient of with_mean."""
    slope = 0.0
    if grad[0] is not None:
        outer = grad[0] / (result[0] * 2) if root else grad[0]
        slope = spread(outer, x.shape, dim, keepdim) * (2 / freedom(x.shape, dim, correction)) * from_mean(x, dim)
    if grad[1] is not None:
        slope = slope + spread(grad[1] / count(x.shape, dim), x.shape, dim, keepdim)
    return slope


@on_tensors("variance_slope")
def variance_slope(grad: Tensor, x: Tensor, dim: Any, correction: Any, keepdim: bool) -> Any:
    """Return the gradient of a variance as PyTorch writes it: products repeat a reduced gradient by themselves."""
    shape = x._value.shape
    slope = 2 / freedom(shape, dim, correction)
    if dim is None or not shape:
        return slope * grad * (x - x.mean())
    if not keepdim and len(shape) > 1:
        for axis in sorted(axes_of(dim, len(shape))):
            grad = grad.unsqueeze(axis)
    return slope * grad * (x - x.mean(dim, keepdim=True))


@on_tensors("deviation_slope")
def deviation_slope(grad: Tensor, x: Tensor, result: Tensor, dim: Any, correction: Any, keepdim: bool) -> Any:
    """Return the gradient of a standard deviation; zero where there is none."""
    return variance_slope((grad / (result * 2)).masked_fill(result == 0, 0), x, dim, correction, keepdim)


@on_tensors("with_mean_slope")
def with_mean_slope_recorded(
    grad: Any, x: Tensor, result: Any, dim: Any, correction: Any, keepdim: bool, root: bool
) -> Any:
    """Return the gradient of with_mean."""
    slope: Any = None
    if grad[0] is not None:
        given = (x, dim, correction, keepdim)
        slope = deviation_slope(grad[0], x, result[0], *given[1:]) if root else variance_slope(grad[0], *given)
    if grad[1] is None:
        return slope
    shared = meaning("spread")(grad[1], x._value.shape, dim, keepdim) / count(x._value.shape, dim)
    return shared if slope is None else slope + shared


MEAN_TOO = {
    name: reduction(
        f"{name}_mean",
        f"with_mean(self, dim, correction, keepdim, {name == 'std'})",
        f"{name.capitalize()}MeanBackward0",
        f"with_mean_slope(grad, self, result, dim, correction, keepdim, {name == 'std'})",
        arguments="dim=None, correction=1, keepdim=False",
        title=f"{name} and mean",
        outputs=2,
        samples=[VECTORS[0], VECTORS[1], *BOTH],
    )
    for name in ("var", "std")
}


def spread_measure(name: str, function: Any) -> None:
    """Give programs var or std with PyTorch's many ways to name the correction."""

    def measure(
        self: Tensor,
        dim: Any = None,
        unbiased: Any = None,
        keepdim: bool = False,
        *,
        correction: Any = None,
        axis: Any = None,
    ) -> Any:
        if isinstance(dim, bool):
            dim, unbiased = None, dim
        dim = axis if dim is None else dim
        if self.dtype.kind < dtypes.FLOAT:
            raise RuntimeError("std and var only support floating point and complex dtypes")
        by = correction if correction is not None else 1 if unbiased is None else int(unbiased)
        return function(self, dim, by, keepdim)  # a pair for the functions that return the mean too

    measure.__doc__ = f"Return the {name} of all elements, or over dimensions; divides by n − 1 unless told otherwise."
    public(name)(measure)


spread_measure("var", var_op)


spread_measure("std", std_op)
spread_measure("var_mean", MEAN_TOO["var"])
spread_measure("std_mean", MEAN_TOO["std"])
del Tensor.var_mean, Tensor.std_mean  # functions only, in PyTorch


@kernel
def running(x: Any, dim: Any, dtype: Any = None) -> Any:
    """Return running sums along a dimension."""
    axis = axis_of(dim, x.ndim)
    kind = dtype.numpy if dtype is not None else np.dtype(np.int64) if x.dtype.kind in "biu" else x.dtype
    return np.cumsum(np.ascontiguousarray(x), axis=axis, dtype=kind) if x.ndim else x.astype(kind)[()]


@kernel
def running_back(grad: Any, dim: Any) -> Any:
    """Return running sums from the end."""
    return np.flip(np.cumsum(np.flip(grad, dim), dim, dtype=grad.dtype), dim) if grad.ndim else grad


reduction(
    "cumsum",
    "running(self, dim, dtype)",
    "CumsumBackward0",
    "running_back(grad, dim)",
    arguments="dim, dtype=None",
    title="running sum",
    symbol="cumsum",
    code="{self}.cumsum(0)",
    names="cumsum",
    samples=[([1.0, -2.0, 3.0], {"dim": 0}), ([[0.5, -1.5], [2.5, -0.25]], {"dim": 1})],
)


@kernel
def norm_values(x: Any, ord: Any, dim: Any, keepdim: bool) -> Any:
    """Return (Σ |x|^ord)^(1/ord), the largest |x| for inf, the number of non-zeros for 0."""
    size = abs(x)
    axes = axes_of(dim, x.ndim) or None
    if ord == np.inf or ord == -np.inf:
        return (np.max if ord > 0 else np.min)(size, axis=axes, keepdims=keepdim)
    if ord == 0:
        return (x != 0).sum(axis=axes, keepdims=keepdim).astype(x.dtype)[()]
    if ord == 1:
        return size.sum(axis=axes, keepdims=keepdim)
    if ord == 2:
        if x.dtype == np.float32 and x.size < FEW and (x.ndim == 1 or axes is None or len(axes) == x.ndim):
            length = short_norm(x)
            return np.full((1,) * x.ndim, length) if keepdim and x.ndim else length
        return np.sqrt((size * size).sum(axis=axes, keepdims=keepdim))
    return (size**ord).sum(axis=axes, keepdims=keepdim) ** (1 / ord)


@formula
def norm_slope(grad: Any, x: Any, result: Any, ord: Any, dim: Any, keepdim: bool) -> Any:
    """Return the gradient of a norm; zero where the norm is zero."""
    grad, norm = spread(grad, x.shape, dim, keepdim), spread(result, x.shape, dim, keepdim)
    if ord == 0:
        return zeros_like(x)
    if ord == 1:
        return grad * sign(x)
    if ord == 2:
        return grad * where(norm == 0, 0, x / norm)
    if ord in (np.inf, -np.inf):
        chosen = abs(x) == norm
        number = where(chosen, ones_like(x), 0).sum(axis=axes_of(dim, x.ndim) if x.ndim else None, keepdims=True)
        return sign(x) * where(chosen, grad / number, 0)
    return where(norm == 0, 0, sign(x) * abs(x) ** (ord - 1) * (grad / norm ** (ord - 1)))


@on_tensors("norm_slope")
def norm_slope_recorded(grad: Any, x: Any, norm: Any, ord: Any, dim: Any, keepdim: bool) -> Any:
    """The same as PyTorch records it (norm_backward in its FunctionsManual.cpp)."""
    if dim is not None and not keepdim:
        for axis in sorted(axes_of(dim, x.ndim)) if x.ndim else ():
            grad, norm = grad.unsqueeze(axis), norm.unsqueeze(axis)
    if ord == 0:
        return zeros_recorded(x)
    if ord == 1:
        return x.sgn() * grad
    if ord == 2:
        return grad * (x / norm).masked_fill(norm == 0, 0)
    if ord in (np.inf, -np.inf):
        size = x.abs()
        chosen = (size == norm).logical_or(size.isnan())
        return x.sgn() * ((grad / chosen.sum(dim, True)) * chosen)
    if ord < 1:
        return x.sgn() * x.abs().pow(ord - 1).masked_fill(x == 0, 0) * grad * norm.pow(1 - ord)
    slope = x.sgn() * x.abs().pow(ord - 1) if ord < 2 else x * x.abs().pow(ord - 2)
    return slope * (grad / norm.pow(ord - 1)).masked_fill(norm == 0, 0)


vector_norm = reduction(
    "norm",
    "norm_values(self, ord, dim, keepdim)",
    "LinalgVectorNormBackward0",
    "norm_slope(grad, self, result, ord, dim, keepdim)",
    arguments="ord=2, dim=None, keepdim=False",
    symbol="‖x‖",
    code="{self}.norm()",
    samples=[*VECTORS, *ALONG, ([1.0, -2.0], {"ord": 3}), ([1.0, -2.0], {"ord": 1})],
    kinks=[([0.0, 0.0],)],
)
