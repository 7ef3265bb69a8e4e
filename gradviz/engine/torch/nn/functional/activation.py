"""Activation functions."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from gradviz.engine import torch
from gradviz.engine.creation import finished
from gradviz.engine.op import find
from gradviz.engine.random import default_generator
from gradviz.engine.tensor import Tensor
from gradviz.engine.torch.nn.functional.dispatch import run

relu_op = find("relu").function


def relu(input: Tensor, inplace: bool = False) -> Any:
    return input.relu_() if inplace else relu_op(input)


def sigmoid(input: Tensor) -> Any:
    return input.sigmoid()


def tanh(input: Tensor) -> Any:
    return input.tanh()


def relu_(input: Tensor) -> Any:
    return input.relu_()


def leaky_relu(input: Tensor, negative_slope: float = 0.01, inplace: bool = False) -> Any:
    return run("leaky_relu", inplace, input, negative_slope)


def leaky_relu_(input: Tensor, negative_slope: float = 0.01) -> Any:
    return run("leaky_relu", True, input, negative_slope)


def elu(input: Tensor, alpha: float = 1.0, inplace: bool = False) -> Any:
    return run("elu", inplace, input, alpha)


def elu_(input: Tensor, alpha: float = 1.0) -> Any:
    return run("elu", True, input, alpha)


def selu(input: Tensor, inplace: bool = False) -> Any:
    """ELU with the two numbers that keep mean 0 and variance 1 through layers (Klambauer et al. 2017)."""
    return run("elu", inplace, input, 1.6732632423543772, 1.0507009873554805, 1)


def selu_(input: Tensor) -> Any:
    return selu(input, True)


def celu(input: Tensor, alpha: float = 1.0, inplace: bool = False) -> Any:
    if not alpha:
        raise RuntimeError("ZeroDivisionError: alpha cannot be 0 for CELU")
    return run("celu", inplace, input, alpha)


def celu_(input: Tensor, alpha: float = 1.0) -> Any:
    return celu(input, alpha, True)


def hardtanh(input: Tensor, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> Any:
    if min_val > max_val:
        raise ValueError("min_val cannot be greater than max_val")
    return run("hardtanh", inplace, input, min_val, max_val)


def hardtanh_(input: Tensor, min_val: float = -1.0, max_val: float = 1.0) -> Any:
    return hardtanh(input, min_val, max_val, True)


def relu6(input: Tensor, inplace: bool = False) -> Any:
    return run("hardtanh", inplace, input, 0.0, 6.0)


def hardsigmoid(input: Tensor, inplace: bool = False) -> Any:
    return run("hardsigmoid", inplace, input)


def hardswish(input: Tensor, inplace: bool = False) -> Any:
    return run("hardswish", inplace, input)


def hardshrink(input: Tensor, lambd: float = 0.5) -> Any:
    return input.hardshrink(lambd)


def softshrink(input: Tensor, lambd: float = 0.5) -> Any:
    if lambd < 0:
        raise RuntimeError(
            f"lambda must be in range [0, 3.40282e+38] for input dtype {input.dtype.tensor_name}, but found {lambd:g}"
        )
    return run("softshrink", False, input, lambd)


def tanhshrink(input: Tensor) -> Any:
    return input - input.tanh()


def threshold(input: Tensor, threshold: float, value: float, inplace: bool = False) -> Any:
    return run("threshold", inplace, input, threshold, value)


def threshold_(input: Tensor, threshold: float, value: float) -> Any:
    return run("threshold", True, input, threshold, value)


def softsign(input: Tensor) -> Any:
    return input / (input.abs() + 1)


def logsigmoid(input: Tensor) -> Any:
    return run("logsigmoid", False, input)


def prelu(input: Tensor, weight: Tensor) -> Any:
    """Slope 1 above 0, `weight` below: one number, or one for each channel."""
    return input.prelu(weight)


def rrelu(
    input: Tensor,
    lower: float = 1.0 / 8,
    upper: float = 1.0 / 3,
    training: bool = False,
    inplace: bool = False,
) -> Any:
    """A leaky relu whose slope is drawn for each negative element while training, and halfway in evaluation."""
    if lower > upper:
        raise RuntimeError("Lower bound should be less than or equal to the upper bound")
    values = input.numpy_value()
    slopes = np.ones_like(values)
    negative = values <= 0
    if training:
        drawn = default_generator.uniform((int(negative.sum()),), lower, upper, np.float64)
        slopes[negative] = drawn
    else:
        slopes[values < 0] = (lower + upper) / 2
    noise = finished(slopes, "rrelu" if training else "where")
    return run("rrelu_with_noise", inplace, input, noise, lower, upper)


def rrelu_(input: Tensor, lower: float = 1.0 / 8, upper: float = 1.0 / 3, training: bool = False) -> Any:
    return rrelu(input, lower, upper, training, True)


def mish(input: Tensor, inplace: bool = False) -> Any:
    return run("mish", inplace, input)


def gelu(input: Tensor, approximate: str = "none") -> Any:
    if approximate not in ("none", "tanh"):
        raise RuntimeError("approximate argument must be either none or tanh.")
    return run("gelu", False, input, approximate)


def glu(input: Tensor, dim: int = -1) -> Any:
    """The first half times the sigmoid of the second, along a dimension."""
    return run("glu", False, input, dim)


def silu(input: Tensor, inplace: bool = False) -> Any:
    return run("silu", inplace, input)


def softplus(input: Tensor, beta: float = 1.0, threshold: float = 20.0) -> Any:
    return run("softplus", False, input, beta, threshold)


def softmax(input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None) -> Any:
    dim = implicit_dim("softmax", input, _stacklevel) if dim is None else dim
    return input.softmax(dim) if dtype is None else input.to(dtype).softmax(dim)


def log_softmax(input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None) -> Any:
    dim = implicit_dim("log_softmax", input, _stacklevel) if dim is None else dim
    return input.log_softmax(dim) if dtype is None else input.to(dtype).log_softmax(dim)


def softmin(input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None) -> Any:
    dim = implicit_dim("softmin", input, _stacklevel) if dim is None else dim
    return (-input).softmax(dim) if dtype is None else (-input).to(dtype).softmax(dim)


def gumbel_softmax(logits: Tensor, tau: float = 1, hard: bool = False, eps: float = 1e-10, dim: int = -1) -> Any:
    """A random choice by log-probabilities that gradients pass through (Jang et al. 2017).

    `hard`: the value is one-hot, the gradient that of the soft choice.
    """
    if not logits.is_floating_point():
        raise RuntimeError(
            "Exponential distribution is a continuous probability distribution. dtype must be a floating point but you "
            f"specified {logits.dtype.tensor_name}"
        )
    drawn = default_generator.exponential(tuple(logits.shape), 1.0, logits.numpy_value().dtype)
    gumbels = -finished(drawn, "exponential").log()
    soft = ((logits + gumbels) / tau).softmax(dim)
    if not hard:
        return soft
    values = soft.numpy_value()
    one_hot = np.zeros_like(values)
    np.put_along_axis(one_hot, values.argmax(dim, keepdims=True), 1, dim)
    return torch.from_numpy(one_hot) - soft.detach() + soft


def implicit_dim(name: str, input: Tensor, stacklevel: int) -> int:
    warnings.warn(
        f"Implicit dimension choice for {name} has been deprecated. Change the call to include dim=X as an argument.",
        stacklevel=stacklevel,
    )
    return 0 if input.dim() in (0, 1, 3) else 1
