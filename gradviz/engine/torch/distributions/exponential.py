"""Waiting times: the exponential distribution, and Laplace's, which is two of them back to back."""

from __future__ import annotations

from typing import Any, ClassVar

from gradviz.engine import torch
from gradviz.engine.tensor import Tensor
from gradviz.engine.torch.distributions import constraints
from gradviz.engine.torch.distributions.distribution import (
    NONE,
    Distribution,
    ExponentialFamily,
    Shape,
    Value,
    batch_of,
    broadcast,
)


class Exponential(ExponentialFamily):
    """Mean 1 / rate."""

    arg_constraints: ClassVar[Any] = {"rate": constraints.positive}
    support = constraints.nonnegative
    has_rsample = True

    def __init__(self, rate: Tensor | float, validate_args: bool | None = None) -> None:
        (self.rate,) = broadcast(rate)
        super().__init__(batch_of(self.rate, rate), validate_args=validate_args)

    @property
    def mean(self) -> Value:
        return self.rate.reciprocal()

    stddev = mean

    @property
    def mode(self) -> Value:
        return torch.zeros_like(self.rate)

    @property
    def variance(self) -> Value:
        return self.rate.pow(-2)

    def rsample(self, sample_shape: Shape = NONE) -> Value:
        numbers = torch.empty(self._extended_shape(sample_shape), dtype=self.rate.dtype).exponential_()
        return numbers / self.rate

    def log_prob(self, value: Value) -> Value:
        self._validate_sample(value)
        return self.rate.log() - self.rate * value

    def cdf(self, value: Value) -> Value:
        self._validate_sample(value)
        return 1 - torch.exp(-self.rate * value)

    def icdf(self, value: Value) -> Value:
        return -torch.log1p(-value) / self.rate

    def entropy(self) -> Value:
        return 1.0 - torch.log(self.rate)


class Laplace(Distribution):
    """Mean `loc`; the distance from it has the mean `scale`."""

    arg_constraints: ClassVar[Any] = {"loc": constraints.real, "scale": constraints.positive}
    support = constraints.real
    has_rsample = True

    def __init__(self, loc: Tensor | float, scale: Tensor | float, validate_args: bool | None = None) -> None:
        self.loc, self.scale = broadcast(loc, scale)
        super().__init__(batch_of(self.loc, loc, scale), validate_args=validate_args)

    @property
    def mean(self) -> Value:
        return self.loc

    mode = mean

    @property
    def variance(self) -> Value:
        return 2 * self.scale.pow(2)

    @property
    def stddev(self) -> Value:
        return (2**0.5) * self.scale

    def rsample(self, sample_shape: Shape = NONE) -> Value:
        lowest = torch.finfo(self.loc.dtype).eps - 1
        numbers = torch.empty(self._extended_shape(sample_shape), dtype=self.loc.dtype).uniform_(lowest, 1)
        return self.loc - self.scale * numbers.sign() * torch.log1p(-numbers.abs())

    def log_prob(self, value: Value) -> Value:
        self._validate_sample(value)
        return -torch.log(2 * self.scale) - torch.abs(value - self.loc) / self.scale

    def cdf(self, value: Value) -> Value:
        self._validate_sample(value)
        distance = value - self.loc
        return 0.5 - 0.5 * distance.sign() * torch.expm1(-distance.abs() / self.scale)

    def icdf(self, value: Value) -> Value:
        term = value - 0.5
        return self.loc - self.scale * term.sign() * torch.log1p(-2 * term.abs())

    def entropy(self) -> Value:
        return 1 + torch.log(2 * self.scale)
