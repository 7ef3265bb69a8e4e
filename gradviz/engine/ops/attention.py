"""Attention: softmax of the products of queries and keys, times values. One node where PyTorch has one on the CPU."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..kernels import kernel
from ..meaning import dead_end, on_tensors
from ..op import op
from ..tensor import Tensor
from .adjoint import plain
from .reduction import reduction

QUERIES = [[[[0.5, -1.0], [1.5, 0.25]], [[2.0, 1.0], [-0.5, 0.75]]]]
KEYS = [[[[1.0, 0.5], [-0.25, 2.0], [0.1, 0.2]], [[0.3, -1.0], [1.0, 1.0], [0.5, -0.5]]]]
VALUES = [[[[0.2, 1.0], [1.5, -2.0], [0.4, 0.1]], [[1.0, 0.5], [-1.0, 2.0], [0.7, 0.9]]]]
ALLOWED = np.array([[True, False, True], [False, False, False]])


NO_SECOND = "derivative for aten::_scaled_dot_product_flash_attention_for_cpu_backward is not implemented"


def per_head(x: Any, heads: int) -> Any:
    """Repeat keys or values where several heads of queries share one (grouped-query attention)."""
    return x if x.shape[1] == heads else np.repeat(x, heads // x.shape[1], 1)


def per_shared(grad: Any, heads: int) -> Any:
    """Sum gradients over the heads that shared one."""
    if grad.shape[1] == heads:
        return grad
    batch, many, *rest = grad.shape
    return grad.reshape(batch, heads, many // heads, *rest).sum(2)


def weights_of(q: Any, k: Any, mask: Any, is_causal: bool, factor: float) -> Any:
    """Return the share of each key for each query; queries that may see no key get zeros."""
    scores = (q @ k.swapaxes(-1, -2)) * q.dtype.type(factor)
    for each in (np.tri(scores.shape[-2], scores.shape[-1], dtype=bool) if is_causal else None, mask):
        if each is not None:
            scores = np.where(each, scores, -np.inf).astype(q.dtype) if each.dtype.kind == "b" else scores + each
    return safe_softmax_values(scores, -1)


def factor_of(q: Any, scale: float | None) -> float:
    """Return the factor of the products: 1/√(length of a query) unless given."""
    return 1 / math.sqrt(q.shape[-1]) if scale is None else scale


@kernel
def safe_softmax_values(x: Any, dim: int) -> Any:
    """Return softmax along a dimension, zeros where everything is −∞."""
    top = x.max(axis=dim, keepdims=True)
    powers = np.exp(x - np.where(np.isneginf(top), 0, top).astype(x.dtype))
    total = powers.sum(axis=dim, keepdims=True)
    return powers / np.where(total == 0, 1, total).astype(x.dtype)


@kernel
def attended(q: Any, k: Any, v: Any, mask: Any, is_causal: bool, scale: float | None) -> tuple[Any, Any]:
    """Return softmax(q kᵀ · scale + mask) v, laid out as q (batch, heads, queries, size); and the weights, as bytes.

    As bytes because nobody differentiates them: PyTorch keeps the sums of its exponentials in that place.
    """
    work = np.float32 if q.dtype.itemsize == 2 else q.dtype
    heads = q.shape[1]
    parts = [each.astype(work, copy=False) for each in (q, per_head(k, heads), per_head(v, heads))]
    weights = weights_of(parts[0], parts[1], mask, is_causal, factor_of(q, scale))
    output = np.empty_like(q)
    output[...] = weights @ parts[2]
    return output, np.ascontiguousarray(weights.astype(q.dtype, copy=False)).view(np.uint8)


@kernel
def attention_gradients(grads: Any, q: Any, k: Any, v: Any, result: Any, scale: float | None) -> tuple[Any, Any, Any]:
    """Return what attention sends back to queries, keys and values."""
    grad, weights, heads = grads[0], result[1].view(q.dtype), q.shape[1]
    factor = q.dtype.type(factor_of(q, scale))
    through = grad @ per_head(v, heads).swapaxes(-1, -2)
    scores = weights * (through - (through * weights).sum(-1, keepdims=True)) * factor
    return (
        scores @ per_head(k, heads),
        per_shared(scores.swapaxes(-1, -2) @ q, k.shape[1]),
        per_shared(weights.swapaxes(-1, -2) @ grad, v.shape[1]),
    )


@on_tensors("attention_gradients")
def attention_gradients_of_tensors(grads: Any, *given: Any) -> tuple[Any, ...]:
    """The same in a recorded pass, where it ends: PyTorch cannot differentiate it again either."""
    values = [tuple(map(plain, each)) if isinstance(each, tuple) else plain(each) for each in (grads, *given)]
    tensors = [each for each in (*grads, *given[:3], given[3][0]) if isinstance(each, Tensor)]
    return dead_end(NO_SECOND, attention_gradients(*values), tensors)


attention_op = op(
    "attention",
    inputs="self key value attn_mask?",
    arguments="is_causal=False, scale=None",
    symbol="attention",
    group="linear algebra",
    title="scaled dot product attention",
    code="torch.nn.functional.scaled_dot_product_attention({self}, {key}, {value})",
    node="ScaledDotProductFlashAttentionForCpuBackward0",
    outputs=2,
    forward="attended(self, key, value, attn_mask, is_causal, scale)",
    once={"gradients": "attention_gradients(grad, self, key, value, result, scale)"},
    vjp={"self": "gradients[0]", "key": "gradients[1]", "value": "gradients[2]"},
    samples=[
        (QUERIES, KEYS, VALUES),
        (QUERIES, KEYS, VALUES, {"is_causal": True}),
        (QUERIES, KEYS, VALUES, {"scale": 0.5}),
        (QUERIES, KEYS, VALUES, ALLOWED),
        (QUERIES, [KEYS[0][:1]], [VALUES[0][:1]]),
    ],
)


safe_softmax_op = reduction(
    "safe_softmax",
    "safe_softmax_values(self, dim)",
    "SafeSoftmaxBackward0",
    "result * grad - result * sum_along(result * grad, dim)",
    arguments="dim",
    symbol="softmax",
    samples=[([[0.5, -1.5], [2.5, -0.25]], {"dim": 1})],
)
