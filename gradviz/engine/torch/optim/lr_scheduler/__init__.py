"""What programs see as `torch.optim.lr_scheduler`: how learning rates change from epoch to epoch.

The chainable forms are torch's, in its order of operations: a rate is computed from the rate before, so that printed
rates have the same last digits.
"""

from __future__ import annotations

from typing import Any

from gradviz.engine.names import missing, shown_as
from gradviz.engine.torch.optim.lr_scheduler.combined import ChainedScheduler, SequentialLR
from gradviz.engine.torch.optim.lr_scheduler.cosine import CosineAnnealingLR, CosineAnnealingWarmRestarts
from gradviz.engine.torch.optim.lr_scheduler.cycles import CyclicLR
from gradviz.engine.torch.optim.lr_scheduler.factors import LambdaLR, MultiplicativeLR
from gradviz.engine.torch.optim.lr_scheduler.one_cycle import OneCycleLR
from gradviz.engine.torch.optim.lr_scheduler.plateau import ReduceLROnPlateau
from gradviz.engine.torch.optim.lr_scheduler.scheduler import LRScheduler
from gradviz.engine.torch.optim.lr_scheduler.steps import (
    ConstantLR,
    ExponentialLR,
    LinearLR,
    MultiStepLR,
    PolynomialLR,
    StepLR,
)


class _LRScheduler(LRScheduler):
    """The base class under its old name."""


shown_as("torch.optim.lr_scheduler", LRScheduler, _LRScheduler, LambdaLR, MultiplicativeLR, StepLR, MultiStepLR)
shown_as("torch.optim.lr_scheduler", ConstantLR, LinearLR, ExponentialLR, PolynomialLR, CosineAnnealingLR)
shown_as("torch.optim.lr_scheduler", CosineAnnealingWarmRestarts, CyclicLR, OneCycleLR, ReduceLROnPlateau)
shown_as("torch.optim.lr_scheduler", SequentialLR, ChainedScheduler)


def __getattr__(name: str) -> Any:
    raise missing("torch.optim.lr_scheduler", name)


__all__ = [
    "ChainedScheduler",
    "ConstantLR",
    "CosineAnnealingLR",
    "CosineAnnealingWarmRestarts",
    "CyclicLR",
    "ExponentialLR",
    "LRScheduler",
    "LambdaLR",
    "LinearLR",
    "MultiStepLR",
    "MultiplicativeLR",
    "OneCycleLR",
    "PolynomialLR",
    "ReduceLROnPlateau",
    "SequentialLR",
    "StepLR",
]
