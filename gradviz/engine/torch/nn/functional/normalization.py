"""Normalisation over the batch, over each sample, over a layer, over neighbouring channels."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from gradviz.engine import torch
from gradviz.engine.op import find
from gradviz.engine.overwrite import overwrite
from gradviz.engine.rounding import multiply_add
from gradviz.engine.tensor import Tensor
from gradviz.engine.torch.nn.functional.padding import pad
from gradviz.engine.torch.nn.functional.pooling import avg_pool2d, avg_pool3d


def batch_norm(
    input: Tensor,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Any:
    """Normalise each channel of (N, C, …): by the batch's own mean and variance while training, else by running ones.

    While training the running ones, if given, move towards the batch's by `momentum`.
    """
    if training:
        refuse_single(input.shape)
    else:
        for name, each in (("running_mean", running_mean), ("running_var", running_var)):
            if each is None:
                raise RuntimeError(f"{name} must be defined in evaluation mode")
    if not input.numel():  # as PyTorch does, so that the graph goes on
        result = input.clone()
        result = result if weight is None else result * weight.select(0, 0)
        return result if bias is None else result + bias.select(0, 0)
    if not input.is_floating_point():
        raise NotImplementedError(f"\"batch_norm\" not implemented for '{input.dtype.tensor_name}'")
    refuse_other_length(input.shape[1], running_mean=running_mean, running_var=running_var)
    # While training the running ones are not looked at, so they are no inputs of the operation.
    looked_at = (None, None) if training else (running_mean, running_var)
    result, mean, var = find("batch_norm").function(input, weight, bias, *looked_at, training, eps)
    if training:
        count = input.numel() // input.shape[1]
        follow(running_mean, mean._value, momentum)
        spread = var._value
        kind = spread.dtype.type
        follow(running_var, spread * kind(count) / kind(count - 1) if count > 1 else spread, momentum, fused=True)
    return result


def refuse_single(shape: Sequence[int]) -> None:
    """Raise for a batch that has one number for each channel: its variance would be zero."""
    if shape[0] * math.prod(shape[2:]) == 1:
        raise ValueError(f"Expected more than 1 value per channel when training, got input size {shape}")


def refuse_other_length(channels: int, **statistics: Tensor | None) -> None:
    """Raise for running averages of another number of channels."""
    for name, each in statistics.items():
        if each is not None and each.numel() != channels:
            raise RuntimeError(f"{name} should contain {channels} elements not {each.numel()}")


def follow(running: Tensor | None, latest: Any, momentum: float, fused: bool = False) -> None:
    """Move a running average towards the latest value, in place and outside the graph.

    PyTorch's compiled loop fuses the multiplication and the addition for the variance, and not for the mean.
    """
    if running is not None:
        own = running._value
        kind = own.dtype.type
        latest, kept = latest.reshape(own.shape).astype(own.dtype), kind(1 - momentum) * own
        share = kind(momentum)
        overwrite(running, multiply_add(latest, share, kept) if fused else share * latest + kept)


def instance_norm(
    input: Tensor,
    running_mean: Tensor | None = None,
    running_var: Tensor | None = None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    use_input_stats: bool = True,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Any:
    """Normalise each channel of each sample: a batch norm over one sample with N · C channels."""
    if use_input_stats and math.prod(input.shape[2:]) == 1:
        raise ValueError(f"Expected more than 1 spatial element when training, got input size {input.shape}")
    samples, channels = input.shape[:2]

    def repeated(each: Tensor | None) -> Any:
        return None if each is None else each.repeat(samples)

    with torch.no_grad():
        means, variances = repeated(running_mean), repeated(running_var)
    folded = input.contiguous().view(1, samples * channels, *input.shape[2:])
    result = batch_norm(
        folded, means, variances, repeated(weight), repeated(bias), use_input_stats, momentum, eps
    ).view(input.shape)
    for running, each in ((running_mean, means), (running_var, variances)):
        if running is not None and use_input_stats:
            overwrite(running, each._value.reshape(samples, channels).mean(0).astype(running._value.dtype))
    return result


def layer_norm(
    input: Tensor,
    normalized_shape: Sequence[int],
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: float = 1e-5,
) -> Any:
    """Normalise over the last dimensions, which have `normalized_shape`."""
    if not len(normalized_shape):
        raise RuntimeError(
            "Expected normalized_shape to be at least 1-dimensional, i.e., containing at least one element, but got "
            "normalized_shape = []"
        )
    return find("layer_norm").function(input, weight, bias, tuple(normalized_shape), eps)[0]


def group_norm(
    input: Tensor, num_groups: int, weight: Tensor | None = None, bias: Tensor | None = None, eps: float = 1e-5
) -> Any:
    """Normalise each sample of (N, C, …) over groups of channels."""
    if input.ndim < 2:
        raise RuntimeError(f"Expected at least 2 dimensions for input tensor but received {input.ndim}")
    if input.shape[1] % num_groups:
        raise RuntimeError(
            "Expected number of channels in input to be divisible by num_groups, but got input of shape "
            f"{list(input.shape)} and num_groups={num_groups}"
        )
    return find("group_norm").function(input, weight, bias, num_groups, eps)[0]


def rms_norm(
    input: Tensor, normalized_shape: Sequence[int], weight: Tensor | None = None, eps: float | None = None
) -> Any:
    """Divide by the root of the mean square over the last dimensions."""
    wanted = tuple(normalized_shape)
    if tuple(input.shape[-len(wanted) :]) != wanted:
        raise RuntimeError(
            f"Given normalized_shape={list(wanted)}, expected input with shape [*{', '.join(map(str, wanted))}], but "
            f"got input of size{list(input.shape)}"
        )
    least = float(torch.finfo(input.dtype).eps) if eps is None else eps
    squares = input.pow(2).mean(tuple(range(-len(wanted), 0)), keepdim=True)
    result = input * find("add.number").function(squares, least).rsqrt()
    return result if weight is None else result * weight


def local_response_norm(input: Tensor, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0) -> Any:
    """Divide each element by a power of the mean square over `size` neighbouring channels."""
    if input.ndim < 3:
        raise ValueError(
            f"Expected 3D or higher dimensionality                          input (got {input.ndim} dimensions)"
        )
    if not input.numel():
        return input
    squares = input.mul(input)
    around = size // 2, (size - 1) // 2
    if input.ndim == 3:
        squares = avg_pool2d(pad(squares.unsqueeze(1), (0, 0, *around)), (size, 1), stride=1).squeeze(1)
    else:
        shape = input.shape
        squares = squares.view(shape[0], 1, shape[1], shape[2], -1)
        squares = avg_pool3d(pad(squares, (0, 0, 0, 0, *around)), (size, 1, 1), stride=1).squeeze(1).view(shape)
    return input / squares.mul(alpha).add(k).pow(beta)
