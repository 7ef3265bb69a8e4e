"""Three letters predict the fourth: embedding table, hidden layer, mini-batches."""
import torch
import torch.nn.functional as F

words = "emma olivia ava mia anna ella lena lea ida nora lina maja emil leo ben paul noah finn luis elias".split()
chars = sorted(set("".join(words)))
stoi = {s: i + 1 for i, s in enumerate(chars)}
stoi["."] = 0
itos = {i: s for s, i in stoi.items()}
block = 3

X, Y = [], []
for w in words:
    context = [0] * block
    for ch in w + ".":
        X.append(context)
        Y.append(stoi[ch])
        context = context[1:] + [stoi[ch]]
X, Y = torch.tensor(X), torch.tensor(Y)
print(X.shape, X.dtype, Y.shape)
print(X[:5], Y[:5])

g = torch.Generator().manual_seed(2147483647)
C = torch.randn((len(stoi), 2), generator=g)
W1 = torch.randn((6, 32), generator=g) * (5 / 3) / 6 ** 0.5
b1 = torch.randn(32, generator=g) * 0.01
W2 = torch.randn((32, len(stoi)), generator=g) * 0.01
b2 = torch.zeros(len(stoi))
parameters = [C, W1, b1, W2, b2]
print(sum(p.nelement() for p in parameters))
for p in parameters:
    p.requires_grad = True

emb = C[X]
print(emb.shape, emb.view(emb.shape[0], 6).shape, emb.grad_fn)
print(torch.equal(torch.cat(torch.unbind(emb, 1), 1), emb.view(-1, 6)))
losses = []
for i in range(200):
    ix = torch.randint(0, X.shape[0], (32,), generator=g)
    h = torch.tanh(C[X[ix]].view(-1, 6) @ W1 + b1)
    logits = h @ W2 + b2
    loss = F.cross_entropy(logits, Y[ix])
    for p in parameters:
        p.grad = None
    loss.backward()
    lr = 0.2 if i < 150 else 0.05
    for p in parameters:
        p.data += -lr * p.grad
    losses.append(loss.log10().item())
    if i % 50 == 0:
        print(f"{i:4d}: {loss.item():.4f}")
print(torch.tensor(losses).view(-1, 50).mean(1))
print(f"saturated: {(h.abs() > 0.97).float().mean():.4f}", h.shape)
with torch.no_grad():
    whole = F.cross_entropy(torch.tanh(C[X].view(-1, 6) @ W1 + b1) @ W2 + b2, Y)
    print("all of it:", whole)
    probs = F.softmax(torch.tanh(C[X[:1]].view(1, -1) @ W1 + b1) @ W2 + b2, dim=1)
    print("first letters:", [itos[i] for i in probs.topk(4).indices[0].tolist()], probs.topk(4).values)
print(C[:4])
