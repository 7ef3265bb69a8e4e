"""Jacobians and Hessians by rows, and with the functional interface."""
import torch
from torch.autograd.functional import hessian, hvp, jacobian, jvp, vjp

def polar(p):
    r, phi = p[0], p[1]
    return torch.stack([r * torch.cos(phi), r * torch.sin(phi)])

p = torch.tensor([2.0, 0.5], requires_grad=True)
q = polar(p)
print(q)
rows = []
for i in range(2):
    one = torch.zeros(2)
    one[i] = 1.0
    (row,) = torch.autograd.grad(q, p, grad_outputs=one, retain_graph=True)
    rows.append(row)
J = torch.stack(rows)
print(J)
print("determinant", torch.det(J), "should be r =", p[0].item())
print(jacobian(polar, p.detach()))

def rosenbrock(v):
    return (1 - v[0]) ** 2 + 100 * (v[1] - v[0] ** 2) ** 2

at = torch.tensor([1.0, 1.0])
H = hessian(rosenbrock, at)
print(H)
eigenvalues, eigenvectors = torch.linalg.eigh(H)
print(eigenvalues.round(decimals=2), "positive:", bool((eigenvalues > 0).all()))
print("condition", (eigenvalues[1] / eigenvalues[0]).item().__round__(1))

value, product = vjp(polar, p.detach(), torch.tensor([1.0, 0.0]))
print(value, product)
value, product = jvp(polar, p.detach(), torch.tensor([0.0, 1.0]))
print(value, product)
print(hvp(rosenbrock, at, torch.tensor([1.0, 0.0])))

def two(a, b):
    return (a * b).sum(), a - b

for row in jacobian(two, (torch.ones(2), torch.full((2,), 3.0))):
    print(row)
W = torch.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
print(jacobian(lambda v: W @ v, torch.zeros(2)).equal(W))
print(jacobian(lambda v: torch.softmax(v, 0), torch.tensor([0.0, 1.0, 2.0])))
