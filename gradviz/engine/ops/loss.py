"""Losses: how far predictions are from what they should be. torch.nn.functional gives them to programs."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .. import dtype as dtypes
from .. import messages
from ..dtype import align, of
from ..kernels import WHOLE, average, formula, in_single, kernel, sigmoid, sign, total, where
from ..op import op

PAIRS = [([1.0, -2.0, 3.0], [0.5, 1.0, 2.25], {"reduction": each}) for each in ("mean", "sum", "none")]
UNSIGNED = np.dtype(np.uint64)
CHANCES = [([0.25, 0.5, 0.9], [0.0, 1.0, 1.0], {"reduction": each}) for each in ("mean", "sum", "none")]


@kernel
def reduced(losses: Any, reduction: str) -> Any:
    """Return the mean, the sum, or the losses themselves."""
    if reduction == "none":
        return losses
    if reduction == "mean":
        return average(losses)
    if reduction == "sum":
        return total(losses)
    raise ValueError(f"{reduction} is not a valid value for reduction")


@formula
def share_of(grad: Any, shape: tuple[int, ...], reduction: str) -> Any:
    """Return the gradient of one element's loss: a mean divides it by the number of elements."""
    if reduction == "mean":
        number = 1
        for n in shape:
            number *= n
        return grad / number if number else grad * math.inf
    return grad


@kernel
def square_distance(x: Any, y: Any, reduction: str) -> Any:
    """Return (x − y)², reduced."""
    x, y = align(x, y)
    distance = x - y
    return reduced(distance * distance, reduction)


@kernel
def square_slope(grad: Any, x: Any, y: Any, reduction: str) -> Any:
    """Return the gradient of (x − y)², reduced, for x."""
    distance = x - y
    return grad * (share_of(2, distance.shape, reduction) * distance)


op(
    "mse_loss_backward",
    inputs="grad_output self target",
    arguments="reduction='mean'",
    symbol="∂MSE",
    group="loss",
    title="mean squared error, backwards",
    node="MseLossBackwardBackward0",
    forward="square_slope(grad_output, self, target, reduction)",
    kind="pointwise",
    vjp={
        "grad_output": "square_slope(grad, self, target, reduction)",
        "self": "grad * grad_output * share_of(2, (self - target).shape, reduction)",
        "target": "grad * grad_output * share_of(-2, (self - target).shape, reduction)",
    },
    samples=[
        (0.5, [1.0, -2.0, 3.0], [0.5, 1.0, 2.25], {"reduction": "mean"}),
        (2.0, [1.0, -2.0, 3.0], [0.5, 1.0, 2.25], {"reduction": "sum"}),
        ([2.0, 0.5, -1.0], [1.0, -2.0, 3.0], [0.5, 1.0, 2.25], {"reduction": "none"}),
    ],
)


op(
    "mse_loss",
    inputs="self target",
    arguments="reduction='mean'",
    symbol="MSE",
    group="loss",
    title="mean squared error",
    code="torch.nn.functional.mse_loss({self}, {target})",
    node="MseLossBackward0",
    kind="broadcast",
    forward="square_distance(self, target, reduction)",
    vjp={
        "self": "grad * (share_of(2, (self - target).shape, reduction) * (self - target))",
        "target": "grad * (share_of(-2, (self - target).shape, reduction) * (self - target))",
    },
    recorded={
        "self": "square_slope(grad, self, target, reduction)",
        "target": "square_slope(grad, target, self, reduction)",
    },
    samples=[*PAIRS, (1.0, 3.0)],
)


@kernel
@in_single
def smooth_distance(x: Any, y: Any, beta: float, reduction: str) -> Any:
    """Return the smooth absolute error: a parabola below beta, a line above."""
    x, y = align(x, y)
    z = abs(x - y)
    return reduced(np.where(z < beta, 0.5 * z * z / beta, z - 0.5 * beta) if beta else z, reduction)


@formula
def smooth_slope(x: Any, y: Any, beta: float) -> Any:
    """Return the slope of the smooth absolute error."""
    z = x - y
    return where(abs(z) >= beta, sign(z), z / beta) if beta else sign(z)


@kernel
@in_single
def huber_distance(x: Any, y: Any, delta: float, reduction: str) -> Any:
    """Return the Huber loss."""
    x, y = align(x, y)
    z = abs(x - y)
    return reduced(np.where(z <= delta, 0.5 * z * z, delta * (z - 0.5 * delta)).astype(z.dtype), reduction)


op(
    "smooth_l1_loss",
    inputs="self target",
    arguments="reduction='mean', beta=1.0",
    symbol="smooth L1",
    group="loss",
    title="smooth absolute error",
    node="SmoothL1LossBackward0",
    kind="broadcast",
    forward="smooth_distance(self, target, beta, reduction)",
    vjp={
        "self": "share_of(grad, (self - target).shape, reduction) * smooth_slope(self, target, beta)",
        "target": "-(share_of(grad, (self - target).shape, reduction) * smooth_slope(self, target, beta))",
    },
    recorded={
        "self": "smooth_l1_loss_backward(grad, self, target, reduction, beta)",
        "target": "smooth_l1_loss_backward(grad, target, self, reduction, beta)",
    },
    samples=PAIRS,
)
op(
    "huber_loss",
    inputs="self target",
    arguments="reduction='mean', delta=1.0",
    symbol="Huber",
    group="loss",
    title="Huber loss",
    node="HuberLossBackward0",
    kind="broadcast",
    forward="huber_distance(self, target, delta, reduction)",
    vjp={
        "self": "share_of(grad, (self - target).shape, reduction) * delta * smooth_slope(self, target, delta)",
        "target": "-(share_of(grad, (self - target).shape, reduction) * delta * smooth_slope(self, target, delta))",
    },
    recorded={
        "self": "huber_loss_backward(grad, self, target, reduction, delta)",
        "target": "huber_loss_backward(grad, target, self, reduction, delta)",
    },
    samples=PAIRS,
)


# -- classes ----------------------------------------------------------------------------------------------------------


@kernel
def class_terms(x: Any, target: Any, weight: Any, ignore_index: int) -> tuple[Any, Any]:
    """Return where each sample's class stands in x (a full index), and each sample's weight (0 for ignored ones)."""
    classes = x.shape[0] if x.ndim == 1 else x.shape[1]
    kept = target != ignore_index
    wrong = np.asarray(target)[np.asarray(kept & ((target < 0) | (target >= classes)))]
    if wrong.size:
        raise IndexError(f"Target {wrong.flat[0]} is out of bounds.")
    chosen = np.where(kept, target, 0)
    if x.ndim == 1:
        place: tuple[Any, ...] = (chosen,)
    else:
        grid = np.indices(np.shape(target), sparse=True)
        place = (grid[0], chosen, *grid[1:])
    weights = kept.astype(x.dtype) if weight is None else np.where(kept, np.asarray(weight)[chosen], 0).astype(x.dtype)
    return place, weights


def ordinary(x: Any, target: Any, weight: Any) -> bool:
    """Return True for one class for each row, all in range and of equal weight: nearly every loss on classes."""
    if weight is not None or x.ndim != 2 or target.dtype is not WHOLE or target.shape != x.shape[:1] or not target.size:
        return False
    # Below zero, also what is to be ignored, is a huge number without a sign: one look instead of two.
    return bool(np.maximum.reduce(target.view(UNSIGNED)).item() < x.shape[1])


@kernel
@in_single
def class_loss(x: Any, target: Any, weight: Any, reduction: str, ignore_index: int) -> Any:
    """Return minus the log-probability of each sample's class, reduced with the classes' weights."""
    if ignore_index < 0 and ordinary(x, target, weight):
        losses = -x[np.arange(target.size), target]
        return np.add.reduce(losses) / target.size if reduction == "mean" else reduced(losses, reduction)
    if x.ndim <= 2 and target.ndim > 1:
        raise RuntimeError("0D or 1D target tensor expected, multi-target not supported")
    classes = x.shape[0] if x.ndim == 1 else x.shape[1]
    if weight is not None and weight.shape != (classes,):
        raise RuntimeError(
            f"weight tensor should be defined either for all {classes} classes or no classes but got weight tensor of "
            f"shape: {messages.sizes(weight.shape)}"
        )
    if target.dtype not in (np.int64, np.uint8):
        raise RuntimeError(f"expected target dtype to be Long or Byte, but got {dtypes.of(target).tensor_name}")
    if x.ndim == 1 and target.ndim == 1 and target.shape[0] != 1:
        raise ValueError(f"For 1D input, 1D target must have size 1, but got target size: {target.shape[0]}")
    if x.ndim == 4 and target.ndim == 3 and (x.shape[0], *x.shape[2:]) != target.shape:
        given = messages.sizes(x.shape), messages.sizes(target.shape)
        raise RuntimeError(f"size mismatch (got input: {given[0]} , target: {given[1]}")
    if x.ndim > 1 and x.shape[0] != target.shape[0]:
        raise ValueError(f"Expected input batch_size ({x.shape[0]}) to match target batch_size ({target.shape[0]}).")
    if x.shape[2:] != target.shape[1:]:
        expected = messages.sizes((x.shape[0], *x.shape[2:]))
        raise RuntimeError(f"Expected target size {expected}, got {messages.sizes(target.shape)}")
    if target.dtype not in (np.int64, np.uint8):
        raise RuntimeError(f"expected target dtype to be Long or Byte, but got {of(target).tensor_name}")
    place, weights = class_terms(x, target, weight, ignore_index)
    losses = -(x[place] * weights)
    if reduction == "mean":
        return losses.sum(dtype=x.dtype) / weights.sum(dtype=x.dtype)
    return reduced(losses, reduction)


@kernel
def class_gradient(grad: Any, x: Any, target: Any, weight: Any, reduction: str, ignore_index: int) -> Any:
    """Return the gradient of class_loss: nothing but at each sample's class."""
    result = np.zeros(x.shape, grad.dtype)
    if ignore_index < 0 and ordinary(x, target, weight):
        share = x.dtype.type(1) / target.size
        result[np.arange(target.size), target] = -grad * share if reduction == "mean" else -grad
        return result
    place, weights = class_terms(x, target, weight, ignore_index)
    losses = -grad * (weights / weights.sum(dtype=x.dtype) if reduction == "mean" else weights)
    result[place] = np.where(target == ignore_index, 0, losses)  # not −0 for what was ignored
    return result


op(
    "nll_loss",
    inputs="self target weight?",
    arguments="reduction='mean', ignore_index=-100",
    symbol="NLL",
    group="loss",
    title="negative log likelihood",
    node="NllLossBackward0",
    forward="class_loss(self, target, weight, reduction, ignore_index)",
    code="torch.nn.functional.nll_loss({self}, {target})",
    vjp={"self": "class_gradient(grad, self, target, weight, reduction, ignore_index)"},
    samples=[
        ([[-0.5, -1.5, -2.0], [-2.5, -0.25, -1.0]], np.array([1, 0]), {"reduction": each})
        for each in ("mean", "sum", "none")
    ],
)


# -- yes or no --------------------------------------------------------------------------------------------------------


def check_sizes(x: Any, target: Any) -> None:
    """Raise for a target of another size than the input."""
    if x.shape != target.shape:
        raise ValueError(
            f"Using a target size (torch.Size({list(target.shape)})) that is different to the input size "
            f"(torch.Size({list(x.shape)})) is deprecated. Please ensure they have the same size."
        )


@kernel
@in_single
def yes_no_loss(x: Any, target: Any, weight: Any, reduction: str) -> Any:
    """Return −(t·log x + (1 − t)·log(1 − x)) with logarithms not below −100, reduced."""
    check_sizes(x, target)
    if target.dtype != x.dtype:
        raise RuntimeError(f"Found dtype {of(target).tensor_name} but expected {of(x).tensor_name}")
    if not ((x >= 0) & (x <= 1)).all():
        raise RuntimeError("all elements of input should be between 0 and 1")
    low = x.dtype.type(-100)
    losses = (target - 1) * np.maximum(np.log1p(-x), low) - target * np.maximum(np.log(x), low)
    return reduced(losses if weight is None else losses * weight, reduction)


@formula
def yes_no_slope(x: Any, target: Any, weight: Any) -> Any:
    """Return (x − t) / (x·(1 − x)), the divisor not below 1e−12."""
    spread = (1 - x) * x
    slope = (x - target) / where(spread < 1e-12, 1e-12, spread)
    return slope if weight is None else slope * weight


@kernel
@in_single
def logit_loss(x: Any, target: Any, weight: Any, pos_weight: Any, reduction: str) -> Any:
    """Return the loss of sigmoid(x) against t without computing the sigmoid, reduced."""
    if x.shape != target.shape:
        raise ValueError(
            f"Target size (torch.Size({list(target.shape)})) must be the same as input size "
            f"(torch.Size({list(x.shape)}))"
        )
    if target.dtype.kind in "biu":
        raise RuntimeError(
            f"result type {of(x).tensor_name} can't be cast to the desired output type {of(target).tensor_name}"
        )
    low = np.minimum(x, x.dtype.type(0))
    if pos_weight is None:
        losses = (1 - target) * x - (low - np.log1p(np.exp(-abs(x))))
    else:
        losses = (1 - target) * x - ((pos_weight - 1) * target + 1) * (low - np.log1p(np.exp(-abs(x))))
    return reduced(losses if weight is None else losses * weight, reduction)


@formula
def logit_slope(x: Any, target: Any, weight: Any, pos_weight: Any) -> Any:
    """Return sigmoid(x) − t, weighted."""
    if pos_weight is None:
        slope = sigmoid(x) - target
    else:
        t = pos_weight * target
        slope = (t + 1 - target) * sigmoid(x) - t
    return slope if weight is None else slope * weight


op(
    "binary_cross_entropy",
    inputs="self target weight?",
    arguments="reduction='mean'",
    symbol="BCE",
    group="loss",
    title="binary cross entropy",
    node="BinaryCrossEntropyBackward0",
    kind="broadcast",
    code="torch.nn.functional.binary_cross_entropy({self}, {target})",
    forward="yes_no_loss(self, target, weight, reduction)",
    edge_count=2,
    vjp={
        "self": "share_of(grad, self.shape, reduction) * yes_no_slope(self, target, weight)",
        "target": "share_of(grad, self.shape, reduction) * (log(1 - self) - log(self)) * (1 if weight is None "
        "else weight)",
    },
    recorded={
        "self": "binary_cross_entropy_backward(grad, self, target, weight, reduction)",
        "target": "share_of(weighted(-log_odds(self, None) * grad, weight), self.shape, reduction)",
    },
    samples=CHANCES,
)
op(
    "binary_cross_entropy_with_logits",
    inputs="self target weight? pos_weight?",
    arguments="reduction='mean'",
    symbol="BCE",
    group="loss",
    title="binary cross entropy of logits",
    node="BinaryCrossEntropyWithLogitsBackward0",
    kind="broadcast",
    code="torch.nn.functional.binary_cross_entropy_with_logits({self}, {target})",
    forward="logit_loss(self, target, weight, pos_weight, reduction)",
    edge_count=2,
    vjp={
        "self": "share_of(grad, self.shape, reduction) * logit_slope(self, target, weight, pos_weight)",
        "target": "share_of(grad, self.shape, reduction) * (-self if pos_weight is None else pos_weight "
        "* softplus(-self) - softplus(self)) * (1 if weight is None else weight)",
    },
    recorded={
        "self": "share_of(weighted(logit_slope(self, target, None, pos_weight) * grad, weight), self.shape, reduction)",
        "target": "share_of(weighted(label_slope(self, pos_weight) * grad, weight), self.shape, reduction)",
    },
    saves={"target": "target"},
    samples=[([1.5, -2.0, 0.5], [0.0, 1.0, 1.0], {"reduction": each}) for each in ("mean", "sum", "none")],
)
