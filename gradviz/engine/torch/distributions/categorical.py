"""One of several outcomes: as its number, as a vector with a single one, or counted over several trials."""

from __future__ import annotations

import math
from typing import Any, ClassVar

import numpy as np

from gradviz.engine import torch
from gradviz.engine.creation import finished
from gradviz.engine.sampling import check_weights, source
from gradviz.engine.tensor import Tensor
from gradviz.engine.torch.distributions import constraints
from gradviz.engine.torch.distributions.distribution import (
    EITHER,
    NONE,
    Distribution,
    Lazy,
    Shape,
    Value,
    broadcast,
    log_odds,
    probabilities,
)
from gradviz.engine.torch.distributions.trials import Binomial

PARAMETERS = {"probs": constraints.simplex, "logits": constraints.real_vector}


class Categorical(Distribution):
    """Numbers 0 … n−1 with probabilities `probs` (made to sum to 1), or with their unnormalised logarithms."""

    arg_constraints: ClassVar[Any] = PARAMETERS
    has_enumerate_support = True

    def __init__(
        self, probs: Tensor | None = None, logits: Tensor | None = None, validate_args: bool | None = None
    ) -> None:
        if (probs is None) == (logits is None):
            raise ValueError(EITHER)
        if probs is not None:
            if probs.dim() < 1:
                raise ValueError("`probs` parameter must be at least one-dimensional.")
            vars(self)["probs"] = probs / probs.sum(-1, keepdim=True)
        else:
            assert logits is not None
            if logits.dim() < 1:
                raise ValueError("`logits` parameter must be at least one-dimensional.")
            vars(self)["logits"] = logits - logits.logsumexp(dim=-1, keepdim=True)
        self._param = self.probs if probs is not None else self.logits
        self._num_events = self._param.size()[-1]
        super().__init__(self._param.size()[:-1], validate_args=validate_args)

    @Lazy
    def logits(self) -> Value:
        """The logarithms of the probabilities."""
        return log_odds(self.probs)

    @Lazy
    def probs(self) -> Value:
        """The probabilities."""
        return probabilities(self.logits)

    @property
    def support(self) -> constraints.Constraint:
        return constraints.integer_interval(0, self._num_events - 1)

    @property
    def param_shape(self) -> Any:
        """The shape of the parameter, outcomes last."""
        return self._param.size()

    @property
    def mean(self) -> Value:
        return torch.full(self._extended_shape(), torch.nan, dtype=self.probs.dtype)

    variance = mean

    @property
    def mode(self) -> Value:
        return self.probs.argmax(dim=-1)

    def sample(self, sample_shape: Shape = NONE) -> Value:
        # Drawn from the array, so that a picture of the graph shows the outcome and not the turning round it takes.
        probs = np.asarray(self.probs.numpy_value()).reshape(-1, self._num_events)
        count = math.prod(sample_shape)
        check_weights(probs, count, True)
        drawn = source(None).multinomial(probs, count, True)
        return finished(np.ascontiguousarray(drawn.T).reshape(self._extended_shape(sample_shape)), "sample")

    def log_prob(self, value: Value) -> Value:
        self._validate_sample(value)
        chosen, logs = torch.broadcast_tensors(value.long().unsqueeze(-1), self.logits)
        return logs.gather(-1, chosen[..., :1]).squeeze(-1)

    def entropy(self) -> Value:
        logs = torch.clamp(self.logits, min=torch.finfo(self.logits.dtype).min)
        return -(logs * self.probs).sum(-1)

    def enumerate_support(self, expand: bool = True) -> Value:
        values = torch.arange(self._num_events).view((-1,) + (1,) * len(self._batch_shape))
        return values.expand((-1, *self._batch_shape)) if expand else values


class OneHotCategorical(Distribution):
    """The same outcomes as vectors that are 1 at the outcome's place."""

    arg_constraints: ClassVar[Any] = PARAMETERS
    support = constraints.one_hot
    has_enumerate_support = True

    def __init__(
        self, probs: Tensor | None = None, logits: Tensor | None = None, validate_args: bool | None = None
    ) -> None:
        self._categorical = Categorical(probs, logits)
        super().__init__(self._categorical.batch_shape, self._categorical.param_shape[-1:], validate_args)

    def expand(self, batch_shape: Shape, _instance: object = None) -> OneHotCategorical:
        return OneHotCategorical(self.probs.expand((*batch_shape, *self._event_shape)))

    @property
    def logits(self) -> Value:
        return self._categorical.logits

    @property
    def probs(self) -> Value:
        return self._categorical.probs

    def enumerate_support(self, expand: bool = True) -> Value:
        count = self._event_shape[0]
        values = torch.eye(count, dtype=self.probs.dtype).view((count,) + (1,) * len(self._batch_shape) + (count,))
        return values.expand((count, *self._batch_shape, count)) if expand else values

    @property
    def mean(self) -> Value:
        return self.probs

    @property
    def mode(self) -> Value:
        chosen = self.probs.argmax(dim=-1)
        return torch.nn.functional.one_hot(chosen, num_classes=self._event_shape[0]).to(self.probs)

    @property
    def variance(self) -> Value:
        return self.probs * (1 - self.probs)

    def sample(self, sample_shape: Shape = NONE) -> Value:
        chosen = self._categorical.sample(sample_shape)
        return torch.nn.functional.one_hot(chosen, self._event_shape[0]).to(self.probs)

    def log_prob(self, value: Value) -> Value:
        self._validate_sample(value)
        return self._categorical.log_prob(value.max(-1)[1])

    def entropy(self) -> Value:
        return self._categorical.entropy()


class Multinomial(Distribution):
    """How often each outcome came in `total_count` trials."""

    arg_constraints: ClassVar[Any] = PARAMETERS

    def __init__(
        self,
        total_count: int = 1,
        probs: Tensor | None = None,
        logits: Tensor | None = None,
        validate_args: bool | None = None,
    ) -> None:
        if not isinstance(total_count, int):
            raise NotImplementedError("inhomogeneous total_count is not supported")
        self.total_count = total_count
        self._categorical = Categorical(probs=probs, logits=logits)
        self._binomial = Binomial(total_count=total_count, probs=self.probs)
        super().__init__(self._categorical.batch_shape, self._categorical.param_shape[-1:], validate_args)

    def expand(self, batch_shape: Shape, _instance: object = None) -> Multinomial:
        return Multinomial(self.total_count, self.probs.expand((*batch_shape, *self._event_shape)))

    @property
    def support(self) -> constraints.Constraint:
        return constraints.multinomial(self.total_count)

    @property
    def logits(self) -> Value:
        return self._categorical.logits

    @property
    def probs(self) -> Value:
        return self._categorical.probs

    @property
    def mean(self) -> Value:
        return self.probs * self.total_count

    @property
    def variance(self) -> Value:
        return self.total_count * self.probs * (1 - self.probs)

    def sample(self, sample_shape: Shape = NONE) -> Value:
        drawn = self._categorical.sample((self.total_count, *sample_shape))
        drawn = drawn.permute(*range(1, drawn.dim()), 0)
        counts = torch.zeros(self._extended_shape(sample_shape), dtype=drawn.dtype)
        counts.scatter_add_(-1, drawn, torch.ones_like(drawn))
        return counts.type_as(self.probs)

    def entropy(self) -> Value:
        count = torch.tensor(self.total_count)
        support = self._binomial.enumerate_support(expand=False)[1:]
        weights = torch.exp(self._binomial.log_prob(support)) * torch.lgamma(support + 1)
        return self.total_count * self._categorical.entropy() - torch.lgamma(count + 1) + weights.sum([0, -1])

    def log_prob(self, value: Value) -> Value:
        self._validate_sample(value)
        logits, value = broadcast(self.logits, value)
        logits = logits.clone()
        factorials: Any = torch.lgamma(value.sum(-1) + 1) - torch.lgamma(value + 1).sum(-1)
        logits[(value == 0) & (logits == -torch.inf)] = 0
        return factorials + (logits * value).sum(-1)
