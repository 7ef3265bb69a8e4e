"""Functions of two or three tensors, element by element, that Python has no operator for."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .. import dtype as dtypes
from .. import watch
from ..in_place import in_place_form
from ..kernels import formula, kernel, where, zeros_like
from ..meaning import on_tensors
from ..op import find, op
from ..operands import aligned
from ..surface import number_as_tensor, public, strict
from ..tensor import Tensor
from .arithmetic import PAIRS

ABOVE = [([1.0, -2.5, 3.0], [0.5, 4.0, 1.5]), ([[1.0], [2.0]], [[3.0, 0.5]])]


def pair(name: str, forward: str, node: str, derivative: dict[str, str], **rest: Any) -> Any:
    """Declare a function of two tensors, or of a tensor and a number."""
    return op(
        name,
        inputs="self other",
        forward=forward,
        node=node,
        derivative=derivative,
        kind="binary",
        group="pointwise",
        **{"samples": PAIRS[2:], "names": name, "in_place": True, **rest},
    )


pair(
    "hypot",
    "hypot(self, other)",
    "HypotBackward0",
    {"self": "self / result", "other": "other / result"},
    recorded={"self": "grad * self / result", "other": "grad * other / result"},
    title="length of (a, b)",
)
@kernel
def logaddexp(a: Any, b: Any) -> Any:
    """Return log(eᵃ + eᵇ); of complex numbers that of the larger real part is taken out, as PyTorch does."""
    if a.dtype.kind != "c":
        return np.logaddexp(a, b)
    is_first = a.real >= b.real
    top, low = np.where(is_first, a, b), np.where(is_first, b, a)
    return np.where(np.isneginf(top.real), low, top + np.log1p(np.exp(low - top)))[()]


pair(
    "logaddexp",
    "logaddexp(self, other)",
    "LogaddexpBackward0",
    {"self": "exp(self - result)", "other": "exp(other - result)"},
    title="log(eᵃ + eᵇ)",
    result="float",
    vjp={"self": "grad / (1 + exp(other - self))", "other": "grad / (1 + exp(self - other))"},
    in_place=False,
)
pair(
    "logaddexp2",
    "logaddexp2(self, other)",
    "Logaddexp2Backward0",
    {"self": "exp2(self - result)", "other": "exp2(other - result)"},
    title="log₂(2ᵃ + 2ᵇ)",
    result="float",
    vjp={"self": "grad / (1 + exp2(other - self))", "other": "grad / (1 + exp2(self - other))"},
    recorded={"self": "grad / (1 + 2 ** (other - self))", "other": "grad / (1 + 2 ** (self - other))"},
    in_place=False,
)
xlogy_op = pair(
    "xlogy",
    "times_log(self, other)",
    "XlogyBackward0",
    {"self": "log(other)", "other": "self / other"},
    title="a · log b",
    result="float",
    number_node="XlogyBackward2",
    number_edge_count=1,
    samples=ABOVE,
    names="",
    in_place=False,
    vjp={"self": "log_slope(grad, self, other)", "other": "grad * self / other"},
    recorded={"self": "blanked_zeros(times_log(grad, other), self == 0, other <= 0)"},
)
xlogy_of_number = op(
    "xlogy.number",
    inputs="other",
    arguments="self",
    symbol="a · log b",
    group="pointwise",
    title="a number times log b",
    node="XlogyBackward1",
    forward="self * log(other)",
    derivative={"other": "self / other"},
    vjp={"other": "grad * (self / other)"},
    recorded={"other": "grad * self / other"},
    result="float",
    samples=[([1.5, 2.0], {"self": 2.0})],
)
xlog1py_op = pair(
    "xlog1py",
    "times_log1p(self, other)",
    "SpecialXlog1PyBackward0",
    {"self": "log1p(other)", "other": "self / (other + 1)"},
    vjp={
        # The zeros bring a number to the gradient's type before its logarithm is taken.
        "self": "where((self == 0) & (other <= -1), 0, grad * log1p(zeros_like(grad) + other))",
        "other": "grad * (self / (other + 1))",
    },
    recorded={
        "self": "blanked_zeros(times_log1p(grad, other), self == 0, other <= -1)",
        "other": "grad * self / (other + 1)",
    },
    saves={"self": "self"},
    title="a · log(1 + b)",
    result="float",
    number_node="SpecialXlog1PyBackward2",
    number_edge_count=1,
    samples=ABOVE,
    names="",
    in_place=False,
)
pair(
    "copysign",
    "copysign(self, other)",
    "CopysignBackward0",
    {"self": "where(self == 0, 0, result / self)", "other": "0"},
    title="a with the sign of b",
    result="float",
    number_node="CopysignBackward1",
    number_edge_count=1,
    vjp={"self": "grad * where(self == 0, 0, result / self)", "other": "zeros_like(grad)"},
    recorded={"self": "grad * (result / self).masked_fill(self == 0, 0)"},
)
pair(
    "ldexp",
    "self * 2.0**other",
    "LdexpBackward0",
    {"self": "2.0**other", "other": "result * ln2"},
    recorded={"other": "grad * result * ln2"},
    title="a · 2ᵇ",
    result="float",
)
for name, ahead, symbol in (("fmax", ">=", "max"), ("fmin", "<=", "min")):
    chosen = f"(self {ahead} other) | isnan(other)"
    pair(
        name,
        f"{name}(self, other)",
        f"{name.capitalize()}Backward0",
        {"self": f"where(self {ahead} other, 1, 0)", "other": f"where(self {ahead} other, 0, 1)"},
        vjp={"self": f"where({chosen}, grad, 0)", "other": f"where({chosen}, 0, grad)"},
        recorded={
            "self": f"grad.masked_fill(({chosen}).logical_not(), 0)",
            "other": f"grad.masked_fill({chosen}, 0)",
        },
        symbol=symbol,
        title={"max": "larger", "min": "smaller"}[symbol] + " of two, nan left out",
        in_place=False,
        kinks=[([1.0, 2.0], [1.0, 3.0])],
    )
for name, title in (("gcd", "greatest common divisor"), ("lcm", "least common multiple")):
    op(
        name,
        inputs="self other",
        forward=f"{name}(self, other)",
        kind="binary",
        group="arithmetic",
        title=title,
        names=name,
        in_place=True,
    )
op(
    "nextafter",
    inputs="self other",
    forward="nextafter(self, other)",
    kind="binary",
    group="pointwise",
    title="next number towards",
    names="nextafter",
    in_place=True,
)
op(
    "heaviside",
    inputs="self values",
    forward="step_of(self, values)",
    derivative=dict.fromkeys(("self", "values"), "not_implemented('aten::heaviside')"),
    node="NotImplemented",
    group="pointwise",
    title="step",
    names="heaviside",
    in_place=True,
)
for each in ("hypot", "logaddexp2", "copysign", "fmax", "fmin", "gcd", "lcm", "nextafter"):
    kernel(getattr(np, each))


@kernel
def times_log(a: Any, b: Any) -> Any:
    """Return a · log b, 0 where a is 0 and b is not nan."""
    return where((a == 0) & ~np.isnan(b), 0, a * log_of(b))


@formula
def log_slope(grad: Any, a: Any, b: Any) -> Any:
    """Return the gradient of a · log b in a: grad · log b, which is 0 where the gradient is."""
    return where((a == 0) & (b <= 0), 0, times_log(zeros_like(a) + grad, b))


@on_tensors("blanked_zeros")
def blanked_zeros(product: Tensor, zero: Any, undefined: Any) -> Any:
    """Return a product with 0 where its factor was 0 and the logarithm is not defined; a number is asked only once."""
    if isinstance(undefined, Tensor):
        return product.masked_fill(zero & undefined, 0)
    return product.masked_fill(zero, 0) if undefined else product


@kernel
def log_of(x: Any) -> Any:
    """Return the logarithm of an array, or of a Python number as one."""
    if hasattr(x, "dtype"):
        return np.log(x)
    return math.log(x) if x > 0 else -math.inf if x == 0 else math.nan


def log_beside_one(x: Any) -> Any:
    """Return the logarithm of 1 + x for an array, or for a Python number as one."""
    return np.log1p(x) if hasattr(x, "dtype") else float(np.log1p(float(x)))


@kernel
def times_log1p(a: Any, b: Any) -> Any:
    """Return a · log(1 + b), 0 where a is 0 and b is not nan."""
    return where((a == 0) & ~np.isnan(b), 0, a * log_beside_one(b))


@kernel
def step_of(x: Any, values: Any) -> Any:
    """Return 0 below zero, 1 above, and `values` at zero."""
    if x.dtype != values.dtype:
        raise RuntimeError("heaviside is not yet implemented for tensors with different dtypes.")
    x, values = aligned(x, values)
    return np.where(x == 0, values, x > 0).astype(x.dtype)[()]  # 0 for NaN, unlike NumPy's


@on_tensors("log_of")
def log_of_tensor(x: Any) -> Any:
    """Return the logarithm of a tensor or a number."""
    return x.log() if isinstance(x, Tensor) else log_of(x)


def either_number(name: str, function: Any) -> Any:
    """Give programs a function of two of which the first may be a number."""

    def with_numbers(self: Any, other: Any) -> Any:
        if not isinstance(self, Tensor):
            self = number_as_tensor(self, other)
        return strict(name, function)(self, other)

    with_numbers.__doc__ = f"Return {find(name).title}; either may be a number."
    return with_numbers


@public("xlogy")
def xlogy(self: Any, other: Any) -> Any:
    """Return self · log(other), 0 where self is 0; either may be a number."""
    return strict("xlogy", xlogy_op)(self, other) if isinstance(self, Tensor) else xlogy_of_number(other, self)


xlog1py = either_number("xlog1py", xlog1py_op)
Tensor.xlogy_ = in_place_form(find("xlogy"), xlogy_op)
public("remainder", method=False)(either_number("remainder", find("remainder").function))


@public("float_power")
def float_power(self: Any, exponent: Any) -> Any:
    """Return self to the power of exponent, computed in double precision."""
    first, second = (each.to(wide(each)) if isinstance(each, Tensor) else each for each in (self, exponent))
    return first**second


def wide(tensor: Tensor) -> Any:
    """Return the double type of a tensor's kind."""
    return dtypes.complex128 if tensor.dtype.is_complex else dtypes.float64


@public("float_power_", function=False)
def float_power_(self: Tensor, exponent: Any) -> Any:
    """Raise to a power in place, which only double tensors can."""
    if self.dtype is not wide(self):
        raise RuntimeError(
            f"the base given to float_power_ has dtype {self.dtype.tensor_name} but the operation's result requires "
            f"dtype {wide(self).tensor_name}"
        )
    return self.pow_(exponent)


@public("frexp")
def frexp(self: Tensor) -> Any:
    """Return mantissa and exponent: self = mantissa · 2^exponent."""
    watch.read(self)
    from ..return_types import named

    mantissa, exponent = np.frexp(self._value)
    return named("frexp", "mantissa exponent")(Tensor._of(mantissa, None), Tensor._of(exponent, None))
