"""Normalisation: values less their mean, divided by their deviation, over the batch, a layer or groups of channels.

All three save mean and variance as outputs of their own, of which programs see the first only. So the rule may use them
as values that depend on the input, and what they get back from a recorded pass is part of the rule.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .. import messages
from ..kernels import average, formula, in_single, kernel, total, zeros_like
from ..meaning import on_tensors
from ..op import op
from ..rounding import multiply_add

sqrt = np.sqrt
Axes = tuple[int, ...]


def moments(x: Any, axes: Axes) -> tuple[Any, Any]:
    """Return mean and variance (divided by n) over axes that are kept."""
    mean = exact_mean(x, axes)
    centred = x - mean
    return mean, exact_mean(centred * centred, axes)


def exact_mean(x: Any, axes: Axes) -> Any:
    """Return the mean over axes that are kept.

    NumPy sums neighbours in memory pairwise, which is exact enough and fast; only what that leaves to be summed, or a
    sum over the batch alone, needs double precision.
    """
    axes = tuple(sorted(axis % x.ndim for axis in axes))
    count = math.prod([x.shape[axis] for axis in axes])
    tail = 0
    while tail < len(axes) and axes[-1 - tail] == x.ndim - 1 - tail:
        tail += 1
    if tail and x.flags.c_contiguous:
        rows = x.reshape((*x.shape[: x.ndim - tail], math.prod(x.shape[x.ndim - tail :])))
        x = np.add.reduce(rows, -1).reshape((*x.shape[: x.ndim - tail], *[1] * tail))
        axes = axes[: len(axes) - tail]
    total = x.sum(axis=axes, keepdims=True, dtype=np.float64) if axes else x
    return (total / count).astype(x.dtype, copy=False) if count else (total * math.nan).astype(x.dtype, copy=False)


def standardised(x: Any, mean: Any, var: Any, eps: float) -> Any:
    """Return (x − mean) / √(var + eps)."""
    return (x - mean) * (1 / np.sqrt(var + eps))


@formula
def standardised_back(scaled: Any, grads: Any, x: Any, mean: Any, var: Any, axes: Axes, eps: float) -> Any:
    """Return what standardising sends back to x.

    `scaled` is the gradient of the standardised values, `grads[1]` and `grads[2]` are those of mean and variance.
    """
    centred = x - mean
    parts = []
    if scaled is not None:
        inverse = 1 / sqrt(var + eps)
        along = average(scaled * centred, axes, True) * (inverse * inverse)
        parts.append((scaled - average(scaled, axes, True) - centred * along) * inverse)
    number = math.prod([x.shape[axis] for axis in axes])
    if grads[1] is not None:
        parts.append(grads[1] / number + 0 * centred)
    if grads[2] is not None:
        parts.append(centred * (grads[2] * (2 / number)))
    return sum(parts[1:], parts[0])


# -- over the batch ---------------------------------------------------------------------------------------------------


def refuse_mixed(x: Any, *others: Any) -> None:
    """Raise for parameters of another type than the input; 16-bit floats may be mixed with single precision."""
    for each in others:
        if each is not None and each.dtype != x.dtype and x.dtype.itemsize != 2:
            raise RuntimeError("mixed dtype (CPU): all inputs must share same datatype.")


@kernel
def all_but_channels(dimensions: int) -> Axes:
    """Return all dimensions but the second."""
    return (0, *range(2, dimensions))


@formula
def by_channel(values: Any, dimensions: int) -> Any:
    """Give one value per channel the shape (1, C, 1, …)."""
    return values.reshape((1, -1, *[1] * (dimensions - 2)))


def batch_moments(x: Any, running_mean: Any, running_var: Any, training: bool) -> tuple[Any, Any]:
    """Return mean and variance (1, C, 1, …): the batch's, or the running ones as they are."""
    if not training:
        return by_channel(running_mean, x.ndim).copy(), by_channel(running_var, x.ndim).copy()
    if not few_rows(x):
        return moments(x, all_but_channels(x.ndim))
    mean = np.add.accumulate(x)[-1:] / x.dtype.type(len(x))
    return mean, (sum_of_products(x - mean, x - mean) / x.dtype.type(len(x)))[None]


@kernel
@in_single
def batch_normalized(
    x: Any, weight: Any, bias: Any, running_mean: Any, running_var: Any, training: bool, eps: float
) -> tuple[Any, Any, Any]:
    """Return the normalised batch, and mean and variance (1, C, 1, …): the batch's, or the running ones as they are."""
    refuse_mixed(x, weight, bias, running_mean, running_var)
    channels = x.shape[1]
    for name, each in (
        ("running_mean", running_mean),
        ("running_var", running_var),
        ("weight", weight),
        ("bias", bias),
    ):
        if each is not None and each.size != channels:
            raise RuntimeError(f"{name} should contain {channels} elements not {each.size}")
    mean, var = batch_moments(x, running_mean, running_var, training)
    # One multiplication and one addition for each number, both fused, as in PyTorch's batch_norm_kernel:
    # where a mean is large beside its deviation, any other form shows in the printed digits.
    scale = (1 / np.sqrt((var.astype(np.float64) if training else var) + eps)).astype(x.dtype, copy=False)
    if weight is not None:
        scale = scale * by_channel(weight, x.ndim)
    shift = multiply_add(-mean, scale, x.dtype.type(0) if bias is None else by_channel(bias, x.ndim))
    return multiply_add(x, scale, shift).astype(x.dtype, copy=False), mean, var


FEW_ROWS = 8


@kernel
def few_rows(x: Any) -> bool:
    """Return whether x (N, C) is one of those small batches that people print in full.

    There the order of sums shows: normalising two rows leaves a gradient that is nothing but rounding. So few are
    added one after the other with fused multiplications, as PyTorch's loop over rows does on one thread.
    """
    return x.ndim == 2 and x.dtype == np.float32 and len(x) < FEW_ROWS


@on_tensors("few_rows")
def few_rows_recorded(x: Any) -> bool:
    """A pass that is recorded takes the one formula for all."""
    return False


@kernel
def sum_of_products(a: Any, b: Any) -> Any:
    """Return Σ a · b over the rows of float32 arrays, one after the other, each step rounded once."""
    total = np.zeros(a.shape[1:], a.dtype)
    for x, y in zip(a, b, strict=True):
        total = multiply_add(x, y, total)
    return total


@kernel
def few_to_input(grad: Any, x: Any, weight: Any, mean: Any, var: Any, eps: float) -> Any:
    """Return what normalising over few rows sends back to its input."""
    inverse = (1 / np.sqrt(var.astype(np.float64) + eps)).astype(x.dtype)
    count, centred = x.dtype.type(len(x)), x - mean
    along = sum_of_products(centred, grad) * inverse * inverse / count
    back = (grad - np.add.accumulate(grad)[-1:] / count - centred * along) * inverse
    return back if weight is None else back * weight


@formula
def batch_to_input(grads: Any, x: Any, weight: Any, mean: Any, var: Any, training: bool, eps: float) -> Any:
    """Return what normalising over the batch sends back to its input."""
    scaled = grads[0]
    if training and few_rows(x) and grads[1] is None and grads[2] is None:
        return few_to_input(scaled, x, weight, mean, var, eps)
    if scaled is not None and weight is not None:
        scaled = scaled * by_channel(weight, x.ndim)
    if training:
        return standardised_back(scaled, grads, x, mean, var, all_but_channels(x.ndim), eps)
    return zeros_like(x) if scaled is None else scaled * (1 / sqrt(var + eps))


@formula
def batch_to_weight(grads: Any, x: Any, mean: Any, var: Any, eps: float) -> Any:
    """Return what normalising over the batch sends back to its weight (C)."""
    if grads[0] is None:
        return None
    if few_rows(x):
        return few_to_weight(grads[0], x, mean, var, eps)
    return total(grads[0] * ((x - mean) * (1 / sqrt(var + eps))), all_but_channels(x.ndim))


@kernel
def few_to_weight(grad: Any, x: Any, mean: Any, var: Any, eps: float) -> Any:
    """Return what normalising over few rows sends back to its weight (C)."""
    return sum_of_products(x - mean, grad) * (1 / np.sqrt(var.astype(np.float64) + eps)).astype(x.dtype)[0]


@formula
def batch_to_bias(grads: Any) -> Any:
    """Return what normalising over the batch sends back to its bias (C)."""
    return None if grads[0] is None else total(grads[0], all_but_channels(grads[0].ndim))


BATCH = [[[0.5, -1.5], [2.5, -0.25]], [[1.0, 3.0], [-0.5, 0.75]], [[-2.0, 1.25], [0.25, 2.0]]]
RUNNING = (np.array([0.5, -0.25]), np.array([1.5, 0.5]))
op(
    "batch_norm",
    inputs="input weight? bias? running_mean? running_var?",
    arguments="training=True, eps=1e-05",
    symbol="batch norm",
    group="reduction",
    title="normalise over the batch",
    node="NativeBatchNormBackward0",
    outputs=3,
    forward="batch_normalized(input, weight, bias, running_mean, running_var, training, eps)",
    vjp={
        "input": "batch_to_input(grad, input, weight, result[1], result[2], training, eps)",
        "weight": "batch_to_weight(grad, input, result[1], result[2], eps)",
        "bias": "batch_to_bias(grad)",
    },
    recorded={
        "gradients": "batch_norm_backward(grad[0], input, weight, result[1].detach(), result[2].detach(), "
        "result[1].detach(), result[2].detach(), training, eps) if grad[0] is not None else (None,) * 3",
        "input": "gradients[0] if grad[1] is None and grad[2] is None else "
        "batch_to_input(grad, input, weight, result[1], result[2], training, eps)",
        "weight": "gradients[1]",
        "bias": "gradients[2]",
    },
    saves=dict.fromkeys(("input", "weight", "bias"), "input weight"),
    samples=[(BATCH, [1.5, -0.5], [0.25, 1.0]), (BATCH, [1.5, -0.5], [0.25, 1.0], {"eps": 0.5})],
)


# -- over a layer, over groups ----------------------------------------------------------------------------------------


@kernel
def last(count: int) -> Axes:
    """Return the last dimensions, counted from the end."""
    return tuple(range(-count, 0))


@kernel
@in_single
def layer_normalized(x: Any, weight: Any, bias: Any, normalized_shape: Axes, eps: float) -> tuple[Any, Any, Any]:
    """Return x normalised over its last dimensions, with mean and variance over those."""
    count = len(normalized_shape)
    for name, each in (("weight", weight), ("bias", bias)):
        if each is not None and each.shape != normalized_shape:
            raise RuntimeError(
                f"Expected {name} to be of same shape as normalized_shape, but got {name} of shape "
                f"{messages.sizes(each.shape)} and normalized_shape = {messages.sizes(normalized_shape)}"
            )
    if x.shape[-count:] != normalized_shape or x.ndim < count:
        wanted = "".join(f", {n}" for n in normalized_shape)
        raise RuntimeError(
            f"Given normalized_shape={messages.sizes(normalized_shape)}, expected input with shape [*{wanted}], but "
            f"got input of size{messages.sizes(x.shape)}"
        )
    refuse_mixed(x, weight, bias)
    mean, var = moments(x, last(count))
    result = standardised(x, mean, var, eps)
    if weight is not None and bias is not None:
        return multiply_add(result, weight, bias), mean, var
    if weight is not None:
        result = result * weight
    return (result if bias is None else result + bias), mean, var


@formula
def layer_to_input(grads: Any, x: Any, weight: Any, mean: Any, var: Any, normalized_shape: Axes, eps: float) -> Any:
    """Return what normalising over a layer sends back to its input."""
    scaled = grads[0]
    if scaled is not None and weight is not None:
        scaled = scaled * weight
    return standardised_back(scaled, grads, x, mean, var, last(len(normalized_shape)), eps)


@formula
def layer_to_weight(grads: Any, x: Any, mean: Any, var: Any, normalized_shape: Axes, eps: float) -> Any:
    """Return what normalising over a layer sends back to its weight."""
    if grads[0] is None:
        return None
    return over_first(grads[0] * ((x - mean) * (1 / sqrt(var + eps))), len(normalized_shape))


@formula
def layer_to_bias(grads: Any, normalized_shape: Axes) -> Any:
    """Return what normalising over a layer sends back to its bias."""
    return None if grads[0] is None else over_first(grads[0], len(normalized_shape))


@formula
def over_first(x: Any, kept: int) -> Any:
    """Sum over all dimensions but the last ones."""
    return total(x, tuple(range(x.ndim - kept))) if x.ndim > kept else x


op(
    "layer_norm",
    inputs="input weight? bias?",
    arguments="normalized_shape=(), eps=1e-05",
    symbol="layer norm",
    group="reduction",
    title="normalise over a layer",
    node="NativeLayerNormBackward0",
    outputs=3,
    forward="layer_normalized(input, weight, bias, normalized_shape, eps)",
    vjp={
        "input": "layer_to_input(grad, input, weight, result[1], result[2], normalized_shape, eps)",
        "weight": "layer_to_weight(grad, input, result[1], result[2], normalized_shape, eps)",
        "bias": "layer_to_bias(grad, normalized_shape)",
    },
    recorded={
        "gradients": "layer_norm_backward(grad[0], input, result[1].detach(), result[2].detach(), weight, bias, "
        "normalized_shape, eps) if grad[0] is not None else (None,) * 3",
        "input": "gradients[0] if grad[1] is None and grad[2] is None else "
        "layer_to_input(grad, input, weight, result[1], result[2], normalized_shape, eps)",
        "weight": "gradients[1]",
        "bias": "gradients[2]",
    },
    saves=dict.fromkeys(("input", "weight", "bias"), "input weight bias"),
    samples=[
        (BATCH, [1.5, -0.5], [0.25, 1.0], {"normalized_shape": (2,), "eps": 0.5}),
        (BATCH, [[1.5, -0.5], [1.0, 2.0]], [[0.25, 1.0], [0.5, 0.0]], {"normalized_shape": (2, 2)}),
    ],
)


@formula
def grouped(x: Any, groups: int) -> Any:
    """Return (N, C, *space) as (N, groups, the rest)."""
    return x.reshape((x.shape[0], groups, math.prod(x.shape[1:]) // groups))


@kernel
@in_single
def group_normalized(x: Any, weight: Any, bias: Any, num_groups: int, eps: float) -> tuple[Any, Any, Any]:
    """Return x normalised over groups of channels, with mean and variance (N, groups, 1)."""
    for name, each in (("weight", weight), ("bias", bias)):
        if each is not None and each.shape != x.shape[1:2]:
            raise RuntimeError(
                f"Expected {name} to be a vector of size equal to the number of channels in input, but got {name} of "
                f"shape {messages.sizes(each.shape)} and input of shape {messages.sizes(x.shape)}"
            )
    refuse_mixed(x, weight, bias)
    rows = grouped(x, num_groups)
    mean, var = moments(rows, (2,))
    if weight is None:
        result = standardised(rows, mean, var, eps).reshape(x.shape)
        return (result if bias is None else result + by_channel(bias, x.ndim)), mean, var
    # One fused multiplication and addition for each number, as in PyTorch's group_norm_kernel.
    of_channel = x.shape[1] // num_groups
    inverse = (1 / np.sqrt(var.astype(np.float64) + eps)).astype(x.dtype)
    scale = inverse.repeat(of_channel, 1).reshape(x.shape[:2]) * weight
    middle = mean.repeat(of_channel, 1).reshape(x.shape[:2])
    shift = multiply_add(-scale, middle, x.dtype.type(0) if bias is None else bias)
    ones = (1,) * (x.ndim - 2)
    result = multiply_add(x, scale.reshape(*scale.shape, *ones), shift.reshape(*shift.shape, *ones))
    return result.astype(x.dtype, copy=False), mean, var


@formula
def group_to_input(grads: Any, x: Any, weight: Any, mean: Any, var: Any, num_groups: int, eps: float) -> Any:
    """Return what normalising over groups sends back to its input."""
    scaled = grads[0]
    if scaled is not None:
        scaled = grouped(scaled if weight is None else scaled * by_channel(weight, x.ndim), num_groups)
    return standardised_back(scaled, grads, grouped(x, num_groups), mean, var, (2,), eps).reshape(x.shape)


@formula
def group_to_weight(grads: Any, x: Any, mean: Any, var: Any, num_groups: int, eps: float) -> Any:
    """Return what normalising over groups sends back to its weight (C)."""
    if grads[0] is None:
        return None
    values = ((grouped(x, num_groups) - mean) * (1 / sqrt(var + eps))).reshape(x.shape)
    return total(grads[0] * values, all_but_channels(x.ndim))


op(
    "group_norm",
    inputs="input weight? bias?",
    arguments="num_groups=1, eps=1e-05",
    symbol="group norm",
    group="reduction",
    title="normalise over groups of channels",
    node="NativeGroupNormBackward0",
    outputs=3,
    forward="group_normalized(input, weight, bias, num_groups, eps)",
    vjp={
        "input": "group_to_input(grad, input, weight, result[1], result[2], num_groups, eps)",
        "weight": "group_to_weight(grad, input, result[1], result[2], num_groups, eps)",
        "bias": "batch_to_bias(grad)",
    },
    samples=[(BATCH, [1.5, -0.5], [0.25, 1.0], {"num_groups": each, "eps": 0.5}) for each in (1, 2)],
)
