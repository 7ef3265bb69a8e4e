"""Padding."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gradviz.engine import torch
from gradviz.engine.tensor import Tensor


def pad(input: Tensor, pad: Sequence[int], mode: str = "constant", value: float | None = None) -> Any:
    """Lengthen the last dimensions by pairs (before, after), the last dimension first."""
    pad = tuple(pad)
    if mode != "constant":
        raise NotImplementedError(f"gradviz's NumPy engine does not have torch.nn.functional.pad(mode={mode!r}) yet.")
    return torch.constant_pad_nd(input, pad, 0 if value is None else value)
