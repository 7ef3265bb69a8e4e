"""Normalising over a batch: by hand, by layer, in training and after."""
import torch
from torch import nn

torch.manual_seed(43)
x = torch.randn(6, 3) * torch.tensor([1.0, 5.0, 0.5]) + torch.tensor([0.0, 2.0, -0.5])
bn = nn.BatchNorm1d(3)
print(bn)
print(bn.weight, bn.bias, bn.running_mean, bn.running_var, bn.num_batches_tracked)
y = bn(x)
print(y)
print(y.mean(0).abs() < 1e-6, y.std(0, unbiased=False))
mean, var = x.mean(0), x.var(0, unbiased=False)
by_hand = (x - mean) / torch.sqrt(var + bn.eps)
print(torch.allclose(by_hand, y, atol=1e-5))
print(bn.running_mean, 0.1 * mean)
print(bn.running_var, 0.9 + 0.1 * x.var(0), bn.num_batches_tracked)
bn.eval()
print(bn(x)[0], ((x - bn.running_mean) / (bn.running_var + bn.eps).sqrt())[0])
print(bn(x).grad_fn, y.grad_fn)

bn.train()
bn.zero_grad()
x.requires_grad_(True)
(bn(x) ** 3).sum().backward()
print(bn.weight.grad, bn.bias.grad)
print(x.grad.sum(0).abs() < 1e-3)
try:
    bn(torch.ones(1, 3))
except ValueError as error:
    print(error)

picture = torch.randn(2, 3, 4, 4)
bn2 = nn.BatchNorm2d(3, momentum=None)
print(bn2, bn2(picture).mean(dim=(0, 2, 3)).abs().max() < 1e-6)
ln = nn.LayerNorm(4)
row = torch.tensor([[1.0, 2.0, 3.0, 4.0], [10.0, 10.0, 10.0, 14.0]])
print(ln, ln(row), nn.functional.layer_norm(row, (4,)).grad_fn)
print(nn.GroupNorm(1, 4), nn.GroupNorm(2, 4)(row))
print(nn.LayerNorm((2, 4), elementwise_affine=False)(row), nn.BatchNorm1d(2, affine=False, track_running_stats=False))
print(list(bn.state_dict()), [n for n, _ in bn.named_buffers()])

plain = nn.Sequential(nn.Linear(3, 8), nn.Tanh(), nn.Linear(8, 1))
normed = nn.Sequential(nn.Linear(3, 8), nn.BatchNorm1d(8), nn.Tanh(), nn.Linear(8, 1))
target = x.detach()[:, :1] * 2 + 1
for name, net in (("plain", plain), ("normed", normed)):
    optimizer = torch.optim.SGD(net.parameters(), lr=0.05)
    trail = []
    for step in range(40):
        loss = nn.functional.mse_loss(net(x.detach()), target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 10 == 0:
            trail.append(round(loss.item(), 2))
    print(name, trail)
