"""A table of vectors, looked up by number."""
import torch
import torch.nn as nn
import torch.nn.functional as F

torch.manual_seed(20)
sentence = "the quick brown fox jumps over the lazy dog".split()
vocabulary = {word: i for i, word in enumerate(dict.fromkeys(sentence))}
ids = torch.tensor([vocabulary[w] for w in sentence])
print(vocabulary, ids)

table = nn.Embedding(len(vocabulary), 3)
print(table, table.weight)
vectors = table(ids)
print(vectors.shape, vectors[0], torch.equal(vectors[0], vectors[6]), vectors.grad_fn)
print(torch.allclose(F.one_hot(ids, len(vocabulary)).float() @ table.weight, vectors))

vectors.sum().backward()
print(table.weight.grad)
padded = nn.Embedding(4, 2, padding_idx=0)
print(padded, padded.weight)
padded(torch.tensor([[0, 1], [2, 0]])).sum().backward()
print(padded.weight.grad)
print(nn.Embedding.from_pretrained(torch.tensor([[1.0, 2.0], [3.0, 4.0]]))(torch.tensor([1, 0, 1])))
bag = nn.EmbeddingBag(5, 2, mode="mean")
nn.init.constant_(bag.weight, 0.0)
with torch.no_grad():
    bag.weight += torch.arange(5.0)[:, None]
print(bag, bag(torch.tensor([1, 2, 4, 4]), torch.tensor([0, 2])))
print(F.embedding(torch.tensor([[0, 2]]), torch.eye(3)), F.one_hot(torch.tensor([2, 0]), num_classes=3))

torch.manual_seed(0)
emb = nn.Embedding(6, 4)
head = nn.Linear(8, 6)
pairs = torch.tensor([[0, 1], [1, 2], [2, 3], [3, 4], [4, 5]])
after = torch.tensor([2, 3, 4, 5, 0])
optimizer = torch.optim.SGD([*emb.parameters(), *head.parameters()], lr=0.5)
for step in range(41):
    logits = head(emb(pairs).flatten(1))
    loss = F.cross_entropy(logits, after)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 10 == 0:
        print(step, f"{loss.item():.4f}", logits.argmax(1).tolist())
print(F.cosine_similarity(emb.weight[0], emb.weight[1], dim=0))
print(torch.cdist(emb.weight, emb.weight)[0].topk(3, largest=False))
