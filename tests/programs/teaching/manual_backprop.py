"""Backpropagation by hand through a batch-normalised network, each step compared with autograd."""
import torch
import torch.nn.functional as F

def cmp(name, dt, t):
    exact = torch.all(dt == t.grad).item()
    close = torch.allclose(dt, t.grad, atol=1e-6)
    print(f"{name:12s} | shape {str(tuple(dt.shape)):9s} | close: {close} | small: {(dt - t.grad).abs().max().item() < 1e-6}")

g = torch.Generator().manual_seed(1)
n, d, hidden, vocab = 8, 6, 10, 5
x = torch.randn(n, d, generator=g)
Yb = torch.randint(0, vocab, (n,), generator=g)
W1 = torch.randn(d, hidden, generator=g) * 0.5
b1 = torch.randn(hidden, generator=g) * 0.1
W2 = torch.randn(hidden, vocab, generator=g) * 0.1
b2 = torch.randn(vocab, generator=g) * 0.1
gain = torch.randn(1, hidden, generator=g) * 0.1 + 1.0
shift = torch.randn(1, hidden, generator=g) * 0.1
parameters = [W1, b1, W2, b2, gain, shift]
for p in parameters:
    p.requires_grad = True

hprebn = x @ W1 + b1
mean = 1 / n * hprebn.sum(0, keepdim=True)
diff = hprebn - mean
diff2 = diff ** 2
var = 1 / (n - 1) * diff2.sum(0, keepdim=True)
var_inv = (var + 1e-5) ** -0.5
raw = diff * var_inv
hpreact = gain * raw + shift
h = torch.tanh(hpreact)
logits = h @ W2 + b2
maxes = logits.max(1, keepdim=True).values
norm = logits - maxes
counts = norm.exp()
total = counts.sum(1, keepdims=True)
total_inv = total ** -1
probs = counts * total_inv
logprobs = probs.log()
loss = -logprobs[range(n), Yb].mean()
for t in [logprobs, probs, total_inv, total, counts, norm, maxes, logits, h, hpreact, raw, var_inv, var, diff2, diff, mean, hprebn]:
    t.retain_grad()
loss.backward()
print(loss, torch.isclose(loss, F.cross_entropy(logits, Yb)))

dlogprobs = torch.zeros_like(logprobs)
dlogprobs[range(n), Yb] = -1.0 / n
dprobs = (1.0 / probs) * dlogprobs
dtotal_inv = (counts * dprobs).sum(1, keepdim=True)
dtotal = (-total ** -2) * dtotal_inv
dcounts = total_inv * dprobs + torch.ones_like(counts) * dtotal
dnorm = counts * dcounts
dmaxes = (-dnorm).sum(1, keepdim=True)
dlogits = dnorm.clone() + F.one_hot(logits.max(1).indices, num_classes=vocab) * dmaxes
dh = dlogits @ W2.T
dW2, db2 = h.T @ dlogits, dlogits.sum(0)
dhpreact = (1.0 - h ** 2) * dh
dgain, dshift = (raw * dhpreact).sum(0, keepdim=True), dhpreact.sum(0, keepdim=True)
draw = gain * dhpreact
dvar_inv = (diff * draw).sum(0, keepdim=True)
dvar = (-0.5 * (var + 1e-5) ** -1.5) * dvar_inv
ddiff2 = (1.0 / (n - 1)) * torch.ones_like(diff2) * dvar
ddiff = var_inv * draw + 2 * diff * ddiff2
dmean = (-ddiff).sum(0, keepdim=True)
dhprebn = ddiff.clone() + 1.0 / n * torch.ones_like(hprebn) * dmean
for name in "logprobs probs total_inv total counts norm maxes logits h W2 b2 hpreact gain shift raw var_inv var diff2 diff mean hprebn".split():
    cmp(name, globals()["d" + name].detach(), globals()[name])
cmp("W1", x.T @ dhprebn.detach(), W1)
cmp("b1", dhprebn.detach().sum(0), b1)
fast = F.softmax(logits, 1)
fast[range(n), Yb] -= 1
fast /= n
cmp("logits fast", fast.detach(), logits)
print(dlogits[0], dlogits[0].sum().abs() < 1e-7)
print(W2.grad[0], loss.grad_fn)
