"""Regression on several features: normal equations, gradient descent, and what scaling does."""
import torch

torch.manual_seed(3)
n = 64
area = torch.rand(n) * 150 + 50
rooms = torch.randint(1, 7, (n,)).float()
age = torch.rand(n) * 40
price = 3.0 * area + 12.0 * rooms - 1.5 * age + 40 + torch.randn(n)
X = torch.stack([area, rooms, age], dim=1)
print(X.shape, X[:3])
print("mean", X.mean(dim=0), "std", X.std(dim=0))
print(price[:5])

A = torch.cat([X, torch.ones(n, 1)], dim=1).double()
theta = torch.linalg.solve(A.T @ A, A.T @ price.double())
print("normal equations:", theta)
print("condition number:", round(torch.linalg.cond(A).item(), 1))

scaled = (X - X.mean(0)) / X.std(0)
print(scaled.mean(dim=0).abs() < 1e-5, scaled.std(dim=0).round(decimals=4))
target = (price - price.mean()) / price.std()
w = torch.zeros(3, requires_grad=True)
b = torch.zeros((), requires_grad=True)
for step in range(101):
    loss = torch.mean((scaled @ w + b - target) ** 2)
    gw, gb = torch.autograd.grad(loss, (w, b))
    with torch.no_grad():
        w.sub_(0.1 * gw)
        b.sub_(0.1 * gb)
    if step % 20 == 0:
        print(f"{step:3d} {loss.item():.6f} |g| = {gw.norm().item():.5f}")
print(w)
print("back in euros:", w.detach() * price.std() / X.std(0))
correlation = (scaled * target.unsqueeze(1)).mean(0) * n / (n - 1)
print("correlation", correlation)
best = torch.argmax(w.abs()).item()
print("the feature that counts most:", ["area", "rooms", "age"][best])
