"""Losses on numbers: how far a prediction is from its target."""

from __future__ import annotations

from typing import Any

from gradviz.engine.tensor import Tensor
from gradviz.engine.torch.nn.functional.reduction import reduced, reduction_from_older_words, same_size
from gradviz.engine.torch.nn.functional.running import run


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
    return run("smooth_l1_loss", False, input, target, reduction, beta)


def huber_loss(
    input: Tensor, target: Tensor, reduction: str = "mean", delta: float = 1.0, weight: Tensor | None = None
) -> Any:
    reduction = reduction_from_older_words(None, None, reduction)
    input, target = same_size(input, target)
    return run("huber_loss", False, input, target, reduction, delta)


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
