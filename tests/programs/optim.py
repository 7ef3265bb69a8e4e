# %% plain descent
import torch
from torch import nn, optim

w = torch.tensor([1.0, -2.0], requires_grad=True)
optimizer = optim.SGD([w], lr=0.1)
print(optimizer)
for _ in range(3):
    optimizer.zero_grad()
    ((w - 3) ** 2).sum().backward()
    optimizer.step()
    print(w, w.grad, w._version)

# %% every optimizer, a thousand steps
def descend(make, steps=1000):
    torch.manual_seed(7)
    a = torch.randn(5, requires_grad=True)
    b = torch.tensor(0.5, requires_grad=True)
    optimizer = make([a, b])
    for i in range(steps):
        optimizer.zero_grad()
        loss = ((a * a * 0.3 - b + 0.1 * (i % 3)) ** 2).mean()
        loss.backward()
        optimizer.step()
    print(a, b, loss.item() < 10)
    return optimizer

for make in (
    lambda p: optim.SGD(p, lr=0.05),
    lambda p: optim.SGD(p, lr=0.01, momentum=0.9),
    lambda p: optim.SGD(p, lr=0.01, momentum=0.9, dampening=0.5, weight_decay=0.01),
    lambda p: optim.SGD(p, lr=0.01, momentum=0.8, nesterov=True),
    lambda p: optim.SGD(p, lr=0.0001, weight_decay=0.1, maximize=True),
    lambda p: optim.Adam(p),
    lambda p: optim.Adam(p, lr=0.01, betas=(0.8, 0.99), eps=1e-6, weight_decay=0.001),
    lambda p: optim.Adam(p, lr=0.01, amsgrad=True),
    lambda p: optim.AdamW(p, lr=0.01),
    lambda p: optim.AdamW(p, lr=0.0001, weight_decay=0.1, maximize=True),
):
    print(descend(make))

# %% settings and state
saved = descend(lambda p: optim.SGD(p, lr=0.01, momentum=0.9), 2).state_dict()
print(saved)
p, q = torch.ones(2, requires_grad=True), torch.ones(1, requires_grad=True)
groups = optim.SGD([{"params": [p], "lr": 0.5}, {"params": q}], lr=0.1, momentum=0.9)
print(len(groups.param_groups), [g["lr"] for g in groups.param_groups], groups.defaults["lr"])
(p.sum() + q.sum()).backward()
groups.step()
print(p, q)
for group in groups.param_groups:
    group["lr"] = 0.0
groups.step()
print(p, q)
print(list(optim.Adam([p]).state_dict()["param_groups"][0]))
adam = descend(lambda p: optim.Adam(p), 3)
print(adam.state_dict()["state"])
again = optim.Adam([torch.zeros(5, requires_grad=True), torch.tensor(0.0, requires_grad=True)])
again.load_state_dict(adam.state_dict())
print(again.state_dict()["state"][1]["step"], again.param_groups[0]["lr"])

# %% gradients that are missing or kept
a = torch.ones(1, requires_grad=True)
b = torch.ones(1, requires_grad=True)
optimizer = optim.SGD([a, b], lr=1.0)
(a * 2).backward()
optimizer.step()
print(a, b, b.grad)
optimizer.zero_grad(set_to_none=False)
print(a.grad, b.grad)
optimizer.zero_grad()
print(a.grad)

# %% a closure
x = torch.tensor(4.0, requires_grad=True)
optimizer = optim.SGD([x], lr=0.25)
def closure():
    optimizer.zero_grad()
    loss = x ** 2
    loss.backward()
    return loss
print(optimizer.step(closure), x)

# %% a model that learns
torch.manual_seed(0)
model = nn.Sequential(nn.Linear(1, 8), nn.Tanh(), nn.Linear(8, 1))
optimizer = optim.SGD(model.parameters(), lr=0.1)
x = torch.linspace(-1, 1, 16).unsqueeze(1)
y = x ** 2
for epoch in range(20):
    loss = nn.functional.mse_loss(model(x), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if epoch % 5 == 0:
        print(f"{epoch} {loss.item():.5f}")
print(model[2].weight)

# %% what torch says
def complaint(action):
    try:
        action()
    except Exception as error:
        print(type(error).__name__, error)

leaf = torch.ones(2, requires_grad=True)
complaint(lambda: optim.SGD([], lr=0.1))
complaint(lambda: optim.SGD([leaf * 2], lr=0.1))
complaint(lambda: optim.SGD(leaf, lr=0.1))
complaint(lambda: optim.SGD([3.0], lr=0.1))
complaint(lambda: optim.SGD([leaf], lr=-1.0))
complaint(lambda: optim.SGD([leaf], lr=0.1, momentum=-1.0))
complaint(lambda: optim.SGD([leaf], lr=0.1, nesterov=True))
complaint(lambda: optim.SGD([{"params": [leaf]}, {"params": [leaf]}], lr=0.1))
complaint(lambda: optim.SGD({leaf}, lr=0.1))
complaint(lambda: optim.Adam([leaf], lr=-1.0))
complaint(lambda: optim.Adam([leaf], betas=(1.0, 0.5)))
complaint(lambda: optim.Adam([leaf], eps=-1.0))
complaint(lambda: optim.SGD([leaf], lr=0.1).load_state_dict({"state": {}, "param_groups": [{"params": [0, 1]}]}))
complaint(lambda: optim.SGD([leaf], lr=0.1).load_state_dict({"state": {}, "param_groups": []}))
