"""Overfitting a few points, and three kinds of penalty."""
import torch
from torch import nn

torch.manual_seed(28)
x = torch.linspace(-1, 1, 12)
clean = torch.sin(3 * x)
y = clean + 0.2 * torch.randn(12)
basis = torch.stack([x ** k for k in range(8)], 1)
print(basis.shape, y)

def fit(l1=0.0, l2=0.0, decay=0.0):
    torch.manual_seed(0)
    model = nn.Linear(8, 1, bias=False)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.2, weight_decay=decay)
    for step in range(300):
        error = nn.functional.mse_loss(model(basis).squeeze(1), y)
        norm1 = sum(p.abs().sum() for p in model.parameters())
        norm2 = sum(p.pow(2).sum() for p in model.parameters())
        loss = error + l1 * norm1 + l2 * norm2
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        true_error = nn.functional.mse_loss(model(basis).squeeze(1), clean)
    w = model.weight.detach().squeeze()
    print(f"l1 {l1:<5} l2 {l2:<5} decay {decay:<5} train {error.item():.4f} true {true_error.item():.4f} "
          f"|w| {w.norm().item():.3f} near zero {(w.abs() < 0.02).sum().item()}")
    return w

free = fit()
ridge = fit(l2=0.05)
same = fit(decay=0.1)
lasso = fit(l1=0.05)
print("penalty 0.05 w² is decay 0.1:", torch.allclose(ridge, same, atol=1e-5))
print(free)
print(lasso)

# By formula.
for strength in (0.01, 0.1, 1.0):
    A = basis.T @ basis + strength * torch.eye(8)
    w = torch.linalg.solve(A.double(), (basis.T @ y).double())
    print(strength, w.round(decimals=3))

p = torch.nn.Parameter(torch.tensor([1.0, -1.0]))
for name, optimizer in {"SGD": torch.optim.SGD([p], lr=0.1, weight_decay=0.5), "AdamW": torch.optim.AdamW([p], lr=0.1, weight_decay=0.5),
                        "Adam": torch.optim.Adam([p], lr=0.1, weight_decay=0.5)}.items():
    with torch.no_grad():
        p.copy_(torch.tensor([1.0, -1.0]))
    p.grad = torch.zeros(2)
    optimizer.step()
    print(name, p)
decay, no_decay = [], []
net = nn.Sequential(nn.Linear(2, 2), nn.LayerNorm(2), nn.Linear(2, 1))
for name, q in net.named_parameters():
    (no_decay if q.ndim < 2 else decay).append(q)
print(len(decay), len(no_decay), torch.optim.AdamW([{"params": decay, "weight_decay": 0.1}, {"params": no_decay, "weight_decay": 0.0}], lr=1e-3))
