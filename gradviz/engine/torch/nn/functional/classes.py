"""Losses on classes."""

from __future__ import annotations

from typing import Any

from gradviz.engine.op import find
from gradviz.engine.tensor import Tensor
from gradviz.engine.torch.nn.functional.dispatch import run
from gradviz.engine.torch.nn.functional.reduction import reduction_from_older_words

nll = find("nll_loss").function


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
    return likelihood(input, target, weight, reduction, ignore_index)


def likelihood(input: Tensor, target: Tensor, weight: Tensor | None, reduction: str, ignore_index: int) -> Any:
    """Minus the log-probability of each class; more dimensions are folded into those of an image, as in torch."""
    shape = input._value.shape
    ndim = len(shape)
    if ndim < 1:
        raise ValueError(f"Expected 1 or more dimensions (got {ndim})")
    samples = (*target._value.shape, 0)[0]
    if ndim != 1 and shape[0] != samples:
        raise ValueError(f"Expected input batch_size ({shape[0]}) to match target batch_size ({samples}).")
    if ndim <= 2:
        return nll(input, target, weight, reduction, ignore_index)
    if ndim == 4:
        return run("nll_loss2d", False, input, target, weight, reduction, ignore_index)
    samples, classes = input.shape[:2]
    if tuple(target.shape[1:]) != tuple(input.shape[2:]):
        expected = [samples, *input.shape[2:]]
        raise RuntimeError(f"Expected target size {expected}, got {list(target.shape)}")
    image = input.contiguous().view(samples, classes, 1, -1)
    loss = run("nll_loss2d", False, image, target.reshape(samples, 1, -1), weight, reduction, ignore_index)
    return loss.view(samples, *input.shape[2:]) if reduction == "none" else loss


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
    if not 0.0 <= label_smoothing <= 1.0:
        raise RuntimeError(f"label_smoothing must be between 0.0 and 1.0. Got: {label_smoothing:g}")
    class_dim = 0 if input._value.ndim == 1 else 1
    if target._value.shape == input._value.shape:
        if not target.is_floating_point():
            name = target.dtype.tensor_name
            raise RuntimeError(f"Expected floating point type for target with class probabilities, got {name}")
        if ignore_index >= 0:
            raise RuntimeError("ignore_index is not supported for floating point target")
        logs = input.log_softmax(class_dim)
        return soft_cross_entropy(logs, target, weight, reduction, label_smoothing, class_dim)
    logs = input.log_softmax(class_dim)
    loss = likelihood(logs, target, weight, reduction, ignore_index)
    if label_smoothing == 0.0:
        return loss
    smooth = smooth_loss(logs, target, weight, reduction, ignore_index, class_dim)
    times = find("mul.number").function
    return times(loss, 1 - label_smoothing) + times(smooth, label_smoothing / input.shape[class_dim])


def by_class(weight: Tensor, logs: Tensor, class_dim: int) -> Any:
    """One weight per class in a shape that broadcasts."""
    return weight.view([-1 if i == class_dim else 1 for i in range(logs.dim())])


def smooth_loss(
    logs: Tensor, target: Tensor, weight: Tensor | None, reduction: str, ignore_index: int, class_dim: int
) -> Any:
    """The loss of a target that is spread evenly over all classes."""
    ignored = target == ignore_index
    scaled = logs if weight is None else logs * by_class(weight, logs, class_dim)
    losses = (-scaled.sum(class_dim)).masked_fill_(ignored, 0.0)
    if reduction == "none":
        return losses
    total = losses.sum()
    if reduction == "sum":
        return total
    if weight is None:
        return total / ignored.logical_not().sum()
    chosen = weight[target.masked_fill(ignored, 0)]
    return total / chosen.masked_fill(ignored, 0.0).sum()


def soft_cross_entropy(
    logs: Any, target: Any, weight: Tensor | None, reduction: str, label_smoothing: float, class_dim: int
) -> Any:
    """Targets that are probabilities: the mean is over samples, not over their classes."""
    classes = logs.shape[class_dim]
    if label_smoothing:
        target = target * (1 - label_smoothing) + label_smoothing / classes
    products = logs * target
    if weight is not None:
        products = products * by_class(weight, logs, class_dim)
    if reduction == "none":
        return -products.sum(class_dim)
    total = -products.sum()
    return total if reduction == "sum" else find("div.number").function(total, logs.numel() // classes)
