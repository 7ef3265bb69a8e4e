"""MultiheadAttention: attention in several heads, with the maps before and after it."""

from __future__ import annotations

from typing import Any

from gradviz.engine import torch
from gradviz.engine.names import shown_as
from gradviz.engine.tensor import Tensor
from gradviz.engine.torch.nn import init
from gradviz.engine.torch.nn.functional.heads import canonical_mask, multi_head_attention_forward
from gradviz.engine.torch.nn.linear import Linear
from gradviz.engine.torch.nn.module import Module
from gradviz.engine.torch.nn.parameter import Parameter
from gradviz.engine.torch.nn.starting import starting


class NonDynamicallyQuantizableLinear(Linear):
    """A Linear under the name that torch prints for the map behind the heads."""


class MultiheadAttention(Module):
    """Attention of (queries, batch, embed_dim), or with `batch_first` (batch, queries, embed_dim), or unbatched.

    Returns the output and the weights (averaged over the heads by default), or None with `need_weights=False`.
    """

    def __init__(
        self,
        embed_dim: int,
        num_heads: int,
        dropout: float = 0.0,
        bias: bool = True,
        add_bias_kv: bool = False,
        add_zero_attn: bool = False,
        kdim: int | None = None,
        vdim: int | None = None,
        batch_first: bool = False,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        if embed_dim <= 0 or num_heads <= 0:
            raise ValueError(
                "embed_dim and num_heads must be greater than 0, "
                f"got embed_dim={embed_dim} and num_heads={num_heads} instead"
            )
        super().__init__()
        self.embed_dim = embed_dim
        self.kdim = embed_dim if kdim is None else kdim
        self.vdim = embed_dim if vdim is None else vdim
        self._qkv_same_embed_dim = self.kdim == embed_dim and self.vdim == embed_dim
        self.num_heads, self.dropout, self.batch_first = num_heads, dropout, batch_first
        self.head_dim = embed_dim // num_heads
        if self.head_dim * num_heads != embed_dim:
            raise AssertionError("embed_dim must be divisible by num_heads")
        same = self._qkv_same_embed_dim
        shapes: dict[str, tuple[int, ...] | None] = {
            "q_proj_weight": None if same else (embed_dim, embed_dim),
            "k_proj_weight": None if same else (embed_dim, self.kdim),
            "v_proj_weight": None if same else (embed_dim, self.vdim),
            "in_proj_weight": (3 * embed_dim, embed_dim) if same else None,
        }
        if same:  # the order of the names in torch
            shapes = {"in_proj_weight": shapes.pop("in_proj_weight"), **shapes}
        shapes["in_proj_bias"] = (3 * embed_dim,) if bias else None
        with starting(self):
            for name, shape in shapes.items():
                made = None if shape is None else Parameter(torch.empty(shape, device=device, dtype=dtype))
                self.register_parameter(name, made)
            self.out_proj = NonDynamicallyQuantizableLinear(embed_dim, embed_dim, bias, device, dtype)
            self.bias_k = self.bias_v = None
            if add_bias_kv:
                for name in ("bias_k", "bias_v"):
                    setattr(self, name, Parameter(torch.empty(1, 1, embed_dim, device=device, dtype=dtype)))
            self.add_zero_attn = add_zero_attn
            self._reset_parameters()

    def _reset_parameters(self) -> None:
        for name in ("in_proj_weight", "q_proj_weight", "k_proj_weight", "v_proj_weight"):
            if getattr(self, name) is not None:
                init.xavier_uniform_(getattr(self, name))
        if self.in_proj_bias is not None:
            init.constant_(self.in_proj_bias, 0.0)
            init.constant_(self.out_proj.bias, 0.0)
        for each in (self.bias_k, self.bias_v):
            if each is not None:
                init.xavier_normal_(each)

    def forward(
        self,
        query: Tensor,
        key: Tensor,
        value: Tensor,
        key_padding_mask: Tensor | None = None,
        need_weights: bool = True,
        attn_mask: Tensor | None = None,
        average_attn_weights: bool = True,
        is_causal: bool = False,
    ) -> tuple[Any, Any]:
        """`key_padding_mask` (batch, keys) and `attn_mask` (queries, keys) tell which keys not to see, or are added."""
        padding = canonical_mask(key_padding_mask, "key_padding_mask", attn_mask, "attn_mask", query.dtype)
        mask = canonical_mask(attn_mask, "attn_mask", None, "", query.dtype)
        turned = self.batch_first and query.dim() == 3
        if turned:  # what is one tensor stays one: it decides how many products are needed
            made: dict[int, Any] = {}
            query, key, value = (
                made[id(each)] if id(each) in made else made.setdefault(id(each), each.transpose(1, 0))
                for each in (query, key, value)
            )
        output, weights = multi_head_attention_forward(
            query,
            key,
            value,
            self.embed_dim,
            self.num_heads,
            self.in_proj_weight,
            self.in_proj_bias,
            self.bias_k,
            self.bias_v,
            self.add_zero_attn,
            self.dropout,
            self.out_proj.weight,
            self.out_proj.bias,
            training=self.training,
            key_padding_mask=padding,
            need_weights=need_weights,
            attn_mask=mask,
            use_separate_proj_weight=not self._qkv_same_embed_dim,
            q_proj_weight=self.q_proj_weight,
            k_proj_weight=self.k_proj_weight,
            v_proj_weight=self.v_proj_weight,
            average_attn_weights=average_attn_weights,
            is_causal=is_causal,
        )
        return (output.transpose(1, 0) if turned else output), weights


shown_as("torch.nn.modules.linear", NonDynamicallyQuantizableLinear)
