"""Scaled dot product attention (Vaswani et al. 2017)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from gradviz.engine import dtype as dtypes
from gradviz.engine import torch
from gradviz.engine.op import find
from gradviz.engine.ops.attention import attention_op, safe_softmax_op
from gradviz.engine.tensor import Tensor
from gradviz.engine.torch.nn.functional.dropout import dropout


def scaled_dot_product_attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attn_mask: Tensor | None = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    *,
    scale: float | None = None,
    enable_gqa: bool = False,
) -> Any:
    """softmax(q kᵀ · scale + mask) v over the last two dimensions: (…, queries, size), (…, keys, size).

    A mask of bool says which keys a query may see, one of floats is added; `is_causal` lets each query see the keys up
    to its own place. As in torch one operation on four dimensions without dropout, else composed of products.
    """
    check_operands(query, key, value, attn_mask, is_causal)
    fused = (
        not dropout_p > 0
        and query.dim() == key.dim() == value.dim() == 4
        and query.shape[-1] == key.shape[-1] == value.shape[-1]
        and query.shape[0] == key.shape[0] == value.shape[0]
        and key.shape[2] == value.shape[2]
        and (query.shape[1] == key.shape[1] == value.shape[1] or enable_gqa)
        and query.shape[-1] > 0
        and all(each.stride(-1) == 1 for each in (query, key, value))
        and (attn_mask is None or (not attn_mask.requires_grad and fits(attn_mask, query, key)))
    )
    if enable_gqa:
        check_heads(query, key, value)
    if not key.shape[-2] or 0 in (*query.shape[:-1], value.shape[-1]):
        return nothing(query, key, value)
    if fused:
        if dropout_p < 0:
            raise RuntimeError("scaled_dot_product_attention_flash_attention: Currently do not support dropout > 0")
        return attention_op(query, key, value, attn_mask, is_causal, scale)[0]
    return composed(query, key, value, attn_mask, dropout_p, is_causal, scale, enable_gqa)


def nothing(query: Tensor, key: Tensor, value: Tensor) -> Any:
    """The answer where there is nothing to attend to: zeros, which PyTorch makes depend on all three."""
    zeros = torch.zeros(*query.shape[:-1], value.shape[-1], dtype=query.dtype)
    return zeros + find("mul.number").function(query.sum() + key.sum() + value.sum(), 0)


def composed(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attn_mask: Tensor | None,
    dropout_p: float,
    is_causal: bool,
    scale: float | None,
    enable_gqa: bool,
) -> Any:
    """The same of single operations; queries and keys are both scaled by the root of the factor, for stability."""
    if dropout_p > 1:
        raise RuntimeError(f"dropout probability has to be between 0 and 1, but got {dropout_p:g}")
    factor = scale if scale is not None else 1 / math.sqrt(query.shape[-1]) if query.shape[-1] else math.inf
    root, times = math.sqrt(abs(factor)), find("mul.number").function
    query = times(query, -root if factor < 0 else root)
    if is_causal:
        if attn_mask is not None:
            raise RuntimeError(
                "_scaled_dot_product_attention: Explicit attn_mask should not be set when is_causal=True"
            )
        attn_mask = torch.from_numpy(np.tri(query.shape[-2], key.shape[-2], dtype=bool))
    if enable_gqa:
        key = key.repeat_interleave(query.shape[-3] // key.shape[-3], -3)
        value = value.repeat_interleave(query.shape[-3] // value.shape[-3], -3)
    scores = query.matmul(times(key.transpose(-2, -1), root))
    if attn_mask is not None:
        scores = scores + additive(attn_mask, query.dtype)
    weights = safe_softmax_op(scores, -1)
    return dropout(weights, dropout_p).matmul(value) if dropout_p > 0 else weights.matmul(value)


def additive(mask: Any, dtype: Any) -> Any:
    """A mask of what may be seen as one to add: 0 there, −∞ elsewhere."""
    return torch.zeros(mask.shape, dtype=dtype).masked_fill_(~mask, -math.inf) if mask.dtype == torch.bool else mask


def fits(mask: Tensor, query: Tensor, key: Tensor) -> bool:
    """Can the one operation take this mask?"""
    full = (query.shape[0], query.shape[1], query.shape[2], key.shape[2])
    wanted = full[4 - mask.dim() :] if mask.dim() in (2, 4) else ()
    return bool(wanted) and all(has in (1, want) for has, want in zip(mask.shape, wanted, strict=True))


def check_operands(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None, is_causal: bool) -> None:
    names = [dtypes.C_NAMES[each.dtype.name] for each in (query, key, value)]
    if len(set(names)) > 1:
        raise RuntimeError(
            "Expected query, key, and value to have the same dtype, but got "
            f"query.dtype: {names[0]} key.dtype: {names[1]} and value.dtype: {names[2]} instead."
        )
    sizes = [each.dim() for each in (query, key, value)]
    if min(sizes) < 2:
        raise RuntimeError(
            "Expected query, key, and value to all be  at least 2 dimensional, but got "
            f"query.dim: {sizes[0]} key.dim: {sizes[1]} and value.dim: {sizes[2]} instead."
        )
    if mask is not None and mask.dtype not in (torch.bool, torch.float32, query.dtype):
        raise RuntimeError(
            "Expected attn_mask dtype to be bool or float or to match query dtype, but got "
            f"attn_mask.dtype: {dtypes.C_NAMES[mask.dtype.name]} and  query.dtype: {names[0]} instead."
        )


def check_heads(query: Tensor, key: Tensor, value: Tensor) -> None:
    heads = query.shape[-3]
    if heads % key.shape[-3] or heads % value.shape[-3]:
        raise RuntimeError("Number of heads in key and value must divide the number of heads in ")
