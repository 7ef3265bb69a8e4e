"""A big batch in small pieces gives the same gradient."""
import torch
from torch import nn

torch.manual_seed(35)
X, Y = torch.randn(12, 3), torch.randn(12, 1)
model = nn.Sequential(nn.Linear(3, 5), nn.Tanh(), nn.Linear(5, 1))
loss_fn = nn.MSELoss()

loss_fn(model(X), Y).backward()
whole = [p.grad.clone() for p in model.parameters()]
print(whole[0])
model.zero_grad()
print([p.grad for p in model.parameters()])

steps = 4
for i, (x, y) in enumerate(zip(X.chunk(steps), Y.chunk(steps))):
    loss = loss_fn(model(x), y) / steps
    loss.backward()
    print(i, x.shape, f"{loss.item():.4f}", model[2].bias.grad)
for (name, p), g in zip(model.named_parameters(), whole):
    print(name, torch.allclose(p.grad, g, atol=1e-6))

optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
optimizer.zero_grad()
for epoch in range(3):
    for i in range(0, 12, 2):
        loss = loss_fn(model(X[i:i + 2]), Y[i:i + 2]) / 3
        loss.backward()
        if (i // 2 + 1) % 3 == 0:
            optimizer.step()
            optimizer.zero_grad()
    print(f"epoch {epoch}: {loss_fn(model(X), Y).item():.5f}")

# Two losses, one pass or two.
a = torch.tensor([1.0, 2.0], requires_grad=True)
l1, l2 = (a ** 2).sum(), (a * 3).sum()
(l1 + l2).backward(retain_graph=True)
together = a.grad.clone()
a.grad = None
l1.backward()
l2.backward()
print(together, a.grad)
a.grad = None
torch.autograd.backward([a.sum(), a.prod()], [torch.tensor(2.0), torch.tensor(1.0)])
print(a.grad)
old = a.grad
(a * 1).sum().backward()
print("the same tensor is added to:", old is a.grad, old)
