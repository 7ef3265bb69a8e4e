"""Derivatives of derivatives."""
import torch
from torch.autograd import grad

x = torch.tensor(1.5, requires_grad=True)
f = x ** 4 - 2 * x ** 2 + x
for order in range(1, 6):
    (f,) = grad(f, x, create_graph=True)
    print(order, f, f.requires_grad)
    if not f.requires_grad:
        break

x = torch.linspace(0, 3, 4, requires_grad=True)
y = torch.sin(x)
names = ["sin", "cos", "-sin", "-cos", "sin"]
for name in names:
    print(f"{name:>5}", y)
    (y,) = grad(y.sum(), x, create_graph=True)

# A gradient penalty trains through a gradient.
torch.manual_seed(9)
w = torch.randn(3, requires_grad=True)
data = torch.tensor([[1.0, 0.0, 2.0], [0.5, -1.0, 0.0]], requires_grad=True)
out = torch.tanh(data @ w).sum()
(g,) = grad(out, data, create_graph=True)
print(g)
penalty = ((g.norm(dim=1) - 1) ** 2).mean()
print(penalty)
penalty.backward()
print(w.grad)

# Hessian times vector without the Hessian.
v = torch.tensor([1.0, 2.0, 3.0])
p = torch.tensor([0.1, 0.2, 0.3], requires_grad=True)
f = (p ** 3).sum() + p.prod()
(g,) = grad(f, p, create_graph=True)
print(g)
(hv,) = grad(g @ v, p)
print(hv)

t = torch.tensor(2.0, requires_grad=True)
u = t ** 3
first = grad(u, t, create_graph=True)[0]
second = grad(first, t, create_graph=True)[0]
third = grad(second, t)[0]
print(u.item(), first.item(), second.item(), third.item())
print(first.grad_fn.name(), second.grad_fn.name())
try:
    grad(third, t)
except RuntimeError as error:
    print(error)
