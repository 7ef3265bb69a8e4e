"""Losses with a margin, losses over pixels, and the norm that distances are."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import messages
from ..kernels import formula, kernel, total, where
from ..meaning import on_tensors
from ..op import op
from ..operands import broadcast
from ..tensor import Tensor
from .loss import reduced

SCORES = [[0.5, -1.5, 2.0], [1.25, -0.3, 1.0]]
REDUCTIONS = ("mean", "sum", "none")

op(
    "nll_loss2d",
    inputs="self target weight?",
    arguments="reduction='mean', ignore_index=-100",
    symbol="NLL",
    group="loss",
    title="negative log likelihood of each pixel",
    node="NllLoss2DBackward0",
    forward="class_loss(self, target, weight, reduction, ignore_index)",
    vjp={"self": "class_gradient(grad, self, target, weight, reduction, ignore_index)"},
    recorded={"self": "nll_loss2d_backward(grad, self, target, weight, reduction, ignore_index)"},
    samples=[
        (
            [[[[-0.5, -1.5]], [[-2.0, -0.25]]]],
            np.array([[[1, 0]]]),
            {"reduction": each},
        )
        for each in REDUCTIONS
    ],
)
op(
    "norm.number",
    arguments="p=2.0, dim=None, keepdim=False",
    symbol="‖x‖",
    group="reduction",
    title="norm",
    node="NormBackward1",
    forward="norm_values(self, p, dim, keepdim)",
    vjp={"self": "norm_slope(grad, self, result, p, dim, keepdim)"},
    samples=[(SCORES, {"p": each, "dim": 1}) for each in (1.0, 2.0, 3.0)],
)


@kernel
def soft_margin(x: Any, target: Any, reduction: str) -> Any:
    """Return log(1 + e^(−target · x)), reduced."""
    shape = broadcast(x.shape, target.shape)
    if shape != x.shape:
        raise RuntimeError(
            f"output with shape {messages.sizes(x.shape)} doesn't match the broadcast shape {messages.sizes(shape)}"
        )
    return reduced(np.log1p(np.exp(-target * x)), reduction)


op(
    "soft_margin_loss",
    inputs="self target",
    arguments="reduction='mean'",
    symbol="margin",
    group="loss",
    title="soft margin",
    node="SoftMarginLossBackward0",
    forward="soft_margin(self, target, reduction)",
    vjp={"self": "share_of(grad, self.shape, reduction) * -target * sigmoid(-target * self)"},
    recorded={
        # PyTorch refuses a target with a gradient here; its node has no edge for one.
        "self": "share_of(grad, self.shape, reduction) * -target * sigmoid(-target * self) if target.requires_grad "
        "else soft_margin_loss_backward(grad, self, target, reduction)"
    },
    samples=[([1.5, -2.0, 0.5], np.array([1.0, 1.0, -1.0]), {"reduction": each}) for each in REDUCTIONS],
)


# -- one class, several classes ---------------------------------------------------------------------------------------


@kernel
def class_mask(target: Any, x: Any) -> Any:
    """Return where each sample's class stands among its scores."""
    return np.arange(x.shape[-1]) == np.asarray(target)[..., None]


@on_tensors("class_mask")
def class_mask_tensor(target: Tensor, x: Tensor) -> Tensor:
    """Return the same as a tensor."""
    return Tensor._of(class_mask(target._value, x._value), None)


@kernel
def class_weights(weight: Any, target: Any, x: Any) -> Any:
    """Return the weight of each sample's class, divided by the number of classes."""
    chosen = np.ones(np.shape(target)) if weight is None else np.asarray(weight)[target]
    return (np.asarray(chosen)[..., None] / x.shape[-1]).astype(x.dtype)


@on_tensors("class_weights")
def class_weights_tensor(weight: Tensor | None, target: Tensor, x: Tensor) -> Tensor:
    """Return the same as a tensor."""
    return Tensor._of(class_weights(None if weight is None else weight._value, target._value, x._value), None)


@formula
def gaps(x: Any, mask: Any, margin: float) -> Any:
    """Return by how much each score comes nearer to the right class's than the margin; 0 for the right class."""
    return where(mask, 0, margin - total(where(mask, x, 0), -1, True) + x)


@formula
def per_sample(grad: Any, x: Any, reduction: str) -> Any:
    """Return the gradient of each sample's loss."""
    if reduction == "mean":
        return grad / (x.shape[0] if x.ndim > 1 else 1)
    return grad.reshape((-1, 1)) if reduction == "none" and x.ndim > 1 else grad


def refuse_scoreless(x: Any) -> None:
    """Raise PyTorch's error for samples without scores."""
    if x.ndim > 2 or 0 in x.shape[-1:]:
        raise RuntimeError(
            f"Expected non-empty vector or matrix with optional 0-dim batch size, but got: {messages.sizes(x.shape)}"
        )


@kernel
def multi_margin(x: Any, target: Any, weight: Any, p: int, margin: float, reduction: str) -> Any:
    """Return Σ max(0, margin − x[class] + x[i])^p over the other classes, per class, weighted and reduced."""
    refuse_scoreless(x)
    samples = x.shape[:1] if x.ndim > 1 else (1,)
    if (target.shape or (1,)) != samples:
        raise RuntimeError(
            "multi_margin_loss: target tensor should be 1-D with size equal to the number of input samples (batch "
            f"size). Expected target size {messages.sizes(samples)}, but got {messages.sizes(target.shape)}. "
            f"Input has shape {messages.sizes(x.shape)}."
        )
    if np.any((target < 0) | (target >= (x.shape or (1,))[-1])):
        raise RuntimeError("target out of range")
    if not x.ndim:  # one class, and nothing else that could come near to it
        return x * 0
    over = np.maximum(gaps(x, class_mask(target, x), margin), 0) ** p * class_weights(weight, target, x)
    return reduced(over.sum(-1)[()], reduction)


@formula
def multi_margin_back(grad: Any, x: Any, target: Any, weight: Any, p: int, margin: float, reduction: str) -> Any:
    """Return what the margins send back to the scores."""
    if not x.ndim:
        return grad * 0
    mask = class_mask(target, x)
    gap = gaps(x, mask, margin)
    slope = where(gap > 0, gap * 0 + 1 if p == 1 else 2 * gap, 0)
    each = slope * class_weights(weight, target, x) * per_sample(grad, x, reduction)
    return each - where(mask, total(each, -1, True), 0)


op(
    "multi_margin_loss",
    inputs="self target weight?",
    arguments="p=1, margin=1.0, reduction='mean'",
    symbol="margin",
    group="loss",
    title="margin between classes",
    node="MultiMarginLossBackward0",
    forward="multi_margin(self, target, weight, p, margin, reduction)",
    vjp={"self": "multi_margin_back(grad, self, target, weight, p, margin, reduction)"},
    samples=[
        (SCORES, np.array([0, 2]), {"reduction": each, "p": p}) for each, p in zip(REDUCTIONS, (1, 2, 1), strict=True)
    ],
)


@kernel
def label_mask(target: Any, x: Any) -> Any:
    """Return which classes a sample has: those that its targets list before the first −1."""
    target = target.reshape(x.shape)
    listed = np.cumprod(target >= 0, axis=-1).astype(bool)
    mask = np.zeros(x.shape, np.int64)
    for at in np.ndindex(x.shape[:-1]):
        mask[(*at, target[at][listed[at]])] = 1
    return mask.astype(bool)


@kernel
def label_gaps(x: Any, target: Any) -> Any:
    """Return 1 − x[j] + x[i] at (…, j, i) for each class j that a sample has and each i that it has not, else 0."""
    mask = label_mask(target, x)
    return np.where(mask[..., :, None] & ~mask[..., None, :], 1 - x[..., :, None] + x[..., None, :], 0)


@kernel
def label_margin(x: Any, target: Any, reduction: str) -> Any:
    """Return Σ max(0, 1 − x[j] + x[i]) over classes j that a sample has and i that it has not, per class, reduced."""
    refuse_scoreless(x)
    if (target.shape or (1,)) != (x.shape or (1,)):
        raise RuntimeError(
            f"inconsistent target size: {messages.sizes(target.shape)} for input of size: {messages.sizes(x.shape)}"
        )
    if np.any((target < -1) | (target >= (x.shape or (1,))[-1])):
        raise RuntimeError("argument #2 'target' is out of range")
    if not x.ndim:
        return x * 0
    losses = np.maximum(label_gaps(x, target), 0).sum((-1, -2)) / x.dtype.type(x.shape[-1])
    return reduced(losses[()], reduction)


@kernel
def label_slopes(x: Any, target: Any) -> Any:
    """Return the slope of each sample's loss in its scores; it is constant between the kinks."""
    if not x.ndim:
        return x * 0
    active = (label_gaps(x, target) > 0).astype(x.dtype)
    return (active.sum(-2) - active.sum(-1)) / x.dtype.type(x.shape[-1])


@on_tensors("label_slopes")
def label_slopes_tensor(x: Tensor, target: Tensor) -> Tensor:
    """Return the same as a tensor that depends on nothing."""
    return Tensor._of(label_slopes(x._value, target._value), None)


op(
    "multilabel_margin_loss",
    inputs="self target",
    arguments="reduction='mean'",
    symbol="margin",
    group="loss",
    title="margin between labels",
    node="MultilabelMarginLossBackward0",
    forward="label_margin(self, target, reduction)",
    vjp={"self": "per_sample(grad, self, reduction) * label_slopes(self, target)"},
    samples=[(SCORES, np.array([[2, 0, -1], [1, -1, 0]]), {"reduction": each}) for each in REDUCTIONS],
)
