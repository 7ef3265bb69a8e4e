"""Dropping elements or whole channels at random while training."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from gradviz.engine import messages, torch
from gradviz.engine.creation import finished
from gradviz.engine.random import default_generator
from gradviz.engine.tensor import Tensor

# SELU's limit for −∞, towards which alpha dropout sets what it drops (Klambauer et al. 2017)
ALPHA = 1.7580993408473766


def refuse_chance(p: float) -> None:
    """Raise for a probability that is none."""
    if p < 0.0 or p > 1.0:
        raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}")


def refuse_complex(input: Tensor) -> None:
    """Raise PyTorch's error for complex numbers: nothing is drawn in their type."""
    if input.is_complex():
        raise messages.not_for("bernoulli_scalar_cpu_", input.dtype)


def per_channel(input: Tensor) -> tuple[int, ...]:
    """Return the shape of one number for each channel of each sample."""
    if input.ndim < 2:
        raise RuntimeError("Feature dropout requires at least 2 dimensions in the input")
    return (*input.shape[:2], *[1] * (input.ndim - 2))


def dropout(input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Any:
    """A product with a random mask, which scales what is kept by 1 / (1 − p)."""
    refuse_chance(p)
    return dropped(input, p, training, inplace, tuple(input.shape))


def dropped(input: Tensor, p: float, training: bool, inplace: bool, shape: tuple[int, ...]) -> Any:
    """Multiply by a mask of a shape that broadcasts to the input's."""
    if not training or p == 0 or input.numel() == 0:
        return input
    if p < 1:
        refuse_complex(input)
    if not input.is_floating_point() and not input.is_complex():
        name = input.dtype.tensor_name
        raise RuntimeError(f"result type Float can't be cast to the desired output type {name}")
    if p == 1:
        mask = torch.zeros((), dtype=input.dtype)
    else:
        mask = finished(mask_for(input.numpy_value(), shape, p), "dropout")
    return input.mul_(mask) if inplace else input * mask


def mask_for(value: Any, shape: tuple[int, ...], p: float) -> Any:
    """Return a random mask; for a whole tensor drawn in the order of its memory, which may be transposed."""
    if shape != value.shape or value.flags.c_contiguous:
        return default_generator.dropout_mask(shape, p, value.dtype)
    axes = np.argsort([-stride for stride in np.empty_like(value).strides], kind="stable")
    drawn = default_generator.dropout_mask([shape[axis] for axis in axes], p, value.dtype)
    return drawn.transpose(np.argsort(axes))


def dropout1d(input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Any:
    """Drop whole channels of (N, C, L) or (C, L)."""
    refuse_chance(p)
    if input.ndim not in (2, 3):
        raise RuntimeError(
            f"dropout1d: Expected 2D or 3D input, but received a {input.ndim}D input. Note that dropout1d exists to "
            "provide channel-wise dropout on inputs with 1 spatial dimension, a channel dimension, and an optional "
            "batch dimension (i.e. 2D or 3D inputs)."
        )
    return channels_dropped(input, p, training, inplace, batched=input.ndim == 3)


def dropout2d(input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Any:
    """Drop whole channels of (N, C, H, W)."""
    refuse_chance(p)
    if input.ndim not in (3, 4):
        warn_of_dimensions("dropout2d", input.ndim, 2, "3D or 4D")
    if input.ndim == 3:
        messages.warn(
            "dropout2d: Received a 3D input to dropout2d and assuming that channel-wise 1D dropout behavior is desired "
            "- input is interpreted as shape (N, C, L), where C is the channel dim. This behavior will change in a "
            "future release to interpret the input as one without a batch dimension, i.e. shape (C, H, W). To maintain "
            "the 1D channel-wise dropout behavior, please switch to using dropout1d instead."
        )
    return channels_dropped(input, p, training, inplace, batched=True)


def dropout3d(input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Any:
    """Drop whole channels of (N, C, D, H, W) or (C, D, H, W)."""
    refuse_chance(p)
    if input.ndim not in (4, 5):
        warn_of_dimensions("dropout3d", input.ndim, 3, "4D or 5D")
    return channels_dropped(input, p, training, inplace, batched=input.ndim == 5)


def warn_of_dimensions(name: str, given: int, space: int, wanted: str) -> None:
    """Warn as torch does of inputs that `dropout` is for."""
    messages.warn(
        f"{name}: Received a {given}-D input to {name}, which is deprecated and will result in an error in a future "
        "release. To retain the behavior and silence this warning, please use dropout instead. Note that "
        f"{name} exists to provide channel-wise dropout on inputs with {space} spatial dimensions, a channel "
        f"dimension, and an optional batch dimension (i.e. {wanted} inputs)."
    )


def channels_dropped(input: Tensor, p: float, training: bool, inplace: bool, batched: bool) -> Any:
    """Drop whole channels; an input that is no batch becomes one for that time."""
    if batched:
        return dropped(input, p, training, inplace, per_channel(input) if training else ())
    whole = input.unsqueeze_(0) if inplace else input.unsqueeze(0)
    result = dropped(whole, p, training, inplace, per_channel(whole) if training else ())
    return result.squeeze_(0) if inplace else result.squeeze(0)


def alpha_dropout(input: Tensor, p: float = 0.5, training: bool = False, inplace: bool = False) -> Any:
    """Dropout that keeps mean and variance: what is dropped becomes SELU's limit, then all is scaled and shifted."""
    refuse_chance(p)
    return alpha_dropped(input, p, training, inplace, tuple(input.shape))


def feature_alpha_dropout(input: Tensor, p: float = 0.5, training: bool = False, inplace: bool = False) -> Any:
    """Alpha dropout of whole channels."""
    refuse_chance(p)
    return alpha_dropped(input, p, training, inplace, per_channel(input) if training else ())


def alpha_dropped(input: Tensor, p: float, training: bool, inplace: bool, shape: tuple[int, ...]) -> Any:
    """Multiply by a mask and add what stands for the dropped."""
    if not training or p == 0 or input.numel() == 0:
        return input
    if p == 1:
        nothing = torch.zeros((), dtype=input.dtype)
        return input.mul_(nothing) if inplace else input * nothing
    refuse_complex(input)
    scale = 1.0 / math.sqrt((ALPHA * ALPHA * p + 1) * (1 - p))
    drawn = np.asarray(default_generator.bernoulli(1 - p, shape, input.numpy_value().dtype))
    # By NumPy: how the two come from one draw is no step of the program. Half precision is rounded after each step.
    wide = drawn.astype(np.promote_types(drawn.dtype, np.float32))
    added = ((wide - 1) * (ALPHA * scale)).astype(drawn.dtype).astype(wide.dtype) + ALPHA * scale * p
    kept = finished((wide * scale).astype(drawn.dtype), "alpha_dropout")
    shift = finished(added.astype(drawn.dtype), "alpha_dropout")
    return input.mul_(kept).add_(shift) if inplace else input * kept + shift
