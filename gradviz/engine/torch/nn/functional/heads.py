"""Attention in several heads: the maps before and after it, its masks, torch's errors for wrong shapes."""

from __future__ import annotations

import math
import warnings
from typing import Any

from gradviz.engine import torch
from gradviz.engine.tensor import Tensor
from gradviz.engine.torch.nn.functional.attention import scaled_dot_product_attention
from gradviz.engine.torch.nn.functional.dropout import dropout
from gradviz.engine.torch.nn.functional.linear import linear
from gradviz.engine.torch.nn.functional.padding import pad


def multi_head_attention_forward(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    embed_dim_to_check: int,
    num_heads: int,
    in_proj_weight: Tensor | None,
    in_proj_bias: Tensor | None,
    bias_k: Tensor | None,
    bias_v: Tensor | None,
    add_zero_attn: bool,
    dropout_p: float,
    out_proj_weight: Tensor,
    out_proj_bias: Tensor | None,
    training: bool = True,
    key_padding_mask: Tensor | None = None,
    need_weights: bool = True,
    attn_mask: Tensor | None = None,
    use_separate_proj_weight: bool = False,
    q_proj_weight: Tensor | None = None,
    k_proj_weight: Tensor | None = None,
    v_proj_weight: Tensor | None = None,
    static_k: Tensor | None = None,
    static_v: Tensor | None = None,
    average_attn_weights: bool = True,
    is_causal: bool = False,
) -> tuple[Any, Any]:
    """Attention of (queries, batch, embedding) in several heads; returns the output and the weights, or None.

    Masks of bool say here which keys must not be seen.
    """
    batched = check_shapes(query, key, value, key_padding_mask, attn_mask, num_heads)
    if not batched:
        query, key, value = query.unsqueeze(1), key.unsqueeze(1), value.unsqueeze(1)
        key_padding_mask = None if key_padding_mask is None else key_padding_mask.unsqueeze(0)
    length, batch, embedding = query.shape
    padding = canonical_mask(key_padding_mask, "key_padding_mask", attn_mask, "attn_mask", query.dtype)
    if is_causal and attn_mask is None:
        raise RuntimeError(
            "Need attn_mask if specifying the is_causal hint. You may use the Transformer module method "
            "`generate_square_subsequent_mask` to create this mask."
        )
    if is_causal and padding is None and not need_weights:
        mask = None
    else:
        mask = canonical_mask(attn_mask, "attn_mask", None, "", query.dtype)
        is_causal = is_causal and padding is None
    size = head_size(embedding, embed_dim_to_check, num_heads)
    q, k, v = projected(
        query, key, value, in_proj_weight, in_proj_bias, use_separate_proj_weight,
        (q_proj_weight, k_proj_weight, v_proj_weight),
    )  # fmt: skip
    mask = checked_mask(mask, length, key.shape[0], batch * num_heads)
    if bias_k is not None and bias_v is not None:
        k, v = torch.cat([k, bias_k.repeat(1, batch, 1)]), torch.cat([v, bias_v.repeat(1, batch, 1)])
        mask, padding = widened(mask), widened(padding)
    q = q.view(length, batch * num_heads, size).transpose(0, 1)
    k = k.view(k.shape[0], batch * num_heads, size).transpose(0, 1) if static_k is None else static_k
    v = v.view(v.shape[0], batch * num_heads, size).transpose(0, 1) if static_v is None else static_v
    if add_zero_attn:
        zeros = torch.zeros(batch * num_heads, 1, size, dtype=k.dtype)
        k, v = torch.cat([k, zeros], dim=1), torch.cat([v, zeros], dim=1)
        mask, padding = widened(mask), widened(padding)
    count = k.shape[1]
    if padding is not None:
        check_padding(padding, count, batch)
        padding = padding.view(batch, 1, 1, count).expand(-1, num_heads, -1, -1)
        padding = padding.reshape(batch * num_heads, 1, count)
        mask = padding if mask is None else mask + padding
    dropout_p = dropout_p if training else 0.0
    if need_weights:
        output, weights = weighed(q, k, v, mask, dropout_p)
        output = output.transpose(0, 1).reshape(length * batch, embedding)
    else:
        if mask is not None:
            single = mask.shape[0] == 1 and mask.dim() == 3
            mask = mask.unsqueeze(0) if single else mask.view(batch, num_heads, -1, count)
        q = q.view(batch, num_heads, length, size)
        k, v = k.view(batch, num_heads, count, size), v.view(batch, num_heads, count, size)
        output = scaled_dot_product_attention(q, k, v, mask, dropout_p, is_causal)
        output, weights = output.permute(2, 0, 1, 3).reshape(batch * length, embedding), None
    output = linear(output, out_proj_weight, out_proj_bias)
    output = output.view(length, batch, output.shape[1])
    if weights is not None:
        weights = weights.view(batch, num_heads, length, count)
        weights = weights.mean(dim=1) if average_attn_weights else weights
    if batched:
        return output, weights
    return output.squeeze(1), None if weights is None else weights.squeeze(0)


def weighed(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None, dropout_p: float) -> tuple[Any, Any]:
    """Attention by single operations, which shows its weights (before they are applied, after dropout)."""
    scaled = q * math.sqrt(1.0 / float(q.shape[-1]))
    turned = k.transpose(-2, -1)
    scores = torch.bmm(scaled, turned) if mask is None else torch.baddbmm(mask, scaled, turned)
    weights = scores.softmax(-1)
    if dropout_p > 0.0:
        weights = dropout(weights, dropout_p)
    return torch.bmm(weights, v), weights


def projected(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    weight: Any,
    bias: Any,
    separate: bool,
    weights: tuple[Any, Any, Any],
) -> tuple[Any, Any, Any]:
    """Queries, keys and values times their weights: as few products as the identity of the three allows."""
    size = query.shape[-1]
    if not separate and query is key and key is value:
        q, k, v = apart(linear(query, weight, bias), 3, size)
        return q, k, v
    if not separate and key is value:
        own, rest = weight.split([size, 2 * size])
        own_bias, rest_bias = (None, None) if bias is None else bias.split([size, 2 * size])
        first = linear(query, own, own_bias)
        k, v = apart(linear(key, rest, rest_bias), 2, size)
        return first, k, v
    if not separate:
        weights = weight.chunk(3)
    biases = (None, None, None) if bias is None else bias.chunk(3)
    found = zip((query, key, value), weights, biases, strict=True)
    first, second, third = (linear(x, w, b) for x, w, b in found)
    return first, second, third


def apart(product: Tensor, count: int, size: int) -> Any:
    """One product with packed weights as the parts it is made of."""
    parts = product.unflatten(-1, (count, size)).unsqueeze(0).transpose(0, -2).squeeze(-2).contiguous()
    return tuple(parts[i] for i in range(count))


# Masks and checks


def canonical_mask(mask: Any, name: str, other: Any, other_name: str, dtype: Any) -> Any:
    """A mask to add: one of bool becomes −∞ where it is true."""
    if mask is None:
        return None
    if mask.dtype != torch.bool and not mask.is_floating_point():
        raise AssertionError(f"only bool and floating types of {name} are supported")
    if other is not None and other.dtype != mask.dtype:
        warnings.warn(
            f"Support for mismatched {name} and {other_name} is deprecated. Use same type for both instead.",
            stacklevel=3,
        )
    if mask.is_floating_point():
        return mask
    return torch.zeros(mask.shape, dtype=dtype).masked_fill_(mask, -math.inf)


def widened(mask: Any) -> Any:
    """A mask with one more key, which may be seen."""
    return None if mask is None else pad(mask, (0, 1))


def checked_mask(mask: Any, length: int, count: int, heads: int) -> Any:
    if mask is None:
        return None
    if mask.dim() == 2:
        if tuple(mask.shape) != (length, count):
            raise RuntimeError(f"The shape of the 2D attn_mask is {mask.shape}, but should be {(length, count)}.")
        return mask.unsqueeze(0)
    if mask.dim() != 3:
        raise RuntimeError(f"attn_mask's dimension {mask.dim()} is not supported")
    if tuple(mask.shape) != (heads, length, count):
        raise RuntimeError(f"The shape of the 3D attn_mask is {mask.shape}, but should be {(heads, length, count)}.")
    return mask


def check_padding(padding: Tensor, count: int, batch: int) -> None:
    for place, want in enumerate((batch, count)):
        if padding.shape[place] != want:
            raise AssertionError(
                f"Expected key_padded_mask.shape[{place}] to be {want}, but got {padding.shape[place]}"
            )


def head_size(embedding: int, expected: int, heads: int) -> int:
    if embedding != expected:
        raise AssertionError(f"was expecting embedding dimension of {expected}, but got {embedding}")
    if embedding % heads:
        raise AssertionError(f"embed_dim {embedding} not divisible by num_heads {heads}")
    return embedding // heads


def check_shapes(query: Tensor, key: Tensor, value: Tensor, padding: Any, mask: Any, heads: int) -> bool:
    """Raise torch's errors for dimensions that do not go together; tell whether there is a batch."""
    count = query.ndim
    if count not in (2, 3):
        raise AssertionError(f"query should be unbatched 2D or batched 3D tensor but received {count}-D query tensor")
    start = f"For {'batched (3-D)' if count == 3 else 'unbatched (2-D)'} `query`, expected"
    if key.dim() != count or value.dim() != count:
        raise AssertionError(
            f"{start} `key` and `value` to be {count}-D but found {key.dim()}-D and {value.dim()}-D tensors "
            "respectively"
        )
    if padding is not None and padding.dim() != count - 1:
        raise AssertionError(
            f"{start} `key_padding_mask` to be `None` or {count - 1}-D but found {padding.dim()}-D tensor instead"
        )
    if mask is not None and mask.dim() not in (2, 3):
        raise AssertionError(f"{start} `attn_mask` to be `None`, 2-D or 3-D but found {mask.dim()}-D tensor instead")
    if mask is not None and count == 2 and mask.dim() == 3:
        wanted = (heads, query.shape[0], key.shape[0])
        if tuple(mask.shape) != wanted:
            raise AssertionError(f"Expected `attn_mask` shape to be {wanted} but got {mask.shape}")
    return count == 3
