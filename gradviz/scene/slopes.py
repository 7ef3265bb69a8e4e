"""Functions of formulas that are derivatives of their own: norms, products, losses, normalisation.

Written a second time from their definitions, as `functions` says.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .functions import average, sigmoid, spread, total


def count(shape: tuple[int, ...], dim: Any = None) -> int:
    """How many elements one result of a reduction stands for."""
    if dim is None or dim == () or not shape:
        return math.prod(shape)
    return math.prod(shape[axis] for axis in (dim if isinstance(dim, tuple | list) else (dim,)))


def share_of(gradient: Any, shape: tuple[int, ...], reduction: str) -> Any:
    return gradient / math.prod(shape) if reduction == "mean" else gradient


def norm_slope(gradient: Any, x: Any, result: Any, order: float, dim: Any, keepdim: bool) -> Any:
    each, norm = spread(gradient, np.shape(x), dim, keepdim), spread(result, np.shape(x), dim, keepdim)
    if order == 0:
        return np.zeros_like(x)
    if order in (math.inf, -math.inf):
        chosen = np.abs(x) == norm
        shared = np.sum(chosen, axis=None if dim in (None, ()) or not np.ndim(x) else dim, keepdims=True)
        return np.sign(x) * chosen * each / shared
    safe = np.where(norm == 0, 1, norm)
    slope = np.sign(x) if order == 1 else np.sign(x) * (np.abs(x) / safe) ** (order - 1) * (norm != 0)
    return each * slope


def others_product(x: Any, dim: Any = None) -> Any:
    """Each element replaced by the product of all others along a dimension."""
    if not np.ndim(x):
        return np.ones_like(x)
    if dim is None:
        return others_product(np.ravel(x), 0).reshape(np.shape(x))
    last = np.moveaxis(x, dim, -1)
    without_own = np.where(np.eye(last.shape[-1], dtype=bool), 1, last[..., None, :])
    return np.moveaxis(without_own.prod(-1), -1, dim)


def running_product_slope(gradient: Any, x: Any, result: Any, dim: int) -> Any:
    if not np.ndim(x):
        return gradient
    slope = np.zeros(np.shape(x))
    rows, factors, sent = (np.moveaxis(each, dim, 0) for each in (slope, np.asarray(x), np.asarray(gradient)))
    for place in range(len(factors)):
        moved = factors.copy()
        moved[place] = 1
        rows[place] = (np.cumprod(moved, 0)[place:] * sent[place:]).sum(0)
    return slope


def running_log_sum_slope(gradient: Any, x: Any, result: Any, dim: int) -> Any:
    if not np.ndim(x):
        return gradient
    shares = [np.moveaxis(each, dim, 0) for each in (np.asarray(x), np.asarray(result), np.asarray(gradient))]
    values, sums, sent = shares
    rows = [(np.exp(values[at] - sums[at:]) * sent[at:]).sum(0) for at in range(len(values))]
    return np.moveaxis(np.stack(rows), 0, dim)


def class_gradient(gradient: Any, x: Any, target: Any, weight: Any, reduction: str, ignored: int) -> Any:
    """Of the negative log likelihood: −weight at each sample's class, over the sum of weights for a mean."""
    classes = np.moveaxis(np.zeros(np.shape(x)), 0 if np.ndim(x) == 1 else 1, -1)
    kept = np.asarray(target) != ignored
    chosen = np.where(kept, target, 0)
    weights = kept * (1.0 if weight is None else np.asarray(weight)[chosen])
    each = -gradient * weights / (weights.sum() if reduction == "mean" else 1)
    np.put_along_axis(classes, np.expand_dims(chosen, -1), np.expand_dims(each, -1), -1)
    return np.moveaxis(classes, -1, 0 if np.ndim(x) == 1 else 1)


def with_mean_slope(gradients: Any, x: Any, result: Any, dim: Any, correction: float, keepdim: bool, root: bool) -> Any:
    shape = np.shape(x)
    slope = np.zeros(shape)
    if gradients[0] is not None:
        outer = spread(gradients[0] / (2 * result[0]) if root else gradients[0], shape, dim, keepdim)
        centred = x - average(x, dim, True)
        slope = slope + outer * 2 * centred / (count(shape, dim) - correction)
    if gradients[1] is not None:
        slope = slope + spread(gradients[1], shape, dim, keepdim) / count(shape, dim)
    return slope


def _standardised(sent: Any, gradients: Any, x: Any, mean: Any, variance: Any, axes: Any, eps: float) -> Any:
    """Back through (x − mean) / √(variance + eps), mean and variance being those of x along the axes."""
    deviation, number = np.sqrt(variance + eps), count(np.shape(x), axes)
    normal = (x - mean) / deviation
    slope = np.zeros(np.shape(x))
    if sent is not None:
        along = average(sent * normal, axes, True)
        slope = (sent - average(sent, axes, True) - normal * along) / deviation
    if gradients[1] is not None:
        slope = slope + gradients[1] / number
    if gradients[2] is not None:
        slope = slope + gradients[2] * 2 * (x - mean) / number
    return slope


def _channels(ndim: int) -> tuple[int, ...]:
    return (0, *range(2, ndim))


def _by_channel(weight: Any, ndim: int) -> Any:
    return np.reshape(weight, (-1, *(1,) * (ndim - 2)))


def batch_to_input(gradients: Any, x: Any, weight: Any, mean: Any, variance: Any, training: bool, eps: float) -> Any:
    sent = gradients[0]
    if sent is not None and weight is not None:
        sent = sent * _by_channel(weight, np.ndim(x))
    if training:
        return _standardised(sent, gradients, x, mean, variance, _channels(np.ndim(x)), eps)
    return np.zeros(np.shape(x)) if sent is None else sent / np.sqrt(variance + eps)


def batch_to_weight(gradients: Any, x: Any, mean: Any, variance: Any, eps: float) -> Any:
    return total(gradients[0] * (x - mean) / np.sqrt(variance + eps), _channels(np.ndim(x)))


def _over_first(x: Any, kept: Sequence[int]) -> Any:
    return np.sum(x, axis=tuple(range(np.ndim(x) - len(kept))))


def layer_to_input(
    gradients: Any, x: Any, weight: Any, mean: Any, variance: Any, kept: Sequence[int], eps: float
) -> Any:
    sent = gradients[0]
    if sent is not None and weight is not None:
        sent = sent * weight
    axes = tuple(range(np.ndim(x) - len(kept), np.ndim(x)))
    return _standardised(sent, gradients, x, mean, variance, axes, eps)


def layer_to_weight(gradients: Any, x: Any, mean: Any, variance: Any, kept: Sequence[int], eps: float) -> Any:
    return _over_first(gradients[0] * (x - mean) / np.sqrt(variance + eps), kept)


def _grouped(x: Any, groups: int) -> Any:
    return np.reshape(x, (np.shape(x)[0], groups, -1))


def group_to_input(
    gradients: Any, x: Any, weight: Any, mean: Any, variance: Any, groups: int, eps: float
) -> Any:  # fmt: skip
    sent = gradients[0]
    if sent is not None:
        sent = _grouped(sent if weight is None else sent * _by_channel(weight, np.ndim(x)), groups)
    slope = _standardised(sent, gradients, _grouped(x, groups), mean, variance, (2,), eps)
    return np.reshape(slope, np.shape(x))


def group_to_weight(gradients: Any, x: Any, mean: Any, variance: Any, groups: int, eps: float) -> Any:
    normal = np.reshape((_grouped(x, groups) - mean) / np.sqrt(variance + eps), np.shape(x))
    return total(gradients[0] * normal, _channels(np.ndim(x)))


def gated_back(gradient: Any, x: Any, dim: int) -> Any:
    value, gate = np.split(x, 2, dim)
    opened = sigmoid(gate)
    return np.concatenate([gradient * opened, gradient * value * opened * (1 - opened)], dim)


def both_shared(gradients: Any, x: Any, result: Any, dim: Any, keepdim: bool) -> Any:
    slope = np.zeros(np.shape(x))
    for gradient, extreme in zip(gradients, result, strict=True):
        if gradient is not None:
            chosen = np.equal(x, spread(extreme, np.shape(x), dim, keepdim))
            shared = np.sum(chosen, axis=dim if np.ndim(x) else None, keepdims=True)
            slope = slope + chosen * spread(gradient, np.shape(x), dim, keepdim) / shared
    return slope


def log_odds_slope(gradient: Any, x: Any, eps: float | None) -> Any:
    inside = gradient / (x * (1 - x))
    return inside if eps is None else np.where((x < eps) | (x > 1 - eps), 0, inside)


def solved(a: Any, b: Any) -> Any:
    is_vector = np.ndim(b) == 1 or np.shape(b) == np.shape(a)[:-1]
    return np.linalg.solve(a, b[..., None])[..., 0] if is_vector else np.linalg.solve(a, b)


def solved_slope(sent: Any, a: Any, result: Any) -> Any:
    is_vector = np.ndim(result) == 1 or np.shape(result) == np.shape(a)[:-1]
    return -sent[..., :, None] * result[..., None, :] if is_vector else -sent @ np.swapaxes(result, -1, -2)


def lengths_over(x: Any, dim: int) -> Any:
    return np.sqrt(total(x * x, other_axes(np.shape(x), dim), True))


def other_axes(shape: tuple[int, ...], dim: int) -> tuple[int, ...]:
    return tuple(axis for axis in range(len(shape)) if axis != dim % len(shape))


SLOPES: dict[str, Callable[..., Any]] = {
    "count": count,
    "share_of": share_of,
    "norm_slope": norm_slope,
    "others_product": others_product,
    "running": lambda x, dim: np.cumsum(x, dim) if np.ndim(x) else x,
    "running_product_slope": running_product_slope,
    "running_log_sum_slope": running_log_sum_slope,
    "class_gradient": class_gradient,
    "with_mean_slope": with_mean_slope,
    "batch_to_input": batch_to_input,
    "batch_to_weight": batch_to_weight,
    "batch_to_bias": lambda gradients: total(gradients[0], _channels(np.ndim(gradients[0]))),
    "layer_to_input": layer_to_input,
    "layer_to_weight": layer_to_weight,
    "layer_to_bias": lambda gradients, kept: _over_first(gradients[0], kept),
    "group_to_input": group_to_input,
    "group_to_weight": group_to_weight,
    "tanh_slope": lambda gradient, output: gradient * (1 - output * output),
    "gated_back": gated_back,
    "both_shared": both_shared,
    "log_odds_slope": log_odds_slope,
    "lengths_over": lengths_over,
    "other_axes": other_axes,
    "crossed": lambda a, b, dim: np.cross(a, b, axis=dim),
    "contracted": lambda a, b, c, spec: np.einsum(spec, a, b, c),
    "determinant_slope": lambda x, result: result[..., None, None] * np.swapaxes(np.linalg.inv(x), -1, -2),
    "inverse_of": np.linalg.inv,
    "solved": solved,
    "solved_slope": solved_slope,
}
