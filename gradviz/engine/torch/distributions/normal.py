"""The normal distribution, and those of e^x and |x| for a normal x."""

from __future__ import annotations

import math
from typing import Any, ClassVar

from gradviz.engine import torch
from gradviz.engine.grad_mode import no_grad
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
    standard_normal,
)


class Normal(ExponentialFamily):
    """Mean `loc`, standard deviation `scale`."""

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
    def stddev(self) -> Value:
        return self.scale

    @property
    def variance(self) -> Value:
        return self.stddev.pow(2)

    def sample(self, sample_shape: Shape = NONE) -> Value:
        shape = self._extended_shape(sample_shape)
        with no_grad():
            return torch.normal(self.loc.expand(shape), self.scale.expand(shape))

    def rsample(self, sample_shape: Shape = NONE) -> Value:
        noise = standard_normal(self._extended_shape(sample_shape), self.loc)
        return self.loc + noise * self.scale

    def log_prob(self, value: Value) -> Value:
        self._validate_sample(value)
        variance = self.scale**2
        distance = -((value - self.loc) ** 2) / (2 * variance)
        return distance - self.scale.log() - math.log(math.sqrt(2 * math.pi))

    def cdf(self, value: Value) -> Value:
        self._validate_sample(value)
        return 0.5 * (1 + torch.erf((value - self.loc) * self.scale.reciprocal() / math.sqrt(2)))

    def icdf(self, value: Value) -> Value:
        return self.loc + self.scale * torch.erfinv(2 * value - 1) * math.sqrt(2)

    def entropy(self) -> Value:
        return 0.5 + 0.5 * math.log(2 * math.pi) + torch.log(self.scale)


class LogNormal(Distribution):
    """e to the power of a normal number."""

    arg_constraints: ClassVar[Any] = {"loc": constraints.real, "scale": constraints.positive}
    support = constraints.positive
    has_rsample = True

    def __init__(self, loc: Tensor | float, scale: Tensor | float, validate_args: bool | None = None) -> None:
        self.base_dist = Normal(loc, scale, validate_args)
        super().__init__(self.base_dist.batch_shape, validate_args=validate_args)

    def expand(self, batch_shape: Shape, _instance: object = None) -> LogNormal:
        return LogNormal(self.loc.expand(batch_shape), self.scale.expand(batch_shape))

    @property
    def loc(self) -> Value:
        return self.base_dist.loc

    @property
    def scale(self) -> Value:
        return self.base_dist.scale

    @property
    def mean(self) -> Value:
        return (self.loc + self.scale.pow(2) / 2).exp()

    @property
    def mode(self) -> Value:
        return (self.loc - self.scale.square()).exp()

    @property
    def variance(self) -> Value:
        square = self.scale.pow(2)
        return square.expm1() * (2 * self.loc + square).exp()

    def sample(self, sample_shape: Shape = NONE) -> Value:
        with no_grad():
            return self.base_dist.sample(sample_shape).exp()

    def rsample(self, sample_shape: Shape = NONE) -> Value:
        return self.base_dist.rsample(sample_shape).exp()

    def log_prob(self, value: Value) -> Value:
        self._validate_sample(value)
        logs = value.log()
        return -logs + self.base_dist.log_prob(logs)

    def cdf(self, value: Value) -> Value:
        return self.base_dist.cdf(value.log())

    def icdf(self, value: Value) -> Value:
        return self.base_dist.icdf(value).exp()

    def entropy(self) -> Value:
        return self.base_dist.entropy() + self.loc


class HalfNormal(Distribution):
    """The size of a normal number of mean 0."""

    arg_constraints: ClassVar[Any] = {"scale": constraints.positive}
    support = constraints.nonnegative
    has_rsample = True

    def __init__(self, scale: Tensor | float, validate_args: bool | None = None) -> None:
        self.base_dist = Normal(0, scale, validate_args=False)
        super().__init__(self.base_dist.batch_shape, validate_args=validate_args)

    def expand(self, batch_shape: Shape, _instance: object = None) -> HalfNormal:
        return HalfNormal(self.scale.expand(batch_shape))

    @property
    def scale(self) -> Value:
        return self.base_dist.scale

    @property
    def mean(self) -> Value:
        return self.scale * math.sqrt(2 / math.pi)

    @property
    def mode(self) -> Value:
        return torch.zeros_like(self.scale)

    @property
    def variance(self) -> Value:
        return self.scale.pow(2) * (1 - 2 / math.pi)

    def sample(self, sample_shape: Shape = NONE) -> Value:
        with no_grad():
            return self.base_dist.sample(sample_shape).abs()

    def rsample(self, sample_shape: Shape = NONE) -> Value:
        return self.base_dist.rsample(sample_shape).abs()

    def log_prob(self, value: Value) -> Value:
        self._validate_sample(value)
        logs = self.base_dist.log_prob(value) + math.log(2)
        return torch.where(value >= 0, logs, -torch.inf)

    def cdf(self, value: Value) -> Value:
        self._validate_sample(value)
        return 2 * self.base_dist.cdf(value) - 1

    def icdf(self, value: Value) -> Value:
        return self.base_dist.icdf((value + 1) / 2)

    def entropy(self) -> Value:
        return self.base_dist.entropy() - math.log(2)
