"""Rows of a table by number, one by one or in bags."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from gradviz.engine import torch
from gradviz.engine.kernels import length_of
from gradviz.engine.op import find
from gradviz.engine.overwrite import overwrite
from gradviz.engine.tensor import Tensor

MODES = ("sum", "mean", "max")


def embedding(
    input: Tensor,
    weight: Tensor,
    padding_idx: int | None = None,
    max_norm: float | None = None,
    norm_type: float = 2.0,
    scale_grad_by_freq: bool = False,
    sparse: bool = False,
) -> Any:
    """The rows of `weight` at the numbers in `input`; with `max_norm` longer ones are shortened first, in place."""
    refuse_sparse(sparse)
    if padding_idx is not None:
        padding_idx = padding_row(padding_idx, length_of(weight._value, 0), "Padding_idx")
    if weight.requires_grad:
        length_of(weight._value, 0)  # which PyTorch's node keeps
    if weight.ndim != 2:
        raise RuntimeError("'weight' must be 2-D")
    if max_norm is not None:
        shorten(weight, input, max_norm, norm_type)
    return find("embedding").function(weight, input, -1 if padding_idx is None else padding_idx, scale_grad_by_freq)


def embedding_bag(
    input: Tensor,
    weight: Tensor,
    offsets: Tensor | None = None,
    max_norm: float | None = None,
    norm_type: float = 2,
    scale_grad_by_freq: bool = False,
    mode: str = "mean",
    sparse: bool = False,
    per_sample_weights: Tensor | None = None,
    include_last_offset: bool = False,
    padding_idx: int | None = None,
) -> Any:
    """Sum, mean or largest of the rows in each bag: the rows of a 2-d input, or what starts at each of `offsets`."""
    if weight.dtype == torch.int64 and input.is_floating_point():
        warnings.warn(
            "Argument order of nn.functional.embedding_bag was changed. Usage `embedding_bag(weight, input, ...)` is "
            "deprecated, and should now be `embedding_bag(input, weight, ...)`.",
            stacklevel=2,
        )
        input, weight = weight, input
    if per_sample_weights is not None and input.shape != per_sample_weights.shape:
        raise ValueError(
            f"embedding_bag: If per_sample_weights ({per_sample_weights.shape}) is not None, "
            f"then it must have the same shape as the input ({input.shape})"
        )
    if weight.dim() != 2:
        raise ValueError(f"weight has to be a 2D Tensor, but got Tensor of dimension {weight.dim()}")
    if input.dim() == 2:
        if offsets is not None:
            raise ValueError(
                "if input is 2D, then offsets has to be None, as input is treated is a mini-batch of fixed length "
                f"sequences. However, found offsets of type {type(offsets)}"
            )
        offsets = torch.arange(0, input.numel(), input.shape[1])
        input = input.reshape(-1)
        per_sample_weights = None if per_sample_weights is None else per_sample_weights.reshape(-1)
    elif input.dim() == 1:
        if offsets is None:
            raise ValueError("offsets has to be a 1D Tensor but got None")
        if offsets.dim() != 1:
            raise ValueError("offsets has to be a 1D Tensor")
        if include_last_offset:
            offsets = offsets[:-1]
    else:
        raise ValueError(f"input has to be 1D or 2D Tensor, but got Tensor of dimension {input.dim()}")
    check_mode(mode, scale_grad_by_freq, sparse)
    refuse_sparse(sparse)
    if max_norm is not None:
        shorten(weight, input, max_norm, norm_type)
    if per_sample_weights is not None and mode != "sum":
        raise NotImplementedError(
            "embedding_bag: per_sample_weights was not None. per_sample_weights is only supported for mode='sum' "
            f"(got mode='{mode}'). Please open a feature request on GitHub."
        )
    rows = weight.shape[0]
    if padding_idx is not None and not -rows <= padding_idx < rows:
        raise RuntimeError(
            f"padding_idx must be within the number of embeddings, -{rows} through {rows - 1}, but got {padding_idx}"
        )
    padding = -1 if padding_idx is None else padding_idx % rows
    return find("embedding_bag").function(weight, input, offsets, per_sample_weights, mode, padding, scale_grad_by_freq)


def check_mode(mode: str, scale_grad_by_freq: bool, sparse: bool) -> None:
    if mode not in MODES:
        raise ValueError("mode has to be one of sum, mean or max")
    if mode == "max" and scale_grad_by_freq:
        raise ValueError("max mode does not support scaling the gradient by the frequency")
    if mode == "max" and sparse:
        raise ValueError("max mode does not support sparse weights")


def padding_row(padding_idx: int, rows: int, word: str) -> int:
    """The padding row counted from the start."""
    if not -rows <= padding_idx < rows:
        raise AssertionError(f"{word} must be within num_embeddings")
    return padding_idx % rows


def refuse_sparse(sparse: bool) -> None:
    if sparse:
        raise NotImplementedError("gradviz's NumPy engine does not have sparse gradients (sparse=True) yet.")


def shorten(weight: Tensor, input: Tensor, max_norm: float, norm_type: float) -> None:
    """Scale the rows that are about to be looked up to at most a norm, in place and untracked."""
    values = weight.numpy_value().copy()
    rows = np.unique(input.numpy_value())
    norms = np.linalg.norm(values[rows].astype(np.float64), norm_type, axis=1)
    factors = np.where(norms > max_norm, max_norm / (norms + 1e-7), 1.0)
    values[rows] *= factors[:, None].astype(values.dtype)
    overwrite(weight, values)
