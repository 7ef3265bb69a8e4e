"""The gamma distribution and those that are made of gamma numbers.

Torch passes gradients through its gamma numbers by rules that this engine has not; samples outside the graph are
torch's numbers.
"""

from __future__ import annotations

from typing import Any, ClassVar

from gradviz.engine import torch
from gradviz.engine.grad_mode import is_grad_enabled
from gradviz.engine.tensor import Tensor
from gradviz.engine.torch.distributions import constraints
from gradviz.engine.torch.distributions.distribution import NONE, ExponentialFamily, Shape, Value, batch_of, broadcast


def _no_gradient(name: str, *parameters: Tensor) -> None:
    if is_grad_enabled() and any(parameter.requires_grad for parameter in parameters):
        raise NotImplementedError(
            f"gradviz's NumPy engine has no gradient of {name}.rsample() for the shape parameters yet; sample() draws "
            "the same numbers outside the graph."
        )


class Gamma(ExponentialFamily):
    """Shape parameter `concentration`, mean concentration / rate."""

    arg_constraints: ClassVar[Any] = {"concentration": constraints.positive, "rate": constraints.positive}
    support = constraints.nonnegative
    has_rsample = True

    def __init__(self, concentration: Tensor | float, rate: Tensor | float, validate_args: bool | None = None) -> None:
        self.concentration, self.rate = broadcast(concentration, rate)
        super().__init__(batch_of(self.concentration, concentration, rate), validate_args=validate_args)

    @property
    def mean(self) -> Value:
        mean: Value = self.concentration
        return mean / self.rate

    @property
    def mode(self) -> Value:
        return ((self.concentration - 1) / self.rate).clamp(min=0)

    @property
    def variance(self) -> Value:
        return self.concentration / self.rate.pow(2)

    def rsample(self, sample_shape: Shape = NONE) -> Value:
        _no_gradient(type(self).__name__, self.concentration)
        shape = self._extended_shape(sample_shape)
        value = torch._standard_gamma(self.concentration.detach().expand(shape)) / self.rate.expand(shape)
        value.detach().clamp_(min=torch.finfo(value.dtype).tiny)
        return value

    def log_prob(self, value: Any) -> Value:
        value = torch.as_tensor(value, dtype=self.rate.dtype)
        self._validate_sample(value)
        return (
            torch.xlogy(self.concentration, self.rate)
            + torch.xlogy(self.concentration - 1, value)
            - self.rate * value
            - torch.lgamma(self.concentration)
        )

    def cdf(self, value: Value) -> Value:
        self._validate_sample(value)
        return torch.special.gammainc(self.concentration, self.rate * value)

    def entropy(self) -> Value:
        own: Any = self.concentration
        return own - torch.log(self.rate) + torch.lgamma(own) + (1.0 - own) * torch.digamma(own)


class Chi2(Gamma):
    """The sum of `df` squared standard normal numbers."""

    arg_constraints: ClassVar[Any] = {"df": constraints.positive}

    def __init__(self, df: Tensor | float, validate_args: bool | None = None) -> None:
        super().__init__(0.5 * df, 0.5, validate_args=validate_args)

    def expand(self, batch_shape: Shape, _instance: object = None) -> Chi2:
        return Chi2(self.df.expand(batch_shape))

    @property
    def df(self) -> Value:
        """The number of squares."""
        return self.concentration * 2


class Dirichlet(ExponentialFamily):
    """Points of the simplex; the mean is proportional to `concentration`."""

    arg_constraints: ClassVar[Any] = {"concentration": constraints.independent(constraints.positive, 1)}
    support = constraints.simplex
    has_rsample = True

    def __init__(self, concentration: Tensor, validate_args: bool | None = None) -> None:
        if concentration.dim() < 1:
            raise ValueError("`concentration` parameter must be at least one-dimensional.")
        self.concentration = concentration
        super().__init__(concentration.shape[:-1], concentration.shape[-1:], validate_args)

    def rsample(self, sample_shape: Shape = NONE) -> Value:
        _no_gradient("Dirichlet", self.concentration)
        return torch._sample_dirichlet(self.concentration.detach().expand(self._extended_shape(sample_shape)))

    def log_prob(self, value: Value) -> Value:
        self._validate_sample(value)
        own: Any = self.concentration
        return torch.xlogy(own - 1.0, value).sum(-1) + torch.lgamma(own.sum(-1)) - torch.lgamma(own).sum(-1)

    @property
    def mean(self) -> Value:
        return self.concentration / self.concentration.sum(-1, True)

    @property
    def mode(self) -> Value:
        above = (self.concentration - 1).clamp(min=0.0)
        mode = above / above.sum(-1, True)
        corners = (self.concentration < 1).all(dim=-1)
        hot = torch.nn.functional.one_hot(mode[corners].argmax(dim=-1), above.shape[-1])
        mode[corners] = hot.to(mode)
        return mode

    @property
    def variance(self) -> Value:
        total = self.concentration.sum(-1, True)
        return self.concentration * (total - self.concentration) / (total.pow(2) * (total + 1))

    def entropy(self) -> Value:
        own: Any = self.concentration
        count, total = own.size(-1), own.sum(-1)
        return (
            torch.lgamma(own).sum(-1)
            - torch.lgamma(total)
            - (count - total) * torch.digamma(total)
            - ((own - 1.0) * torch.digamma(own)).sum(-1)
        )


class Beta(ExponentialFamily):
    """Numbers between 0 and 1: a Dirichlet point with two parts."""

    arg_constraints: ClassVar[Any] = {"concentration1": constraints.positive, "concentration0": constraints.positive}
    support = constraints.unit_interval
    has_rsample = True

    def __init__(
        self, concentration1: Tensor | float, concentration0: Tensor | float, validate_args: bool | None = None
    ) -> None:
        if isinstance(concentration1, Tensor) or isinstance(concentration0, Tensor):
            both = torch.stack(list(broadcast(concentration1, concentration0)), -1)
        else:
            both = torch.tensor([float(concentration1), float(concentration0)])
        self._dirichlet = Dirichlet(both, validate_args=validate_args)
        super().__init__(self._dirichlet._batch_shape, validate_args=validate_args)

    def expand(self, batch_shape: Shape, _instance: object = None) -> Beta:
        return Beta(self.concentration1.expand(batch_shape), self.concentration0.expand(batch_shape))

    @property
    def concentration1(self) -> Value:
        """What draws towards 1."""
        return self._dirichlet.concentration[..., 0]

    @property
    def concentration0(self) -> Value:
        """What draws towards 0."""
        return self._dirichlet.concentration[..., 1]

    @property
    def mean(self) -> Value:
        return self.concentration1 / (self.concentration1 + self.concentration0)

    @property
    def mode(self) -> Value:
        return self._dirichlet.mode[..., 0]

    @property
    def variance(self) -> Value:
        total = self.concentration1 + self.concentration0
        return self.concentration1 * self.concentration0 / (total.pow(2) * (total + 1))

    def rsample(self, sample_shape: Shape = NONE) -> Value:
        _no_gradient("Beta", self._dirichlet.concentration)
        return self._dirichlet.rsample(sample_shape).select(-1, 0)

    def log_prob(self, value: Value) -> Value:
        self._validate_sample(value)
        return self._dirichlet.log_prob(torch.stack([value, 1.0 - value], -1))

    def entropy(self) -> Value:
        return self._dirichlet.entropy()
