"""The arithmetic of a step, rounded as torch's loops round it: what multiplies and adds is rounded once.

Single numbers are handed over as Python floats and take the arrays' precision, as torch's scalars do.
What keeps a step from torch's bits is MKL's square root, which lies one last bit below the nearest number in 0.6 %
of all cases: `tests/live/test_live_optim.py` takes it away and compares bits.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gradviz.engine.rounding import DOUBLE, SINGLE, multiply_add

Value = Any  # npt.NDArray or np.generic, as Tensor.numpy_value gives it
LARGE = 4096  # elements, from which on speed counts for more than a last bit that nobody reads
SPLIT = np.float64(2**27 + 1)  # parts a float64 into two halves of 26 bits (Dekker 1971)


def fused(a: Value, b: Value, c: Value) -> Value:
    """a · b + c, rounded once also in float64.

    Float32 arrays of LARGE or more elements are rounded twice, at a seventh of the time: a last bit of a weight may
    then differ from torch's.
    """
    kind = a.dtype
    if kind is SINGLE and a.size >= LARGE:
        result = a * b
        result += c
        return result
    return fused_double(a, b, c) if kind is DOUBLE else multiply_add(a, b, c)


def fused_double(a: Value, b: Value, c: Value) -> Value:
    """The same in float64, from operations that each round.

    Product and sums are kept with their errors; the last two parts are added with rounding to odd, so that the final
    sum rounds as if it had seen all digits (S. Boldo, G. Melquiond: Emulation of FMA and correctly rounded sums, 2008).
    """
    product = a * b
    product_error = _product_error(a, b, product)
    upper, lower = _sum_and_error(c, product_error)
    upper, rest = _sum_and_error(product, upper)
    small, lost = _sum_and_error(lower, rest)
    even = np.bitwise_and(np.asarray(small).view(np.int64), 1) == 0
    odd = np.where((lost != 0) & even, np.nextafter(small, np.copysign(np.inf, lost)), small)
    total = upper + odd
    return np.where(np.isfinite(total), total, product + c)[()]


def _sum_and_error(a: Value, b: Value) -> tuple[Value, Value]:
    total = a + b
    part = total - a
    return total, (a - (total - part)) + (b - part)


def _product_error(a: Value, b: Value, product: Value) -> Value:
    a_high = SPLIT * a
    a_high = a_high - (a_high - a)
    b_high = SPLIT * b
    b_high = b_high - (b_high - b)
    a_low, b_low = a - a_high, b - b_high
    return ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low


def plus(value: Value, other: Value, factor: float) -> Value:
    """value + factor · other: `torch.add(…, alpha=factor)`."""
    return fused(other, value.dtype.type(factor), value)


def plus_product(value: Value, a: Value, b: Value, factor: float = 1.0) -> Value:
    """value + factor · a · b: `torch.addcmul`."""
    return fused(a if factor == 1 else a * value.dtype.type(factor), b, value)


def plus_quotient(value: Value, a: Value, b: Value, factor: float = 1.0) -> Value:
    """value + factor · a / b: `torch.addcdiv`."""
    return value + (a if factor == 1 else a * value.dtype.type(factor)) / b


def mixed(before: Value, now: Value, weight: float) -> Value:
    """before + weight · (now − before), counted from the nearer end: `torch.lerp`."""
    kind = before.dtype.type
    if kind(weight) < 0.5:
        return fused(now - before, kind(weight), before)
    return fused(before - now, kind(1) - kind(weight), now)


def mean_of_squares(before: Value, gradient: Value, decay: float) -> Value:
    """The running mean of squared gradients: decay · before + (1 − decay) · gradient²."""
    return plus_product(before * before.dtype.type(decay), gradient, gradient, 1 - decay)
