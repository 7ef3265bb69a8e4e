"""Activation functions."""

from __future__ import annotations

import warnings
from typing import Any

from gradviz.engine.tensor import Tensor
from gradviz.engine.torch.nn.functional.running import run


def relu(input: Tensor, inplace: bool = False) -> Any:
    return input.relu_() if inplace else input.relu()


def sigmoid(input: Tensor) -> Any:
    return input.sigmoid()


def tanh(input: Tensor) -> Any:
    return input.tanh()


def leaky_relu(input: Tensor, negative_slope: float = 0.01, inplace: bool = False) -> Any:
    return run("leaky_relu", inplace, input, negative_slope)


def elu(input: Tensor, alpha: float = 1.0, inplace: bool = False) -> Any:
    return run("elu", inplace, input, alpha)


def silu(input: Tensor, inplace: bool = False) -> Any:
    return run("silu", inplace, input)


def gelu(input: Tensor, approximate: str = "none") -> Any:
    return run("gelu", False, input, approximate)


def softplus(input: Tensor, beta: float = 1.0, threshold: float = 20.0) -> Any:
    return run("softplus", False, input, beta, threshold)


def softmax(input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None) -> Any:
    dim = implicit_dim("softmax", input, _stacklevel) if dim is None else dim
    return input.softmax(dim) if dtype is None else input.to(dtype).softmax(dim)


def log_softmax(input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None) -> Any:
    dim = implicit_dim("log_softmax", input, _stacklevel) if dim is None else dim
    return input.log_softmax(dim) if dtype is None else input.to(dtype).log_softmax(dim)


def implicit_dim(name: str, input: Tensor, stacklevel: int) -> int:
    warnings.warn(
        f"Implicit dimension choice for {name} has been deprecated. Change the call to include dim=X as an argument.",
        stacklevel=stacklevel,
    )
    return 0 if input.dim() in (0, 1, 3) else 1
