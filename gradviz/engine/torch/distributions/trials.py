"""Trials with two outcomes: one trial, several of them, or as many as the first success takes."""

from __future__ import annotations

from typing import Any, ClassVar

from gradviz.engine import torch
from gradviz.engine.grad_mode import no_grad
from gradviz.engine.tensor import Tensor
from gradviz.engine.torch.distributions import constraints
from gradviz.engine.torch.distributions.distribution import (
    EITHER,
    NONE,
    Distribution,
    ExponentialFamily,
    Lazy,
    Shape,
    Value,
    batch_of,
    broadcast,
    log_odds,
    probabilities,
)

Parameter = Tensor | float | None


class _Trial:
    """A probability `probs` of success, or the log of its odds."""

    @Lazy
    def logits(self) -> Value:
        """The log of the odds."""
        return log_odds(self.probs, is_binary=True)

    @Lazy
    def probs(self) -> Value:
        """The probability of success."""
        return probabilities(self.logits, is_binary=True)

    def _take(self, probs: Parameter, logits: Parameter) -> Value:
        if (probs is None) == (logits is None):
            raise ValueError(EITHER)
        name, given = ("probs", probs) if logits is None else ("logits", logits)
        (vars(self)[name],) = broadcast(given)
        return vars(self)[name]


def _cross_entropy(logits: Any, probs: Any) -> Value:
    return torch.nn.functional.binary_cross_entropy_with_logits(logits, probs, reduction="none")


class Bernoulli(_Trial, ExponentialFamily):
    """1 with probability `probs`, else 0."""

    arg_constraints: ClassVar[Any] = {"probs": constraints.unit_interval, "logits": constraints.real}
    support = constraints.boolean
    has_enumerate_support = True

    def __init__(self, probs: Parameter = None, logits: Parameter = None, validate_args: bool | None = None) -> None:
        self._param = self._take(probs, logits)
        super().__init__(batch_of(self._param, probs, logits), validate_args=validate_args)

    @property
    def mean(self) -> Value:
        return self.probs

    @property
    def mode(self) -> Value:
        mode = (self.probs >= 0.5).to(self.probs)
        mode[self.probs == 0.5] = torch.nan
        return mode

    @property
    def variance(self) -> Value:
        return self.probs * (1 - self.probs)

    def sample(self, sample_shape: Shape = NONE) -> Value:
        with no_grad():
            return torch.bernoulli(self.probs.expand(self._extended_shape(sample_shape)))

    def log_prob(self, value: Value) -> Value:
        self._validate_sample(value)
        logits, value = broadcast(self.logits, value)
        return -_cross_entropy(logits, value)

    def entropy(self) -> Value:
        return _cross_entropy(self.logits, self.probs)

    def enumerate_support(self, expand: bool = True) -> Value:
        values = torch.arange(2, dtype=self._param.dtype).view((-1,) + (1,) * len(self._batch_shape))
        return values.expand((-1, *self._batch_shape)) if expand else values


class Geometric(_Trial, Distribution):
    """How many trials fail before the first success."""

    arg_constraints: ClassVar[Any] = {"probs": constraints.unit_interval, "logits": constraints.real}
    support = constraints.nonnegative_integer

    def __init__(self, probs: Parameter = None, logits: Parameter = None, validate_args: bool | None = None) -> None:
        self._param = self._take(probs, logits)
        super().__init__(batch_of(self._param, probs, logits), validate_args=validate_args)

    @property
    def mean(self) -> Value:
        return 1.0 / self.probs - 1.0

    @property
    def mode(self) -> Value:
        return torch.zeros_like(self.probs)

    @property
    def variance(self) -> Value:
        return (1.0 / self.probs - 1.0) / self.probs

    def sample(self, sample_shape: Shape = NONE) -> Value:
        with no_grad():
            tiny = torch.finfo(self.probs.dtype).tiny
            numbers = torch.empty(self._extended_shape(sample_shape), dtype=self.probs.dtype).uniform_(tiny, 1)
            return (numbers.log() / (-self.probs).log1p()).floor()

    def log_prob(self, value: Value) -> Value:
        self._validate_sample(value)
        value, probs = broadcast(value, self.probs)
        probs = probs.clone()
        probs[(probs == 1) & (value == 0)] = 0
        return value * (-probs).log1p() + self.probs.log()

    def entropy(self) -> Value:
        return _cross_entropy(self.logits, self.probs) / self.probs


class Binomial(_Trial, Distribution):
    """How many of `total_count` trials succeed."""

    arg_constraints: ClassVar[Any] = {
        "total_count": constraints.nonnegative_integer,
        "probs": constraints.unit_interval,
        "logits": constraints.real,
    }
    has_enumerate_support = True

    def __init__(
        self,
        total_count: Tensor | int = 1,
        probs: Parameter = None,
        logits: Parameter = None,
        validate_args: bool | None = None,
    ) -> None:
        self._param = self._take(probs, logits)
        name = "probs" if logits is None else "logits"
        self.total_count, vars(self)[name] = broadcast(total_count, self._param)
        self.total_count = self.total_count.type_as(self._param)
        self._param = vars(self)[name]
        super().__init__(self._param.shape, validate_args=validate_args)

    @property
    def support(self) -> constraints.Constraint:
        return constraints.integer_interval(0, self.total_count)

    @property
    def mean(self) -> Value:
        return self.total_count * self.probs

    @property
    def mode(self) -> Value:
        return ((self.total_count + 1) * self.probs).floor().clamp(max=self.total_count)

    @property
    def variance(self) -> Value:
        return self.total_count * self.probs * (1 - self.probs)

    def sample(self, sample_shape: Shape = NONE) -> Value:
        shape = self._extended_shape(sample_shape)
        with no_grad():
            return torch.binomial(self.total_count.expand(shape), self.probs.expand(shape))

    def log_prob(self, value: Value) -> Value:
        self._validate_sample(value)
        logits: Any = self.logits
        highest = (logits.clamp(min=0) + logits - logits.clamp(max=0)) / 2
        normalizer = (
            self.total_count * highest
            + self.total_count * torch.log1p(torch.exp(-torch.abs(logits)))
            - torch.lgamma(self.total_count + 1)
        )
        rest: Any = self.total_count - value + 1
        return value * logits - torch.lgamma(value + 1) - torch.lgamma(rest) - normalizer

    def _same_count(self, name: str) -> int:
        total = int(self.total_count.max())
        if not self.total_count.min() == total:
            raise NotImplementedError(f"Inhomogeneous total count not supported by `{name}`.")
        return total

    def entropy(self) -> Value:
        self._same_count("entropy")
        logs = self.log_prob(self.enumerate_support(False))
        return -(torch.exp(logs) * logs).sum(0)

    def enumerate_support(self, expand: bool = True) -> Value:
        values = torch.arange(1 + self._same_count("enumerate_support"), dtype=self._param.dtype)
        values = values.view((-1,) + (1,) * len(self._batch_shape))
        return values.expand((-1, *self._batch_shape)) if expand else values
