"""The first lecture: a scalar function, its graph, its gradient."""
import torch

x = torch.tensor(2.0, requires_grad=True)
y = torch.tensor(-3.0, requires_grad=True)
print(x, y, x.is_leaf, x.grad_fn, x.grad)

a = x * y
b = a + 4
c = b ** 2
loss = c / 2 + x.sin()
for name, t in (("a", a), ("b", b), ("c", c), ("loss", loss)):
    print(name, t, type(t.grad_fn).__name__, t.is_leaf, t.requires_grad)

print(loss.grad_fn.name(), [f.name() for f, _ in loss.grad_fn.next_functions])
loss.backward()
print("dloss/dx", x.grad, "dloss/dy", y.grad)
by_hand = (x * y + 4) * y + torch.cos(x)
print("by hand ", by_hand.item(), torch.isclose(by_hand, x.grad))

# Walk the graph as far as it goes.
def walk(node, depth=0):
    if node is None:
        return
    print("  " * depth + node.name())
    for following, _ in node.next_functions:
        walk(following, depth + 1)

z = (x * y + x).relu() * 3
walk(z.grad_fn)

# A vector needs a direction.
v = torch.arange(4.0, requires_grad=True)
w = v ** 3
w.backward(torch.tensor([1.0, 0.1, 0.01, 0.001]))
print(w)
print(v.grad)
v.grad = None
w = (v ** 3).mean()
w.backward()
print(w, v.grad)

with torch.no_grad():
    print((v * 2).requires_grad)
print(v.detach().requires_grad, (v * 2).requires_grad)
