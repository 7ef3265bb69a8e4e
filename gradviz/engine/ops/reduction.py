"""Sums, means, extremes: many elements become one, over all dimensions or some."""

from __future__ import annotations

from collections import namedtuple
from typing import Any

import numpy as np

from ..kernels import axes_of, axis_of, count, kernel, spread, where
from ..op import op
from ..surface import public
from ..tensor import Tensor

VECTORS = [([1.0, -2.5, 3.0],), ([[0.5, -1.5], [2.5, -0.25]],), (2.0,)]
ALONG = [
    ([[0.5, -1.5, 2.0], [2.5, -0.25, 1.0]], {"dim": each, "keepdim": keep})
    for each in (0, 1, -1)
    for keep in (False, True)
]
BOTH = [*ALONG, ([[0.5, -1.5], [2.5, -0.25]], {"dim": (0, 1)})]


def reduction(name: str, forward: str, node: str, vjp: str, **rest: Any) -> Any:
    """Declare a reduction."""
    return op(name, forward=forward, node=node, vjp={"self": vjp}, group="reduction", **rest)


sum_all = reduction(
    "sum",
    "total(self, None, False, dtype)",
    "SumBackward0",
    "spread(grad, self.shape)",
    arguments="dtype=None",
    symbol="Σ",
    code="{self}.sum()",
    samples=VECTORS,
)
sum_dim = reduction(
    "sum.dim",
    "total(self, dim, keepdim, dtype)",
    "SumBackward1",
    "spread(grad, self.shape, dim, keepdim)",
    arguments="dim, keepdim=False, dtype=None",
    symbol="Σ",
    title="sum over dimensions",
    samples=BOTH,
)
mean_all = reduction(
    "mean",
    "average(self, None, False, dtype)",
    "MeanBackward0",
    "spread(grad / count(self.shape), self.shape)",
    arguments="dtype=None",
    symbol="mean",
    code="{self}.mean()",
    samples=VECTORS,
)
mean_dim = reduction(
    "mean.dim",
    "average(self, dim, keepdim, dtype)",
    "MeanBackward1",
    "spread(grad / count(self.shape, dim), self.shape, dim, keepdim)",
    arguments="dim, keepdim=False, dtype=None",
    symbol="mean",
    title="mean over dimensions",
    samples=BOTH,
)


def reducer(name: str, whole: Any, along: Any) -> None:
    """Give programs one function for the two ops: over all elements, or over dimensions."""

    def reduce(
        self: Tensor,
        dim: Any = None,
        keepdim: bool = False,
        *,
        dtype: Any = None,
        axis: Any = None,
        keepdims: bool = False,
    ) -> Any:
        dim = axis if dim is None else dim
        if (self._value.dtype.kind != "f" and dtype is not None) or (dtype is not None and self.dtype is not dtype):
            self = self.to(dtype)
        if dim is None and not (keepdim or keepdims):
            return whole(self)
        return along(self, dim, bool(keepdim or keepdims))

    reduce.__doc__ = f"Return the {name} of all elements, or over the dimensions `dim`."
    public(name)(reduce)


reducer("sum", sum_all, sum_dim)
reducer("mean", mean_all, mean_dim)


@kernel
def product(x: Any, dim: Any = None, keepdim: bool = False, dtype: Any = None) -> Any:
    """Multiply; integers as int64."""
    kind = dtype.numpy if dtype is not None else np.dtype(np.int64) if x.dtype.kind in "biu" else x.dtype
    return (
        x.prod(axis=None if dim is None else axis_of(dim, x.ndim), dtype=kind, keepdims=keepdim)
        if x.ndim
        else x.astype(kind)[()]
    )


@kernel
def others_product(x: Any, dim: Any = None) -> Any:
    """Return for each element the product of all others: exact also where elements are zero."""
    if not x.ndim:
        return np.ones_like(x)[()]
    flat = x.reshape(-1, 1).T if dim is None else np.moveaxis(x, dim, -1)
    ones = np.ones((*flat.shape[:-1], 1), x.dtype)
    before = np.cumprod(np.concatenate([ones, flat[..., :-1]], -1), -1)
    after = np.cumprod(np.concatenate([ones, flat[..., :0:-1]], -1), -1)[..., ::-1]
    result = before * after
    return result.reshape(x.shape) if dim is None else np.moveaxis(result, -1, dim)


prod_all = reduction(
    "prod",
    "product(self, None, False, dtype)",
    "ProdBackward0",
    "spread(grad, self.shape) * others_product(self)",
    arguments="dtype=None",
    symbol="Π",
    title="product",
    code="{self}.prod()",
    samples=VECTORS,
    kinks=[([0.0, 2.0, 3.0],), ([0.0, 0.0, 3.0],)],
)
prod_dim = reduction(
    "prod.dim",
    "product(self, dim, keepdim, dtype)",
    "ProdBackward1",
    "spread(grad, self.shape, dim, keepdim) * others_product(self, dim)",
    arguments="dim, keepdim=False, dtype=None",
    symbol="Π",
    title="product over a dimension",
    samples=ALONG,
)
reducer("prod", prod_all, prod_dim)


# -- extremes ---------------------------------------------------------------------------------------------------------


@kernel
def extreme(x: Any, which: str, dim: Any = None, keepdim: bool = False) -> Any:
    """Return the largest or smallest element; NaN wins."""
    if not x.size and dim is None:
        raise RuntimeError(
            f"{which}(): Expected reduction dim to be specified for input.numel() == 0. Specify the reduction dim with "
            "the 'dim' argument."
        )
    return getattr(np, which)(x, axis=axes_of(dim, x.ndim) if x.ndim else None, keepdims=keepdim and bool(x.ndim))


@kernel
def shared_among(grad: Any, x: Any, result: Any, dim: Any = None, keepdim: bool = False) -> Any:
    """Give equal parts of a gradient to all elements that are the result."""
    chosen = x == spread(result, x.shape, dim, keepdim)
    number = chosen.sum(axis=axes_of(dim, x.ndim) if x.ndim else None, keepdims=True)
    return where(chosen, spread(grad, x.shape, dim, keepdim) / number.astype(x.dtype), 0)


Extreme = namedtuple("Extreme", ["values", "indices"])


class ReturnType(Extreme):
    """A (values, indices) pair that prints as PyTorch's torch.return_types do."""

    __slots__ = ()
    name = ""

    def __repr__(self) -> str:
        return f"torch.return_types.{self.name}(\nvalues={self.values!r},\nindices={self.indices!r})"


@kernel
def extreme_at(x: Any, which: str, dim: Any, keepdim: bool) -> tuple[Any, Any]:
    """Return the extremes along a dimension and where they are (the first of equals)."""
    axis = axis_of(dim, x.ndim)
    if not x.ndim:
        return x, np.int64(0)
    places = np.expand_dims(getattr(np, f"arg{which}")(x, axis=axis), axis)
    values = np.take_along_axis(x, places, axis)
    return (values, places) if keepdim else (values.squeeze(axis)[()], places.squeeze(axis)[()])


@kernel
def put_at(grad: Any, places: Any, shape: tuple[int, ...], dim: Any, keepdim: bool) -> Any:
    """Put a gradient at the places that it came from, zero elsewhere."""
    if not shape:
        return grad
    axis = axis_of(dim, len(shape))
    if not keepdim:
        grad, places = np.expand_dims(grad, axis), np.expand_dims(places, axis)
    result = np.zeros(shape, grad.dtype)
    np.put_along_axis(result, places, grad, axis)
    return result


for which in ("max", "min"):
    whole = reduction(
        which,
        f"extreme(self, '{which}')",
        f"{which.capitalize()}Backward1",
        "shared_among(grad, self, result)",
        symbol=which,
        title={"max": "largest", "min": "smallest"}[which],
        code=f"{{self}}.{which}()",
        samples=VECTORS,
        kinks=[([2.0, 2.0, 1.0, 1.0],)],
    )
    along = reduction(
        f"{which}.dim",
        f"extreme_at(self, '{which}', dim, keepdim)",
        f"{which.capitalize()}Backward0",
        "put_at(grad[0], result[1], self.shape, dim, keepdim)",
        arguments="dim, keepdim=False",
        symbol=which,
        title={"max": "largest", "min": "smallest"}[which] + " along a dimension",
        outputs=2,
        samples=ALONG,
    )
    pair = type(which, (ReturnType,), {"__slots__": (), "name": which})

    def choose(
        self: Tensor,
        dim: Any = None,
        keepdim: bool = False,
        *,
        other: Any = None,
        which: str = which,
        whole: Any = whole,
        along: Any = along,
        pair: Any = pair,
    ) -> Any:
        """Return the extreme of all elements, along a dimension (with indices), or elementwise of two tensors."""
        other = (
            dim
            if (isinstance(dim, Tensor) and dim.dtype.kind != 1) or (isinstance(dim, Tensor) and dim.ndim)
            else other
        )
        if other is not None:
            return getattr(self, f"{which}imum")(other)
        return whole(self) if dim is None else pair(*along(self, dim, keepdim))

    public(which)(choose)
    reduction(
        f"a{which}",
        f"extreme(self, '{which}', dim, keepdim)",
        f"A{which}Backward0",
        "shared_among(grad, self, result, dim, keepdim)",
        arguments="dim=(), keepdim=False",
        symbol=which,
        title={"max": "largest", "min": "smallest"}[which] + " over dimensions",
        code=f"{{self}}.a{which}()",
        names=f"a{which}",
        samples=BOTH,
        kinks=[([2.0, 2.0, 1.0, 1.0],)],
    )
    op(
        f"arg{which}",
        arguments="dim=None, keepdim=False",
        forward=f"place(self, '{which}', dim, keepdim)",
        group="reduction",
        symbol=f"arg{which}",
        title=f"place of the {which}",
        code=f"{{self}}.arg{which}()",
        names=f"arg{which}",
        result="index",
        samples=[*VECTORS, *ALONG],
    )


@kernel
def place(x: Any, which: str, dim: Any, keepdim: bool) -> Any:
    """Return where the extreme is, counted along a dimension or over all elements."""
    axis = None if dim is None or not x.ndim else axis_of(dim, x.ndim)
    return getattr(np, f"arg{which}")(x, axis=axis, keepdims=keepdim)


# -- spread -----------------------------------------------------------------------------------------------------------


@kernel
def variance(x: Any, dim: Any, correction: Any, keepdim: bool) -> Any:
    """Return the mean square distance from the mean, divided by n − correction."""
    axes = axes_of(dim, x.ndim)
    middle = x - x.mean(axis=axes, keepdims=True) if x.ndim else x - x
    number = max(count(x.shape, dim) - correction, 0)
    summed = (middle * middle).sum(axis=axes, keepdims=keepdim) if x.ndim else middle
    return summed / x.dtype.type(number)


@kernel
def from_mean(x: Any, dim: Any) -> Any:
    """Return each element's distance from the mean."""
    return x - x.mean(axis=axes_of(dim, x.ndim), keepdims=True)


@kernel
def freedom(shape: tuple[int, ...], dim: Any, correction: Any) -> Any:
    """Return n − correction, the divisor of a variance."""
    return max(count(shape, dim) - correction, 0)


var_op = reduction(
    "var",
    "variance(self, dim, correction, keepdim)",
    "VarBackward0",
    "spread(grad, self.shape, dim, keepdim) * (2 / freedom(self.shape, dim, correction)) * from_mean(self, dim)",
    arguments="dim=None, correction=1, keepdim=False",
    title="variance",
    code="{self}.var()",
    samples=[VECTORS[0], VECTORS[1], *BOTH],
    result="same",
)
std_op = reduction(
    "std",
    "variance(self, dim, correction, keepdim) ** 0.5",
    "StdBackward0",
    "spread(grad / (result * 2), self.shape, dim, keepdim) * (2 / freedom(self.shape, dim, correction)) "
    "* from_mean(self, dim)",
    arguments="dim=None, correction=1, keepdim=False",
    title="standard deviation",
    code="{self}.std()",
    samples=[VECTORS[0], VECTORS[1], *BOTH],
)


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
        if not self.dtype.is_floating_point:
            raise RuntimeError(f"{name} and {name}_mean only support floating point and complex dtypes")
        by = correction if correction is not None else 1 if unbiased is None else int(unbiased)
        return function(self, dim, by, keepdim)

    measure.__doc__ = f"Return the {name} of all elements, or over dimensions; divides by n − 1 unless told otherwise."
    public(name)(measure)


spread_measure("var", var_op)
spread_measure("std", std_op)


@kernel
def running(x: Any, dim: Any, dtype: Any = None) -> Any:
    """Return running sums along a dimension."""
    axis = axis_of(dim, x.ndim)
    kind = dtype.numpy if dtype is not None else np.dtype(np.int64) if x.dtype.kind in "biu" else x.dtype
    return np.cumsum(x, axis=axis, dtype=kind) if x.ndim else x.astype(kind)[()]


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


# -- softmax and its kin ----------------------------------------------------------------------------------------------


@kernel
def softmax_values(x: Any, dim: Any) -> Any:
    """Return e^x divided by its sum along a dimension, without overflow."""
    if not x.ndim:
        axis_of(dim, 0)
        return x.dtype.type(1)
    powers = np.exp(x - x.max(axis=dim, keepdims=True))
    return powers / powers.sum(axis=dim, keepdims=True)


@kernel
def log_softmax_values(x: Any, dim: Any) -> Any:
    """Return the logarithm of softmax, without overflow."""
    if not x.ndim:
        return x.dtype.type(0)
    axis_of(dim, x.ndim)
    moved = x - x.max(axis=dim, keepdims=True)
    return moved - np.log(np.exp(moved).sum(axis=dim, keepdims=True))


@kernel
def sum_along(x: Any, dim: Any) -> Any:
    """Sum along a dimension and keep it."""
    return x.sum(axis=dim, keepdims=True) if x.ndim else x


@kernel
def logsumexp_values(x: Any, dim: Any, keepdim: bool) -> Any:
    """Return log Σ e^x without overflow."""
    if not x.ndim:
        return x
    axes = axes_of(dim, x.ndim)
    top = x.max(axis=axes, keepdims=True)
    top = np.where(np.isfinite(top), top, 0).astype(x.dtype)
    result = np.log(np.exp(x - top).sum(axis=axes, keepdims=True)) + top
    return result if keepdim else result.squeeze(axes)[()]


softmax_op = reduction(
    "softmax",
    "softmax_values(self, dim)",
    "SoftmaxBackward0",
    "result * grad - result * sum_along(result * grad, dim)",
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
    arguments="dim, keepdim=False",
    symbol="logΣeˣ",
    code="torch.logsumexp({self}, 0)",
    names="logsumexp",
    samples=ALONG,
    result="float",
)


def with_dtype(function: Any, name: str) -> None:
    """Give programs softmax or log_softmax with PyTorch's `dtype=`."""

    def normalise(self: Tensor, dim: int, dtype: Any = None) -> Any:
        return function(self if dtype is None else self.to(dtype), dim)

    normalise.__doc__ = f"Return the {name} along a dimension."
    public(name)(normalise)


with_dtype(softmax_op, "softmax")
with_dtype(log_softmax_op, "log_softmax")


# -- norms ------------------------------------------------------------------------------------------------------------


@kernel
def norm_values(x: Any, ord: Any, dim: Any, keepdim: bool) -> Any:
    """Return (Σ |x|^ord)^(1/ord), the largest |x| for inf, the number of non-zeros for 0."""
    size = abs(x)
    axes = axes_of(dim, x.ndim) if x.ndim else None
    if ord == np.inf or ord == -np.inf:
        return (np.max if ord > 0 else np.min)(size, axis=axes, keepdims=keepdim)
    if ord == 0:
        return (x != 0).sum(axis=axes, keepdims=keepdim).astype(x.dtype)[()]
    if ord == 1:
        return size.sum(axis=axes, keepdims=keepdim)
    if ord == 2:
        return np.sqrt((x * x).sum(axis=axes, keepdims=keepdim))
    return (size**ord).sum(axis=axes, keepdims=keepdim) ** (1 / ord)


@kernel
def norm_slope(grad: Any, x: Any, result: Any, ord: Any, dim: Any, keepdim: bool) -> Any:
    """Return the gradient of a norm; zero where the norm is zero."""
    grad, norm = spread(grad, x.shape, dim, keepdim), spread(result, x.shape, dim, keepdim)
    if ord == 0:
        return np.zeros_like(x)
    if ord == 1:
        return grad * np.sign(x)
    if ord == 2:
        return grad * where(norm == 0, 0, x / norm)
    if ord in (np.inf, -np.inf):
        chosen = abs(x) == norm
        number = chosen.sum(axis=axes_of(dim, x.ndim) if x.ndim else None, keepdims=True)
        return np.sign(x) * where(chosen, grad / number.astype(x.dtype), 0)
    return where(norm == 0, 0, np.sign(x) * abs(x) ** (ord - 1) * (grad / norm ** (ord - 1)))


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


@public("norm")
def norm(self: Tensor, p: Any = "fro", dim: Any = None, keepdim: bool = False, dtype: Any = None) -> Any:
    """Return the p-norm of all elements, or over dimensions."""
    if not self.dtype.is_floating_point and dtype is None:
        raise RuntimeError(
            f"linalg.vector_norm: Expected a floating point or complex tensor as input. Got {self.dtype.tensor_name}"
        )
    order = 2 if p in ("fro", None) else float(p)
    return vector_norm(self if dtype is None else self.to(dtype), order, dim, keepdim)
