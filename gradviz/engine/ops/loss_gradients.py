"""The ways back through losses, as ops: PyTorch's nodes of a recorded pass."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..meaning import on_tensors
from ..op import find
from ..tensor import Tensor
from .activation_gradients import way_back

REDUCTIONS = (("mean", 2.0), ("sum", 0.5), ("none", [1.0, 0.5, -1.5]))
NEAR = ([1.0, -2.0, 3.0], [0.5, 1.0, 2.25])
CHANCES = ([0.25, 0.5, 0.9], [0.125, 1.0, 0.75])
SIGNS = ([1.5, -2.0, 0.5], np.array([1.0, 1.0, -1.0]))
SHARE = "share_of(grad * grad_output, (self - target).shape, reduction)"


def loss_back(name: str, node: str, rule: str, second: dict[str, str], pair: Any, **rest: Any) -> None:
    """Declare the way back through a loss of predictions and targets."""
    way_back(
        name,
        node,
        rule,
        second,
        **{
            "inputs": "self target",
            "arguments": "reduction='mean'",
            "group": "loss",
            "samples": [(start, *pair, {"reduction": each}) for each, start in REDUCTIONS],
            **rest,
        },
    )


WITHIN = f"where(abs(self - target) < beta, {SHARE} / beta, 0) if beta else zeros_like(self - target)"
loss_back(
    "smooth_l1_loss",
    "SmoothL1LossBackwardBackward0",
    "share_of(grad, (self - target).shape, reduction) * smooth_slope(self, target, beta)",
    {"self": WITHIN, "target": WITHIN.replace(SHARE, f"-{SHARE}")},
    NEAR,
    arguments="reduction='mean', beta=1.0",
)
loss_back(
    "huber_loss",
    "HuberLossBackwardBackward0",
    "share_of(grad, (self - target).shape, reduction) * delta * smooth_slope(self, target, delta)",
    {
        "self": f"where(abs(self - target) < delta, {SHARE}, 0)",
        "target": f"where(abs(self - target) < delta, -{SHARE}, 0)",
    },
    NEAR,
    arguments="reduction='mean', delta=1.0",
)
loss_back(
    "soft_margin_loss",
    "SoftMarginLossBackwardBackward0",
    "share_of(grad, self.shape, reduction) * -target * sigmoid(-target * self)",
    {
        "self": "share_of(grad * grad_output, self.shape, reduction) * target * target * sigmoid(target * self) "
        "* sigmoid(-target * self)"
    },
    SIGNS,
)
loss_back(
    "binary_cross_entropy",
    "BinaryCrossEntropyBackwardBackward0",
    "share_of(grad, self.shape, reduction) * yes_no_slope(self, target, weight)",
    {
        # 1e-12 as in PyTorch, which divides by zero nowhere.
        "self": "share_of(grad * grad_output, self.shape, reduction) * (self * self - 2 * self * target + target) "
        "/ ((self + 1e-12) ** 2 * (1 - self + 1e-12) ** 2) * (1 if weight is None else weight)",
        "target": "-share_of(grad * grad_output, self.shape, reduction) / (self * (1 - self)) "
        "* (1 if weight is None else weight)",
    },
    CHANCES,
    inputs="self target weight?",
)


on_tensors("pixel_loss")(find("nll_loss2d").function)
way_back(
    "nll_loss2d",
    "NllLoss2DBackwardBackward0",
    "class_gradient(grad, self, target, weight, reduction, ignore_index)",
    {"grad_output": "class_loss(grad, target, weight, reduction, ignore_index)", "self": "zeros_like(self)"},
    inputs="self target weight?",
    arguments="reduction='mean', ignore_index=-100",
    kind="general",
    group="loss",
    recorded={"grad_output": "pixel_loss(grad, target, weight, reduction, ignore_index)"},
    samples=[(2.0, [[[[-0.5, -1.5]], [[-2.0, -0.25]]]], np.array([[[1, 0]]]), {"reduction": "mean"})],
)


@on_tensors("weighted")
def weighted(gradient: Tensor, weight: Tensor | None) -> Any:
    """Return a gradient times a weight, if there is one."""
    return gradient if weight is None else gradient * weight


@on_tensors("label_slope")
def label_slope(x: Tensor, favour: Tensor | None) -> Any:
    """Return the slope of the loss of logits in the target, as PyTorch records it."""
    if favour is None:
        return -x
    log_sigmoid = find("logsigmoid").function
    return log_sigmoid(-x) - log_sigmoid(x) * favour
