"""Sums, means, products: many elements become one, over all dimensions or some."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import dtype as dtypes
from ..kernels import axis_of, kernel, total
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
    recorded={"self": "spread(grad, self.shape) / count(self.shape)"},
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
    recorded={"self": "spread(grad, self.shape, dim, keepdim) / count(self.shape, dim)"},
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
        if dim is axis is dtype is None and not (keepdim or keepdims):
            return whole(self)
        dim = axis if dim is None else dim
        if name == "sum" and dtype is not None and self._value.dtype.kind == "f" and dtype.kind == self.dtype.kind:
            if dim is None and not (keepdim or keepdims):
                return sum_all_as(self, dtype)
            return sum_dim_as(self, dtype, dim, bool(keepdim or keepdims))
        if (self._value.dtype.kind != "f" and dtype is not None) or (dtype is not None and self.dtype is not dtype):
            self = self.to(dtype)
        if dim is None and not (keepdim or keepdims):
            return whole(self)
        return along(self, dim, bool(keepdim or keepdims))

    reduce.__doc__ = f"Return the {name} of all elements, or over the dimensions `dim`."
    public(name)(reduce)


sum_all_as = reduction(
    "sum.as",
    "total(self, None, False, dtype)",
    "SumBackward0",
    "converted(spread(grad, self.shape), self.dtype)",
    arguments="dtype",
    symbol="Σ",
    title="sum in another type",
    samples=[(each[0], {"dtype": dtypes.float64}) for each in VECTORS],
)


sum_dim_as = reduction(
    "sum.dim.as",
    "total(self, dim, keepdim, dtype)",
    "SumBackward1",
    "converted(spread(grad, self.shape, dim, keepdim), self.dtype)",
    arguments="dtype, dim=None, keepdim=False",
    symbol="Σ",
    title="sum over dimensions in another type",
    samples=[(each[0], {"dtype": dtypes.float64} | each[1]) for each in ALONG],
)


reducer("sum", sum_all, sum_dim)


reducer("mean", mean_all, mean_dim)


@kernel
def total_of_numbers(x: Any, dim: Any, keepdim: bool) -> Any:
    """Sum what is not nan."""
    return total(np.where(np.isnan(x), x.dtype.type(0), x)[()] if x.dtype.kind not in "biu" else x, dim, keepdim)


nansum_op = reduction(
    "nansum",
    "total_of_numbers(self, dim, keepdim)",
    "NansumBackward0",
    "where(isnan(self), 0, spread(grad, self.shape, dim, keepdim))",
    recorded={"self": "spread(grad, self.shape, dim, keepdim) * isnan(self).logical_not()"},
    arguments="dim=None, keepdim=False",
    symbol="Σ",
    title="sum without nan",
    samples=[*VECTORS, *BOTH],
)


@public("nansum")
def nansum(self: Tensor, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Any:
    """Return the sum of the elements that are not nan."""
    return nansum_op(self if dtype is None else self.to(dtype), dim, keepdim)


@public("nanmean")
def nanmean(self: Tensor, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Any:
    """Return the mean of the elements that are not nan."""
    return nansum(self, dim, keepdim, dtype=dtype) / self.detach().isnan().logical_not().sum(dim, keepdim)


@kernel
def product(x: Any, dim: Any = None, keepdim: bool = False, dtype: Any = None) -> Any:
    """Multiply; integers as int64."""
    kind = dtype.numpy if dtype is not None else np.dtype(np.int64) if x.dtype.kind in "biu" else x.dtype
    axis = None if dim is None else axis_of(dim, x.ndim)
    return x.prod(axis=axis, dtype=kind, keepdims=keepdim) if x.ndim else x.astype(kind)[()]


@kernel
def others_product(x: Any, dim: Any = None) -> Any:
    """Return for each element the product of all others: exact also where elements are zero."""
    if not x.ndim or not x.size:
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
    recorded={"self": "product_slope(grad, self, result)"},
    arguments="dtype=None",
    symbol="Π",
    title="product",
    code="{self}.prod()",
    saves={"self": "result"},
    samples=VECTORS,
    kinks=[([0.0, 2.0, 3.0],), ([0.0, 0.0, 3.0],)],
)


prod_dim = reduction(
    "prod.dim",
    "product(self, dim, keepdim, dtype)",
    "ProdBackward1",
    "spread(grad, self.shape, dim, keepdim) * others_product(self, dim)",
    recorded={"self": "product_slope(grad, self, result, dim, keepdim)"},
    arguments="dim, keepdim=False, dtype=None",
    symbol="Π",
    title="product over a dimension",
    saves={"self": "result"},
    samples=ALONG,
)


reducer("prod", prod_all, prod_dim)
