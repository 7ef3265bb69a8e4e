"""The normal distribution of vectors."""

from __future__ import annotations

import math
from typing import Any, ClassVar

import numpy as np

from gradviz.engine import torch
from gradviz.engine.size import Size
from gradviz.engine.tensor import Tensor
from gradviz.engine.torch.distributions import constraints
from gradviz.engine.torch.distributions.distribution import NONE, Distribution, Lazy, Shape, Value, standard_normal

MATRICES = ("covariance_matrix", "precision_matrix", "scale_tril")


class MultivariateNormal(Distribution):
    """Mean `loc`; the spread as a covariance matrix, its inverse, or its lower Cholesky factor."""

    arg_constraints: ClassVar[Any] = {
        "loc": constraints.real_vector,
        "covariance_matrix": constraints.positive_definite,
        "precision_matrix": constraints.positive_definite,
        "scale_tril": constraints.lower_cholesky,
    }
    support = constraints.real_vector
    has_rsample = True

    def __init__(
        self,
        loc: Tensor,
        covariance_matrix: Tensor | None = None,
        precision_matrix: Tensor | None = None,
        scale_tril: Tensor | None = None,
        validate_args: bool | None = None,
    ) -> None:
        if loc.dim() < 1:
            raise ValueError("loc must be at least one-dimensional.")
        given = dict(zip(MATRICES, (covariance_matrix, precision_matrix, scale_tril), strict=True))
        said = {name: matrix for name, matrix in given.items() if matrix is not None}
        if len(said) != 1:
            raise ValueError("Exactly one of covariance_matrix or precision_matrix or scale_tril may be specified.")
        [(name, matrix)] = said.items()
        if matrix.dim() < 2:
            raise ValueError(f"{name} must be at least two-dimensional, with optional leading batch dimensions")
        batch = Size(np.broadcast_shapes(matrix.shape[:-2], loc.shape[:-1]))
        vars(self)[name] = matrix.expand((*batch, -1, -1))
        self.loc = loc.expand((*batch, -1))
        super().__init__(batch, self.loc.shape[-1:], validate_args)
        self._unbroadcasted_scale_tril = factor(name, matrix)

    @Lazy
    def scale_tril(self) -> Value:
        """The lower Cholesky factor of the covariance."""
        return self._unbroadcasted_scale_tril.expand((*self._batch_shape, *self._event_shape, *self._event_shape))

    @Lazy
    def covariance_matrix(self) -> Value:
        """The covariance."""
        own = self._unbroadcasted_scale_tril
        return torch.matmul(own, own.mT).expand((*self._batch_shape, *self._event_shape, *self._event_shape))

    @Lazy
    def precision_matrix(self) -> Value:
        """The inverse of the covariance."""
        return torch.linalg.inv(self.covariance_matrix)

    @property
    def mean(self) -> Value:
        return self.loc

    mode = mean

    @property
    def variance(self) -> Value:
        squares = self._unbroadcasted_scale_tril.pow(2).sum(-1)
        return squares.expand((*self._batch_shape, *self._event_shape))

    def rsample(self, sample_shape: Shape = NONE) -> Value:
        noise = standard_normal(self._extended_shape(sample_shape), self.loc)
        spread = torch.matmul(self._unbroadcasted_scale_tril, noise.unsqueeze(-1)).squeeze(-1)
        return self.loc + spread

    def log_prob(self, value: Value) -> Value:
        self._validate_sample(value)
        difference = (value - self.loc).unsqueeze(-1)
        distance = torch.linalg.solve_triangular(self._unbroadcasted_scale_tril, difference, upper=False)
        distance = distance.squeeze(-1).pow(2).sum(-1)
        return -0.5 * (self._event_shape[0] * math.log(2 * math.pi) + distance) - self._half_log_det()

    def _half_log_det(self) -> Value:
        return self._unbroadcasted_scale_tril.diagonal(dim1=-2, dim2=-1).log().sum(-1)

    def entropy(self) -> Value:
        entropy = 0.5 * self._event_shape[0] * (1.0 + math.log(2 * math.pi)) + self._half_log_det()
        return entropy.expand(self._batch_shape) if self._batch_shape else entropy


def factor(name: str, matrix: Tensor) -> Value:
    """The lower Cholesky factor of the covariance, from whichever matrix was given."""
    if name == "scale_tril":
        return matrix
    if name == "covariance_matrix":
        return torch.linalg.cholesky(matrix)
    # The factor of an inverse: turn the matrix round, factor it, turn back, and solve.
    turned = torch.linalg.cholesky(torch.flip(matrix, (-2, -1)))
    inverse = torch.transpose(torch.flip(turned, (-2, -1)), -2, -1)
    unit = torch.eye(matrix.shape[-1], dtype=matrix.dtype)
    return torch.linalg.solve_triangular(inverse, unit, upper=False)
