"""More activation functions: rectifiers with limits and slopes of their own, shrinkage, gates."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..kernels import axis_of, formula, kernel, sigmoid
from ..meaning import on_tensors
from ..messages import not_for
from ..op import find, op
from ..surface import public
from ..tensor import Tensor

WIDE: list[Any] = [(0.7,), (-0.3,), ([-7.0, -2.5, -0.25, 0.3, 2.2, 8.0],)]


def activation(name: str, node: str, forward: str, slope: str, vjp: str = "", arguments: str = "", **rest: Any) -> None:
    """Declare an activation function of one input."""
    op(
        name,
        arguments=arguments,
        group="pointwise",
        node=node,
        code=f"torch.nn.functional.{name}({{self}})",
        forward=forward,
        derivative={"self": slope},
        vjp={"self": vjp} if vjp else {},
        **({"samples": WIDE} | rest),
    )


activation(
    "hardtanh",
    "HardtanhBackward0",
    "bounded(self, min_val, max_val)",
    "where((self <= min_val) | (self >= max_val), 0, 1)",
    "where((self <= min_val) | (self >= max_val), 0, grad)",
    "min_val=-1.0, max_val=1.0",
    recorded={"self": "hardtanh_backward(grad, self, min_val, max_val)"},
    kinks=[([-1.0, 1.0],)],
)
activation(
    "celu",
    "CeluBackward0",
    "where(self > 0, self, expm1(self / alpha) * alpha)",
    "where(self > 0, 1, exp(self / alpha))",
    "where(self > 0, grad, grad * exp(self / alpha))",
    "alpha=1.0",
    recorded={"self": "elu_backward(grad, self, alpha, 1, 1 / alpha)"},
    samples=[*WIDE, ([1.0, -2.0], {"alpha": 0.5})],
    kinks=[(0.0,)],
)
activation(
    "mish",
    "MishBackward0",
    "self * tanh(softplus(self))",
    "tanh(softplus(self)) + self * sigmoid(self) * (1 - tanh(softplus(self)) * tanh(softplus(self)))",
    recorded={"self": "mish_back(grad, self)"},
)
activation(
    "softshrink",
    "SoftshrinkBackward0",
    "where(self > lambd, self - lambd, where(self < -lambd, self + lambd, self * 0))",
    "where((self >= -lambd) & (self <= lambd), 0, 1)",
    "where((self >= -lambd) & (self <= lambd), 0, grad)",
    "lambd=0.5",
    recorded={"self": "softshrink_backward(grad, self, lambd)"},
    kinks=[([0.5, -0.5],)],
)
activation(
    "hardshrink",
    "HardshrinkBackward0",
    "where((self >= -lambd) & (self <= lambd), 0, self)",
    "where((self >= -lambd) & (self <= lambd), 0, 1)",
    "where((self >= -lambd) & (self <= lambd), 0, grad)",
    "lambd=0.5",
    recorded={"self": "hardshrink_backward(grad, self, lambd)"},
    kinks=[([0.5, -0.5],)],
)
activation(
    "threshold",
    "ThresholdBackward0",
    "where(self <= threshold, value, self)",
    "where(self <= threshold, 0, 1)",
    "where(self <= threshold, 0, grad)",
    "threshold=0, value=0",
    recorded={"self": "threshold_backward(grad, self, threshold)"},
    samples=[(*each, {"threshold": 0.1, "value": 2}) for each in WIDE],
    kinks=[([0.5, 1.0], {"threshold": 0.5, "value": 2})],
)
activation(
    "hardsigmoid",
    "HardsigmoidBackward0",
    "bounded(self + 3, 0, 6) / 6",
    "where((self > -3) & (self < 3), 1 / 6, 0)",
    # PyTorch's sixth is the single-precision one, for doubles too; this one is as exact as the type.
    "where((self > -3) & (self < 3), grad * (1 / 6), 0)",
    kinks=[([-3.0, 3.0],)],
)
activation(
    "hardswish",
    "HardswishBackward0",
    "self * bounded(self + 3, 0, 6) / 6",
    "where(self <= -3, 0, where(self < 3, self / 3 + 0.5, 1))",
    "where(self <= -3, 0, where(self < 3, grad * (self / 3 + 0.5), grad))",
    recorded={"self": "hardswish_backward(grad, self)"},
    kinks=[([-3.0, 3.0],)],
)
activation(
    "logsigmoid",
    "LogSigmoidBackward0",
    "minimum(self, 0) - log1p(exp(-abs(self)))",
    "sigmoid(-self)",
    recorded={"self": "log_sigmoid_backward(grad, self)"},
)


# In place, most of these save their result, so PyTorch has rules of their own for them.
for name, arguments, forward, vjp, recorded in (
    (
        "leaky_relu",
        "negative_slope=0.01",
        "where(self > 0, self, self * negative_slope)",
        "where(result > 0, grad, grad * negative_slope)",
        "leaky_relu_backward(grad, result, negative_slope)",
    ),
    (
        "elu",
        "alpha=1.0, scale=1, input_scale=1",
        "where(self > 0, self * scale, expm1(self * input_scale) * (alpha * scale))",
        "where(result <= 0, grad * input_scale * (result + alpha * scale), grad * scale)",
        "elu_result_backward(grad, result, alpha, scale, input_scale)",
    ),
    (
        "celu",
        "alpha=1.0",
        "where(self > 0, self, expm1(self / alpha) * alpha)",
        "where(result <= 0, grad / alpha * (result + alpha), grad)",
        "elu_result_backward(grad, result, alpha, 1, 1 / alpha)",
    ),
    (
        "threshold",
        "threshold=0, value=0",
        "where(self <= threshold, value, self)",
        "where(self <= threshold, 0, grad)",
        "threshold_backward(grad, self, threshold)",
    ),
):
    op(
        f"{name}.in_place",
        arguments=arguments,
        symbol=name.replace("_", " "),
        group="in place",
        title=f"{name.replace('_', ' ')}, in place",
        node=f"{name.title().replace('_', '')}Backward1",
        forward=forward,
        vjp={"self": vjp},
        recorded={"self": recorded},
    )

# -- with a slope that is given ---------------------------------------------------------------------------------------

op(
    "prelu",
    inputs="self weight",
    group="pointwise",
    title="relu with a slope that is learned",
    node="PreluKernelBackward0",
    kind="pointwise",
    forward="where(self > 0, self, weight * self)",
    vjp={"self": "where(self > 0, grad, weight * grad)", "weight": "where(self > 0, 0, self * grad)"},
    samples=[([1.0, -2.0, 0.5], [0.25]), ([[1.0, -2.0], [-0.5, 3.0]], [[0.25, 0.5]])],
    kinks=[([0.0, 1.0], [0.25])],
)


@public("prelu", function=False)
def prelu(self: Tensor, weight: Tensor) -> Any:
    """Slope 1 above 0, `weight` below: one number, or one for each channel."""
    if not self.ndim and (weight.ndim > 1 or weight.numel() != 1):
        raise RuntimeError("Not allow zero-dim input tensor.")
    channels = self.shape[1] if self.ndim > 1 else 1
    if weight.numel() not in (1, channels):
        raise RuntimeError(
            "Mismatch of parameter numbers and input channel size. Found parameter numbers = "
            f"{weight.numel()} and channel size = {channels}."
        )
    if weight.ndim > 1:
        raise RuntimeError(f"prelu: Expected `weight` to be a scalar or 1D tensor, but got: ndim = {weight.ndim}")
    if self.ndim != weight.ndim or weight.numel() > 1:
        shape = [1] * self.ndim
        if self.ndim > 1:
            shape[1] = weight.numel()
        weight = weight.view(shape)
    return find("prelu").function(self, weight)


@public("hardshrink", function=False)
def hardshrink(self: Tensor, lambd: float = 0.5) -> Any:
    """Return 0 within ± lambd and the number itself outside."""
    if self._value.dtype.kind in "biu":
        raise not_for("hardshrink_cpu", self.dtype)
    return find("hardshrink").function(self, lambd)


for number in (0, 1):
    op(
        "rrelu_with_noise" + ".in_place" * number,
        inputs="self noise",
        arguments="lower=0.125, upper=0.3333333333333333",
        symbol="rrelu",
        group="in place" if number else "pointwise",
        title="relu with a random slope",
        node=f"RreluWithNoiseBackward{number}",
        forward="self * noise",
        vjp={"self": "grad * noise"},
        samples=[] if number else [([1.0, -2.0], np.array([1.0, 0.25]))],
    )

# -- gates ------------------------------------------------------------------------------------------------------------


def halves(x: Any, dim: int) -> tuple[Any, Any]:
    """Cut in two along a dimension."""
    dim = dim % x.ndim
    middle = x.shape[dim] // 2
    before = (slice(None),) * dim
    return x[(*before, slice(0, middle))], x[(*before, slice(middle, None))]


@kernel
def gated(x: Any, dim: int) -> Any:
    """Return the first half times the sigmoid of the second."""
    if not x.ndim:
        raise RuntimeError("glu does not support scalars because halving size must be even")
    if x.shape[axis_of(dim, x.ndim)] % 2:
        raise RuntimeError(f"Halving dimension must be even, but dimension {dim % x.ndim} is size {x.shape[dim]}")
    value, gate = halves(x, dim)
    return value * sigmoid(gate)


@formula
def gated_back(grad: Any, x: Any, dim: int) -> Any:
    """Return what a gate sends back to both halves."""
    value, gate = halves(x, dim)
    opened = sigmoid(gate)
    return side_by_side(grad * opened, grad * value * opened * (1 - opened), dim)


@kernel
def side_by_side(first: Any, second: Any, dim: int) -> Any:
    """Join two halves along a dimension."""
    return np.concatenate([first, second], dim)


@on_tensors("side_by_side")
def joined_tensors(first: Tensor, second: Tensor, dim: int) -> Any:
    """Join two halves along a dimension."""
    return find("cat").function([first, second], dim)


op(
    "glu",
    arguments="dim=-1",
    group="pointwise",
    title="gate by the other half",
    node="GluBackward0",
    code="torch.nn.functional.glu({self})",
    forward="gated(self, dim)",
    vjp={"self": "gated_back(grad, self, dim)"},
    recorded={"self": "glu_backward(grad, self, dim)"},
    samples=[([[1.0, -2.0], [0.5, 3.0]], {"dim": each}) for each in (0, 1, -1)],
)
