"""All parameters as one vector, and back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from gradviz.engine import torch
from gradviz.engine.tensor import Tensor
from gradviz.engine.typename import typename


def parameters_to_vector(parameters: Iterable[Tensor]) -> Any:
    """All elements of all parameters in one vector."""
    return torch.cat([each.view(-1) for each in parameters])


def vector_to_parameters(vec: Tensor, parameters: Iterable[Tensor]) -> None:
    """Give the parameters the elements of a vector as their values, on its memory."""
    if not isinstance(vec, Tensor):
        raise TypeError(f"expected torch.Tensor, but got: {typename(vec)}")
    start = 0
    for each in parameters:
        each.data = vec[start : start + each.numel()].view_as(each).data
        start += each.numel()
