"""The ways back through activation functions, as ops: PyTorch's nodes of a recorded pass.

Each is linear in the gradient that arrives, so its rule for that gradient is the way back once more; its rule for the
input is the second derivative.
"""

from __future__ import annotations

import re
from typing import Any

from ..kernels import exp, formula, sigmoid, tanh
from ..meaning import on_tensors
from ..op import op
from ..transcendental import log1p
from .rectifiers import halves, side_by_side

GRADIENT = re.compile(r"\bgrad\b")
WIDE = ([0.5, -2.0, 1.0, 1.5, -0.5, 0.25], [-7.0, -2.5, -0.25, 0.3, 2.2, 8.0])


def way_back(
    name: str,
    node: str,
    rule: str,
    second: dict[str, str],
    inputs: str = "self",
    arguments: str = "",
    samples: Any = (WIDE,),
    **rest: Any,
) -> None:
    """Declare the rule of an op as an op itself, and give recorded rules the use of it under its name.

    `rule` is written with `grad`, as that of the op; `second` has the rules for its other inputs, in which `grad` is
    what arrives and `grad_output` what had arrived before.
    """
    found = op(
        f"{name}_backward",
        **{
            "inputs": f"grad_output {inputs}",
            "arguments": arguments,
            "symbol": "∂" + name.replace("_", " "),
            "group": "pointwise",
            "title": f"{name.replace('_', ' ')}, backwards",
            "node": node,
            "kind": "pointwise",
            "forward": GRADIENT.sub("grad_output", rule),
            "vjp": {"grad_output": rule, **second},
            "samples": samples,
            **rest,
        },
    )
    on_tensors(f"{name}_backward")(found)


CONSTANT = {"self": "zeros_like(grad)"}  # the slope is constant between the kinks

way_back(
    "leaky_relu",
    "LeakyReluBackwardBackward0",
    "where(self > 0, grad, grad * negative_slope)",
    CONSTANT,
    arguments="negative_slope=0.01",
)
way_back(
    "elu",
    "EluBackwardBackward0",
    "where(self > 0, grad * scale, grad * (input_scale * alpha * scale) * exp(self * input_scale))",
    {
        "self": "where(self < 0, grad * grad_output * (input_scale * input_scale * alpha * scale) "
        "* exp(self * input_scale), 0)"
    },
    arguments="alpha=1.0, scale=1, input_scale=1",
    samples=[WIDE, (*WIDE, {"alpha": 0.5, "scale": 2.0, "input_scale": 0.75})],
)
way_back(  # in place, from the result: the same function of PyTorch with another argument
    "elu_result",
    "EluBackwardBackward0",
    "where(self <= 0, grad * input_scale * (self + alpha * scale), grad * scale)",
    {"self": "where(self < 0, grad * grad_output * input_scale, 0)"},
    arguments="alpha=1.0, scale=1, input_scale=1",
    samples=[(WIDE[0], [-0.9, -0.5, 0.25, 1.0, -0.1, 3.0])],
)
way_back(
    "softplus",
    "SoftplusBackwardBackward0",
    "where(self * beta > threshold, grad, grad * sigmoid(self * beta))",
    {
        "self": "where(self * beta > threshold, 0, grad * grad_output * sigmoid(self * beta) "
        "* (1 - sigmoid(self * beta)) * beta)"
    },
    arguments="beta=1, threshold=20",
    samples=[WIDE, (*WIDE, {"beta": 3})],
)
way_back(
    "gelu",
    "GeluBackwardBackward0",
    "grad * gelu_slope(self, approximate)",
    {"self": "grad * grad_output * gelu_bend(self, approximate)"},
    arguments="approximate='none'",
    samples=[WIDE, (*WIDE, {"approximate": "tanh"})],
)
way_back(
    "hardtanh",
    "HardtanhBackwardBackward0",
    "where((self <= min_val) | (self >= max_val), 0, grad)",
    CONSTANT,
    arguments="min_val=-1.0, max_val=1.0",
)
way_back(
    "hardswish",
    "HardswishBackwardBackward0",
    "where(self <= -3, 0, where(self < 3, grad * (self / 3 + 0.5), grad))",
    {"self": "where((self > -3) & (self < 3), grad * grad_output / 3, 0)"},
)
for name in ("hardshrink", "softshrink"):
    way_back(
        name,
        f"{name.capitalize()}BackwardBackward0",
        "where((self >= -lambd) & (self <= lambd), 0, grad)",
        CONSTANT,
        arguments="lambd=0.5",
    )
way_back(
    "log_sigmoid",
    "LogSigmoidBackwardBackward0",
    "grad * sigmoid(-self)",
    {"self": "-(grad * grad_output) * sigmoid(self) * (1 - sigmoid(self))"},
)
way_back(
    "glu",
    "GluBackwardBackward0",
    "gated_back(grad, self, dim)",
    {"grad_output": "gated_forth(grad, self, dim)", "self": "gated_bend(grad, grad_output, self, dim)"},
    arguments="dim=-1",
    kind="general",
    samples=[([[0.5], [-2.0]], [[1.0, -2.0], [0.5, 3.0]], {"dim": -1})],
)


@formula
def gelu_bend(x: Any, approximate: str) -> Any:
    """Return the second derivative of gelu."""
    if approximate == "tanh":
        inner = tanh(0.7978845608028654 * (x + 0.044715 * x * x * x))
        slope = 0.7978845608028654 * (1 + 3 * 0.044715 * x * x)
        return (1 - inner * inner) * (slope + 0.7978845608028654 * 3 * 0.044715 * x * x - x * inner * slope * slope)
    return exp(-0.5 * x * x) * 0.3989422804014327 * (2 - x * x)


@formula
def gated_forth(grad: Any, x: Any, dim: int) -> Any:
    """Return the way back from what a gate sends to both halves, for the gradient that arrived."""
    (to_value, to_gate), (value, gate) = halves(grad, dim), halves(x, dim)
    opened = sigmoid(gate)
    return to_value * opened + to_gate * value * opened * (1 - opened)


@formula
def gated_bend(grad: Any, before: Any, x: Any, dim: int) -> Any:
    """Return the way back from what a gate sends to both halves, for its input."""
    (to_value, to_gate), (value, gate) = halves(grad, dim), halves(x, dim)
    opened = sigmoid(gate)
    slope = before * opened * (1 - opened)
    return side_by_side(to_gate * slope, (to_value + to_gate * value * (1 - 2 * opened)) * slope, dim)


@formula
def mish_back(grad: Any, x: Any) -> Any:
    """Return the gradient of x · tanh(log(1 + e^x)) as PyTorch records it."""
    gate = tanh(log1p(exp(x)))
    return grad * (gate + x * sigmoid(x) * (1 - gate * gate))
