"""Largest and smallest elements, and where they are."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import dtype as dtypes
from .. import messages
from ..kernels import axes_of, axis_of, formula, kernel, ones_like, spread, where
from ..meaning import on_tensors, zeros
from ..op import op
from ..return_types import named
from ..surface import public
from ..tensor import Tensor
from .reduction import ALONG, BOTH, VECTORS, reduction


@kernel
def extreme(x: Any, which: str, dim: Any = None, keepdim: bool = False) -> Any:
    """Return the largest or smallest element; NaN wins."""
    if not x.size and dim is None:
        raise RuntimeError(
            f"{which}(): Expected reduction dim to be specified for input.numel() == 0. Specify the reduction dim with "
            "the 'dim' argument."
        )
    if x.dtype.kind == "c":
        raise messages.not_for(f"{which}_all" if dim is None else f"{which}_values_cpu", dtypes.of(x))
    for axis in np.atleast_1d(() if dim is None else dim):
        refuse_empty(x, axis, f"a{which}()")
    return getattr(np, which)(x, axis=axes_of(dim, x.ndim) if x.ndim else None, keepdims=keepdim and bool(x.ndim))


@kernel
def shared_among(grad: Any, x: Any, result: Any, dim: Any = None, keepdim: bool = False) -> Any:
    """Give equal parts of a gradient to all elements that are the result."""
    if dim is None:
        chosen = x == result if result == result else np.isnan(x)  # nan shares it among nan
        return where(chosen, grad / x.dtype.type(np.count_nonzero(chosen)), 0)
    chosen = x == spread(result, x.shape, dim, keepdim)
    number = where(chosen, ones_like(x), 0).sum(axis=axes_of(dim, x.ndim) if x.ndim else None, keepdims=True)
    return where(chosen, spread(grad, x.shape, dim, keepdim), 0) / number  # nan where nothing is the result, as NaN is


@on_tensors("shared_among")
def shared_among_recorded(grad: Tensor, x: Tensor, result: Tensor, dim: Any = None, keepdim: bool = False) -> Any:
    """Do so as PyTorch does: of all elements it fills the chosen ones, over dimensions it multiplies by a mask."""
    if dim is None:
        mask = x == result if result._value == result._value else x.isnan()
        return zeros(x._value.shape, [grad]).masked_fill(mask, grad / mask.sum())
    if not keepdim:
        axes = axes_of(dim, x._value.ndim) if dim != () else ()
        shape = [1 if axis in axes else n for axis, n in enumerate(x._value.shape)] if axes else []
        grad, result = grad.reshape(shape), result.reshape(shape)
    mask = result == x
    return grad / mask.sum(dim, keepdim=True) * mask


def refuse_empty(x: Any, dim: int, name: str) -> None:
    """Raise PyTorch's error for a dimension without elements, of which none can be picked."""
    axis = axis_of(dim, x.ndim)
    if x.ndim and not x.shape[axis]:
        raise IndexError(f"{name}: Expected reduction dim {dim} to have non-zero size.")


@kernel
def extreme_at(x: Any, which: str, dim: Any, keepdim: bool) -> tuple[Any, Any]:
    """Return the extremes along a dimension and where they are (the first of equals)."""
    axis = axis_of(dim, x.ndim)
    refuse_complex(x, which)
    if not x.ndim:
        return x, np.int64(0)
    refuse_empty(x, axis, f"{which}()")
    places = np.expand_dims(getattr(np, f"arg{which}")(x, axis=axis), axis)
    values = np.take_along_axis(x, places, axis)
    return (values, places) if keepdim else (values.squeeze(axis)[()], places.squeeze(axis)[()])


def refuse_complex(x: Any, name: str) -> None:
    """Raise for complex numbers, which have no order."""
    if x.dtype.kind == "c":
        raise RuntimeError(f"{name}(): does not support complex input")


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
    pair = named(which, "values indices")

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
def both_extremes(x: Any, dim: Any, keepdim: bool) -> tuple[Any, Any]:
    """Return the smallest and the largest."""
    if not x.size and dim is None:
        raise RuntimeError(
            "aminmax(): cannot compute aminmax over an empty dimension as the operation has no identity."
        )
    if x.dtype.kind == "c":
        raise messages.not_for("aminmax_cpu", dtypes.of(x))
    if dim is not None:
        refuse_empty(x, axis_of(dim, x.ndim), "aminmax")
    return extreme(x, "min", dim, keepdim), extreme(x, "max", dim, keepdim)


@formula
def both_shared(grad: Any, x: Any, result: Any, dim: Any, keepdim: bool) -> Any:
    """Return the gradient of both_extremes."""
    dim = () if dim is None else dim
    low = None if grad[0] is None else shared_among(grad[0], x, result[0], dim, keepdim)
    if grad[1] is None:
        return low
    high = shared_among(grad[1], x, result[1], dim, keepdim)
    return high if low is None else low + high


aminmax_op = reduction(
    "aminmax",
    "both_extremes(self, dim, keepdim)",
    "AminmaxBackward0",
    "both_shared(grad, self, result, dim, keepdim)",
    arguments="dim=None, keepdim=False",
    title="smallest and largest",
    outputs=2,
    samples=[*VECTORS, *ALONG],
)


@public("aminmax")
def aminmax(self: Tensor, *, dim: int | None = None, keepdim: bool = False) -> Any:
    """Return the smallest and the largest element, of all or along a dimension."""
    return named("aminmax", "min max")(*aminmax_op(self, dim, keepdim))


@kernel
def place(x: Any, which: str, dim: Any, keepdim: bool) -> Any:
    """Return where the extreme is, counted along a dimension or over all elements."""
    axis = None if dim is None else axis_of(dim, x.ndim)
    refuse_complex(x, f"arg{which}")
    if x.dtype == np.bool_:
        raise RuntimeError(f"arg{which}(): does not support bool input")
    if not x.size and axis is None:
        raise IndexError(f"arg{which}(): Expected reduction dim to be specified for input.numel() == 0.")
    if axis is not None and x.ndim:
        refuse_empty(x, axis, f"arg{which}()")
        if not x.size:
            return np.zeros([1 if i == axis else n for i, n in enumerate(x.shape) if keepdim or i != axis], np.int64)
    return getattr(np, f"arg{which}")(x, axis=axis if x.ndim else None, keepdims=keepdim)
