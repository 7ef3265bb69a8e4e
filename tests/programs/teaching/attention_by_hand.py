"""Queries, keys, values, a mask: attention in a few lines."""
import math
import torch
import torch.nn as nn
import torch.nn.functional as F

torch.manual_seed(1337)
B, T, C, head = 2, 4, 6, 3
x = torch.randn(B, T, C)

# An average over the past, three ways.
means = torch.zeros(B, T, C)
for b in range(B):
    for t in range(T):
        means[b, t] = x[b, :t + 1].mean(0)
tril = torch.tril(torch.ones(T, T))
weights = tril / tril.sum(1, keepdim=True)
print(weights)
print(torch.allclose(means, weights @ x, atol=1e-6))
masked = torch.zeros(T, T).masked_fill(tril == 0, float("-inf"))
print(masked)
print(torch.allclose(F.softmax(masked, dim=-1) @ x, means, atol=1e-6))

key, query, value = (nn.Linear(C, head, bias=False) for _ in range(3))
k, q, v = key(x), query(x), value(x)
wei = q @ k.transpose(-2, -1) / math.sqrt(head)
print(wei.shape, wei[0])
wei = F.softmax(wei.masked_fill(tril[:T, :T] == 0, float("-inf")), dim=-1)
print(wei[0])
out = wei @ v
print(out.shape, out[0], out.grad_fn)
print(torch.allclose(out, F.scaled_dot_product_attention(q, k, v, is_causal=True), atol=1e-6))
print(torch.allclose(F.scaled_dot_product_attention(q, k, v), F.softmax(q @ k.mT / math.sqrt(head), -1) @ v, atol=1e-6))

out.pow(2).sum().backward()
print(key.weight.grad.shape, value.weight.grad)
x.requires_grad_()
(seen,) = torch.autograd.grad((wei.detach() @ value(x))[:, 1].sum(), x)
print("the second place sees the first two:", seen.abs().sum(-1) > 0)

big = torch.tensor([0.1, -0.2, 0.3, -0.2, 0.5])
print(torch.softmax(big, -1), torch.softmax(big * 8, -1))
positions = torch.arange(5).unsqueeze(1)
rate = torch.exp(torch.arange(0, C, 2) * (-math.log(10000.0) / C))
pe = torch.zeros(5, C)
pe[:, 0::2] = torch.sin(positions * rate)
pe[:, 1::2] = torch.cos(positions * rate)
print(pe)
heads = x.detach().view(B, T, 2, 3).transpose(1, 2)
print(heads.shape, heads.is_contiguous(), heads.transpose(1, 2).contiguous().view(B, T, C).equal(x.detach()))
print(torch.einsum("bhqd,bhkd->bhqk", heads, heads).shape)
