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

from gradviz.engine.random import Generator

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
