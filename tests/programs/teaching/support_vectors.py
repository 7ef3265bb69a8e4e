"""A linear classifier with hinge loss, a perceptron, and one against the rest."""
import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(42)
a = torch.randn(25, 2) + torch.tensor([2.0, 1.0])
b = torch.randn(25, 2) - torch.tensor([1.0, 2.0])
X, y = torch.cat([a, b]), torch.cat([torch.ones(25), -torch.ones(25)])
X = (X - X.mean(0)) / X.std(0)
print(X[:2], y.unique(), X.mean(0).abs() < 1e-6)

w, bias, mistakes = torch.zeros(2), 0.0, []
for epoch in range(4):
    wrong = 0
    for xi, yi in zip(X, y):
        if yi * (w @ xi + bias) <= 0:
            w, bias, wrong = w + yi * xi, bias + yi.item(), wrong + 1
    mistakes.append(wrong)
print("perceptron", mistakes, w, bias)

model = nn.Linear(2, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for epoch in range(41):
    score = model(X).squeeze(1)
    hinge = torch.clamp(1 - y * score, min=0).mean()
    loss = hinge + 0.01 * model.weight.pow(2).sum()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if epoch % 10 == 0:
        inside = (y * score < 1).sum().item()
        print(f"epoch {epoch:2d} loss {loss.item():.4f} inside the margin {inside} wrong {(y * score < 0).sum().item()}")
print(loss, hinge.grad_fn)
print("margin", 1 / model.weight.norm(), model.weight, model.bias)
support = torch.nonzero(y * score <= 1).squeeze(1)
print(support.shape, support[:5])

scores = torch.tensor([[2.0, 1.5, -1.0], [0.1, 0.2, 0.3]], requires_grad=True)
truth = torch.tensor([0, 1])
margins = (scores - scores.gather(1, truth[:, None]) + 1).clamp(min=0)
margins = margins.masked_fill(F.one_hot(truth, 3).bool(), 0)
print(margins, margins.sum(1).mean(), F.multi_margin_loss(scores, truth) * 3)
F.multi_margin_loss(scores, truth).backward()
print(scores.grad)
print(F.hinge_embedding_loss(torch.tensor([0.5, 2.0]), torch.tensor([1.0, -1.0])), nn.MarginRankingLoss(0.5)(torch.ones(2), torch.zeros(2), torch.ones(2)))
print(F.soft_margin_loss(torch.tensor([0.5, -0.5]), torch.tensor([1.0, 1.0])), F.triplet_margin_loss(torch.zeros(1, 2), torch.ones(1, 2), 2 * torch.ones(1, 2)))

centre = X.mean(0)
gamma = 0.5
K = torch.exp(-gamma * torch.cdist(X, X) ** 2)
print(K.shape, K[0, :3], torch.allclose(K, K.T))
alpha = torch.zeros(50)
for _ in range(2):
    for i in range(50):
        if y[i] * (K[i] @ (alpha * y)) <= 0:
            alpha[i] += 1
print("kernel perceptron", alpha.sum(), ((K @ (alpha * y)).sign() == y).float().mean())
