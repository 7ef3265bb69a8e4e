"""When a graph is built and when it is not."""
import torch

x = torch.tensor([1.0, 2.0], requires_grad=True)
print(torch.is_grad_enabled(), (x * 2).requires_grad)
with torch.no_grad():
    y = x * 2
    print(torch.is_grad_enabled(), y.requires_grad, y.grad_fn)
    with torch.enable_grad():
        print((x * 2).requires_grad)
with torch.set_grad_enabled(False):
    print((x + 1).requires_grad)
torch.set_grad_enabled(False)
print((x + 1).requires_grad)
torch.set_grad_enabled(True)

@torch.no_grad()
def predict(t):
    return t * 3

print(predict(x), predict(x).requires_grad, predict.__name__)
with torch.inference_mode():
    z = x * 2
    print(z, z.requires_grad, z.is_inference())
try:
    (x * z).sum().backward()
except RuntimeError as error:
    print(error)
try:
    z.add_(1)
except RuntimeError as error:
    print(error)

d = x.detach()
d[0] = 10
print(x, d.requires_grad, x.detach() is x)
y = (x ** 2).sum() + (x.detach() * x).sum()
y.backward()
print(x.grad, "= 2x + x without the detached part")

w = torch.tensor([1.0, 2.0], requires_grad=True)
loss = (w ** 2).sum()
loss.backward()
with torch.no_grad():
    w -= 0.1 * w.grad
print(w, w.is_leaf, w.requires_grad)
v = w - 0.1 * w.grad
print(v.is_leaf, v.grad_fn)
w.data.clamp_(0, 1)
print(w, w._version)
for t in (torch.ones(1), torch.ones(1, requires_grad=True), torch.ones(1, requires_grad=True) * 2, torch.ones(1) * 2):
    print(t, t.is_leaf, t.requires_grad, t.grad_fn is not None)
frozen = torch.ones(2)
free = torch.ones(2, requires_grad=True)
out = (frozen * free).sum()
out.backward()
print(frozen.grad, free.grad)
frozen.requires_grad_()
print(frozen, (frozen * 2).grad_fn)
try:
    out2 = free * 2
    out2.requires_grad = False
except RuntimeError as error:
    print(error)
clone = free.clone()
clone.sum().backward()
print(clone.grad_fn, free.grad, free.clone().detach().requires_grad_(True))
with torch.autograd.set_detect_anomaly(True):
    print(torch.is_anomaly_enabled())
with torch.autograd.no_grad():
    print(free.sum().requires_grad)
total = torch.zeros(())
for i in range(3):
    total = total + (free * i).sum().detach()
print(total, total.requires_grad)
