"""Losses on classes."""

from __future__ import annotations

from typing import Any

from gradviz.engine.tensor import Tensor
from gradviz.engine.torch.nn.functional.reduction import reduction_from_older_words
from gradviz.engine.torch.nn.functional.running import run


def nll_loss(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    ignore_index: int = -100,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Any:
    reduction = reduction_from_older_words(size_average, reduce, reduction)
    return run("nll_loss", False, input, target, weight, reduction, ignore_index)


def cross_entropy(
    input: Tensor,
    target: Any,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    ignore_index: int = -100,
    reduce: bool | None = None,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Any:
    """Scores (N, classes) or (classes) against class numbers (N) or (), or against probabilities of the same shape."""
    reduction = reduction_from_older_words(size_average, reduce, reduction)
    class_dim = 0 if input.dim() == 1 else 1
    logs = input.log_softmax(class_dim)
    if target.shape == input.shape:
        if not target.is_floating_point():
            name = target.dtype.tensor_name
            raise RuntimeError(f"Expected floating point type for target with class probabilities, got {name}")
        return _soft_cross_entropy(logs, target, weight, reduction, label_smoothing, class_dim)
    loss = run("nll_loss", False, logs, target, weight, reduction, ignore_index)
    if label_smoothing == 0.0:
        return loss
    if weight is not None:
        raise NotImplementedError("gradviz's NumPy engine does not have label_smoothing with a weight yet.")
    ignored = target == ignore_index
    smooth = (-logs.sum(class_dim)).masked_fill(ignored, 0.0)
    if reduction == "mean":
        smooth = smooth.sum() / (target.numel() - ignored.sum())
    elif reduction == "sum":
        smooth = smooth.sum()
    return loss * (1 - label_smoothing) + smooth * (label_smoothing / input.shape[class_dim])


def _soft_cross_entropy(
    logs: Any, target: Any, weight: Tensor | None, reduction: str, label_smoothing: float, class_dim: int
) -> Any:
    """Targets that are probabilities: the mean is over samples, not over their classes."""
    classes = logs.shape[class_dim]
    if label_smoothing:
        target = target * (1 - label_smoothing) + label_smoothing / classes
    products = logs * target
    if weight is not None:
        products = products * weight.reshape(*(-1 if i == class_dim else 1 for i in range(logs.dim())))
    if reduction == "none":
        return -products.sum(class_dim)
    total = -products.sum()
    return total if reduction == "sum" else total / (logs.numel() / classes)
