"""nn.MultiheadAttention, opened up."""
import torch
from torch import nn
import torch.nn.functional as F

torch.manual_seed(22)
attention = nn.MultiheadAttention(embed_dim=8, num_heads=2, batch_first=True)
print(attention)
for name, p in attention.named_parameters():
    print(name, tuple(p.shape))
x = torch.randn(2, 3, 8)
out, weights = attention(x, x, x)
print(out.shape, weights.shape)
print(out[0])
print(weights, weights.sum(-1))

q, k, v = F.linear(x, attention.in_proj_weight, attention.in_proj_bias).chunk(3, dim=-1)
split = lambda t: t.view(2, 3, 2, 4).transpose(1, 2)
scores = split(q) @ split(k).transpose(-1, -2) / 4 ** 0.5
p = scores.softmax(-1)
merged = (p @ split(v)).transpose(1, 2).reshape(2, 3, 8)
mine = attention.out_proj(merged)
print(torch.allclose(mine, out, atol=1e-6), torch.allclose(p.mean(1), weights, atol=1e-6))

causal = nn.Transformer.generate_square_subsequent_mask(3)
print(causal)
out, weights = attention(x, x, x, attn_mask=causal)
print(weights[0])
padding = torch.tensor([[False, False, True], [False, False, False]])
out, weights = attention(x, x, x, key_padding_mask=padding)
print(weights[0])
out, none = attention(x, x, x, need_weights=False)
print(none, out.shape)
out, each = attention(x, x, x, average_attn_weights=False)
print(each.shape)
memory = torch.randn(2, 5, 8)
out, weights = attention(x, memory, memory)
print(out.shape, weights.shape)
out.sum().backward()
print(attention.out_proj.bias.grad, attention.in_proj_weight.grad.shape)
try:
    nn.MultiheadAttention(8, 3)
except AssertionError as error:
    print(error)
