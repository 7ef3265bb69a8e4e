"""The functions that formula texts call, written a second time.

The engine has its own; these are here so that what a formula is said to give is computed independently of the engine
(and of PyTorch, whose traces carry the same formulas). A function that is missing here only means that a formula is
shown without the numbers in between.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np


def relu(x: Any) -> Any:
    return np.where(x <= 0, np.zeros_like(x), x)


def sigmoid(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


def clamp(x: Any, low: Any = None, high: Any = None) -> Any:
    if low is not None:
        x = np.maximum(x, low)
    return x if high is None else np.minimum(x, high)


def inside(x: Any, low: Any = None, high: Any = None) -> Any:
    """Whether low ≤ x ≤ high; a missing limit holds."""
    above = np.full(np.shape(x), True) if low is None else np.greater_equal(x, low)
    return above if high is None else above & np.less_equal(x, high)


def erf(x: Any) -> Any:
    return np.vectorize(math.erf, otypes=[np.float64])(x)


def gelu_slope(x: Any, approximate: str) -> Any:
    if approximate == "tanh":
        root = math.sqrt(2 / math.pi)
        inner = np.tanh(root * (x + 0.044715 * x**3))
        return (1 + inner) / 2 + x / 2 * (1 - inner**2) * root * (1 + 3 * 0.044715 * x**2)
    return (1 + erf(x / math.sqrt(2))) / 2 + x * np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi)


def gelu_bend(x: Any, approximate: str) -> Any:
    if approximate == "tanh":
        root = math.sqrt(2 / math.pi)
        inner, steep = np.tanh(root * (x + 0.044715 * x**3)), root * (1 + 3 * 0.044715 * x**2)
        return (1 - inner**2) * (steep + 3 * root * 0.044715 * x**2 - x * inner * steep**2)
    return (2 - x**2) * np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi)


def smooth_slope(x: Any, target: Any, width: float) -> Any:
    away = x - target
    return np.clip(away / width, -1, 1) if width else np.sign(away)


def yes_no_slope(x: Any, target: Any, weight: Any) -> Any:
    return (x - target) / np.maximum(x * (1 - x), 1e-12) * (1 if weight is None else weight)


def logit_slope(x: Any, target: Any, weight: Any, positive: Any) -> Any:
    favour = 1 if positive is None else positive
    slope = (1 - target) * sigmoid(x) - favour * target * sigmoid(-x)
    return slope if weight is None else slope * weight


def sinc_slope(x: Any) -> Any:
    angle = math.pi * np.where(x == 0, 1, x)
    return np.where(x == 0, 0, (np.cos(angle) - np.sinc(x)) / np.where(x == 0, 1, x))


POINTWISE: dict[str, Callable[..., Any]] = {
    "exp": np.exp,
    "expm1": np.expm1,
    "log": np.log,
    "log2": np.log2,
    "log10": np.log10,
    "log1p": np.log1p,
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "sinh": np.sinh,
    "cosh": np.cosh,
    "tanh": np.tanh,
    "arcsin": np.arcsin,
    "arccos": np.arccos,
    "arctan": np.arctan,
    "arctan2": np.arctan2,
    "erf": erf,
    "sqrt": np.sqrt,
    "rsqrt": lambda x: 1 / np.sqrt(x),
    "square": np.square,
    "power": np.power,
    "abs": np.abs,
    "sign": np.sign,
    "sgn": np.sign,
    "floor": np.floor,
    "ceil": np.ceil,
    "trunc": np.trunc,
    "negative": np.negative,
    "where": np.where,
    "inside": inside,
    "maximum": np.maximum,
    "minimum": np.minimum,
    "clamp": clamp,
    "bounded": clamp,
    "sigmoid": sigmoid,
    "softplus": lambda x: np.logaddexp(x, 0),
    "relu": relu,
    "isnan": np.isnan,
    "ones_like": np.ones_like,
    "zeros_like": np.zeros_like,
    "exp2": np.exp2,
    "isfinite": np.isfinite,
    "conjugate": np.conj,
    "gelu_slope": gelu_slope,
    "gelu_bend": gelu_bend,
    "smooth_slope": smooth_slope,
    "yes_no_slope": yes_no_slope,
    "logit_slope": logit_slope,
    "sinc_slope": sinc_slope,
    "held_below": lambda x, low, high: x < low if high is None else (low < high) & (x < low),
    "held_above": lambda x, low, high: x > high if low is None else (high < low) | (x > high),
}
"""Functions that act on each element by itself; a formula made of these alone is a local derivative."""


def shape_of(x: Any) -> Any:
    """The shape of a tensor, the shapes of a list of them."""
    return [np.shape(each) for each in x] if isinstance(x, list) else np.shape(x)


def transposed(x: Any) -> Any:
    return np.swapaxes(x, -1, -2) if np.ndim(x) > 1 else x


def _axes(dim: Any) -> Any:
    """NumPy's axes for PyTorch's `dim`: None and () mean all."""
    return None if dim is None or (isinstance(dim, tuple | list) and not dim) else dim


def total(x: Any, dim: Any = None, keepdim: bool = False, dtype: Any = None) -> Any:
    return np.sum(x, axis=_axes(dim), keepdims=keepdim)


def average(x: Any, dim: Any = None, keepdim: bool = False, dtype: Any = None) -> Any:
    return np.mean(x, axis=_axes(dim), keepdims=keepdim)


def spread(gradient: Any, shape: tuple[int, ...], dim: Any = None, keepdim: bool = False) -> Any:
    """A reduced gradient, repeated over the shape that was reduced."""
    axes = _axes(dim)
    if axes is not None and not keepdim and shape:
        gradient = np.expand_dims(gradient, axes if isinstance(axes, int) else tuple(axes))
    return np.broadcast_to(gradient, shape)


def along(x: Any, dim: Any) -> Any:
    return np.sum(x, axis=dim, keepdims=True) if np.ndim(x) else x


def shared_among(gradient: Any, x: Any, result: Any, dim: Any = None, keepdim: bool = False) -> Any:
    """Equal parts to all elements that are the result of a max or min."""
    chosen = np.equal(x, spread(result, np.shape(x), dim, keepdim))
    if dim is None and np.isnan(result):
        chosen = np.isnan(x)
    parts = np.sum(chosen, axis=_axes(dim) if np.ndim(x) else None, keepdims=True)
    return chosen * spread(gradient, np.shape(x), dim, keepdim) / parts


def from_mean(x: Any, dim: Any = None) -> Any:
    return x - np.mean(x, axis=_axes(dim), keepdims=True)


def put_layer(gradient: Any, shape: tuple[int, ...], dim: int, index: int) -> Any:
    made = np.zeros(shape, np.asarray(gradient).dtype)
    np.moveaxis(made, dim, 0)[index] = gradient
    return made


def put_slice(gradient: Any, shape: tuple[int, ...], dim: int, start: Any, end: Any, step: Any) -> Any:
    made = np.zeros(shape, np.asarray(gradient).dtype)
    np.moveaxis(made, dim, 0)[start:end:step] = np.moveaxis(np.asarray(gradient), dim, 0)
    return made


def unexpanded(gradient: Any, shape: tuple[int, ...]) -> Any:
    """Added over the entries that `expand` had repeated."""
    lead = np.ndim(gradient) - len(shape)
    summed = np.sum(gradient, axis=tuple(range(lead)))
    repeated = tuple(axis for axis, side in enumerate(shape) if side == 1 and np.shape(summed)[axis] != 1)
    return np.sum(summed, axis=repeated, keepdims=True)


WHOLE: dict[str, Callable[..., Any]] = {
    "sum": total,
    "total": total,
    "mean": average,
    "average": average,
    "sum_along": along,
    "transpose": transposed,
    "transposed": transposed,
    "swapaxes": np.swapaxes,
    "swapped": np.swapaxes,
    "permuted_back": lambda x, dims: np.transpose(x, np.argsort(dims)),
    "reshape": np.reshape,
    "reshaped": np.reshape,
    "matmul": np.matmul,
    "outer_product": np.multiply.outer,
    "dot": np.dot,
    "broadcast_to": np.broadcast_to,
    "expand": np.broadcast_to,
    "spread": spread,
    "unexpanded": unexpanded,
    "from_mean": from_mean,
    "shared_among": shared_among,
    "running_back": lambda x, dim: np.flip(np.cumsum(np.flip(x, dim), dim), dim) if np.ndim(x) else x,
    "put_layer": put_layer,
    "put_slice": put_slice,
    "converted": lambda x, dtype: x,
}
"""Functions that look at a tensor as a whole."""

NUMBERS: dict[str, float] = {
    "inf": math.inf, "nan": math.nan, "pi": math.pi, "e": math.e, "ln2": math.log(2), "ln10": math.log(10)
}  # fmt: skip
"""Names of numbers."""
