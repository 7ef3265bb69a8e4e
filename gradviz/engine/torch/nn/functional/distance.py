"""Losses on numbers: how far a prediction is from its target."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradviz.engine.tensor import Tensor
from gradviz.engine.torch.nn.functional.dispatch import run
from gradviz.engine.torch.nn.functional.reduction import reduced, reduction_from_older_words, same_size


def mse_loss(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    weight: Tensor | None = None,
) -> Any:
    reduction = reduction_from_older_words(size_average, reduce, reduction)
    input, target = same_size(input, target)
    if weight is not None:
        return weighted((input - target).pow(2), weight, reduction)
    return run("mse_loss", False, input, target, reduction)


def l1_loss(
    input: Any,
    target: Any,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    weight: Tensor | None = None,
) -> Any:
    reduction = reduction_from_older_words(size_average, reduce, reduction)
    input, target = same_size(input, target)
    if weight is not None:
        return weighted((input - target).abs(), weight, reduction)
    return reduced((input - target).abs(), reduction)


def smooth_l1_loss(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    beta: float = 1.0,
) -> Any:
    reduction = reduction_from_older_words(size_average, reduce, reduction)
    input, target = same_size(input, target)
    if beta < 0:
        raise RuntimeError("smooth_l1_loss does not support negative values for beta.")
    return run("smooth_l1_loss", False, input, target, reduction, beta)


def huber_loss(
    input: Tensor, target: Tensor, reduction: str = "mean", delta: float = 1.0, weight: Tensor | None = None
) -> Any:
    reduction = reduction_from_older_words(None, None, reduction)
    input, target = same_size(input, target)
    if weight is not None:
        refuse_other_size(weight, input)
        return reduced(run("huber_loss", False, input, target, "none", delta) * weight, reduction)
    if delta <= 0:
        raise RuntimeError("huber_loss does not support non-positive values for delta.")
    return run("huber_loss", False, input, target, reduction, delta)


def refuse_other_size(weight: Tensor, losses: Tensor) -> None:
    """Raise for weights that are not one for each element."""
    if weight.shape != losses.shape:
        raise ValueError("Weights and input must have the same size.")


def weighted(losses: Tensor, weight: Tensor, reduction: str) -> Any:
    """Losses with a weight for each element; their mean is divided by the sum of the weights."""
    refuse_other_size(weight, losses)
    losses = losses * weight
    return losses.sum() / weight.sum() if reduction == "mean" else reduced(losses, reduction)


def binary_cross_entropy(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Any:
    reduction = reduction_from_older_words(size_average, reduce, reduction)
    if target.shape != input.shape:
        raise ValueError(
            f"Using a target size ({target.shape}) that is different to the input size ({input.shape}) is deprecated. "
            "Please ensure they have the same size."
        )
    if weight is not None:
        weight = weight.expand(np.broadcast_shapes(target.shape, weight.shape))
    return run("binary_cross_entropy", False, input, target, weight, reduction)


def binary_cross_entropy_with_logits(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    pos_weight: Tensor | None = None,
) -> Any:
    reduction = reduction_from_older_words(size_average, reduce, reduction)
    if target.shape != input.shape:
        raise ValueError(f"Target size ({target.shape}) must be the same as input size ({input.shape})")
    return run("binary_cross_entropy_with_logits", False, input, target, weight, pos_weight, reduction)
