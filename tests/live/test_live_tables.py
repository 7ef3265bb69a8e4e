# ruff: noqa: E501 - one line is one program
"""Embeddings, bags of them, and starting values beside real torch."""

import pytest

from tests.live.beside import differences

GIVEN = "i = torch.tensor([[1, 2], [0, 1]]); j = torch.tensor([1, 2, 4, 4, 2]); o = torch.tensor([0, 3]); "
EMBEDDINGS = """
m = nn.Embedding(5, 3); out = m(i), repr(m), list(m.parameters())
m = nn.Embedding(5, 3, padding_idx=1); out = m(i), repr(m), m.weight
m = nn.Embedding(5, 3, padding_idx=-1); out = m(j), repr(m), m.padding_idx
m = nn.Embedding(5, 3, max_norm=1.0); out = m(i), repr(m)
m = nn.Embedding(5, 3, max_norm=1.0, norm_type=1.0); out = m(i), repr(m), m.weight
m = nn.Embedding(5, 3, scale_grad_by_freq=True); out = m(i), repr(m)
m = nn.Embedding(5, 3, dtype=torch.float64); out = m(j)
out = repr(nn.Embedding(5, 3, 0, 1.0, 1.0, True, True))
m = nn.Embedding.from_pretrained(data(5, 3)); out = m(i), repr(m), m.weight.requires_grad
m = nn.Embedding.from_pretrained(data(5, 3), freeze=False, padding_idx=2); out = m(i), m.weight
m = nn.Embedding.from_pretrained(data(5))
m = nn.Embedding(5, 3, padding_idx=5)
m = nn.Embedding(5, 3, padding_idx=-6)
m = nn.Embedding(5, 3, _weight=data(3, 5))
m = nn.Embedding(5, 3); m(torch.tensor([5]))
m = nn.Embedding(5, 3); m(torch.tensor([1.0]))
w = leaf(5, 3); out = F.embedding(i, w), F.embedding(i, w, padding_idx=-4), F.embedding(torch.tensor(3), w)
w = leaf(5, 3); F.embedding(i, w, padding_idx=7)
m = nn.EmbeddingBag(5, 3); out = m(i), m(j, o), repr(m)
m = nn.EmbeddingBag(5, 3, mode="sum"); out = m(i), m(j, o), repr(m)
m = nn.EmbeddingBag(5, 3, mode="max"); out = m(i), m(j, o), repr(m)
m = nn.EmbeddingBag(5, 3, mode="sum"); w = leaf(5); out = m(j, o, per_sample_weights=w)
m = nn.EmbeddingBag(5, 3, mode="sum", padding_idx=2); w = leaf(2, 2); out = m(i, per_sample_weights=w), repr(m)
m = nn.EmbeddingBag(5, 3, padding_idx=2); out = m(i), m(j, torch.tensor([0, 1, 1, 2]))
m = nn.EmbeddingBag(5, 3, mode="max"); out = m(j, torch.tensor([0, 1, 1, 2]))
m = nn.EmbeddingBag(5, 3, include_last_offset=True); out = m(j, torch.tensor([0, 3, 5]))
m = nn.EmbeddingBag(5, 3, mode="sum", scale_grad_by_freq=True); out = m(j, o)
m = nn.EmbeddingBag(5, 3, max_norm=1.0, mode="sum"); out = m(i), m.weight
out = repr(nn.EmbeddingBag(5, 3, 1.0, 1.0, True, "max", padding_idx=1, include_last_offset=True))
m = nn.EmbeddingBag.from_pretrained(data(5, 3), mode="sum"); out = m(i), m.weight.requires_grad
m = nn.EmbeddingBag(5, 3); m(i, o)
m = nn.EmbeddingBag(5, 3); m(j)
m = nn.EmbeddingBag(5, 3); m(j, i)
m = nn.EmbeddingBag(5, 3); m(torch.zeros(1, 1, 1).long())
m = nn.EmbeddingBag(5, 3, mode="min"); m(i)
m = nn.EmbeddingBag(5, 3, mode="max", scale_grad_by_freq=True); m(i)
m = nn.EmbeddingBag(5, 3); m(i, per_sample_weights=torch.ones(2, 2))
m = nn.EmbeddingBag(5, 3, mode="sum"); m(i, per_sample_weights=torch.ones(2))
"""
STARTING = """
out = init.uniform_(w), init.uniform_(w, -2, 3), init.normal_(w), init.normal_(w, 2, 0.1), init.constant_(w, 0.3)
out = init.ones_(w), init.zeros_(w), init.eye_(w), init.eye_(torch.empty(3, 3))
out = init.xavier_uniform_(w), init.xavier_uniform_(w, gain=2.0), init.xavier_normal_(w), torch.rand(2)
out = init.kaiming_uniform_(w), init.kaiming_uniform_(w, nonlinearity="relu"), init.kaiming_normal_(w, mode="fan_out", nonlinearity="relu"), torch.rand(2)
out = init.kaiming_normal_(w, a=0.2), init.kaiming_uniform_(c, a=5**0.5), init.xavier_normal_(c)
out = init.trunc_normal_(w), init.trunc_normal_(w, 1.0, 2.0, 0.0, 1.5), torch.rand(2)
out = init.trunc_normal_(w, 0.0, 0.02), init.trunc_normal_(torch.empty(40, 5)), torch.rand(2)
out = init.trunc_normal_(w, 0.0, 1.0, 5.0, 9.0), torch.rand(2)
out = init.orthogonal_(w), init.orthogonal_(torch.empty(5, 3)), init.orthogonal_(c, gain=2.0), torch.rand(2)
out = init.orthogonal_(torch.empty(4, 4, dtype=torch.float64)), init.orthogonal_(torch.empty(0, 3))
out = init.sparse_(w, 0.5), init.sparse_(torch.empty(6, 2), 0.3, 2.0), torch.rand(2)
out = init.dirac_(c), init.dirac_(torch.empty(4, 2, 3), 2), init.dirac_(torch.empty(2, 2, 2, 2, 2))
out = [init.calculate_gain(n) for n in ("linear", "conv2d", "sigmoid", "tanh", "relu", "leaky_relu", "selu")], init.calculate_gain("leaky_relu", 0.2)
out = init.uniform(w), init.normal(w), init.constant(w, 2), init.xavier_uniform(w), init.kaiming_normal(w), init.orthogonal(w)
out = init.eye(w), init.dirac(c), init.xavier_normal(w), init.kaiming_uniform(w), init.sparse(w, 0.5)
g = torch.Generator().manual_seed(5); out = init.uniform_(w, generator=g), init.normal_(w, generator=g), init.xavier_uniform_(w, generator=g), init.orthogonal_(w, generator=g), init.trunc_normal_(w, generator=g), torch.rand(2)
out = init._calculate_fan_in_and_fan_out(c), init.kaiming_uniform_(torch.empty(0, 2))
p = nn.Parameter(torch.empty(3, 2)); out = init.xavier_uniform_(p) is p, p.requires_grad, p
init.eye_(c)
init.dirac_(w)
init.dirac_(c, 2)
init.orthogonal_(torch.empty(3))
init.sparse_(c, 0.5)
init.xavier_uniform_(torch.empty(3))
init.kaiming_uniform_(w, mode="fan")
init.calculate_gain("gelu")
init.calculate_gain("leaky_relu", "a")
m = nn.Linear(3, 2); m.apply(lambda layer: init.normal_(layer.weight, std=0.02)); out = m.weight, m.bias
"""


@pytest.mark.parametrize("code", EMBEDDINGS.strip().splitlines())
def test_embeddings(code):
    assert differences(GIVEN + code) == []


@pytest.mark.parametrize("code", STARTING.strip().splitlines())
def test_starting_values(code):
    assert differences("init = nn.init; w = torch.empty(3, 5); c = torch.empty(3, 2, 3, 3)\n" + code) == []
