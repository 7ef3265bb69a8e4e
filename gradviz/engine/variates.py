"""Random numbers of the rarer distributions, drawn one by one in torch's order.

Each takes the generator's uniform or normal numbers in double precision and gives an array of doubles; whoever asks
rounds them to its dtype. Rejection decides how many are drawn, so these loops cannot be one call of NumPy.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from .random import Generator

Array = npt.NDArray[Any]
Drawn = Callable[[], float]


def cauchy(generator: Generator, count: int, median: float, sigma: float) -> Array:
    """Cauchy numbers by inversion."""
    if sigma <= 0.0:
        raise RuntimeError(f"cauchy_ expects sigma > 0.0, but found sigma={sigma:g}")
    values: Array = median + sigma * np.tan(math.pi * (generator.doubles(count) - 0.5))
    return values


def log_normal(generator: Generator, count: int, mean: float, std: float) -> Array:
    """Numbers whose logarithm is normal with this mean and deviation."""
    if std <= 0.0:
        raise RuntimeError(f"log_normal_ expects std > 0.0, but found std={std:g}")
    return np.array([math.exp(generator.single_normal() * std + mean) for _ in range(count)])


def geometric(generator: Generator, count: int, p: float) -> Array:
    """How many trials the first success takes, by inversion."""
    if not 0.0 < p < 1.0:
        raise RuntimeError(f"geometric_ expects p to be in (0, 1), but got p={p:g}")
    values: Array = np.ceil(np.log(generator.doubles(count)) / math.log1p(-p))
    return values


def poisson(generator: Generator, rates: Array) -> Array:
    """Poisson numbers with these rates."""
    if np.any(rates < 0):
        raise RuntimeError("invalid Poisson rate, expected rate to be non-negative")
    uniform = single(generator)
    return np.array([poisson_number(uniform, rate) for rate in rates.ravel().tolist()], float).reshape(rates.shape)


def poisson_number(uniform: Drawn, rate: float) -> int:
    """From a rate of 10 on by transformed rejection (Hörmann 1993), below by multiplying until too small."""
    if rate == 0:
        return 0
    if rate < 10:
        number, product, least = 0, uniform(), math.exp(-rate)
        while product > least:
            number, product = number + 1, product * uniform()
        return number
    root = math.sqrt(rate)
    b = 0.931 + 2.53 * root
    a = -0.059 + 0.02483 * b
    inverse_alpha = 1.1239 + 1.1328 / (b - 3.4)
    squeeze = 0.9277 - 3.6224 / (b - 2)
    while True:
        u, v = uniform() - 0.5, uniform()
        distance = 0.5 - abs(u)
        number = math.floor((2 * a / distance + b) * u + rate + 0.43)
        if distance >= 0.07 and v <= squeeze:
            return number
        if number < 0 or (distance < 0.013 and v > distance):
            continue
        height = math.log(v) + math.log(inverse_alpha) - math.log(a / (distance * distance) + b)
        if height <= -rate + number * math.log(rate) - math.lgamma(number + 1):
            return number


def gamma(generator: Generator, shapes: Array) -> Array:
    """Gamma numbers with these shape parameters and scale 1; the parameters' dtype decides how they are rounded."""
    uniform = single(generator)
    numbers = [gamma_number(uniform, generator.single_normal, shape) for shape in shapes.ravel()]
    return np.array(numbers, float).reshape(shapes.shape)


def gamma_number(uniform: Drawn, normal: Drawn, shape: Any) -> float:
    """Marsaglia and Tsang's method (2000). `shape` is a NumPy number, and is computed with in its own precision."""
    one, scale = type(shape)(1), 1.0
    if shape < 1:
        if shape == 0:
            return 0.0
        scale = (1 - uniform()) ** float(one / shape)
        shape = shape + one
    d = float(shape - np.float32(1) / np.float32(3))
    c = 1 / math.sqrt(9 * d)
    squeeze = float(np.float32(0.0331))
    while True:
        x = normal()
        y = 1 + c * x
        if y <= 0:
            continue
        cube, u, square = y * y * y, 1 - uniform(), x * x
        if u < 1 - squeeze * square * square or math.log(u) < 0.5 * square + d * (1 - cube + math.log(cube)):
            return scale * d * cube


def dirichlet(generator: Generator, concentrations: Array) -> Array:
    """Points of the simplex: gamma numbers along the last axis, divided by their sum."""
    numbers = gamma(generator, concentrations.astype(np.float64))
    values: Array = numbers / numbers.sum(-1, keepdims=True)
    return values


def single(generator: Generator) -> Drawn:
    """The generator's uniform doubles, one at a call."""
    return lambda: float(generator.doubles(1)[0])


# How far Stirling's formula is off for the logarithms of the first factorials.
STIRLING_TAILS = (
    0.0810614667953272,
    0.0413406959554092,
    0.0276779256849983,
    0.0207906721037650,
    0.0166446911898211,
    0.0138761288230707,
    0.0118967099458917,
    0.0104112652619720,
    0.0092554621827127,
    0.0083305634333594,
)


def binomial(generator: Generator, counts: Array, probabilities: Array) -> Array:
    """How many of `counts` trials succeed with these probabilities (arrays of one shape)."""
    uniform = single(generator)
    pairs = zip(counts.ravel().tolist(), probabilities.ravel().tolist(), strict=True)
    return np.array([binomial_number(uniform, *pair) for pair in pairs], float).reshape(counts.shape)


def binomial_number(uniform: Drawn, count: float, probability: float) -> float:
    """The rarer of success and failure is counted, by its gaps where it is rare, else by rejection."""
    if count <= 0.0 or probability <= 0.0:
        return 0
    if probability >= 1.0:
        return count
    rarer = min(probability, 1.0 - probability) if probability > 0.5 else probability
    count_rarer = binomial_by_rejection if count * rarer >= 10.0 else binomial_by_gaps
    found = count_rarer(uniform, count, rarer)
    return count - found if probability > 0.5 else found


def binomial_by_gaps(uniform: Drawn, count: float, probability: float) -> float:
    """How many geometric gaps fit into the trials."""
    place, found, log_failure = 0.0, 0, math.log1p(-probability)
    while True:
        place += math.ceil(math.log(uniform()) / log_failure)
        if place > count:
            return found
        found += 1


def binomial_by_rejection(uniform: Drawn, count: float, probability: float) -> float:
    """Hörmann's transformed rejection with squeeze (1993)."""
    deviation = math.sqrt(count * probability * (1 - probability))
    b = 1.15 + 2.53 * deviation
    a = -0.0873 + 0.0248 * b + 0.01 * probability
    c = count * probability + 0.5
    squeeze = 0.92 - 4.2 / b
    odds = probability / (1 - probability)
    alpha = (2.83 + 5.1 / b) * deviation
    m = math.floor((count + 1) * probability)
    while True:
        u, v = uniform() - 0.5, uniform()
        distance = 0.5 - abs(u)
        k = math.floor((2 * a / distance + b) * u + c)
        if distance >= 0.07 and v <= squeeze:
            return k
        if k < 0 or k > count:
            continue
        height = math.log(v * alpha / (a / (distance * distance) + b))
        bound = (
            (m + 0.5) * math.log((m + 1) / (odds * (count - m + 1)))
            + (count + 1) * math.log((count - m + 1) / (count - k + 1))
            + (k + 0.5) * math.log(odds * (count - k + 1) / (k + 1))
            + stirling_tail(m)
            + stirling_tail(count - m)
            - stirling_tail(k)
            - stirling_tail(count - k)
        )
        if height <= bound:
            return k


def stirling_tail(k: float) -> float:
    """The error of Stirling's formula for log k!."""
    if k <= 9:
        return STIRLING_TAILS[int(k)]
    square = (k + 1) * (k + 1)
    return (1.0 / 12 - (1.0 / 360 - 1.0 / 1260 / square) / square) / (k + 1)
