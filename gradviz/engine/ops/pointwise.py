"""Functions applied to each element: exp, log, sin, relu, round and their like."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import dtype as dtypes
from .. import messages
from ..in_place import in_place_form
from ..kernels import kernel, where
from ..op import find, op
from ..surface import public
from ..tensor import Tensor

SINGLE = [(1.5,), (-0.75,), ([1.0, -2.5, 3.0],), ([[0.5, -1.5], [2.5, -0.25]],)]


POSITIVE = [(1.5,), (0.25,), ([1.0, 2.5, 30.0],), ([[0.5, 1.5], [2.5, 0.25]],)]


BETWEEN = [(1.25,), (-0.75,), ([1.25, -2.75, 3.125],)]  # between the steps of floor, round and their like


UNIT = [(0.5,), ([-0.75, 0.25, 0.9],)]


def pointwise(name: str, forward: str, node: str, derivative: str, **rest: Any) -> None:
    """Declare a function of one input that has an in-place form and turns integers into floats."""
    op(
        name,
        forward=forward,
        node=node,
        derivative={"self": derivative},
        group="pointwise",
        **{
            "result": "float",
            "samples": SINGLE,
            "code": f"torch.{name}({{self}})",
            "names": name,
            "in_place": True,
            **rest,
        },
    )


pointwise("exp", "exp(self)", "ExpBackward0", "result")


pointwise("log", "log(self)", "LogBackward0", "1 / self", vjp={"self": "grad / self"}, samples=POSITIVE)


pointwise(
    "log2", "log2(self)", "Log2Backward0", "1 / (self * ln2)", vjp={"self": "grad / (self * ln2)"}, samples=POSITIVE
)


pointwise(
    "log10",
    "log10(self)",
    "Log10Backward0",
    "1 / (self * ln10)",
    vjp={"self": "grad / (self * ln10)"},
    samples=POSITIVE,
)


pointwise(
    "log1p", "log1p(self)", "Log1PBackward0", "1 / (self + 1)", vjp={"self": "grad / (self + 1)"}, samples=POSITIVE
)


pointwise("expm1", "expm1(self)", "Expm1Backward0", "result + 1")


pointwise("sin", "sin(self)", "SinBackward0", "cos(self)")


pointwise("cos", "cos(self)", "CosBackward0", "-sin(self)")


pointwise(
    "tan", "tan(self)", "TanBackward0", "1 + result * result", recorded={"self": "grad * (result**2 + 1)"}
)


@kernel
def tanh_slope(grad: Any, y: Any) -> Any:
    """Return grad · (1 − y²) as torch's loop rounds: a fused multiply-add for 1 − y², 16-bit floats once at the end."""
    if y.dtype.char != "f":
        if y.dtype.itemsize == 2:
            wide = y.astype(np.float32)
            return (grad.astype(np.float32) * (1 - wide * wide)).astype(y.dtype)
        return grad * (1 - y * y)
    if not y.ndim:
        return grad * np.float32(1 - float(y) * float(y))
    return grad * (1 - np.multiply(y, y, dtype=np.float64)).astype(np.float32)


op(
    "tanh_backward",
    inputs="grad_output output",
    symbol="∂tanh",
    group="pointwise",
    title="tanh, backwards",
    node="TanhBackwardBackward0",
    forward="tanh_slope(grad_output, output)",
    vjp={"grad_output": "tanh_slope(grad, output)", "output": "grad * (-2 * output * grad_output)"},
    kind="pointwise",
    samples=[([0.5, -2.0, 1.0], [0.5, -0.25, 0.0])],
)


@kernel
def sigmoid_backward(grad: Any, y: Any) -> Any:
    """Return grad · (1 − y) · y."""
    return grad * (1 - y) * y


op(
    "sigmoid_backward",
    inputs="grad_output output",
    symbol="∂σ",
    group="pointwise",
    title="sigmoid, backwards",
    node="SigmoidBackwardBackward0",
    forward="sigmoid_backward(grad_output, output)",
    vjp={"grad_output": "sigmoid_backward(grad, output)", "output": "grad * grad_output * (1 - 2 * output)"},
    kind="pointwise",
    samples=[([0.5, -2.0, 1.0], [0.5, 0.25, 0.75])],
)


@kernel
def threshold_backward(grad: Any, x: Any, threshold: float) -> Any:
    """Return the gradient where x is above the threshold, else 0."""
    return where(x <= threshold, 0, grad)


op(
    "threshold_backward",
    inputs="grad_output self",
    arguments="threshold",
    symbol="∂max",
    group="pointwise",
    title="threshold, backwards",
    node="ThresholdBackwardBackward0",
    forward="threshold_backward(grad_output, self, threshold)",
    vjp={"grad_output": "threshold_backward(grad, self, threshold)", "self": "zeros_like(grad)"},
    kind="pointwise",
    samples=[([0.5, -2.0, 1.0], [0.5, -0.25, 0.75], {"threshold": 0})],
)


pointwise("sinh", "sinh(self)", "SinhBackward0", "cosh(self)")


pointwise("cosh", "cosh(self)", "CoshBackward0", "sinh(self)")


pointwise(
    "tanh",
    "tanh(self)",
    "TanhBackward0",
    "1 - result * result",
    vjp={"self": "tanh_slope(grad, result)"},
)


pointwise(
    "asin", "arcsin(self)", "AsinBackward0", "1 / sqrt(1 - self * self)", samples=UNIT, names="asin arcsin",
    recorded={"self": "grad * (-self * self + 1).rsqrt()"},
)  # fmt: skip


pointwise(
    "acos", "arccos(self)", "AcosBackward0", "-1 / sqrt(1 - self * self)", samples=UNIT, names="acos arccos",
    recorded={"self": "grad * -(-self * self + 1).rsqrt()"},
)  # fmt: skip


pointwise(
    "atan", "arctan(self)", "AtanBackward0", "1 / (self * self + 1)", names="atan arctan",
    recorded={"self": "grad / (self * self + 1)"},
)  # fmt: skip


pointwise(
    "erf", "erf(self)", "ErfBackward0", "2 / pi**0.5 * exp(-(self * self))",
    recorded={"self": "2 / pi**0.5 * exp(-(self**2)) * grad"},
)  # fmt: skip


pointwise(
    "sigmoid",
    "sigmoid(self)",
    "SigmoidBackward0",
    "(1 - result) * result",
    symbol="σ",
    vjp={"self": "grad * (1 - result) * result"},
    recorded={"self": "sigmoid_backward(grad, result)"},
)


pointwise(
    "sqrt",
    "sqrt(self)",
    "SqrtBackward0",
    "1 / (2 * result)",
    symbol="√",
    vjp={"self": "grad / (2 * result)"},
    samples=POSITIVE,
    kinks=[(0.0,)],
)


pointwise(
    "rsqrt",
    "1 / sqrt(self)",
    "RsqrtBackward0",
    "-0.5 * power(result, 3)",
    vjp={"self": "-0.5 * grad * power(result, 3)"},
    samples=POSITIVE,
)


pointwise(
    "abs",
    "abs(self)",
    "AbsBackward0",
    "sign(self)",
    recorded={"self": "grad * self.sgn()"},
    symbol="|x|",
    result="same",
    names="abs absolute",
    kinks=[(0.0,), ([0.0, -0.0],)],
)


pointwise("sign", "sign(self)", "SignBackward0", "0", vjp={"self": "zeros_like(grad)"}, result="same", kinks=[(0.0,)])


pointwise(
    "relu",
    "relu(self)",
    "ReluBackward0",
    "where(result <= 0, 0, 1)",
    result="same",
    vjp={"self": "where(result <= 0, 0, grad)"},
    recorded={"self": "threshold_backward(grad, result, 0)"},
    kinks=[(0.0,), ([0.0, float("nan")],)],
)


pointwise(
    "floor",
    "floor(self)",
    "FloorBackward0",
    "0",
    vjp={"self": "zeros_like(grad)"},
    samples=BETWEEN,
    kinks=SINGLE,
    result="same",
)


pointwise(
    "ceil",
    "ceil(self)",
    "CeilBackward0",
    "0",
    vjp={"self": "zeros_like(grad)"},
    samples=BETWEEN,
    kinks=SINGLE,
    result="same",
)


pointwise(
    "trunc",
    "trunc(self)",
    "TruncBackward0",
    "0",
    vjp={"self": "zeros_like(grad)"},
    samples=BETWEEN,
    kinks=SINGLE,
    result="same",
    names="trunc fix",
)


pointwise("frac", "fraction(self)", "FracBackward0", "1", samples=BETWEEN, kinks=SINGLE, result="same")


Tensor.__abs__ = Tensor.abs


round_whole = op(
    "round.decimals",
    arguments="decimals",
    symbol="round",
    group="pointwise",
    node="RoundBackward1",
    forward="rounded(self, decimals)",
    vjp={"self": "zeros_like(grad)"},
    samples=[([1.23, -0.76], {"decimals": 1})],
)


round_plain = op(
    "round",
    symbol="round",
    group="pointwise",
    node="RoundBackward0",
    title="round half to even",
    code="torch.round({self})",
    forward="round_half_even(self)",
    vjp={"self": "zeros_like(grad)"},
    samples=BETWEEN,
    kinks=SINGLE,
)


@kernel
def fraction(x: Any) -> Any:
    """Return what is behind the point."""
    if x.dtype.kind in "biu":
        raise messages.not_for("frac_cpu", dtypes.of(x))
    return x - np.trunc(x)


@kernel
def rounded(x: Any, decimals: int) -> Any:
    """Round half to even at a number of decimals."""
    if x.dtype.kind in "iu":
        return +x
    return np.round(x, decimals)


@public("round")
def round_half_even(self: Tensor, *, decimals: int = 0) -> Any:
    """Round to whole numbers, or to a number of decimals; halves to even."""
    return round_plain(self) if decimals == 0 else round_whole(self, decimals)


Tensor.round_ = in_place_form(find("round"), round_half_even)
