"""A batch of distributions taken as one distribution of whole events."""

from __future__ import annotations

from typing import Any, ClassVar

from gradviz.engine.torch.distributions import constraints
from gradviz.engine.torch.distributions.distribution import NONE, Distribution, Shape, Value, sum_rightmost


class Independent(Distribution):
    """The last dimensions of the batch become dimensions of the event; their log probabilities add."""

    arg_constraints: ClassVar[Any] = {}

    def __init__(
        self, base_distribution: Any, reinterpreted_batch_ndims: int, validate_args: bool | None = None
    ) -> None:
        batch = base_distribution.batch_shape
        if reinterpreted_batch_ndims > len(batch):
            raise ValueError(
                "Expected reinterpreted_batch_ndims <= len(base_distribution.batch_shape), actual "
                f"{reinterpreted_batch_ndims} vs {len(batch)}"
            )
        shape = (*batch, *base_distribution.event_shape)
        cut = len(batch) - reinterpreted_batch_ndims
        self.base_dist = base_distribution
        self.reinterpreted_batch_ndims = reinterpreted_batch_ndims
        super().__init__(shape[:cut], shape[cut:], validate_args)

    @property
    def has_rsample(self) -> bool:  # type: ignore[override]
        return bool(self.base_dist.has_rsample)

    @property
    def support(self) -> Any:
        count = self.reinterpreted_batch_ndims
        return constraints.independent(self.base_dist.support, count) if count else self.base_dist.support

    @property
    def mean(self) -> Value:
        return self.base_dist.mean

    @property
    def mode(self) -> Value:
        return self.base_dist.mode

    @property
    def variance(self) -> Value:
        return self.base_dist.variance

    def expand(self, batch_shape: Shape, _instance: object = None) -> Independent:
        inner = (*batch_shape, *self.event_shape[: self.reinterpreted_batch_ndims])
        return Independent(self.base_dist.expand(inner), self.reinterpreted_batch_ndims)

    def sample(self, sample_shape: Shape = NONE) -> Value:
        return self.base_dist.sample(sample_shape)

    def rsample(self, sample_shape: Shape = NONE) -> Value:
        return self.base_dist.rsample(sample_shape)

    def log_prob(self, value: Value) -> Value:
        return sum_rightmost(self.base_dist.log_prob(value), self.reinterpreted_batch_ndims)

    def entropy(self) -> Value:
        return sum_rightmost(self.base_dist.entropy(), self.reinterpreted_batch_ndims)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.base_dist}, {self.reinterpreted_batch_ndims})"
