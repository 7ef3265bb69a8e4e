"""What all distributions share: shapes, checks, and the common names of sampling."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np

from gradviz.engine import torch
from gradviz.engine.grad_mode import enable_grad, no_grad
from gradviz.engine.size import Size
from gradviz.engine.tensor import Tensor
from gradviz.engine.torch.distributions.constraints import Constraint

Shape = tuple[int, ...]
# A Tensor: its operations are attached from their declarations, where a type checker does not see them.
Value = Any
NONE = Size(())
EITHER = "Either `probs` or `logits` must be specified, but not both."


class Distribution:
    """A batch of distributions: samples have the shape sample_shape + batch_shape + event_shape."""

    has_rsample = False
    has_enumerate_support = False
    _validate_args = True
    arg_constraints: ClassVar[Any] = {}
    support: Any

    @staticmethod
    def set_default_validate_args(value: bool) -> None:
        """Switch the checks of parameters and samples on or off."""
        Distribution._validate_args = value

    def __init__(self, batch_shape: Shape = NONE, event_shape: Shape = NONE, validate_args: bool | None = None) -> None:
        self._batch_shape = Size(batch_shape)
        self._event_shape = Size(event_shape)
        if validate_args is not None:
            self._validate_args = validate_args
        if self._validate_args:
            for name, constraint in self.arg_constraints.items():
                self._check_parameter(name, constraint)

    def _check_parameter(self, name: str, constraint: Constraint) -> None:
        if name not in vars(self) and isinstance(getattr(type(self), name, None), Lazy):
            return
        value = getattr(self, name)
        if not np.all(constraint.holds(np.asarray(value.numpy_value()))):
            raise ValueError(
                f"Expected parameter {name} ({type(value).__name__} of shape {tuple(value.shape)}) of distribution "
                f"{self!r} to satisfy the constraint {constraint!r}, but found invalid values:\n{value}"
            )

    @property
    def batch_shape(self) -> Size:
        """The shape of the batch of distributions."""
        return self._batch_shape

    @property
    def event_shape(self) -> Size:
        """The shape of one sample of one distribution."""
        return self._event_shape

    def expand(self, batch_shape: Shape, _instance: Any = None) -> Any:
        """The same distributions with their batch spread to another shape."""
        made = object.__new__(type(self)) if _instance is None else _instance
        vars(made).update(vars(self))
        shape = Size(batch_shape)
        for name in self.arg_constraints:
            if name in vars(self):
                events = len(getattr(self, name).shape) - len(self._batch_shape)
                own = tuple(getattr(self, name).shape)
                setattr(made, name, getattr(self, name).expand((*shape, *own[len(own) - events :])))
        made._batch_shape = shape
        return made

    @property
    def mean(self) -> Value:
        raise NotImplementedError

    @property
    def mode(self) -> Value:
        raise NotImplementedError(f"{self.__class__} does not implement mode")

    @property
    def variance(self) -> Value:
        raise NotImplementedError

    @property
    def stddev(self) -> Value:
        return self.variance.sqrt()

    def sample(self, sample_shape: Shape = NONE) -> Value:
        """Samples outside the graph."""
        with no_grad():
            return self.rsample(sample_shape)

    def rsample(self, sample_shape: Shape = NONE) -> Value:
        """Samples through which gradients reach the parameters."""
        raise NotImplementedError

    def sample_n(self, n: int) -> Value:
        """`sample((n,))` by its old name."""
        warnings.warn(
            "`sample_n(n)` will be deprecated. Use `sample((n,))` instead.", category=FutureWarning, stacklevel=2
        )
        return self.sample((n,))

    def log_prob(self, value: Value) -> Value:
        raise NotImplementedError

    def cdf(self, value: Value) -> Value:
        raise NotImplementedError

    def icdf(self, value: Value) -> Value:
        raise NotImplementedError

    def enumerate_support(self, expand: bool = True) -> Value:
        raise NotImplementedError

    def entropy(self) -> Value:
        raise NotImplementedError

    def perplexity(self) -> Value:
        """e to the power of the entropy."""
        return torch.exp(self.entropy())

    def _extended_shape(self, sample_shape: Shape = NONE) -> Size:
        return Size((*sample_shape, *self._batch_shape, *self._event_shape))

    def _validate_sample(self, value: Any) -> None:
        if not self._validate_args:
            return
        if not isinstance(value, Tensor):
            raise ValueError("The value argument to log_prob must be a Tensor")
        shape, events = value.shape, self._event_shape
        if shape[len(shape) - len(events) :] != events:
            raise ValueError(f"The right-most size of value must match event_shape: {shape} vs {events}.")
        expected = Size((*self._batch_shape, *events))
        for own, other in zip(reversed(shape), reversed(expected), strict=False):
            if own != other and 1 not in (own, other):
                raise ValueError(f"Value is not broadcastable with batch_shape+event_shape: {shape} vs {expected}.")
        if not np.all(self.support.holds(np.asarray(value.numpy_value()))):
            raise ValueError(
                f"Expected value argument ({type(value).__name__} of shape {tuple(shape)}) to be within the support "
                f"({self.support!r}) of the distribution {self!r}, but found invalid values:\n{value}"
            )

    def __repr__(self) -> str:
        own = {name: vars(self)[name] for name in self.arg_constraints if name in vars(self)}
        words = [f"{name}: {value if value.numel() == 1 else value.size()}" for name, value in own.items()]
        return f"{type(self).__name__}({', '.join(words)})"


class ExponentialFamily(Distribution):
    """Base class of exponential families; their entropies are written out here."""


class Lazy:
    """An attribute that is computed when it is first asked for, and kept."""

    def __init__(self, compute: Callable[[Any], Any]) -> None:
        self.compute = compute
        self.__doc__ = compute.__doc__

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        if instance is None:
            return self
        with enable_grad():
            value = self.compute(instance)
        vars(instance)[self.compute.__name__] = value
        return value


def broadcast(*values: Any) -> tuple[Tensor, ...]:
    """Tensors of one shape from numbers and tensors; numbers take the type of the first tensor."""
    if not all(isinstance(value, (Tensor, int, float)) for value in values):
        raise ValueError(
            "Input arguments must all be instances of Number, torch.Tensor or objects implementing __torch_function__."
        )
    kinds = [value.dtype for value in values if isinstance(value, Tensor)]
    kind = kinds[0] if kinds else torch.get_default_dtype()
    tensors = [value if isinstance(value, Tensor) else torch.tensor(value, dtype=kind) for value in values]
    if len({tuple(each.shape) for each in tensors}) == 1:
        return tuple(tensors)
    return tuple(torch.broadcast_tensors(*tensors))


def batch_of(parameter: Tensor, *given: Any) -> Size:
    """The shape of a batch: none where all parameters were given as numbers."""
    return parameter.shape if any(isinstance(each, Tensor) for each in given) else NONE


def sum_rightmost(value: Value, dimensions: int) -> Value:
    """The sum over the last dimensions."""
    if dimensions == 0:
        return value
    return value.reshape((*value.shape[: len(value.shape) - dimensions], -1)).sum(-1)


def probabilities(logits: Tensor, is_binary: bool = False) -> Value:
    """Probabilities from their logarithms, or of one outcome of two from the log of the odds."""
    return torch.sigmoid(logits) if is_binary else torch.softmax(logits, dim=-1)


def log_odds(probs: Tensor, is_binary: bool = False) -> Value:
    """The other way round; probabilities of 0 and 1 are taken as the nearest ones that have a logarithm."""
    eps = torch.finfo(probs.dtype).eps
    clamped = probs.clamp(min=eps, max=1 - eps)
    if is_binary:
        return torch.log(clamped) - torch.log1p(-clamped)
    return torch.log(clamped)


def standard_normal(shape: Shape, like: Tensor) -> Value:
    """Normal numbers of a tensor's type."""
    return torch.randn(shape, dtype=like.dtype)
