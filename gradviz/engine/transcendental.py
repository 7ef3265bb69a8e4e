"""Exponentials, logarithms, sines of float32 with the bits that torch's CPU kernels give, as far as that is cheap.

People print losses and probabilities in full, so the last bit shows. torch takes these functions from two libraries:

* `exp log tanh sin …` from MKL, whose results are the exact ones rounded to float32 in 99 of 100 cases (sine 95, log
  all but 1 of 2,000). The float64 function rounded once gives the same bits; NumPy's own float32 loops differ from
  torch's in 10 to 40 of 100.
* `softmax`, and `sigmoid` of 32 elements or more, from Sleef's vectors. `sleef_exp` is Sleef's expf (u10), operation by
  operation, and equal to it in every bit.

Measured against torch 2.13 on AVX-512 in `tests/live/test_live_rounding.py`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

F32 = np.float32
SINGLE, DOUBLE = np.dtype(np.float32), np.dtype(np.float64)  # quicker to hand over than their types
MANY = 1 << 16  # elements, from which on NumPy's float32 loops are taken: nobody reads so many last digits
FEW = 1 << 11  # elements, up to which Sleef's steps are followed: they cost thirty passes over the array
LANES = 16  # numbers that torch's vectors add side by side
GROUP = 32  # elements that torch's vector loop takes at a time; what is left over is computed one by one


def rounded_once(name: str, scalar: Callable[[float], float] | None = None) -> Any:
    """Return a NumPy function that computes float32 in float64 and rounds the result."""
    ufunc = getattr(np, name)

    def function(x: Any) -> Any:
        if x.__class__ is F32:
            if scalar is not None:
                try:
                    return F32(scalar(float(x)))
                except (OverflowError, ValueError):  # where math raises, NumPy gives inf or nan
                    pass
            return F32(ufunc(float(x)))
        if x.__class__ is np.ndarray and x.dtype.char == "f" and x.size <= MANY:
            return ufunc(x, dtype=DOUBLE).astype(SINGLE)
        return ufunc(x)

    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"Return NumPy's {name}; float32 is computed in float64 and rounded once."
    return function


exp = rounded_once("exp", math.exp)
exp2 = rounded_once("exp2")
expm1 = rounded_once("expm1", math.expm1)
log = rounded_once("log", math.log)
log2 = rounded_once("log2", math.log2)
log10 = rounded_once("log10", math.log10)
log1p = rounded_once("log1p", math.log1p)
sin = rounded_once("sin", math.sin)
cos = rounded_once("cos", math.cos)
tan = rounded_once("tan", math.tan)
sinh = rounded_once("sinh", math.sinh)
cosh = rounded_once("cosh", math.cosh)
tanh = rounded_once("tanh", math.tanh)
arcsin = rounded_once("arcsin", math.asin)
arccos = rounded_once("arccos", math.acos)
arctan = rounded_once("arctan", math.atan)
arcsinh = rounded_once("arcsinh", math.asinh)
arccosh = rounded_once("arccosh", math.acosh)
arctanh = rounded_once("arctanh", math.atanh)


def fused(a: Any, b: Any, c: Any) -> Any:
    """Return a · b + c of float32 arrays, rounded once."""
    exact = np.multiply(a, b, dtype=np.float64)
    exact += c
    return exact.astype(F32)


LOG2_E, LN2_HIGH, LN2_LOW = F32(1.442695040888963), F32(-0.693145751953125), F32(-1.428606765330187e-06)
SERIES = [F32(each) for each in (0.00139304355, 0.00833336078, 0.0416664854, 0.166666672, 0.5)]


def sleef_exp(x: Any) -> Any:
    """Return e^x of a float32 array as Sleef 3's xexpf_u10 computes it: e^x = 2^q · e^s with |s| ≤ ln(2) / 2."""
    x = np.maximum(x, F32(-104))  # below, the result is 0
    q = np.rint(x * LOG2_E)
    s = fused(q, LN2_LOW, fused(q, LN2_HIGH, x))
    u = fused(F32(0.000198527618), s, SERIES[0])
    for factor in SERIES[1:]:
        u = fused(u, s, factor)
    u = F32(1) + fused(s * s, u, s)
    return np.where(x > 100, F32(np.inf), np.ldexp(u, np.where(np.isfinite(q), q, 0).astype(np.int32)))


def sigmoid(x: Any) -> Any:
    """Return 1 / (1 + e^-x)."""
    if x.__class__ is np.ndarray and x.dtype.char == "f" and GROUP <= x.size <= FEW and x.flags.c_contiguous:
        flat = x.reshape(-1)
        whole = flat.size - flat.size % GROUP
        powers = sleef_exp(-flat[:whole])
        if whole != flat.size:
            powers = np.concatenate([powers, exp(-flat[whole:])])
        return (1 / (1 + powers)).reshape(x.shape)
    return 1 / (1 + exp(-x))


def added_in_lanes(x: Any) -> Any:
    """Return the sums along the last dimension as torch's 16 lanes add them: lane by lane, then by halves."""
    whole = x.shape[-1] - x.shape[-1] % LANES
    if not whole and x.ndim == 2:
        return np.add.reduce(x.T.copy(), axis=0)[:, None]  # the same order, at a third of the time
    if not whole:
        return np.add.accumulate(x, axis=-1)[..., -1:]
    lanes = np.add.accumulate(x[..., :whole].reshape(*x.shape[:-1], -1, LANES), axis=-2)[..., -1, :]
    if whole != x.shape[-1]:
        lanes = lanes.copy()
        lanes[..., : x.shape[-1] - whole] += x[..., whole:]
    for half in (8, 4, 2, 1):
        lanes = lanes[..., :half] + lanes[..., half:]
    return lanes


def added_in_order(x: Any, axis: int) -> Any:
    """Return the sums along a dimension, one element after the other."""
    return np.add.accumulate(x, axis=axis).take([-1], axis=axis)
