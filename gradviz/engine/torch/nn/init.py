"""Starting values for parameters, filled in place and untracked, with torch's numbers.

Xavier (Glorot and Bengio 2010) keeps the variance of activations and gradients through layers that are about linear,
Kaiming (He et al. 2015) through rectifiers.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from gradviz.engine.names import missing
from gradviz.engine.overwrite import overwrite
from gradviz.engine.random import Generator, default_generator
from gradviz.engine.tensor import Tensor

GAINS: dict[str, float] = {  # whole where torch has whole numbers, since people print them
    "linear": 1,
    "conv1d": 1,
    "conv2d": 1,
    "conv3d": 1,
    "conv_transpose1d": 1,
    "conv_transpose2d": 1,
    "conv_transpose3d": 1,
    "sigmoid": 1,
    "tanh": 5.0 / 3,
    "relu": math.sqrt(2.0),
    "selu": 3.0 / 4,
}


def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """How much larger a layer's weights have to be for what the nonlinearity after it takes away."""
    if nonlinearity == "leaky_relu":
        slope = 0.01 if param is None else param
        if isinstance(slope, bool) or not isinstance(slope, (int, float)):
            raise ValueError(f"negative_slope {param} not a valid number")
        return math.sqrt(2.0 / (1 + slope**2))
    if nonlinearity not in GAINS:
        raise ValueError(f"Unsupported nonlinearity {nonlinearity}")
    return GAINS[nonlinearity]


def uniform_(tensor: Tensor, a: float = 0.0, b: float = 1.0, generator: Generator | None = None) -> Tensor:
    return _filled(tensor, (generator or default_generator).uniform(tensor.shape, a, b, _kind(tensor)))


def normal_(tensor: Tensor, mean: float = 0.0, std: float = 1.0, generator: Generator | None = None) -> Tensor:
    return _filled(tensor, (generator or default_generator).normal(tensor.shape, mean, std, _kind(tensor)))


def constant_(tensor: Tensor, val: float) -> Tensor:
    return _filled(tensor, np.full(tensor.shape, val, _kind(tensor)))


def ones_(tensor: Tensor) -> Tensor:
    return constant_(tensor, 1.0)


def zeros_(tensor: Tensor) -> Tensor:
    return constant_(tensor, 0.0)


def eye_(tensor: Tensor) -> Tensor:
    if tensor.ndim != 2:
        raise ValueError("Only tensors with 2 dimensions are supported")
    return _filled(tensor, np.eye(*tensor.shape, dtype=_kind(tensor)))


def xavier_uniform_(tensor: Tensor, gain: float = 1.0, generator: Generator | None = None) -> Tensor:
    bound = math.sqrt(3.0) * _xavier_std(tensor, gain)
    return uniform_(tensor, -bound, bound, generator)


def xavier_normal_(tensor: Tensor, gain: float = 1.0, generator: Generator | None = None) -> Tensor:
    return normal_(tensor, 0.0, _xavier_std(tensor, gain), generator)


def kaiming_uniform_(
    tensor: Tensor,
    a: float = 0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    generator: Generator | None = None,
) -> Tensor:
    if 0 in tensor.shape:
        warnings.warn("Initializing zero-element tensors is a no-op", stacklevel=2)
        return tensor
    bound = math.sqrt(3.0) * _kaiming_std(tensor, a, mode, nonlinearity)
    return uniform_(tensor, -bound, bound, generator)


def kaiming_normal_(
    tensor: Tensor,
    a: float = 0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    generator: Generator | None = None,
) -> Tensor:
    if 0 in tensor.shape:
        warnings.warn("Initializing zero-element tensors is a no-op", stacklevel=2)
        return tensor
    return normal_(tensor, 0.0, _kaiming_std(tensor, a, mode, nonlinearity), generator)


def trunc_normal_(
    tensor: Tensor,
    mean: float = 0.0,
    std: float = 1.0,
    a: float = -2.0,
    b: float = 2.0,
    generator: Generator | None = None,
) -> Tensor:
    """Normal numbers between a and b: what falls outside is drawn again.

    Where too few would fall inside, uniform numbers are drawn and kept with the probability that the density gives.
    """
    if (mean < a - 2 * std) or (mean > b + 2 * std):
        warnings.warn(
            "mean is more than 2 std from [a, b] in nn.init.trunc_normal_. "
            "The distribution of values may be incorrect.",
            stacklevel=2,
        )
    source, kind, shape = generator or default_generator, _kind(tensor), tensor.shape
    if _below((b - mean) / std) - _below((a - mean) / std) > 0.3:
        low, high = kind.type(a), kind.type(b)
        values = source.normal(shape, mean, std, kind)
        while np.any(outside := (values < low) | (values > high)):
            values = np.where(outside, source.normal(shape, mean, std, kind), values)
        return _filled(tensor, values)
    peak = -0.5 * ((max(a, min(mean, b)) - mean) / std) ** 2
    values, pending = np.zeros(shape, kind), np.ones(shape, bool)
    while np.any(pending):
        candidates = source.uniform(shape, a, b, kind)
        values = np.where(pending, candidates, values)
        density = ((candidates - mean) / std) ** 2 * -0.5 - peak
        pending &= np.log(source.uniform(shape, 0.0, 1.0, kind)) > density
    return _filled(tensor, values)


def _below(x: float) -> float:
    """The part of a standard normal distribution below x."""
    return (1.0 + math.erf(x / math.sqrt(2.0))) / 2.0


def orthogonal_(tensor: Tensor, gain: float = 1, generator: Generator | None = None) -> Tensor:
    """Orthogonal rows or columns, all equally likely: Q of a random matrix, with signs from R (Mezzadri 2007)."""
    if tensor.ndim < 2:
        raise ValueError("Only tensors with 2 or more dimensions are supported")
    if not tensor.numel():
        return tensor
    rows, kind = tensor.shape[0], _kind(tensor)
    columns = tensor.numel() // rows
    drawn = (generator or default_generator).normal((rows, columns), 0.0, 1.0, kind)
    q, r = np.linalg.qr(drawn.T if rows < columns else drawn)
    q = q * np.sign(np.diag(r))
    values = (q.T if rows < columns else q).astype(kind).reshape(tensor.shape)
    return _filled(tensor, np.ascontiguousarray(values * kind.type(gain)))


def sparse_(tensor: Tensor, sparsity: float, std: float = 0.01, generator: Generator | None = None) -> Tensor:
    """Normal numbers, of which the same part of each column is zero (Martens 2010)."""
    if tensor.ndim != 2:
        raise ValueError("Only tensors with 2 dimensions are supported")
    rows, columns = tensor.shape
    values = (generator or default_generator).normal((rows, columns), 0.0, std, _kind(tensor))
    for column in range(columns):
        values[default_generator.randperm(rows)[: math.ceil(sparsity * rows)], column] = 0
    return _filled(tensor, values)


def dirac_(tensor: Tensor, groups: int = 1) -> Tensor:
    """A convolution that passes on its input: one in the middle of each channel's own window."""
    if tensor.ndim not in (3, 4, 5):
        raise ValueError("Only tensors with 3, 4, or 5 dimensions are supported")
    if tensor.shape[0] % groups:
        raise ValueError("dim 0 must be divisible by groups")
    values, each = np.zeros(tensor.shape, _kind(tensor)), tensor.shape[0] // groups
    middle = tuple(length // 2 for length in tensor.shape[2:])
    for group in range(groups):
        for channel in range(min(each, tensor.shape[1])):
            values[(group * each + channel, channel, *middle)] = 1
    return _filled(tensor, values)


def _xavier_std(tensor: Tensor, gain: float) -> float:
    fan_in, fan_out = _calculate_fan_in_and_fan_out(tensor)
    return gain * math.sqrt(2.0 / float(fan_in + fan_out))


def _kaiming_std(tensor: Tensor, a: float, mode: str, nonlinearity: str) -> float:
    mode = mode.lower()
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(f"Mode {mode} not supported, please use one of ['fan_in', 'fan_out']")
    fan = _calculate_fan_in_and_fan_out(tensor)[0 if mode == "fan_in" else 1]
    return calculate_gain(nonlinearity, a) / math.sqrt(fan)


def _calculate_fan_in_and_fan_out(tensor: Tensor) -> tuple[int, int]:
    """How many inputs each output has, and how many outputs each input."""
    if tensor.ndim < 2:
        raise ValueError("Fan in and fan out can not be computed for tensor with fewer than 2 dimensions")
    field = math.prod(tensor.shape[2:])
    return tensor.shape[1] * field, tensor.shape[0] * field


def _kind(tensor: Tensor) -> Any:
    return tensor.numpy_value().dtype


def _filled(tensor: Tensor, values: Any) -> Tensor:
    overwrite(tensor, values)
    return tensor


def _older(function: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """A function under its older name, without the underscore, which warns."""
    newer = function.__name__
    older = newer.removesuffix("_")

    def renamed(*args: Any, **kwargs: Any) -> Tensor:
        warnings.warn(
            f"`nn.init.{older}` is now deprecated in favor of `nn.init.{newer}`.", FutureWarning, stacklevel=2
        )
        return function(*args, **kwargs)

    renamed.__name__ = renamed.__qualname__ = older
    return renamed


uniform, normal, constant = _older(uniform_), _older(normal_), _older(constant_)
eye, dirac = _older(eye_), _older(dirac_)
xavier_uniform, xavier_normal = _older(xavier_uniform_), _older(xavier_normal_)
kaiming_uniform, kaiming_normal = _older(kaiming_uniform_), _older(kaiming_normal_)
orthogonal, sparse = _older(orthogonal_), _older(sparse_)


def __getattr__(name: str) -> Any:
    raise missing("torch.nn.init", name)
