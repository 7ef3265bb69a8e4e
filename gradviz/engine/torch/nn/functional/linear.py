"""Maps by a matrix, and rows of a table."""

from __future__ import annotations

from typing import Any

from gradviz.engine import torch
from gradviz.engine.messages import kind_of
from gradviz.engine.op import find
from gradviz.engine.tensor import Tensor

addmm = find("addmm").function


def linear(input: Tensor, weight: Tensor, bias: Tensor | None = None) -> Any:
    """input Wᵀ + b. As in torch one `addmm`, around which other than two dimensions are folded into rows."""
    if not isinstance(input, Tensor):
        raise TypeError(f"linear(): argument 'input' (position 1) must be Tensor, not {kind_of(input)}")
    if bias is None:
        return input.matmul(weight.t())
    if input._value.ndim == 2:
        return addmm(bias, input, weight.t())
    if not input.is_contiguous():
        return input.matmul(weight.t()) + bias
    if not input.dim():
        raise RuntimeError(f"both arguments to linear need to be at least 1D, but they are 0D and {weight.dim()}D")
    rows = input.view(-1, input.shape[-1])
    return addmm(bias, rows, weight.t()).view(*input.shape[:-1], weight.shape[0])


def one_hot(tensor: Any, num_classes: int = -1) -> Any:
    """Class numbers as int64 rows with a single 1."""
    if tensor.dtype != torch.int64:
        raise RuntimeError("one_hot is only applicable to index tensor of type LongTensor.")
    if (tensor < 0).any():
        raise RuntimeError("Class values must be non-negative.")
    classes = int(tensor.max().item()) + 1 if num_classes == -1 else num_classes
    if (tensor >= classes).any():
        raise RuntimeError("Class values must be smaller than num_classes.")
    return (tensor.unsqueeze(-1) == torch.arange(classes)).long()
