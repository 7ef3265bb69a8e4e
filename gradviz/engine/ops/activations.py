"""The activation functions of neural networks beyond tanh, sigmoid and relu."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..kernels import erf, exp, formula, kernel, tanh
from ..op import op
from .pointwise import SINGLE

op(
    "leaky_relu",
    arguments="negative_slope=0.01",
    result="float",
    group="pointwise",
    title="leaky relu",
    node="LeakyReluBackward0",
    code="torch.nn.functional.leaky_relu({self})",
    forward="where(self > 0, self, self * negative_slope)",
    derivative={"self": "where(self > 0, 1, negative_slope)"},
    vjp={"self": "where(self > 0, grad, grad * negative_slope)"},
    recorded={"self": "leaky_relu_backward(grad, self, negative_slope)"},
    samples=[*SINGLE, ([1.0, -2.0], {"negative_slope": 0.2})],
    kinks=[(0.0,)],
)


op(
    "elu",
    arguments="alpha=1.0, scale=1, input_scale=1",
    result="float",
    group="pointwise",
    node="EluBackward0",
    code="torch.nn.functional.elu({self})",
    forward="where(self > 0, self * scale, expm1(self * input_scale) * (alpha * scale))",
    derivative={"self": "where(self > 0, scale, input_scale * alpha * scale * exp(self * input_scale))"},
    vjp={"self": "where(self > 0, grad * scale, grad * (input_scale * alpha * scale) * exp(self * input_scale))"},
    recorded={"self": "elu_backward(grad, self, alpha, scale, input_scale)"},
    samples=[*SINGLE, ([1.0, -2.0], {"alpha": 0.5})],
    kinks=[(0.0,)],
)


op(
    "gelu",
    arguments="approximate='none'",
    group="pointwise",
    node="GeluBackward0",
    result="float",
    code="torch.nn.functional.gelu({self})",
    forward="gelu(self, approximate)",
    vjp={"self": "grad * gelu_slope(self, approximate)"},
    recorded={"self": "gelu_backward(grad, self, approximate)"},
    samples=[*SINGLE, ([1.0, -2.0], {"approximate": "tanh"})],
)


op(
    "silu",
    group="pointwise",
    node="SiluBackward0",
    code="torch.nn.functional.silu({self})",
    forward="self * sigmoid(self)",
    derivative={"self": "sigmoid(self) * (1 + self * (1 - sigmoid(self)))"},
    recorded={"self": "grad * sigmoid(self) * (1 + self * (1 - sigmoid(self)))"},
    samples=SINGLE,
)


op(
    "softplus",
    arguments="beta=1, threshold=20",
    result="float",
    group="pointwise",
    node="SoftplusBackward0",
    code="torch.nn.functional.softplus({self})",
    forward="where(self * beta > threshold, self, log1p(exp(self * beta)) / beta)",
    derivative={"self": "where(self * beta > threshold, 1, sigmoid(self * beta))"},
    recorded={"self": "softplus_backward(grad, self, beta, threshold)"},
    samples=[*SINGLE, ([1.0, 30.0], {"beta": 2})],
)


@kernel
def gelu(x: Any, approximate: str) -> Any:
    """Return x · Φ(x), exactly or by the tanh formula."""
    if approximate == "tanh":
        return 0.5 * x * (1 + np.tanh(0.7978845608028654 * (x + 0.044715 * x * x * x)))
    return x * 0.5 * (1 + erf(x * 0.7071067811865476))


@formula
def gelu_slope(x: Any, approximate: str) -> Any:
    """Return the derivative of gelu."""
    if approximate == "tanh":
        inner = tanh(0.7978845608028654 * (x + 0.044715 * x * x * x))
        return 0.5 * (1 + inner) + 0.5 * x * (1 - inner * inner) * (0.7978845608028654 * (1 + 3 * 0.044715 * x * x))
    return 0.5 * (1 + erf(x * 0.7071067811865476)) + x * exp(-0.5 * x * x) * 0.3989422804014327
