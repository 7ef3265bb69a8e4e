"""From scores to probabilities to cross entropy, and what goes wrong without care."""
import torch
import torch.nn.functional as F

scores = torch.tensor([[2.0, 1.0, 0.1], [0.5, 2.5, -1.0]])
exps = scores.exp()
print(exps)
probabilities = exps / exps.sum(dim=1, keepdim=True)
print(probabilities, probabilities.sum(dim=1))
print(torch.softmax(scores, dim=1))
print(F.softmax(scores, dim=0))

big = torch.tensor([1000.0, 1000.0, 999.0])
print("naive:", big.exp() / big.exp().sum())
print("shifted:", (big - big.max()).exp() / (big - big.max()).exp().sum())
print("logsumexp:", torch.logsumexp(big, 0), big.exp().sum().log())

targets = torch.tensor([0, 1])
log_p = F.log_softmax(scores, dim=1)
print(log_p)
picked = log_p[torch.arange(2), targets]
print(picked, -picked.mean())
print(F.nll_loss(log_p, targets), F.cross_entropy(scores, targets))
print(F.cross_entropy(scores, targets, reduction="none"))
print(F.cross_entropy(scores, targets, label_smoothing=0.1))
print(F.cross_entropy(scores, torch.tensor([[0.7, 0.2, 0.1], [0.0, 1.0, 0.0]])))

# The gradient is "what was predicted minus what was true".
logits = scores.clone().requires_grad_(True)
loss = F.cross_entropy(logits, targets)
print(loss)
loss.backward()
print(logits.grad)
print((probabilities - F.one_hot(targets, 3)) / 2)

for temperature in (0.1, 1.0, 10.0):
    p = F.softmax(scores[0] / temperature, dim=-1)
    entropy = -(p * p.log()).sum()
    print(f"T={temperature:<5} {[round(v, 4) for v in p.tolist()]} entropy {entropy:.4f}")
print(scores.argmax(dim=1), scores.max(dim=1))
