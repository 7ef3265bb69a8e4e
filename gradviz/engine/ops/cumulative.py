"""What runs along a dimension: products, extremes and log-sums so far, differences, areas below a curve."""

from __future__ import annotations

import builtins
from typing import Any

import numpy as np

from ..in_place import in_place_form
from ..kernels import axis_of, kernel, length_of, where
from ..meaning import on_tensors
from ..op import find
from ..return_types import named
from ..surface import public
from ..tensor import Tensor
from .deviation import running_back
from .joining import cat
from .pairs import logaddexp
from .reduction import reduction

ROWS = [([1.0, -2.0, 3.0], {"dim": 0}), ([[0.5, -1.5], [2.5, -0.25]], {"dim": 1})]


@kernel
def running_product(x: Any, dim: int, dtype: Any = None) -> Any:
    """Return the products of the elements so far; integers as int64."""
    axis = axis_of(dim, x.ndim)
    kind = dtype.numpy if dtype is not None else np.dtype(np.int64) if x.dtype.kind in "biu" else x.dtype
    if kind.itemsize == 2:
        return running_product(x.astype(np.float32), dim).astype(kind)
    return np.cumprod(np.ascontiguousarray(x), axis=axis, dtype=kind) if x.ndim else x.astype(kind)[()]


@kernel
def running_product_slope(grad: Any, x: Any, result: Any, dim: int) -> Any:
    """Return the gradient of running products: Σ over later products, each divided by the element.

    Where an element is zero every product is multiplied out without it, n³ steps for n elements.
    """
    if not x.ndim:
        return grad
    if np.all(x):
        return running_back(grad * result, dim) / x
    last = np.moveaxis(x, dim, -1)
    n = last.shape[-1]
    k, i, j = np.ogrid[:n, :n, :n]
    products = np.where((j <= k) & (j != i), last[..., None, None, :], 1).prod(-1)
    reached = np.where(i[..., 0] <= k[..., 0], products, 0)
    return np.moveaxis((np.moveaxis(grad, dim, -1)[..., :, None] * reached).sum(-2), -1, dim).astype(grad.dtype)


@on_tensors("running_product_slope")
def running_product_slope_recorded(grad: Tensor, x: Tensor, result: Tensor, dim: int) -> Any:
    """Do the same with recorded operations."""
    if not x.ndim or x.shape[dim] == 1:
        return grad
    if np.all(x._value):
        return (result * grad).flip(dim).cumsum(dim).flip(dim) / x
    last = x.movedim(dim, -1)
    n = last.shape[-1]
    k, i, j = np.ogrid[:n, :n, :n]
    taken = Tensor._of((j <= k) & (j != i), None)
    square = last.unsqueeze(-2).unsqueeze(-2).expand(*last.shape[:-1], n, n, n)
    products = find("where").function(taken, square, 1.0).prod(-1)
    reached = find("where").function(Tensor._of(i[..., 0] <= k[..., 0], None), products, 0.0)
    return (grad.movedim(dim, -1).unsqueeze(-1) * reached).sum(-2).movedim(-1, dim)


@kernel
def running_extreme(x: Any, which: str, dim: int) -> tuple[Any, Any]:
    """Return the largest or smallest elements so far, and where they are (the last of equals)."""
    if not x.size:
        return x.copy(), np.zeros(x.shape, np.int64)
    if not x.ndim and dim not in (0, -1):
        raise IndexError(f"cum{which}(): Expected reduction dim -1 or 0 for scalar but got {dim}")
    axis = axis_of(dim, x.ndim)
    if not x.ndim:
        return x, np.int64(0)
    values = getattr(np, f"{which}imum").accumulate(x, axis)
    fresh = (x == values) | (np.isnan(x) if x.dtype.kind == "f" else False)
    shape = [1] * x.ndim
    shape[axis] = x.shape[axis]
    numbers = np.where(fresh, np.arange(x.shape[axis]).reshape(shape), 0)
    return values, np.maximum.accumulate(numbers, axis)


@kernel
def running_log_sum(x: Any, dim: int) -> Any:
    """Return the logarithms of the sums of exponentials so far."""
    axis = axis_of(dim, x.ndim)
    if x.dtype.kind not in "fc":
        raise NotImplementedError("\"logcumsumexp_out_cpu\" not implemented for 'Long'")
    if not x.ndim:
        return x
    if x.dtype.kind == "f":
        return np.logaddexp.accumulate(np.ascontiguousarray(x), axis, dtype=x.dtype)
    sums = x.copy()
    rows = np.moveaxis(sums, axis, 0)  # a view: NumPy accumulates no complex numbers by itself
    for place in range(1, len(rows)):
        rows[place] = logaddexp(rows[place - 1], rows[place])
    return sums


@kernel
def running_log_sum_slope(grad: Any, x: Any, result: Any, dim: int) -> Any:
    """Return the gradient of running log-sums; the largest element is taken out, so that nothing overflows."""
    if not x.ndim:
        return grad
    grad = where(grad == grad, grad, 0)  # PyTorch takes the parts above and below zero, and nan is neither
    top = largest(x)
    return exp(x - top) * running_back(grad * exp(top - result), dim)


@on_tensors("running_log_sum_back")
def running_log_sum_back(grad: Tensor, x: Tensor, result: Tensor, dim: int) -> Any:
    """Return the gradient of running log-sums as PyTorch records it: by logarithms of its parts above and below 0.

    What is missing in a part is the lowest number and not −∞: of that, differences and so derivatives would be nan.
    """
    if not x._value.ndim:
        return grad
    size, lowest = grad.abs().log(), float(np.finfo(grad._value.dtype).min)

    def part(chosen: Any) -> Any:
        logs = find("where").function(chosen, size, lowest) - result
        return (find("logcumsumexp").function(logs.flip(dim), dim).flip(dim) + x).exp()

    return part(grad > 0) - part(grad < 0)


def largest(x: Any) -> float:
    """Return the largest finite number: a constant that cancels."""
    x = x.real
    return float(np.max(x, where=np.isfinite(x), initial=-np.inf)) if np.isfinite(x).any() else 0.0


exp = np.exp

cumprod_op = reduction(
    "cumprod",
    "running_product(self, dim, dtype)",
    "CumprodBackward0",
    "running_product_slope(grad, self, result, dim)",
    arguments="dim, dtype=None",
    title="running product",
    names="cumprod",
    samples=ROWS,
    kinks=[([1.0, 0.0, 2.0, 3.0], {"dim": 0})],
)
reduction(
    "logcumsumexp",
    "running_log_sum(self, dim)",
    "LogcumsumexpBackward0",
    "running_log_sum_slope(grad, self, result, dim)",
    recorded={"self": "running_log_sum_back(grad, self, result, dim)"},
    arguments="dim",
    title="running log Σ eˣ",
    names="logcumsumexp",
    samples=ROWS,
)
for name in ("max", "min"):
    along = reduction(
        f"cum{name}",
        f"running_extreme(self, '{name}', dim)",
        f"Cum{name}Backward0",
        "put_gathered(grad[0], self.shape, dim, result[1]) if self.shape else grad[0]",
        recorded={"self": "put_gathered(grad[0], self.shape, dim, result[1])"},
        arguments="dim",
        title={"max": "largest", "min": "smallest"}[name] + " so far",
        outputs=2,
        saves={"self": "self"},
        samples=ROWS,
    )

    def so_far(self: Tensor, dim: int, *, along: Any = along, name: str = f"cum{name}") -> Any:
        """Return the extremes so far along a dimension, and where they are."""
        return named(name, "values indices")(*along(self, dim))

    public(f"cum{name}")(so_far)
Tensor.cumsum_ = in_place_form(find("cumsum"), find("cumsum").function)
Tensor.cumprod_ = in_place_form(find("cumprod"), cumprod_op)



@public("diff")
def diff(self: Tensor, n: int = 1, dim: int = -1, prepend: Tensor | None = None, append: Tensor | None = None) -> Any:
    """Return the differences of neighbours along a dimension, n times."""
    if not self.ndim:
        raise RuntimeError("diff expects input to be at least one-dimensional")
    axis = axis_of(dim, self.ndim)
    parts = [each for each in (prepend, self, append) if each is not None]
    found = self if len(parts) == 1 else cat(parts, axis)
    for _ in range(builtins.min(n, found.shape[axis])):
        size = found.shape[axis] - 1
        earlier, later = found.narrow(axis, 0, size), found.narrow(axis, 1, size)  # made in this order, as in PyTorch
        found = later.logical_xor(earlier) if found._value.dtype.kind == "b" else later - earlier
    return found


def areas(y: Tensor, x: Tensor | None, dx: float, dim: int) -> Any:
    """Return the sum of neighbours along a dimension, and their distance."""
    axis = axis_of(dim, y.ndim)
    if not y.ndim:
        raise IndexError("slice() cannot be applied to a 0-dim tensor.")
    size = y.shape[axis] - 1
    both = y.narrow(axis, 1, size) + y.narrow(axis, 0, size)
    if x is None:
        return both, dx
    if x.ndim == 1:
        x = x.reshape(*(-1 if i == axis else 1 for i in range(y.ndim)))
    return both * diff(x, 1, axis if x.ndim == y.ndim else dim), 1


@public("trapezoid", "trapz", method=False)
def trapezoid(y: Tensor, x: Tensor | None = None, *, dx: float = 1, dim: int = -1) -> Any:
    """Return the area below points by the trapezoidal rule."""
    if x is None:
        if not length_of(y, dim):
            return Tensor._of(y._value.sum(dim), None)
        ends = find("mul.number").function(y.select(dim, 0) + y.select(dim, -1), 0.5)
        return find("mul.number").function(y.sum(dim) - ends, dx)
    both, _ = areas(y, x, dx, dim)
    return find("div.number").function(both.sum(dim), 2)


@public("cumulative_trapezoid", method=False)
def cumulative_trapezoid(y: Tensor, x: Tensor | None = None, *, dx: float = 1, dim: int = -1) -> Any:
    """Return the areas below points so far."""
    both, step = areas(y, x, dx, dim)
    if x is None:
        return find("mul.number").function(both, step / 2).cumsum(dim)
    return find("div.number").function(both.cumsum(dim), 2)


@public("gradient", method=False)
def gradient(input: Tensor, *, spacing: Any = 1, dim: Any = None, edge_order: Any = 1) -> tuple[Any, ...]:
    """Return slopes by central differences, one-sided at the ends; without a graph, one tensor per dimension."""
    axes = range(input.ndim) if dim is None else (dim,) if isinstance(dim, int) else tuple(dim)
    steps = [spacing] * len(axes) if isinstance(spacing, (int, float)) else list(spacing)
    steps = [each.numpy() if isinstance(each, Tensor) else each for each in steps]
    value = input.detach().numpy()
    return tuple(
        Tensor._of(np.gradient(value, step, axis=axis, edge_order=edge_order).astype(value.dtype), None)
        for axis, step in zip(axes, steps, strict=True)
    )
