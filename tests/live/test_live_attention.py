# ruff: noqa: E501 - one line is one program
"""Attention and transformers beside real torch: value, gradients, graph, text, errors."""

import pytest

from tests.live.beside import differences

S = "S = F.scaled_dot_product_attention; q = leaf(2, 4, 3, 8); k = leaf(2, 4, 5, 8); v = leaf(2, 4, 5, 8); b = torch.arange(5) <= torch.arange(3).unsqueeze(1); "
PRODUCTS = """
out = S(q, k, v)
out = S(q, q, q, is_causal=True)
out = S(q, k, v, is_causal=True)
out = S(q, k, v, attn_mask=b)
out = S(q, k, v, attn_mask=b.float())
out = S(q, k, v, attn_mask=torch.zeros(3, 5).bool())
out = S(q, k, v, attn_mask=torch.zeros(2, 4, 3, 5))
out = S(q, k, v, attn_mask=torch.zeros(2, 1, 1, 5).bool())
m = leaf(3, 5); out = S(q, k, v, attn_mask=m)
out = S(q, k, v, dropout_p=0.5)
out = S(q, k, v, attn_mask=b, dropout_p=0.5)
out = S(q, k, v, scale=0.7)
out = S(q, k, v, scale=-0.5)
out = S(q[0], k[0], v[0])
out = S(q[0], k[0], v[0], attn_mask=b)
out = S(q[0], k[0], v[0], is_causal=True, scale=-0.5)
out = S(q[0, 0], k[0, 0], v[0, 0])
out = S(q, k, v[..., :3])
out = S(q, k[:, :1], v[:, :1], enable_gqa=True)
out = S(q, k[:, :2], v[:, :2], enable_gqa=True)
out = S(q, k[:, :2], v[:, :2], dropout_p=0.5, enable_gqa=True)
out = S(q, k[:, :3], v[:, :3], enable_gqa=True)
out = S(q.double(), k.double(), v.double())
x = leaf(2, 3, 4, 8); y = x.transpose(1, 2); z = S(y, y, y, is_causal=True); out = z.stride(), z.transpose(1, 2).contiguous().view(2, 3, 32)
out = S(q, k, v.double())
out = S(q, k, v, attn_mask=b.long())
out = S(q, k, v, attn_mask=b.double())
out = S(q, k, v, attn_mask=b, is_causal=True)
out = S(q[0, 0, 0], k, v)
out = S(q, k, v, attn_mask=torch.ones(2, 5))
out = S(q, k, v, dropout_p=1.5)
out = S(q, k, v, dropout_p=-1.5)
with torch.no_grad(): out = S(q, k, v)
"""
HEADS = """
m = nn.MultiheadAttention(8, 2); x = leaf(3, 2, 8); out = m(x, x, x)
m = nn.MultiheadAttention(8, 2); x = leaf(3, 2, 8); out = m(x, x, x, need_weights=False)
m = nn.MultiheadAttention(8, 2); x = leaf(3, 2, 8); y = leaf(5, 2, 8); out = m(x, y, y)
m = nn.MultiheadAttention(8, 2); x = leaf(3, 2, 8); y = leaf(5, 2, 8); z = leaf(5, 2, 8); out = m(x, y, z, need_weights=False)
m = nn.MultiheadAttention(8, 2, batch_first=True); x = leaf(2, 3, 8); out = m(x, x, x)
m = nn.MultiheadAttention(8, 2, batch_first=True); x = leaf(2, 3, 8); y = leaf(2, 5, 8); out = m(x, y, y, average_attn_weights=False)
m = nn.MultiheadAttention(8, 2, batch_first=True); x = leaf(2, 3, 8); y = leaf(2, 5, 8); z = leaf(2, 5, 8); out = m(x, y, z)
m = nn.MultiheadAttention(8, 2); x = leaf(3, 8); out = m(x, x, x)
m = nn.MultiheadAttention(8, 2, batch_first=True); x = leaf(3, 8); out = m(x, x, x, need_weights=False)
m = nn.MultiheadAttention(8, 2, bias=False); x = leaf(3, 2, 8); y = leaf(5, 2, 8); out = m(x, y, y), list(m.state_dict()), repr(m)
m = nn.MultiheadAttention(8, 2, kdim=4, vdim=6); x = leaf(3, 2, 8); k = leaf(5, 2, 4); v = leaf(5, 2, 6); out = m(x, k, v), list(m.state_dict()), repr(m)
m = nn.MultiheadAttention(8, 2, add_bias_kv=True, add_zero_attn=True); x = leaf(3, 2, 8); out = m(x, x, x, attn_mask=torch.zeros(3, 3)), list(m.state_dict())
m = nn.MultiheadAttention(8, 2, add_bias_kv=True); x = leaf(3, 2, 8); out = m(x, x, x, key_padding_mask=torch.tensor([[False, False, True]] * 2))
m = nn.MultiheadAttention(8, 2, dropout=0.5); x = leaf(3, 2, 8); out = m(x, x, x)
m = nn.MultiheadAttention(8, 2, dropout=0.5); x = leaf(3, 2, 8); out = m(x, x, x, need_weights=False)
m = nn.MultiheadAttention(8, 2, dropout=0.5).eval(); x = leaf(3, 2, 8); out = m(x, x, x)
m = nn.MultiheadAttention(8, 2); x = leaf(3, 2, 8); out = m(x, x, x, attn_mask=torch.arange(3) > torch.arange(3).unsqueeze(1))
m = nn.MultiheadAttention(8, 2); x = leaf(3, 2, 8); out = m(x, x, x, attn_mask=torch.zeros(4, 3, 3), need_weights=False)
m = nn.MultiheadAttention(8, 2); x = leaf(3, 2, 8); out = m(x, x, x, key_padding_mask=torch.tensor([[False, False, True], [False, True, True]]))
m = nn.MultiheadAttention(8, 2); x = leaf(3, 2, 8); out = m(x, x, x, key_padding_mask=torch.zeros(2, 3), need_weights=False)
m = nn.MultiheadAttention(8, 2); x = leaf(3, 2, 8); p = torch.tensor([[False, False, True]] * 2); out = m(x, x, x, key_padding_mask=p, attn_mask=torch.arange(3) > torch.arange(3).unsqueeze(1), need_weights=False)
m = nn.MultiheadAttention(8, 2); x = leaf(3, 2, 8); p = torch.tensor([[False, False, True]] * 2); out = m(x, x, x, key_padding_mask=p, attn_mask=torch.zeros(3, 3))
m = nn.MultiheadAttention(8, 2); x = leaf(3, 2, 8); m(x, x, x, is_causal=True)
m = nn.MultiheadAttention(8, 2); x = leaf(3, 2, 8); m(x, x, x, attn_mask=torch.zeros(2, 2))
m = nn.MultiheadAttention(8, 2); x = leaf(3, 2, 8); m(x, x, x, attn_mask=torch.zeros(2, 3, 3))
m = nn.MultiheadAttention(8, 2); x = leaf(3, 2, 8); m(x, x, x, attn_mask=torch.zeros(3, 3).long())
m = nn.MultiheadAttention(8, 2); x = leaf(3, 2, 8); m(x, x, x, key_padding_mask=torch.zeros(2, 2))
m = nn.MultiheadAttention(8, 2); x = leaf(3, 2, 8); m(x, x, x, key_padding_mask=torch.zeros(2))
m = nn.MultiheadAttention(8, 2); x = leaf(3, 2, 8); m(x, x[0], x)
m = nn.MultiheadAttention(8, 2); x = leaf(3, 2, 6); m(x, x, x)
m = nn.MultiheadAttention(8, 2); x = leaf(1, 3, 2, 8); m(x, x, x)
m = nn.MultiheadAttention(8, 3)
m = nn.MultiheadAttention(0, 3)
m = nn.MultiheadAttention(8, 2); out = repr(m), list(m.parameters()), str(type(m)), str(type(m.out_proj))
m = nn.MultiheadAttention(8, 2, add_bias_kv=True, batch_first=True); out = list(m.state_dict().values())
"""
E = "E = lambda **o: nn.TransformerEncoderLayer(8, 2, 16, **o); D = lambda **o: nn.TransformerDecoderLayer(8, 2, 16, **o); c = nn.Transformer.generate_square_subsequent_mask; p = torch.tensor([[False, False, True], [False, True, True]]); "
TRANSFORMERS = """
m = nn.MultiheadAttention(8, 2); x = leaf(3, 2, 8); c = nn.Transformer.generate_square_subsequent_mask(3); out = m(x, x, x, attn_mask=c, is_causal=True, need_weights=False), c
m = E(); out = repr(m), list(m.state_dict()), list(m.parameters())
m = E(dropout=0.0); x = leaf(3, 2, 8); out = m(x)
m = E(dropout=0.0, batch_first=True, norm_first=True, activation="gelu"); x = leaf(2, 3, 8); out = m(x)
m = E(); x = leaf(3, 2, 8); out = m(x)
m = E(bias=False, activation=F.silu).eval(); x = leaf(3, 2, 8); out = m(x), repr(m)
m = E(dropout=0.0); x = leaf(3, 2, 8); out = m(x, src_mask=c(3), src_key_padding_mask=p)
m = E(dropout=0.0); x = leaf(3, 2, 8); out = m(x, src_mask=c(3), is_causal=True)
m = E(dropout=0.0); x = leaf(3, 8); out = m(x, c(3))
m = E(batch_first=True).eval(); x = data(2, 3, 8); out = m(x, src_key_padding_mask=p).requires_grad
m = E(activation="tanh")
m = D(); out = repr(m), list(m.state_dict())
m = D(dropout=0.0); x = leaf(3, 2, 8); y = leaf(5, 2, 8); out = m(x, y)
m = D(dropout=0.0, batch_first=True, norm_first=True); x = leaf(2, 3, 8); y = leaf(2, 5, 8); out = m(x, y, tgt_mask=c(3), tgt_is_causal=True)
m = D(); x = leaf(3, 2, 8); y = leaf(5, 2, 8); out = m(x, y, c(3), torch.zeros(3, 5).bool(), tgt_key_padding_mask=p)
m = nn.TransformerEncoder(E(dropout=0.0), 2); x = leaf(3, 2, 8); out = m(x), repr(m), list(m.state_dict())
m = nn.TransformerEncoder(E(dropout=0.0, batch_first=True), 2, norm=nn.LayerNorm(8)); x = leaf(2, 3, 8); out = m(x, c(3)), repr(m)
m = nn.TransformerEncoder(E(dropout=0.0), 2, enable_nested_tensor=False); x = leaf(3, 2, 8); out = m(x, src_key_padding_mask=p)
m = nn.TransformerEncoder(E(batch_first=True), 1).eval(); x = data(2, 3, 8)
with torch.no_grad(): out = m(x, src_key_padding_mask=p), m(x), m(x, c(3))
m = nn.TransformerEncoder(E(batch_first=True), 2, nn.LayerNorm(8)).eval(); x = data(2, 3, 8); q = torch.tensor([[False, False, False], [False, False, True]])
with torch.no_grad(): out = m(x, src_key_padding_mask=q), m.layers[0](x, src_key_padding_mask=q)
m = nn.TransformerEncoder(E(batch_first=True, norm_first=True), 1)
m = nn.TransformerEncoder(nn.TransformerEncoderLayer(6, 3, 8, batch_first=True), 1)
m = nn.TransformerDecoder(D(dropout=0.0), 2, nn.LayerNorm(8)); x = leaf(3, 2, 8); y = leaf(5, 2, 8); out = m(x, y, c(3)), repr(m)
m = nn.Transformer(8, 2, 1, 1, 16, 0.0); x = leaf(5, 2, 8); y = leaf(3, 2, 8); out = m(x, y), repr(m), list(m.state_dict())
m = nn.Transformer(8, 2, 1, 1, 16, batch_first=True); x = leaf(2, 5, 8); y = leaf(2, 3, 8); out = m(x, y, tgt_mask=m.generate_square_subsequent_mask(3)), m.d_model, m.nhead
m = nn.Transformer(8, 2, 1, 1, 16); m(leaf(5, 2, 8), leaf(3, 3, 8))
m = nn.Transformer(8, 2, 1, 1, 16); m(leaf(5, 2, 6), leaf(3, 2, 6))
m = nn.Transformer(8, 2, 1, 1, 16); out = list(m.parameters())
out = nn.Transformer.generate_square_subsequent_mask(4), str(nn.Transformer), str(nn.TransformerEncoderLayer)
"""


def programs(start, text):
    return [start + line for line in text.strip().replace("\nwith", "§with").splitlines()]


@pytest.mark.parametrize("code", programs(S, PRODUCTS), ids=lambda code: code.removeprefix(S))
def test_scaled_dot_product_attention(code):
    assert differences(code.replace("§", "\n"), atol=2e-6) == []


@pytest.mark.parametrize("code", programs("", HEADS))
def test_several_heads(code):
    assert differences(code.replace("§", "\n"), atol=2e-6) == []


@pytest.mark.parametrize("code", programs(E, TRANSFORMERS), ids=lambda code: code.removeprefix(E))
def test_transformers(code):
    assert differences(code.replace("§", "\n"), rtol=1e-5, atol=3e-6) == []
