"""Skip-gram with negative sampling on twelve words."""
import torch
from torch import nn

torch.manual_seed(21)
corpus = """king rules land queen rules land king queen royal throne
dog chases cat cat fears dog dog cat animal pet""".split()
words = sorted(set(corpus))
to_id = {w: i for i, w in enumerate(words)}
print(len(words), words)
pairs = []
for i, centre in enumerate(corpus):
    for j in range(max(0, i - 2), min(len(corpus), i + 3)):
        if j != i:
            pairs.append((to_id[centre], to_id[corpus[j]]))
pairs = torch.tensor(pairs)
print(pairs.shape, pairs[:4])
counts = torch.bincount(torch.tensor([to_id[w] for w in corpus]), minlength=len(words)).float()
noise = counts ** 0.75
noise /= noise.sum()
print(counts, noise.sum())

class SkipGram(nn.Module):
    def __init__(self, size, dim):
        super().__init__()
        self.centre = nn.Embedding(size, dim)
        self.context = nn.Embedding(size, dim)
        nn.init.uniform_(self.centre.weight, -0.5 / dim, 0.5 / dim)
        nn.init.zeros_(self.context.weight)

    def forward(self, c, o, negatives):
        v = self.centre(c)
        good = (v * self.context(o)).sum(-1)
        bad = torch.bmm(self.context(negatives), v.unsqueeze(2)).squeeze(2)
        return -(nn.functional.logsigmoid(good) + nn.functional.logsigmoid(-bad).sum(1)).mean()

model = SkipGram(len(words), 6)
print(model)
optimizer = torch.optim.Adam(model.parameters(), lr=0.03)
for epoch in range(60):
    negatives = torch.multinomial(noise, len(pairs) * 3, replacement=True).view(-1, 3)
    loss = model(pairs[:, 0], pairs[:, 1], negatives)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if epoch % 15 == 0:
        print(f"epoch {epoch} loss {loss.item():.3f}", negatives[0])
print(loss.grad_fn)
vectors = model.centre.weight.detach()
vectors = vectors / vectors.norm(dim=1, keepdim=True)
similar = vectors @ vectors.T
print(similar.shape, similar.diagonal())
for word in ("king", "dog"):
    scores, best = similar[to_id[word]].topk(4)
    print(word, [words[i] for i in best[1:]], [f"{s:.2f}" for s in scores[1:]])
