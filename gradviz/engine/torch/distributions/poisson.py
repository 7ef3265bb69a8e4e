"""The Poisson distribution."""

from __future__ import annotations

from typing import Any, ClassVar

from gradviz.engine import torch
from gradviz.engine.grad_mode import no_grad
from gradviz.engine.tensor import Tensor
from gradviz.engine.torch.distributions import constraints
from gradviz.engine.torch.distributions.distribution import NONE, ExponentialFamily, Shape, Value, batch_of, broadcast


class Poisson(ExponentialFamily):
    """Counts with mean and variance `rate`."""

    arg_constraints: ClassVar[Any] = {"rate": constraints.nonnegative}
    support = constraints.nonnegative_integer

    def __init__(self, rate: Tensor | float, validate_args: bool | None = None) -> None:
        (self.rate,) = broadcast(rate)
        super().__init__(batch_of(self.rate, rate), validate_args=validate_args)

    @property
    def mean(self) -> Value:
        return self.rate

    variance = mean

    @property
    def mode(self) -> Value:
        return self.rate.floor()

    def sample(self, sample_shape: Shape = NONE) -> Value:
        with no_grad():
            return torch.poisson(self.rate.expand(self._extended_shape(sample_shape)))

    def log_prob(self, value: Value) -> Value:
        self._validate_sample(value)
        rate, value = broadcast(self.rate, value)
        return value.xlogy(rate) - rate - (value + 1).lgamma()
