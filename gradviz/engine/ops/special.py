"""Special functions of one input: the inverse hyperbolic ones, the error function's kin, gamma, Bessel."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy import cos, sin

from ..kernels import formula, kernel, where, zeros_like
from ..meaning import on_tensors
from ..meaning import where as choose
from ..op import op
from ..surface import public
from ..tensor import Tensor
from .pointwise import POSITIVE, SINGLE, UNIT, pointwise

LARGE = [(1.5,), ([1.25, 2.5, 30.0],)]


def each_of(function: Callable[[float], float]) -> Any:
    """Return a function of numbers as one of arrays, computed in double precision."""
    applied = np.vectorize(function, otypes=[np.float64])

    def over(x: Any) -> Any:
        return applied(x).astype(x.dtype if x.dtype.kind == "f" else np.float64)[()]

    return over


def log_gamma(x: float) -> float:
    """Return log |Γ(x)|, infinite at the poles."""
    return math.inf if x <= 0 and x == math.floor(x) else math.lgamma(x)


@kernel
def digamma(x: Any) -> Any:
    """Return d/dx log Γ(x): by recurrence up to 10, then the asymptotic series (Bernardo, AS 103)."""
    value = np.array(x, np.float64)
    pole = (value <= 0) & (value == np.floor(value))
    reflected = value < 0.5
    z = np.where(reflected, 1 - value, value)
    result = np.zeros_like(z)
    for _ in range(10):
        small = z < 10
        result = result - np.where(small, 1 / z, 0)
        z = np.where(small, z + 1, z)
    square = 1 / (z * z)
    tail = square * (1 / 12 - square * (1 / 120 - square * (1 / 252 - square * (1 / 240 - square / 132))))
    result = result + np.log(z) - 0.5 / z - tail
    result = np.where(reflected, result - math.pi / np.tan(math.pi * value), result)
    result = np.where(pole, np.where(value == 0, np.copysign(np.inf, -value), np.nan), result)
    return result.astype(x.dtype)[()]


@kernel
def hurwitz_zeta(order: Any, x: Any) -> Any:
    """Return Σ 1 / (x + k)^order over k ≥ 0: twelve terms, then Euler and Maclaurin's series."""
    s, q = np.asarray(order, np.float64), np.asarray(x, np.float64)
    total = sum((q + k) ** -s for k in range(12))
    a = q + 12
    total = total + a ** (1 - s) / (s - 1) + 0.5 * a**-s
    factor, power = s, a ** (-s - 1)
    for k, bernoulli in enumerate((1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730), 1):
        total = total + bernoulli / math.factorial(2 * k) * factor * power
        factor = factor * (s + 2 * k - 1) * (s + 2 * k)
        power = power / (a * a)
    return total.astype(np.result_type(x.dtype, np.float32))[()]


@kernel
def polygamma_values(x: Any, n: int) -> Any:
    """Return the n-th derivative of digamma."""
    if n == 0:
        return digamma(x)
    sign = 1.0 if n % 2 else -1.0
    value = np.asarray(x, np.float64)
    if n == 1:
        return trigamma(value).astype(x.dtype)[()]
    upper = sign * math.factorial(n) * hurwitz_zeta(n + 1, np.where(value > 0, value, 1.0))
    return np.where(value > 0, upper, np.nan).astype(x.dtype)[()]


def trigamma(value: Any) -> Any:
    """Return the derivative of digamma, with the few terms of its series that PyTorch takes."""
    reflected = value < 0.5
    z = np.where(reflected, 1 - value, value)
    total = sum(1 / ((z + k) * (z + k)) for k in range(6))
    z = z + 6
    square = 1 / (z * z)
    total = total + (1 + 1 / (2 * z) + square * (1 / 6 - square * (1 / 30 - square / 42))) / z
    return np.where(reflected, (math.pi / np.sin(math.pi * value)) ** 2 - total, total)


@kernel
def erfinv(y: Any) -> Any:
    """Return the inverse of erf: Winitzki's estimate, then Newton's steps."""
    value = np.asarray(y, np.float64)
    inside = np.abs(value) < 1
    safe = np.where(inside, value, 0.0)
    log = np.log1p(-safe * safe)
    first = 2 / (math.pi * 0.147) + log / 2
    x = np.sign(safe) * np.sqrt(np.sqrt(first * first - log / 0.147) - first)
    for _ in range(3):
        x = x - (_ERF(x) - safe) / (2 / math.sqrt(math.pi) * np.exp(-x * x))
    edge = np.where(np.abs(value) == 1, np.copysign(np.inf, value), np.nan)
    return np.where(inside, x, edge).astype(y.dtype)[()]


@kernel
def without_nan(x: Any, nan: Any, posinf: Any, neginf: Any) -> Any:
    """Replace nan and the infinities; by default with 0 and the largest numbers of the type."""
    if x.dtype.kind in "biu":
        return +x if x.dtype.kind != "b" else x.copy()
    if x.dtype.kind == "V":
        limit = 3.3895313892515355e38
    else:
        limit = float(np.finfo(x.dtype).max)
    result = np.where(np.isnan(x), x.dtype.type(0 if nan is None else nan), x)
    result = np.where(x == np.inf, x.dtype.type(limit if posinf is None else posinf), result)
    return np.where(x == -np.inf, x.dtype.type(-limit if neginf is None else neginf), result).astype(x.dtype)[()]


@kernel
def log_odds(x: Any, eps: Any) -> Any:
    """Return log(x / (1 − x)), with x limited to [eps, 1 − eps]."""
    if eps is not None:
        x = np.clip(x, x.dtype.type(eps), x.dtype.type(1 - eps))
    return np.log(x / (1 - x))


@formula
def log_odds_slope(grad: Any, x: Any, eps: Any) -> Any:
    """Return the gradient of log_odds: zero beyond eps, nan outside 0 … 1 without one."""
    if eps is None:
        return where((x < 0) | (x > 1), math.nan, grad / (x * (1 - x)))
    return where((x < eps) | (x > 1 - eps), 0, grad / (x * (1 - x)))


@on_tensors("log_odds_back")
def log_odds_back(grad: Tensor, x: Tensor, eps: Any) -> Any:
    """Return the gradient of log_odds as PyTorch records it: asked where x is inside and not where it is beyond."""
    low = 0.0 if eps is None else eps
    return choose((x >= low) & (x <= 1 - low), grad / (x * (1 - x)), math.nan if eps is None else 0.0)


_ERF = np.vectorize(math.erf, otypes=[np.float64])
lgamma = kernel(each_of(log_gamma))
lgamma.__name__ = "lgamma_values"
kernel(lgamma)
erfc = kernel(each_of(math.erfc))
erfc.__name__ = "erfc_values"
kernel(erfc)


@kernel
def sinc_values(x: Any) -> Any:
    """Return sin(πx) / (πx), and 1 at 0."""
    angle = x.dtype.type(math.pi) * x
    return where(x == 0, 1, np.sin(angle) / where(x == 0, 1, angle))


@formula
def sinc_slope(x: Any) -> Any:
    """Return the derivative of sinc, 0 at 0."""
    angle = math.pi * x
    return where(x == 0, 0, (angle * cos(angle) - sin(angle)) / where(x == 0, 1, angle * x))


@on_tensors("sinc_back")
def sinc_back(grad: Tensor, x: Tensor) -> Any:
    """Return the gradient of sinc as PyTorch records it."""
    angle, square = x * math.pi, x * x * math.pi
    return choose(square == 0, 0.0, grad * ((angle * angle.cos() - angle.sin()) / square))


@kernel
def complex_sign(x: Any) -> Any:
    """Return x / |x|, 0 for 0; the sign of a real number."""
    return x.copy() if x.dtype.kind == "b" else where(np.isnan(x), 0, np.sign(x)) if x.dtype.kind == "f" else np.sign(x)


@kernel
def sign_slope(grad: Any, x: Any) -> Any:
    """Return the gradient of x / |x|: 0 for real numbers (rules get conjugate gradients, see `complex_numbers`)."""
    if x.dtype.kind != "c":
        return np.zeros_like(grad)[()]
    sign, gradient = np.sign(x), np.conj(grad)
    turned = np.conj(gradient - (gradient * np.conj(sign)).real * sign)
    return where(x == 0, 0, turned / where(x == 0, 1, abs(x))).astype(x.dtype)


@on_tensors("sign_slope", "angle_slope")
def no_slope(grad: Tensor, x: Tensor) -> Any:
    """Return zeros: a second derivative is there for real numbers only."""
    return Tensor._of(zeros_like(x._value), None)


on_tensors("isfinite")(lambda x: x.isfinite())
on_tensors("isnan")(lambda x: x.isnan())
pointwise(
    "asinh", "arcsinh(self)", "AsinhBackward0", "1 / sqrt(self * self + 1)", names="asinh arcsinh",
    recorded={"self": "grad * (self**2 + 1).rsqrt()"},
)  # fmt: skip
pointwise(
    "acosh", "arccosh(self)", "AcoshBackward0", "1 / sqrt(self * self - 1)", samples=LARGE, names="acosh arccosh",
    recorded={"self": "grad * (self * self - 1).rsqrt()"},
)  # fmt: skip
pointwise(
    "atanh", "arctanh(self)", "AtanhBackward0", "1 / (1 - self * self)", samples=UNIT, names="atanh arctanh",
    recorded={"self": "grad * 1 / (1 - self**2)"},
)  # fmt: skip
pointwise("exp2", "exp2(self)", "Exp2Backward0", "result * ln2", recorded={"self": "grad * result * ln2"})
pointwise(
    "sinc", "sinc_values(self)", "SincBackward0", "sinc_slope(self)", kinks=[(0.0,)],
    recorded={"self": "sinc_back(grad, self)"},
)  # fmt: skip
pointwise("deg2rad", "self * (pi / 180)", "Deg2RadBackward0", "pi / 180", title="degrees to radians")
pointwise("rad2deg", "self * (180 / pi)", "Rad2DegBackward0", "180 / pi", title="radians to degrees")
pointwise(
    "erfc", "erfc_values(self)", "ErfcBackward0", "-2 / pi**0.5 * exp(-(self * self))", title="1 − erf",
    recorded={"self": "-2 / pi**0.5 * exp(-(self**2)) * grad"},
)  # fmt: skip
pointwise(
    "erfinv", "erfinv(self)", "ErfinvBackward0", "0.5 * pi**0.5 * exp(result * result)",
    vjp={"self": "0.5 * pi**0.5 * exp(erfinv(self) * erfinv(self)) * grad"}, samples=UNIT, title="inverse of erf",
    recorded={"self": "0.5 * pi**0.5 * exp(erfinv(self) ** 2) * grad"},
)  # fmt: skip
pointwise("lgamma", "lgamma_values(self)", "LgammaBackward0", "digamma(self)", samples=POSITIVE, title="log |Γ(x)|")
pointwise("digamma", "digamma(self)", "DigammaBackward0", "polygamma_values(self, 1)", samples=LARGE)
pointwise("i0", "bessel_i0(self)", "I0Backward0", "bessel_i1(self)", title="Bessel function I₀")
pointwise(
    "sgn", "complex_sign(self)", "SgnBackward0", "0", vjp={"self": "sign_slope(grad, self)"},
    result="same", saves={"self": "result"}, kinks=[(0.0,)],
)
for name, node, forward, slope, recorded, on in (
    (
        "erfcx",
        "Erfcx",
        "scaled_erfc(self)",
        "2 * self * result - 2 / pi**0.5",
        "(2 * self * result - 2 / pi**0.5) * grad",
        SINGLE,
    ),
    (
        "ndtri",
        "Ndtri",
        "normal_quantile(self)",
        "(2 * pi) ** 0.5 * exp(result * result / 2)",
        "grad * (2 * pi) ** 0.5 * exp(result**2 / 2)",
        [([0.25, 0.5, 0.875],)],
    ),
    (
        "log_ndtr",
        "LogNdtr",
        "log_normal_area(self)",
        "exp(-(self * self) / 2 - result) / (2 * pi) ** 0.5",
        "grad / (2 * pi) ** 0.5 * exp(-(result + self**2 / 2))",
        SINGLE,
    ),
    ("entr", "Entr", "entropy_terms(self)", "-log(self) - 1", "grad * -(1 + log(self))", POSITIVE),
):
    pointwise(
        f"special_{name}", forward, f"Special{node}Backward0", slope, samples=on, names="", in_place=False,
        code=None, title=name, recorded={"self": recorded},
    )  # fmt: skip


@kernel
def scaled_erfc(x: Any) -> Any:
    """Return e^x² · erfc(x): by its continued fraction from 10 on, where the factors leave the range."""
    value = np.asarray(x, np.float64)
    large = np.maximum(value, 10.0)
    fraction = large
    for k in range(40, 0, -1):
        fraction = large + k / 2 / fraction
    small = np.minimum(value, 10.0)
    near = np.exp(small * small) * np.vectorize(math.erfc, otypes=[np.float64])(small)
    return np.where(value < 10, near, 1 / (fraction * math.sqrt(math.pi))).astype(x.dtype)[()]


@kernel
def normal_quantile(x: Any) -> Any:
    """Return where the area below the normal curve is x."""
    return (math.sqrt(2) * erfinv(2 * np.asarray(x, np.float64) - 1)).astype(x.dtype)[()]


@kernel
def log_normal_area(x: Any) -> Any:
    """Return the logarithm of the area below the normal curve up to x."""
    value = np.asarray(x, np.float64)
    scaled = np.log(scaled_erfc(-np.minimum(value, 0.0) * math.sqrt(0.5)) / 2) - np.minimum(value, 0.0) ** 2 / 2
    plain = np.log1p(-np.vectorize(math.erfc, otypes=[np.float64])(np.maximum(value, 0.0) * math.sqrt(0.5)) / 2)
    return np.where(value < 0, scaled, plain).astype(x.dtype)[()]


@kernel
def entropy_terms(x: Any) -> Any:
    """Return −x · log x: 0 at 0, −∞ below."""
    safe = where(x > 0, x, 1)
    return where(np.isnan(x), x, where(x > 0, -x * np.log(safe), where(x == 0, 0, x.dtype.type(-np.inf))))


op(
    "polygamma",
    arguments="n",
    symbol="ψⁿ",
    group="pointwise",
    title="derivative of digamma",
    node="PolygammaBackward0",
    forward="polygamma_values(self, n)",
    derivative={"self": "polygamma_values(self, n + 1)"},
    result="float",
    samples=[([1.0, 2.5, 30.0], {"n": 1}), ([0.5, 1.5], {"n": 2})],
)
op(
    "logit",
    arguments="eps=None",
    symbol="logit",
    group="pointwise",
    title="log odds",
    code="torch.logit({self})",
    node="LogitBackward0",
    forward="log_odds(self, eps)",
    vjp={"self": "log_odds_slope(grad, self, eps)"},
    recorded={"self": "log_odds_back(grad, self, eps)"},
    result="float",
    names="logit",
    in_place=True,
    samples=[([0.25, 0.5, 0.875],), ([0.25, 0.5, 0.875], {"eps": 0.3})],
)
op(
    "nan_to_num",
    arguments="nan=None, posinf=None, neginf=None",
    symbol="nan→0",
    group="pointwise",
    title="replace nan and infinity",
    node="NanToNumBackward0",
    forward="without_nan(self, nan, posinf, neginf)",
    vjp={"self": "where(isfinite(self), grad, 0)"},
    recorded={"self": "grad * isfinite(self)"},
    names="nan_to_num",
    in_place=True,
    samples=[([1.0, -2.5, 3.0],)],
    kinks=[([1.0, float("nan"), float("inf")],)],
)


@public("polygamma", function=False)
def polygamma_method(self: Tensor, n: int) -> Any:
    """Return the n-th derivative of digamma."""
    return polygamma(n, self)


@public("polygamma", method=False)
def polygamma(n: int, input: Tensor) -> Any:
    """Return the n-th derivative of digamma."""
    from ..op import functions as by_op

    if n < 0:
        raise RuntimeError("polygamma(n, x) does not support negative n.")
    return by_op["polygamma"](input, n)


@public("mvlgamma", "multigammaln")
def mvlgamma(self: Tensor, p: int) -> Any:
    """Return the logarithm of the multivariate gamma function."""
    steps = Tensor._of(np.arange(p, dtype=self._value.dtype) * -0.5, None)
    return (self.unsqueeze(-1) + steps).lgamma().sum(-1) + p * (p - 1) / 4 * math.log(math.pi)


@public("positive")
def positive(self: Tensor) -> Tensor:
    """Return the tensor itself; bool is refused."""
    if self._value.dtype.kind == "b":
        raise RuntimeError("The `+` operator, on a bool tensor is not supported.")
    return self


