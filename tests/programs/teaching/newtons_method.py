"""Newton's method in one and two dimensions."""
import torch

x = torch.tensor(1.0, dtype=torch.float64, requires_grad=True)
print("the root of two")
for step in range(6):
    f = x ** 2 - 2
    (slope,) = torch.autograd.grad(f, x)
    with torch.no_grad():
        x -= f / slope
    print(step, f"{x.item():.15f}", f"{abs(x.item() - 2 ** 0.5):.2e}")
print(x)

print("a minimum in one dimension")
t = torch.tensor(0.5, requires_grad=True)
for step in range(5):
    g = torch.exp(t) - 2 * t
    (first,) = torch.autograd.grad(g, t, create_graph=True)
    (second,) = torch.autograd.grad(first, t)
    print(f"{step} t={t.item():.6f} g={g.item():.6f} g'={first.item():+.6f} g''={second.item():.6f}")
    with torch.no_grad():
        t -= (first / second)

print("Rosenbrock's valley, against plain descent")
def f(p):
    return (1 - p[0]) ** 2 + 100 * (p[1] - p[0] ** 2) ** 2

p = torch.tensor([-1.2, 1.0], dtype=torch.float64, requires_grad=True)
for step in range(7):
    value = f(p)
    (g,) = torch.autograd.grad(value, p, create_graph=True)
    H = torch.stack([torch.autograd.grad(gi, p, retain_graph=True)[0] for gi in g])
    print(step, [round(v, 6) for v in p.tolist()], f"{value.item():.3e}")
    if step == 0:
        print(g)
        print(H)
    with torch.no_grad():
        p -= torch.linalg.solve(H, g)
print(p)

q = torch.tensor([-1.2, 1.0], dtype=torch.float64, requires_grad=True)
for step in range(200):
    (g,) = torch.autograd.grad(f(q), q)
    with torch.no_grad():
        q -= 1e-3 * g
print("descent after 200 steps:", q, f(q).item())
