"""What normalisations send back, as ops with their own derivatives: for a pass that is itself recorded.

With x̂ = (x − mean) · r, r = 1 / √(var + eps), s = gradient · weight and P(s) = s − M(s) − x̂ · M(s · x̂), where M is the
mean over what was normalised, a normalisation sends r · P(s) to its input, Σ gradient · x̂ to its weight and Σ gradient
to its bias. P is its own transpose. For c, what comes back to these three, that leaves

* to the gradient  weight · r · P(c₀) + c₁ · x̂ + c₂
* to the weight    Σ gradient · r · P(c₀)
* to the input     r · P(h) − r² · x̂ · M(c₀ · P(s))  with  h = c₁ · gradient − r · (c₀ · M(s · x̂) + s · M(c₀ · x̂))

PyTorch's ops take mean and deviation too, and so have edges for them. Here both are functions of the input, for which
the third derivative is right as well.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..kernels import average, formula, kernel
from ..op import op
from . import normalization as first

sqrt = np.sqrt
Axes = tuple[int, ...]
all_but_channels, by_channel, last, over_first = first.all_but_channels, first.by_channel, first.last, first.over_first


@formula
def standard(x: Any, mean: Any, var: Any, axes: Axes, eps: float) -> tuple[Any, Any]:
    """Return x normalised, and 1 / deviation; mean and variance are x's own unless given."""
    centred = x - (average(x, axes, True) if mean is None else mean)
    inverse = 1 / sqrt((average(centred * centred, axes, True) if var is None else var) + eps)
    return centred * inverse, inverse


@formula
def projected(values: Any, normal: Any, axes: Axes, fixed: bool) -> Any:
    """Return P(values): values less what shifts or stretches them; all of them where mean and variance are fixed."""
    return values if fixed else values - average(values, axes, True) - normal * average(values * normal, axes, True)


@formula
def again_to_gradient(back: Any, x: Any, weight: Any, mean: Any, var: Any, axes: Axes, eps: float) -> Any:
    """Return what comes back to the gradient; `back` has what comes to input, weight and bias, or None."""
    normal, inverse = standard(x, mean, var, axes, eps)
    parts = []
    if back[0] is not None:
        through = inverse * projected(back[0], normal, axes, mean is not None)
        parts.append(through if weight is None else weight * through)
    if back[1] is not None:
        parts.append(back[1] * normal)
    if back[2] is not None:
        parts.append(back[2] + 0 * x)
    return sum(parts[1:], parts[0])


@formula
def again_to_weight(back: Any, grad: Any, x: Any, mean: Any, var: Any, axes: Axes, eps: float) -> Any:
    """Return what comes back to the weight, before it is summed."""
    normal, inverse = standard(x, mean, var, axes, eps)
    return grad * inverse * projected(back[0], normal, axes, mean is not None)


@formula
def again_to_input(back: Any, grad: Any, x: Any, weight: Any, mean: Any, var: Any, axes: Axes, eps: float) -> Any:
    """Return what comes back to the input."""
    normal, inverse = standard(x, mean, var, axes, eps)
    fixed = mean is not None
    inner = 0 * x if back[1] is None else back[1] * grad
    if fixed or back[0] is None:
        return inverse * projected(inner, normal, axes, fixed)
    scaled = grad if weight is None else grad * weight
    inner = inner - inverse * (
        back[0] * average(scaled * normal, axes, True) + scaled * average(back[0] * normal, axes, True)
    )
    stretch = average(back[0] * projected(scaled, normal, axes, False), axes, True)
    return inverse * projected(inner, normal, axes, False) - inverse * inverse * normal * stretch


# -- over a layer -----------------------------------------------------------------------------------------------------


@kernel
def layer_gradients(
    grad: Any, x: Any, mean: Any, rstd: Any, weight: Any, bias: Any, normalized_shape: Axes, eps: float
) -> tuple[Any, Any, Any]:
    """Return what normalising over a layer sends back to input, weight and bias; empty for what it has not."""
    mean, var = first.moments(x, last(len(normalized_shape)))
    grads, nothing = (grad, None, None), np.zeros(0, grad.dtype)
    return (
        first.layer_to_input(grads, x, weight, mean, var, normalized_shape, eps),
        nothing if weight is None else first.layer_to_weight(grads, x, mean, var, normalized_shape, eps),
        nothing if bias is None else first.layer_to_bias(grads, normalized_shape),
    )


LAYER = "None, None, last(len(normalized_shape)), eps"
op(
    "layer_norm_backward",
    inputs="grad_out input mean rstd weight? bias?",
    arguments="normalized_shape, eps",
    symbol="∂layer norm",
    group="reduction",
    title="normalise over a layer, backwards",
    node="NativeLayerNormBackwardBackward0",
    outputs=3,
    forward="layer_gradients(grad_out, input, mean, rstd, weight, bias, normalized_shape, eps)",
    vjp={
        "grad_out": f"again_to_gradient(grad, input, weight, {LAYER})",
        "input": f"again_to_input(grad, grad_out, input, weight, {LAYER})",
        "mean": "zeros_like(mean)",
        "rstd": "zeros_like(rstd)",
        "weight": "zeros_like(weight) if grad[0] is None else "
        f"over_first(again_to_weight(grad, grad_out, input, {LAYER}), len(normalized_shape))",
        "bias": "zeros_like(bias)",
    },
    samples=[
        (
            *(np.linspace(-1.0, 2.0, 12).reshape(3, 2, 2), first.BATCH, np.zeros((3, 2, 1)), np.ones((3, 2, 1))),
            *([1.5, -0.5], [0.25, 1.0], {"normalized_shape": (2,), "eps": 0.5}),
        )
    ],
)


# -- over the batch ---------------------------------------------------------------------------------------------------


@kernel
def batch_gradients(
    grad: Any,
    x: Any,
    weight: Any,
    mean: Any,
    invstd: Any,
    running_mean: Any,
    running_var: Any,
    training: bool,
    eps: float,
) -> tuple[Any, Any, Any]:
    """Return what normalising over the batch sends back to input, weight and bias; empty without a weight."""
    mean, var = first.batch_moments(x, running_mean, running_var, training)
    grads = (grad, None, None)
    return (
        first.batch_to_input(grads, x, weight, mean, var, training, eps),
        np.zeros(0, grad.dtype) if weight is None else first.batch_to_weight(grads, x, mean, var, eps),
        first.batch_to_bias(grads),
    )


@formula
def channels(values: Any, dimensions: int) -> Any:
    """Give one value per channel the shape (1, C, 1, …), if there are any."""
    return None if values is None else by_channel(values, dimensions)


@formula
def channels_of_two(back: Any, dimensions: int) -> tuple[Any, Any, Any]:
    """Give what comes to weight and bias the shape (1, C, 1, …)."""
    return back[0], channels(back[1], dimensions), channels(back[2], dimensions)


BATCH = (
    "None if training else by_channel(running_mean, input.ndim), "
    "None if training else by_channel(running_var, input.ndim), all_but_channels(input.ndim), eps"
)
BACK, WEIGHT = "channels_of_two(grad, input.ndim)", "channels(weight, input.ndim)"
op(
    "batch_norm_backward",
    inputs="grad_out input weight? mean? invstd? running_mean? running_var?",
    arguments="training, eps",
    symbol="∂batch norm",
    group="reduction",
    title="normalise over the batch, backwards",
    node="NativeBatchNormBackwardBackward0",
    outputs=3,
    forward="batch_gradients(grad_out, input, weight, mean, invstd, running_mean, running_var, training, eps)",
    vjp={
        "grad_out": f"again_to_gradient({BACK}, input, {WEIGHT}, {BATCH})",
        "input": f"again_to_input({BACK}, grad_out, input, {WEIGHT}, {BATCH})",
        "weight": "zeros_like(weight) if grad[0] is None else "
        f"total(again_to_weight({BACK}, grad_out, input, {BATCH}), all_but_channels(input.ndim))",
        "mean": "zeros_like(mean)",
        "invstd": "zeros_like(invstd)",
    },
    samples=[
        (
            *(np.linspace(-1.0, 2.0, 12).reshape(3, 2, 2), first.BATCH, [1.5, -0.5]),
            *(np.zeros((1, 2, 1)), np.ones((1, 2, 1)), *first.RUNNING),
            {"training": training, "eps": 0.5},
        )
        for training in (True, False)
    ],
)
