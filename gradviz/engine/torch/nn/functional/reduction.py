"""How a loss is reduced, and what is said when its target has another size."""

from __future__ import annotations

import warnings
from typing import Any

from gradviz.engine import torch
from gradviz.engine.operands import broadcast_error
from gradviz.engine.tensor import Tensor

REDUCTIONS = ("none", "mean", "sum")


def reduction_from_older_words(size_average: bool | None, reduce: bool | None, reduction: str) -> str:
    """`reduction`, unless one of its older names is used."""
    if size_average is not None or reduce is not None:
        averaged, reduced = size_average in (None, True), reduce in (None, True)
        reduction = "none" if not reduced else "mean" if averaged else "sum"
        warnings.warn(
            f"size_average and reduce args will be deprecated, please use reduction='{reduction}' instead.",
            stacklevel=3,
        )
    if reduction not in REDUCTIONS:
        raise ValueError(f"{reduction} is not a valid value for reduction")
    return reduction


def reduced(losses: Tensor, reduction: str) -> Any:
    return losses if reduction == "none" else losses.mean() if reduction == "mean" else losses.sum()


def same_size(input: Tensor, target: Tensor) -> Any:
    """Broadcast one to the other, as torch does with a warning: it is nearly always a mistake."""
    if input.shape == target.shape:
        return input, target
    warnings.warn(
        f"Using a target size ({target.shape}) that is different to the input size ({input.shape}). "
        "This will likely lead to incorrect results due to broadcasting. Please ensure they have the same size.",
        stacklevel=3,
    )
    try:
        return torch.broadcast_tensors(input, target)
    except ValueError:
        raise broadcast_error(input.numpy_value(), target.numpy_value()) from None
