"""Three spirals, a small network, a confusion matrix."""
import math
import torch
from torch import nn, optim

torch.manual_seed(6)
N, K = 40, 3
X = torch.zeros(N * K, 2)
y = torch.zeros(N * K, dtype=torch.long)
for k in range(K):
    r = torch.linspace(0.05, 1, N)
    angle = torch.linspace(k * 2 * math.pi / K, k * 2 * math.pi / K + 3, N) + torch.randn(N) * 0.1
    X[k * N:(k + 1) * N] = torch.stack([r * torch.sin(angle), r * torch.cos(angle)], 1)
    y[k * N:(k + 1) * N] = k
print(X.size(), y.size(), y.bincount())
print(X[::30])

model = nn.Sequential(nn.Linear(2, 32), nn.ReLU(), nn.Linear(32, K))
print(model)
print(sum(p.numel() for p in model.parameters()), "parameters")
criterion = nn.CrossEntropyLoss()
optimizer = optim.Adam(model.parameters(), lr=0.02, weight_decay=1e-5)
for e in range(121):
    scores = model(X)
    loss = criterion(scores, y)
    score, predicted = torch.max(scores, 1)
    accuracy = (y == predicted).sum().float() / len(y)
    if e % 30 == 0:
        print(f"[EPOCH]: {e}, [LOSS]: {loss.item():.3f}, [ACCURACY]: {accuracy:.3f}")
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()

confusion = torch.zeros(K, K, dtype=torch.int32)
for truth, guess in zip(y, predicted):
    confusion[truth.item(), guess.item()] += 1
print(confusion)
print("recall", confusion.diagonal() / confusion.sum(1))
hidden = model[1](model[0](X))
print(hidden.shape, (hidden > 0).float().mean(), "of the hidden units are awake")
print(scores[:2].softmax(dim=1).sum(dim=1).round(decimals=5))
