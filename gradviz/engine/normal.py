"""Sixteen uniform numbers into sixteen normal ones, rounded as torch rounds them.

Torch makes float32 normals with vectorised logarithm, sine and cosine: the float32 polynomials of Moshier's Cephes
library as G. Garberoglio's AVX functions arrange them, compiled so that `a * b + c` is rounded once (fused
multiply-add). Any other log or cos makes as good a normal number, but with another last bit, so that a printed digit
differs now and then. Here the same polynomials run in the same order.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from .rounding import multiply_add

Array = npt.NDArray[Any]
f32 = np.float32

SQRT_HALF = f32(0.70710678)
LOG_POLYNOMIAL = tuple(
    f32(c)
    for c in (
        7.0376836292e-2,
        -1.1514610310e-1,
        1.1676998740e-1,
        -1.2420140846e-1,
        1.4249322787e-1,
        -1.6668057665e-1,
        2.0000714765e-1,
        -2.4999993993e-1,
        3.3333331174e-1,
    )
)
LN2_LOW, LN2_HIGH = f32(-2.12194440e-4), f32(0.693359375)
FOUR_OVER_PI = f32(1.27323954473516)
# π/4 in three pieces, each short enough that a multiple of it is exact
QUARTER_TURN_PIECES = tuple(f32(c) for c in (-0.78515625, -2.4187564849853515625e-4, -3.77489497744594108e-8))
SINE_POLYNOMIAL = tuple(f32(c) for c in (-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1))
COSINE_POLYNOMIAL = tuple(f32(c) for c in (2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2))


def box_muller_float32(block: Array, mean: float, std: float) -> Array:
    """Normal numbers from float32 blocks (…, 16): the first eight of each give the radius, the last eight the angle."""
    radius = np.sqrt(f32(-2) * log(f32(1) - block[:, :8]))
    sine, cosine = sine_and_cosine(f32(2 * math.pi) * block[:, 8:])
    normals = np.concatenate([radius * cosine, radius * sine], axis=1)
    scaled: Array = multiply_add(normals, f32(std), f32(mean))
    return scaled


def box_muller_float64(block: Array, mean: float, std: float) -> Array:
    """The same in double precision, with NumPy's functions."""
    radius = np.sqrt(-2 * np.log(1 - block[:, :8]))
    angle = 2 * math.pi * block[:, 8:]
    return np.concatenate([radius * np.cos(angle), radius * np.sin(angle)], axis=1) * std + mean


def polynomial(x: Array, coefficients: tuple[np.float32, ...]) -> Array:
    """Horner's rule, highest power first."""
    value = np.full_like(x, coefficients[0])
    for coefficient in coefficients[1:]:
        value = multiply_add(value, x, coefficient)
    return value


def log(x: Array) -> Array:
    """Natural logarithm of positive, normal float32: x = 2^e · m with m near 1, then a polynomial in m − 1."""
    bits = np.ascontiguousarray(x).view(np.int32)
    exponent = (bits >> 23) - 126
    mantissa = ((bits & 0x007FFFFF) | 0x3F000000).view(np.float32)
    small = mantissa < SQRT_HALF
    e = (exponent - small).astype(np.float32)
    m = np.where(small, mantissa - f32(1) + mantissa, mantissa - f32(1))
    square = m * m
    y = multiply_add(polynomial(m, LOG_POLYNOMIAL) * m, square, e * LN2_LOW)
    y = y - square * f32(0.5)
    logarithm: Array = multiply_add(e, LN2_HIGH, m + y)
    return logarithm


def sine_and_cosine(x: Array) -> tuple[Array, Array]:
    """Sine and cosine of non-negative float32: the octant is taken off, each octant has one of two polynomials."""
    octant = ((x * FOUR_OVER_PI).astype(np.int32) + 1) & ~1
    rest = x
    for piece in QUARTER_TURN_PIECES:
        rest = multiply_add(octant.astype(np.float32), piece, rest)
    square = rest * rest
    cosine = multiply_add(polynomial(square, COSINE_POLYNOMIAL) * square, square, square * f32(-0.5)) + f32(1)
    sine = multiply_add(polynomial(square, SINE_POLYNOMIAL) * square, rest, rest)
    swapped = (octant & 2) != 0
    first, second = np.where(swapped, cosine, sine), np.where(swapped, sine, cosine)
    return np.where(octant & 4, -first, first), np.where((octant + 2) & 4, -second, second)
