"""Losses that ask for a margin."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gradviz.engine import torch
from gradviz.engine.op import find
from gradviz.engine.tensor import Tensor
from gradviz.engine.torch.nn.functional.activation import logsigmoid
from gradviz.engine.torch.nn.functional.dispatch import run
from gradviz.engine.torch.nn.functional.reduction import reduced, reduction_from_older_words
from gradviz.engine.torch.nn.functional.similarity import pairwise_distance

SMALL = 1e-12


def number(name: str, input: Tensor, value: float) -> Any:
    """Arithmetic with a number as torch's own C++ does it."""
    return find(f"{name}.number").function(input, value)


def floor_at_zero(input: Tensor) -> Any:
    """Nothing below zero."""
    return find("clamp_min").function(input, 0)


def like(input: Tensor, value: float) -> Tensor:
    """A number as a tensor of the input's type."""
    return torch.from_numpy(np.asarray(value, input.numpy_value().dtype))


def margin_ranking_loss(
    input1: Tensor,
    input2: Tensor,
    target: Tensor,
    margin: float = 0,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Any:
    """max(0, −target · (input1 − input2) + margin)."""
    reduction = reduction_from_older_words(size_average, reduce, reduction)
    if not input1.dim() == input2.dim() == target.dim():
        raise RuntimeError(
            "margin_ranking_loss : All input tensors should have same dimension but got sizes: "
            f"input1: {input1.size()}, input2: {input2.size()}, target: {target.size()} "
        )
    return reduced(floor_at_zero(number("add", -target * (input1 - input2), margin)), reduction)


def hinge_embedding_loss(
    input: Tensor,
    target: Tensor,
    margin: float = 1.0,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Any:
    """The input where the target is 1, max(0, margin − input) where it is −1."""
    reduction = reduction_from_older_words(size_average, reduce, reduction)
    nothing = like(input, 0)
    short = torch.where(target != 1, floor_at_zero(like(input, margin) - input), nothing)
    return reduced(short + torch.where(target != -1, input, nothing), reduction)


def cosine_embedding_loss(
    input1: Tensor,
    input2: Tensor,
    target: Tensor,
    margin: float = 0,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Any:
    """1 − cos where the target is 1, max(0, cos − margin) where it is −1."""
    reduction = reduction_from_older_words(size_average, reduce, reduction)
    if target.dim() not in (0, 1):
        raise RuntimeError("0D or 1D target tensor expected, multi-target not supported")
    if target.dim() + 1 != input1.dim():
        needed = ("0D target tensor expects 1D input tensors", "1D target tensor expects 2D input tensors")
        raise RuntimeError(
            f"{needed[target.dim()]}, but found inputs with sizes {list(input1.shape)} and {list(input2.shape)}."
        )
    dim = target.dim()
    products = (input1 * input2).sum(dim)
    lengths = [number("add", (each * each).sum(dim), SMALL) for each in (input1, input2)]
    cosine = products / (lengths[0] * lengths[1]).sqrt()
    nothing = like(input1, 0)
    near = torch.where(target == 1, like(input1, 1) - cosine, nothing)
    far = torch.where(target == -1, floor_at_zero(number("sub", cosine, margin)), nothing)
    return reduced(near + far, reduction)


def triplet_margin_loss(
    anchor: Tensor,
    positive: Tensor,
    negative: Tensor,
    margin: float = 1.0,
    p: float = 2,
    eps: float = 1e-6,
    swap: bool = False,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Any:
    """max(0, distance to the positive − distance to the negative + margin)."""
    reduction = reduction_from_older_words(size_average, reduce, reduction)
    if margin <= 0:
        raise ValueError(f"margin must be greater than 0, got {margin}")
    near, far = pairwise_distance(anchor, positive, p, eps), pairwise_distance(anchor, negative, p, eps)
    if swap:
        far = torch.minimum(far, pairwise_distance(positive, negative, p, eps))
    return reduced(floor_at_zero(number("add", near, margin) - far), reduction)


def triplet_margin_with_distance_loss(
    anchor: Tensor,
    positive: Tensor,
    negative: Tensor,
    *,
    distance_function: Callable[[Tensor, Tensor], Any] | None = None,
    margin: float = 1.0,
    swap: bool = False,
    reduction: str = "mean",
) -> Any:
    """The same with a distance of one's own."""
    if reduction not in ("none", "mean", "sum"):
        raise ValueError(f"{reduction} is not a valid value for reduction")
    if margin <= 0:
        raise ValueError(f"margin must be greater than 0, got {margin}")
    distance = pairwise_distance if distance_function is None else distance_function
    near, far = distance(anchor, positive), distance(anchor, negative)
    if swap:
        far = torch.minimum(far, distance(positive, negative))
    return reduced(floor_at_zero(margin + near - far), reduction)


def multi_margin_loss(
    input: Tensor,
    target: Tensor,
    p: int = 1,
    margin: float = 1.0,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Any:
    """max(0, margin − score of the class + score)^p, summed over the other classes and divided by their number."""
    reduction = reduction_from_older_words(size_average, reduce, reduction)
    if p not in (1, 2):
        raise ValueError("only p == 1 and p == 2 supported")
    if weight is not None and weight.dim() != 1:
        raise ValueError("weight must be one-dimensional")
    return run("multi_margin_loss", False, input, target, weight, p, margin, reduction)


def multilabel_margin_loss(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Any:
    """The margin between each class that a sample has and each that it has not; targets end at the first −1."""
    reduction = reduction_from_older_words(size_average, reduce, reduction)
    return run("multilabel_margin_loss", False, input, target, reduction)


def multilabel_soft_margin_loss(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Any:
    """Binary cross entropy of the logits, averaged over the classes."""
    reduction = reduction_from_older_words(size_average, reduce, reduction)
    loss = -(target * logsigmoid(input) + (1 - target) * logsigmoid(-input))
    if weight is not None:
        loss = loss * weight
    return reduced(loss.sum(dim=input.dim() - 1) / input.shape[-1], reduction)


def soft_margin_loss(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Any:
    """log(1 + e^(−target · input))."""
    reduction = reduction_from_older_words(size_average, reduce, reduction)
    return run("soft_margin_loss", False, input, target, reduction)
