"""Dropout: what it does in training, and that it does nothing afterwards."""
import torch
from torch import nn
import torch.nn.functional as F

torch.manual_seed(29)
drop = nn.Dropout(p=0.5)
x = torch.ones(2, 8)
print(drop)
print(drop(x))
print(drop(x))
drop.eval()
print(drop(x), drop.training)
drop.train()
print(F.dropout(x, 0.25), F.dropout(x, 0.25, training=False).equal(x))
print(nn.Dropout2d(0.5)(torch.ones(1, 4, 2, 2)))
print(drop(torch.ones(10000)).mean(), (drop(torch.ones(10000)) == 0).float().mean())

def by_hand(x, p):
    mask = (torch.rand(x.shape) > p).float()
    return mask * x / (1.0 - p)

torch.manual_seed(0)
print(by_hand(torch.arange(8.0), 0.5))
for p in (0.0, 1.0):
    print(p, F.dropout(torch.arange(4.0), p))
try:
    nn.Dropout(1.5)
except ValueError as error:
    print(error)

z = torch.ones(6, requires_grad=True)
out = F.dropout(z * 2, 0.5)
out.sum().backward()
print(out, z.grad)

net = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Dropout(0.3), nn.Linear(16, 1))
print(net)
data, target = torch.randn(16, 4), torch.randn(16, 1)
optimizer = torch.optim.SGD(net.parameters(), lr=0.05)
for epoch in range(40):
    net.train()
    loss = F.mse_loss(net(data), target)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if epoch % 10 == 9:
        net.eval()
        with torch.no_grad():
            quiet = F.mse_loss(net(data), target)
        print(f"{epoch + 1}: training {loss.item():.4f}, evaluated {quiet.item():.4f}")
net.train()
with torch.no_grad():
    several = torch.stack([net(data[:3]).squeeze(1) for _ in range(20)])
print("uncertain:", several.shape, several.mean(0), several.std(0))
print([m.training for m in net.modules()], [m.training for m in net.eval().modules()])
