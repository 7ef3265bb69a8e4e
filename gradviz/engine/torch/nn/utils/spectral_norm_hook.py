"""spectral_norm (Miyato et al. 2018): a weight divided by its largest singular value, in its older form as a hook."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np

from gradviz.engine import torch
from gradviz.engine.random import default_generator
from gradviz.engine.tensor import Tensor
from gradviz.engine.torch.nn.module import Module
from gradviz.engine.torch.nn.parameter import Parameter, is_lazy
from gradviz.engine.torch.nn.utils.weight_norm_hook import hooks_before

M = TypeVar("M", bound=Module)


class SpectralNorm:
    """The hook that makes the weight; in training it first comes one step nearer to the singular vectors."""

    def __init__(self, name: str, n_power_iterations: int, dim: int, eps: float) -> None:
        check_iterations(n_power_iterations)
        self.name, self.n_power_iterations, self.dim, self.eps = name, n_power_iterations, dim, eps

    def compute_weight(self, module: Any, do_power_iteration: bool) -> Any:
        weight, u, v = (getattr(module, f"{self.name}_{part}") for part in ("orig", "u", "v"))
        matrix = as_matrix(weight, self.dim)
        if do_power_iteration:
            with torch.no_grad():
                for _ in range(self.n_power_iterations):
                    v.copy_(unit(matrix.t().mv(u), self.eps))
                    u.copy_(unit(matrix.mv(v), self.eps))
            u, v = u.clone(), v.clone()  # later steps must not change what this pass keeps
        return weight / torch.dot(u, matrix.mv(v))

    def __call__(self, module: Any, inputs: Any) -> None:
        setattr(module, self.name, self.compute_weight(module, do_power_iteration=module.training))


def spectral_norm(
    module: M, name: str = "weight", n_power_iterations: int = 1, eps: float = 1e-12, dim: int | None = None
) -> M:
    """Keep a parameter as `name_orig`, with its singular vectors as buffers, and divide it before each forward."""
    if any(isinstance(hook, SpectralNorm) and hook.name == name for _, hook in hooks_before(module)):
        raise RuntimeError(f"Cannot register two spectral_norm hooks on the same parameter {name}")
    hook = SpectralNorm(name, n_power_iterations, usual_dim(module) if dim is None else dim, eps)
    weight = module._parameters[name]
    if weight is None:
        raise ValueError(f"`SpectralNorm` cannot be applied as parameter `{name}` is None")
    if is_lazy(weight):
        raise ValueError(
            "The module passed to `SpectralNorm` can't have uninitialized parameters. "
            "Make sure to run the dummy forward before applying spectral normalization"
        )
    u, v = starting_vectors(as_matrix(weight, hook.dim).detach(), eps)
    delattr(module, name)
    module.register_parameter(f"{name}_orig", weight)
    setattr(module, name, weight.data)
    module.register_buffer(f"{name}_u", u)
    module.register_buffer(f"{name}_v", v)
    module.register_forward_pre_hook(hook)
    return module


def remove_spectral_norm(module: M, name: str = "weight") -> M:
    """Make one parameter of the divided weight again."""
    for key, hook in hooks_before(module):
        if isinstance(hook, SpectralNorm) and hook.name == name:
            with torch.no_grad():
                weight = hook.compute_weight(module, do_power_iteration=False)
            for each in (name, f"{name}_u", f"{name}_v", f"{name}_orig"):
                delattr(module, each)
            module.register_parameter(name, Parameter(weight.detach()))
            del module._forward_pre_hooks[key]
            return module
    raise ValueError(f"spectral_norm of '{name}' not found in {module}")


def check_iterations(count: int) -> None:
    if count <= 0:
        raise ValueError(f"Expected n_power_iterations to be positive, but got n_power_iterations={count}")


def usual_dim(module: Module) -> int:
    """The dimension of the outputs: the second in transposed convolutions, else the first."""
    return int("ConvTranspose" in type(module).__name__)


def as_matrix(weight: Any, dim: int) -> Any:
    """A weight with one dimension in front and all others joined."""
    if dim != 0:
        weight = weight.permute(dim, *(axis for axis in range(weight.dim()) if axis != dim))
    return weight.reshape(weight.shape[0], -1)


def unit(vector: Any, eps: float) -> Any:
    """A vector of length one in the same direction."""
    return vector / vector.norm().clamp(min=eps)


def starting_vectors(matrix: Tensor, eps: float) -> list[Any]:
    """Two random vectors of length one, as long as the matrix has rows and columns."""
    kind: np.dtype[Any] = matrix.numpy_value().dtype
    drawn = [torch.from_numpy(default_generator.normal((size,), 0.0, 1.0, kind)) for size in matrix.shape]
    return [unit(each, eps) for each in drawn]
