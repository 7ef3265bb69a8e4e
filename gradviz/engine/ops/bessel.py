"""The modified Bessel functions I₀ and I₁, plain and scaled by e^-|x|."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..kernels import formula, kernel, where
from ..meaning import on_tensors
from ..op import find
from ..tensor import Tensor
from .pointwise import SINGLE, pointwise

bessel_i0_op, where_op = find("i0").function, find("where").function


def bessel(x: Any, order: int, scaled: bool) -> Any:
    """Return the modified Bessel function I_0 or I_1, times e^-|x| if scaled: by series, far out asymptotic."""
    value = np.asarray(x, np.float64)
    size = np.abs(value)
    near = np.minimum(size, 30.0)
    term = np.ones_like(near) if order == 0 else near / 2
    total = term.copy() if isinstance(term, np.ndarray) else term
    for k in range(1, 80):
        term = term * (near * near / 4) / (k * (k + order))
        total = total + term
    far = np.maximum(size, 30.0)
    tail: Any = 1.0
    piece: Any = 1.0
    for k in range(1, 20):
        piece = piece * -(4 * order * order - (2 * k - 1) ** 2) / (k * 8 * far)
        tail = tail + piece
    tail = tail / np.sqrt(2 * math.pi * far)
    grown = np.exp(-near) * total if scaled else total
    result = np.where(size <= 30, grown, tail if scaled else tail * np.exp(far))
    return (result * np.sign(value) if order else result).astype(x.dtype)[()]


@kernel
def bessel_i0(x: Any) -> Any:
    """Return I₀(x)."""
    return bessel(x, 0, False)


@kernel
def bessel_i1(x: Any) -> Any:
    """Return I₁(x)."""
    return bessel(x, 1, False)


@kernel
def bessel_i0e(x: Any) -> Any:
    """Return I₀(x) · e^-|x|."""
    return bessel(x, 0, True)


@kernel
def bessel_i1e(x: Any) -> Any:
    """Return I₁(x) · e^-|x|."""
    return bessel(x, 1, True)


@formula
def bessel_share(x: Any, result: Any) -> Any:
    """Return I₁(x) / x, which is ½ at 0."""
    return where(x == 0, 0.5, result / where(x == 0, 1, x))


@on_tensors("i1_back")
def i1_back(grad: Tensor, x: Tensor, result: Tensor) -> Any:
    """Return the gradient of I₁ as PyTorch records it: its slope is ½ where x is too small to divide by."""
    large, divisor = divisible(x)
    return grad * where_op(large, bessel_i0_op(divisor) - result * divisor.reciprocal(), 0.5)


@on_tensors("i1e_back")
def i1e_back(grad: Tensor, x: Tensor, result: Tensor) -> Any:
    """Return the gradient of I₁ · e^-|x| as PyTorch records it."""
    large, divisor = divisible(x)
    slope = find("special_i0e").function(divisor) - result * (divisor.sgn() + divisor.reciprocal())
    return grad * where_op(large, slope, 0.5)


def divisible(x: Tensor) -> tuple[Tensor, Tensor]:
    """Return where x is not tiny, and x with the tiny replaced by the smallest that 1 can be told from."""
    tiny = float(np.finfo(x._value.dtype).eps)
    large = x.abs() > tiny
    return large, where_op(large, x, tiny)


for name, node, forward, slope, recorded in (
    (
        "i0e",
        "I0E",
        "bessel_i0e(self)",
        "bessel_i1e(self) - sign(self) * result",
        "grad * (bessel_i1e(self) - self.sgn() * result)",
    ),
    (
        "i1",
        "I1",
        "bessel_i1(self)",
        "bessel_i0(self) - bessel_share(self, result)",
        "i1_back(grad, self, result)",
    ),
    (
        "i1e",
        "I1E",
        "bessel_i1e(self)",
        "bessel_i0e(self) - sign(self) * result - bessel_share(self, result)",
        "i1e_back(grad, self, result)",
    ),
):
    pointwise(
        f"special_{name}", forward, f"Special{node}Backward0", slope, samples=SINGLE, names="", in_place=False,
        code=None, title=name, recorded={"self": recorded},
    )  # fmt: skip
