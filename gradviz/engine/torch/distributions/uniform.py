"""The uniform distribution."""

from __future__ import annotations

from gradviz.engine import torch
from gradviz.engine.tensor import Tensor
from gradviz.engine.torch.distributions import constraints
from gradviz.engine.torch.distributions.distribution import NONE, Distribution, Shape, Value, batch_of, broadcast


class Uniform(Distribution):
    """Numbers in [low, high)."""

    has_rsample = True

    def __init__(self, low: Tensor | float, high: Tensor | float, validate_args: bool | None = None) -> None:
        self.low, self.high = broadcast(low, high)
        super().__init__(batch_of(self.low, low, high), validate_args=validate_args)

    @property
    def arg_constraints(self) -> dict[str, constraints.Constraint]:
        return {"low": constraints.less_than(self.high), "high": constraints.greater_than(self.low)}

    @property
    def support(self) -> constraints.Constraint:
        return constraints.interval(self.low, self.high)

    @property
    def mean(self) -> Value:
        return (self.high + self.low) / 2

    @property
    def mode(self) -> Value:
        return torch.nan * self.high

    @property
    def stddev(self) -> Value:
        return (self.high - self.low) / 12**0.5

    @property
    def variance(self) -> Value:
        return (self.high - self.low).pow(2) / 12

    def rsample(self, sample_shape: Shape = NONE) -> Value:
        numbers = torch.rand(self._extended_shape(sample_shape), dtype=self.low.dtype)
        return self.low + numbers * (self.high - self.low)

    def log_prob(self, value: Value) -> Value:
        self._validate_sample(value)
        above, below = self.low.le(value).type_as(self.low), self.high.gt(value).type_as(self.low)
        return torch.log(above.mul(below)) - torch.log(self.high - self.low)

    def cdf(self, value: Value) -> Value:
        self._validate_sample(value)
        return ((value - self.low) / (self.high - self.low)).clamp(min=0, max=1)

    def icdf(self, value: Value) -> Value:
        return value * (self.high - self.low) + self.low

    def entropy(self) -> Value:
        return torch.log(self.high - self.low)
