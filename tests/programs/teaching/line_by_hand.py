"""Fit y = 2x + 1 with nothing but tensors."""
import torch

torch.manual_seed(1)
x = torch.linspace(-1, 1, 21)
y = 2 * x + 1 + 0.1 * torch.randn(21)
print(x)
print(y.shape, y.dtype, y.mean(), y.std())

w = torch.zeros(1, requires_grad=True)
b = torch.zeros(1, requires_grad=True)
print(w, b)
rate = 0.3
history = []
for epoch in range(60):
    predicted = w * x + b
    loss = ((predicted - y) ** 2).mean()
    loss.backward()
    with torch.no_grad():
        w -= rate * w.grad
        b -= rate * b.grad
    if epoch % 10 == 0:
        print(f"epoch {epoch:2d}  loss {loss.item():.4f}  w {w.item():.4f}  b {b.item():.4f}  "
              f"dw {w.grad.item():+.4f}  db {b.grad.item():+.4f}")
    w.grad.zero_()
    b.grad.zero_()
    history.append(loss.item())

print(w, b)
print(loss)
print(predicted[:3])
print("never rose:", all(later <= earlier + 1e-6 for earlier, later in zip(history, history[1:])))

# The same by the formula.
mx, my = x.mean(), y.mean()
slope = ((x - mx) * (y - my)).sum() / ((x - mx) ** 2).sum()
print("slope", slope, "intercept", my - slope * mx)
residual = y - predicted.detach()
print("r squared", 1 - residual.pow(2).sum() / (y - my).pow(2).sum())
