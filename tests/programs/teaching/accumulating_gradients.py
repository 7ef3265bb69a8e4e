"""Why the gradient doubles when nobody sets it back."""
import torch

w = torch.tensor([1.0, 2.0], requires_grad=True)
for step in range(3):
    loss = (w ** 2).sum()
    loss.backward()
    print(step, loss.item(), w.grad)

w.grad.zero_()
print("zeroed:", w.grad)
loss = (3 * w).sum()
loss.backward(retain_graph=True)
loss.backward()
print("two passes over one graph:", w.grad)

try:
    loss2 = (w * w).sum()
    loss2.backward()
    loss2.backward()
except RuntimeError as error:
    print(type(error).__name__, str(error)[:60])

w.grad = None
optimizer = torch.optim.SGD([w], lr=0.1)
for step in range(4):
    optimizer.zero_grad()
    loss = ((w - torch.tensor([0.5, -0.5])) ** 2).sum()
    loss.backward()
    optimizer.step()
    print(f"step {step}: loss {loss.item():.5f}  w {w.tolist()}  grad {w.grad}")
optimizer.zero_grad()
print(w.grad)
optimizer.zero_grad(set_to_none=False)
print(w.grad)

# The gradient of what is used twice is a sum.
x = torch.tensor(3.0, requires_grad=True)
first, second = x * 2, x ** 2
(first + second).backward()
print(x.grad, "= 2 + 2 * 3")
g = torch.autograd.grad((x * 2 + x ** 2), x)
print(g)
