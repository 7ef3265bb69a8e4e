"""Functions applied to each element: exp, log, sin, relu, clamp … and the activations of neural networks."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import dtype as dtypes
from ..in_place import in_place_form
from ..kernels import erf, kernel
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
pointwise("tan", "tan(self)", "TanBackward0", "1 + result * result")
pointwise("sinh", "sinh(self)", "SinhBackward0", "cosh(self)")
pointwise("cosh", "cosh(self)", "CoshBackward0", "sinh(self)")
pointwise("tanh", "tanh(self)", "TanhBackward0", "1 - result * result")
pointwise("asin", "arcsin(self)", "AsinBackward0", "1 / sqrt(1 - self * self)", samples=UNIT, names="asin arcsin")
pointwise("acos", "arccos(self)", "AcosBackward0", "-1 / sqrt(1 - self * self)", samples=UNIT, names="acos arccos")
pointwise("atan", "arctan(self)", "AtanBackward0", "1 / (self * self + 1)", names="atan arctan")
pointwise("erf", "erf(self)", "ErfBackward0", "2 / pi**0.5 * exp(-(self * self))")
pointwise(
    "sigmoid",
    "sigmoid(self)",
    "SigmoidBackward0",
    "(1 - result) * result",
    symbol="σ",
    vjp={"self": "grad * (1 - result) * result"},
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
pointwise("frac", "self - trunc(self)", "FracBackward0", "1", samples=BETWEEN, kinks=SINGLE, result="same")

Tensor.__abs__ = Tensor.abs


@kernel
def bounded(x: Any, low: Any, high: Any) -> Any:
    """Return x limited to [low, high]; either may be None. A float limit makes whole numbers floats."""
    limits = [limit for limit in (low, high) if limit is not None]
    if not limits:
        raise RuntimeError("torch.clamp: At least one of 'min' or 'max' must not be None")
    target = dtypes.result_type(x, *limits).numpy
    x = dtypes.convert(x, target)
    if low is not None:
        x = np.maximum(x, dtypes.convert(low, target))
    if high is not None:
        x = np.minimum(x, dtypes.convert(high, target))
    return x


@kernel
def inside(x: Any, low: Any, high: Any) -> Any:
    """Return where x lies in [low, high], the borders included."""
    above = True if low is None else x >= low
    return above & (x <= high) if high is not None else above


clamp_numbers = op(
    "clamp",
    arguments="min=None, max=None",
    symbol="clamp",
    group="pointwise",
    code="torch.clamp({self}, 0, 1)",
    node="ClampBackward1",
    forward="bounded(self, min, max)",
    derivative={"self": "where(inside(self, min, max), 1, 0)"},
    vjp={"self": "where(inside(self, min, max), grad, 0)"},
    samples=[(1.5, {"min": 0, "max": 1}), ([0.5, -2.0, 3.0], {"min": 0}), ([0.5, 2.0], {"max": 1})],
    kinks=[([0.0, 1.0], {"min": 0, "max": 1})],
)
clamp_tensors = op(
    "clamp.tensor",
    inputs="self min? max?",
    symbol="clamp",
    group="pointwise",
    node="ClampBackward0",
    kind="pointwise",
    forward="bounded(self, min, max)",
    vjp={
        "self": "where(inside(self, min, max), grad, 0)",
        "min": "where(held_below(self, min, max), grad, 0)",
        "max": "where(held_above(self, min, max), grad, 0)",
    },
    samples=[([0.5, -2.0, 3.0], [0.0, 0.5, 1.0], [1.0, 1.0, 2.0])],
)


@kernel
def held_below(x: Any, low: Any, high: Any) -> Any:
    """Return where the lower limit is the result."""
    return x < low if high is None else (low < high) & (x < low)


@kernel
def held_above(x: Any, low: Any, high: Any) -> Any:
    """Return where the upper limit is the result."""
    return x > high if low is None else (high < low) | (x > high)


@public("clamp", "clip")
def clamp(self: Tensor, min: Any = None, max: Any = None) -> Any:
    """Limit each element to [min, max]; either may be None, numbers or tensors."""
    if isinstance(min, Tensor) or isinstance(max, Tensor):
        return clamp_tensors(self, min, max)
    return clamp_numbers(self, min, max)


Tensor.clamp_ = Tensor.clip_ = in_place_form(find("clamp"), clamp)


@public("clamp_min")
def clamp_min(self: Tensor, min: Any) -> Any:
    """Limit from below."""
    return clamp(self, min)


@public("clamp_max")
def clamp_max(self: Tensor, max: Any) -> Any:
    """Limit from above."""
    return clamp(self, None, max)


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
def rounded(x: Any, decimals: int) -> Any:
    """Round half to even at a number of decimals."""
    return np.round(x, decimals)


@public("round")
def round_half_even(self: Tensor, *, decimals: int = 0) -> Any:
    """Round to whole numbers, or to a number of decimals; halves to even."""
    return round_plain(self) if decimals == 0 else round_whole(self, decimals)


Tensor.round_ = in_place_form(find("round"), round_half_even)

op(
    "maximum",
    inputs="self other",
    symbol="max",
    group="pointwise",
    title="larger of two",
    code="torch.maximum({self}, {other})",
    node="MaximumBackward0",
    forward="maximum(self, other)",
    kind="binary",
    names="maximum",
    derivative={
        "self": "where(self == other, 0.5, where(self > other, 1, 0))",
        "other": "where(self == other, 0.5, where(self < other, 1, 0))",
    },
    vjp={
        "self": "where(self == other, grad / 2, where(self < other, 0, grad))",
        "other": "where(self == other, grad / 2, where(self > other, 0, grad))",
    },
    samples=[([1.0, -2.0, 3.0], [0.5, 4.0, -1.5]), (1.0, [2.0, 0.5])],
    kinks=[([1.0, 2.0], [1.0, 3.0])],
)
op(
    "minimum",
    inputs="self other",
    symbol="min",
    group="pointwise",
    title="smaller of two",
    code="torch.minimum({self}, {other})",
    node="MinimumBackward0",
    forward="minimum(self, other)",
    kind="binary",
    names="minimum",
    derivative={
        "self": "where(self == other, 0.5, where(self < other, 1, 0))",
        "other": "where(self == other, 0.5, where(self > other, 1, 0))",
    },
    vjp={
        "self": "where(self == other, grad / 2, where(self > other, 0, grad))",
        "other": "where(self == other, grad / 2, where(self < other, 0, grad))",
    },
    samples=[([1.0, -2.0, 3.0], [0.5, 4.0, -1.5]), (1.0, [2.0, 0.5])],
    kinks=[([1.0, 2.0], [1.0, 3.0])],
)
op(
    "atan2",
    inputs="self other",
    group="pointwise",
    title="angle of a point",
    node="Atan2Backward0",
    kind="binary",
    forward="arctan2(self, other)",
    result="float",
    names="atan2 arctan2",
    derivative={"self": "other / (self * self + other * other)", "other": "-self / (self * self + other * other)"},
    samples=[([1.0, -2.0], [0.5, 4.0])],
)

choose = op(
    "where",
    inputs="condition self? other?",
    symbol="where",
    group="pointwise",
    title="choose by a condition",
    code="torch.where({condition}, {self}, {other})",
    node="WhereBackward0",
    kind="pointwise",
    forward="chosen(condition, self, other)",
    vjp={"self": "where(condition, grad, 0)", "other": "where(condition, 0, grad)"},
    samples=[([True, False, True], [1.0, -2.0, 3.0], [0.5, 4.0, -1.5])],
)


@kernel
def chosen(condition: Any, yes: Any, no: Any) -> Any:
    """Choose elementwise after bringing both choices to one type."""
    if condition.dtype.kind != "b" and condition.dtype != np.uint8:
        raise RuntimeError(
            "where expected condition to be a boolean tensor, but got a tensor with dtype "
            f"{dtypes.of(condition).tensor_name}"
        )
    yes, no = dtypes.align(yes, no)
    return np.where(condition.astype(bool, copy=False), yes, no)[()]


@public("where", method=False)
def choose_or_find(condition: Tensor, self: Any = None, other: Any = None, *, input: Any = None) -> Any:
    """Choose by a condition; with the condition alone, return where it holds."""
    self = input if self is None else self
    if self is None and other is None:
        return condition.nonzero(as_tuple=True)
    return choose(condition, self, other)


def where_method(self: Tensor, condition: Tensor, other: Any) -> Any:
    """Keep elements where the condition holds, else take `other`."""
    return choose(condition, self, other)


Tensor.where = where_method

fill_where = op(
    "masked_fill",
    inputs="self mask",
    arguments="value",
    symbol="fill",
    group="pointwise",
    title="fill where a mask holds",
    code="{self}.masked_fill({mask}, 0)",
    node="MaskedFillBackward0",
    kind="pointwise",
    forward="filled(self, mask, value)",
    vjp={"self": "where(mask, 0, grad)"},
    samples=[([1.0, -2.0, 3.0], [True, False, True], {"value": 0.5})],
)
fill_where_tensor = op(
    "masked_fill.tensor",
    inputs="self mask value",
    symbol="fill",
    group="pointwise",
    title="fill with a tensor's number where a mask holds",
    node="MaskedFillBackward1",
    edge_count=2,
    kind="pointwise",
    forward="filled(self, mask, value)",
    vjp={"self": "where(mask, 0, grad)", "value": "where(mask, grad, 0).sum()"},
    samples=[([1.0, -2.0, 3.0], [True, False, True], 0.5)],
)


@kernel
def filled(x: Any, mask: Any, value: Any) -> Any:
    """Put a value where the mask holds."""
    return np.where(mask, x.dtype.type(value), x)[()]


@public("masked_fill")
def masked_fill(self: Tensor, mask: Tensor, value: Any) -> Any:
    """Return a copy with a number, or a tensor's number, where the mask holds."""
    return fill_where_tensor(self, mask, value) if isinstance(value, Tensor) else fill_where(self, mask, value)


Tensor.masked_fill_ = in_place_form(find("masked_fill"), masked_fill)


# -- activations ------------------------------------------------------------------------------------------------------

op(
    "leaky_relu",
    arguments="negative_slope=0.01",
    group="pointwise",
    title="leaky relu",
    node="LeakyReluBackward0",
    code="torch.nn.functional.leaky_relu({self})",
    forward="where(self > 0, self, self * negative_slope)",
    derivative={"self": "where(self > 0, 1, negative_slope)"},
    vjp={"self": "where(self > 0, grad, grad * negative_slope)"},
    samples=[*SINGLE, ([1.0, -2.0], {"negative_slope": 0.2})],
    kinks=[(0.0,)],
)
op(
    "elu",
    arguments="alpha=1.0, scale=1, input_scale=1",
    group="pointwise",
    node="EluBackward0",
    code="torch.nn.functional.elu({self})",
    forward="where(self > 0, self * scale, expm1(self * input_scale) * (alpha * scale))",
    derivative={"self": "where(self > 0, scale, input_scale * alpha * scale * exp(self * input_scale))"},
    vjp={"self": "where(self > 0, grad * scale, grad * (input_scale * alpha * scale) * exp(self * input_scale))"},
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
    samples=[*SINGLE, ([1.0, -2.0], {"approximate": "tanh"})],
)
op(
    "silu",
    group="pointwise",
    node="SiluBackward0",
    code="torch.nn.functional.silu({self})",
    forward="self * sigmoid(self)",
    derivative={"self": "sigmoid(self) * (1 + self * (1 - sigmoid(self)))"},
    samples=SINGLE,
)
op(
    "softplus",
    arguments="beta=1, threshold=20",
    group="pointwise",
    node="SoftplusBackward0",
    code="torch.nn.functional.softplus({self})",
    forward="where(self * beta > threshold, self, log1p(exp(self * beta)) / beta)",
    derivative={"self": "where(self * beta > threshold, 1, sigmoid(self * beta))"},
    samples=[*SINGLE, ([1.0, 30.0], {"beta": 2})],
)


@kernel
def gelu(x: Any, approximate: str) -> Any:
    """Return x · Φ(x), exactly or by the tanh formula."""
    if approximate == "tanh":
        return 0.5 * x * (1 + np.tanh(0.7978845608028654 * (x + 0.044715 * x * x * x)))
    return x * 0.5 * (1 + erf(x * 0.7071067811865476))


@kernel
def gelu_slope(x: Any, approximate: str) -> Any:
    """Return the derivative of gelu."""
    if approximate == "tanh":
        inner = np.tanh(0.7978845608028654 * (x + 0.044715 * x * x * x))
        return 0.5 * (1 + inner) + 0.5 * x * (1 - inner * inner) * (0.7978845608028654 * (1 + 3 * 0.044715 * x * x))
    return 0.5 * (1 + erf(x * 0.7071067811865476)) + x * np.exp(-0.5 * x * x) * 0.3989422804014327
