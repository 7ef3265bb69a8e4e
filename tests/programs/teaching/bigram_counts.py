"""A bigram model of names: by counting, then by gradient descent."""
import torch
import torch.nn.functional as F

words = ["anna", "ada", "hanna", "nora", "dora", "hilda", "linda", "ida", "nina", "diana", "alan", "dan", "ian", "noah"]
letters = sorted(set("".join(words)))
stoi = {s: i + 1 for i, s in enumerate(letters)}
stoi["."] = 0
itos = {i: s for s, i in stoi.items()}
size = len(stoi)
print(size, stoi)

N = torch.zeros((size, size), dtype=torch.int32)
for w in words:
    chs = ["."] + list(w) + ["."]
    for a, b in zip(chs, chs[1:]):
        N[stoi[a], stoi[b]] += 1
print(N)
P = (N + 1).float()
P /= P.sum(1, keepdim=True)
print(P[0], P[0].sum())

g = torch.Generator().manual_seed(2147483647)
for _ in range(5):
    out, ix = [], 0
    while True:
        ix = torch.multinomial(P[ix], num_samples=1, replacement=True, generator=g).item()
        if ix == 0:
            break
        out.append(itos[ix])
    print("".join(out))

log_likelihood, n = 0.0, 0
for w in words:
    for a, b in zip("." + w, w + "."):
        log_likelihood += torch.log(P[stoi[a], stoi[b]])
        n += 1
print(log_likelihood, n, -log_likelihood / n)

xs = torch.tensor([stoi[c] for w in words for c in "." + w])
ys = torch.tensor([stoi[c] for w in words for c in w + "."])
print(xs.shape, xs[:6], ys[:6])
W = torch.randn((size, size), generator=g, requires_grad=True)
xenc = F.one_hot(xs, num_classes=size).float()
print(xenc.shape, xenc.dtype)
for k in range(60):
    logits = xenc @ W
    counts = logits.exp()
    probs = counts / counts.sum(1, keepdim=True)
    loss = -probs[torch.arange(len(xs)), ys].log().mean() + 0.01 * (W ** 2).mean()
    if k % 15 == 0:
        print(k, loss.item().__round__(4))
    W.grad = None
    loss.backward()
    W.data += -20 * W.grad
print(loss)
print(F.cross_entropy(W[xs], ys))
print(probs[0].detach())
print((N[0].float() / N[0].sum()))
