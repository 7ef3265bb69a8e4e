"""Dropping elements or whole channels at random while training."""

from __future__ import annotations

from typing import Any

from gradviz.engine import torch
from gradviz.engine.random import default_generator
from gradviz.engine.tensor import Tensor


def dropout(input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Any:
    """A product with a random mask, which scales what is kept by 1 / (1 − p)."""
    if p < 0.0 or p > 1.0:
        raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}")
    if not training or p == 0 or input.numel() == 0:
        return input
    if not input.is_floating_point():
        name = input.dtype.tensor_name
        raise RuntimeError(f"result type Float can't be cast to the desired output type {name}")
    if p == 1:
        mask = torch.zeros((), dtype=input.dtype)
    else:
        values = default_generator.dropout_mask(input.shape, p, input.numpy_value().dtype)
        mask = torch.from_numpy(values)
    return input.mul_(mask) if inplace else input * mask
