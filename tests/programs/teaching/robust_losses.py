"""One wild point, four losses."""
import torch
import torch.nn as nn
import torch.nn.functional as F

x = torch.arange(8, dtype=torch.float32)
y = 0.5 * x + 1
y[6] = 20.0
print(y)

losses = {"mse": nn.MSELoss(), "l1": nn.L1Loss(), "huber": nn.HuberLoss(delta=1.0), "smooth l1": nn.SmoothL1Loss()}
for name, loss_fn in losses.items():
    w = torch.tensor(0.0, requires_grad=True)
    b = torch.tensor(0.0, requires_grad=True)
    optimizer = torch.optim.Adam([w, b], lr=0.05)
    for _ in range(300):
        optimizer.zero_grad()
        loss = loss_fn(w * x + b, y)
        loss.backward()
        optimizer.step()
    print(f"{name:10s} {str(loss_fn):40s} loss {loss.item():8.4f}  w {w.item():.3f}  b {b.item():.3f}")
    print("   ", loss.grad_fn)

errors = torch.tensor([-3.0, -1.0, -0.5, 0.0, 0.5, 1.0, 3.0], requires_grad=True)
zero = torch.zeros_like(errors)
for name in ("mse_loss", "l1_loss", "huber_loss", "smooth_l1_loss"):
    value = getattr(F, name)(errors, zero, reduction="none")
    (slope,) = torch.autograd.grad(value.sum(), errors)
    print(name)
    print("  value", value)
    print("  slope", slope)

for reduction in ("none", "mean", "sum"):
    print(reduction, F.mse_loss(x[:3], y[:3], reduction=reduction))
print(F.mse_loss(errors, zero).item(), errors.pow(2).mean().item())
