"""Weights kept as length and direction, or divided by their largest singular value, computed when they are read."""

from __future__ import annotations

from typing import Any, TypeVar

from gradviz.engine import torch
from gradviz.engine.names import missing
from gradviz.engine.ops.weight_norm import norm_except_dim
from gradviz.engine.ops.weight_norm import weight_norm as product
from gradviz.engine.tensor import Tensor
from gradviz.engine.torch.nn.module import Module
from gradviz.engine.torch.nn.utils.parametrize import register_parametrization
from gradviz.engine.torch.nn.utils.spectral_norm_hook import check_iterations, starting_vectors, unit, usual_dim

M = TypeVar("M", bound=Module)


class _WeightNorm(Module):
    def __init__(self, dim: int | None = 0) -> None:
        super().__init__()
        self.dim = -1 if dim is None else dim

    def forward(self, weight_g: Tensor, weight_v: Tensor) -> Any:
        return product(weight_v, weight_g, self.dim)

    def right_inverse(self, weight: Tensor) -> tuple[Any, Any]:
        return norm_except_dim(weight, self.dim), weight


def weight_norm(module: M, name: str = "weight", dim: int | None = 0) -> M:
    """Keep a weight as its length along `dim` and its direction (Salimans and Kingma 2016)."""
    register_parametrization(module, name, _WeightNorm(dim), unsafe=True)

    def take_older_names(state: Any, prefix: str, *rest: Any) -> None:
        if f"{prefix}{name}_g" in state and f"{prefix}{name}_v" in state:
            for i, letter in enumerate("gv"):
                state[f"{prefix}parametrizations.{name}.original{i}"] = state.pop(f"{prefix}{name}_{letter}")

    module._register_load_state_dict_pre_hook(take_older_names)
    return module


class _SpectralNorm(Module):
    def __init__(self, weight: Any, n_power_iterations: int = 1, dim: int = 0, eps: float = 1e-12) -> None:
        super().__init__()
        if not -weight.ndim <= dim < weight.ndim:
            raise IndexError(
                f"Dimension out of range (expected to be in range of [-{weight.ndim}, {weight.ndim - 1}] but got {dim})"
            )
        check_iterations(n_power_iterations)
        self.dim, self.eps = dim % weight.ndim, eps
        if weight.ndim > 1:
            self.n_power_iterations = n_power_iterations
            matrix = self._matrix(weight)
            u, v = starting_vectors(matrix.detach(), eps)
            self.register_buffer("_u", u)
            self.register_buffer("_v", v)
            self._come_nearer(matrix, 15)

    def _matrix(self, weight: Any) -> Any:
        if self.dim:
            weight = weight.permute(self.dim, *(axis for axis in range(weight.ndim) if axis != self.dim))
        return weight.flatten(1)

    def _come_nearer(self, matrix: Any, count: int) -> None:
        """Power iterations: the vectors turn towards the singular vectors of the largest singular value."""
        with torch.no_grad():
            for _ in range(count):
                self._u.copy_(unit(matrix.mv(self._v), self.eps))
                self._v.copy_(unit(matrix.t().mv(self._u), self.eps))

    def forward(self, weight: Any) -> Any:
        if weight.ndim == 1:
            return unit(weight, self.eps)
        matrix = self._matrix(weight)
        if self.training:
            self._come_nearer(matrix, self.n_power_iterations)
        return weight / torch.vdot(self._u.clone(), matrix.mv(self._v.clone()))

    def right_inverse(self, value: Any) -> Any:
        return value


def spectral_norm(
    module: M, name: str = "weight", n_power_iterations: int = 1, eps: float = 1e-12, dim: int | None = None
) -> M:
    """Divide a weight by its largest singular value (Miyato et al. 2018)."""
    weight = getattr(module, name, None)
    if not isinstance(weight, Tensor):
        raise ValueError(f"Module '{module}' has no parameter or buffer with name '{name}'")
    made = _SpectralNorm(weight, n_power_iterations, usual_dim(module) if dim is None else dim, eps)
    return register_parametrization(module, name, made)


def __getattr__(name: str) -> Any:
    raise missing("torch.nn.utils.parametrizations", name)
