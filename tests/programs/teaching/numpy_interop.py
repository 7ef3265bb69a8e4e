"""Tensors and arrays, one memory."""
import numpy as np
import torch

a = np.array([1.0, 2.0, 3.0])
t = torch.from_numpy(a)
print(t, t.dtype)
a[0] = 10
t[2] = -1
print(a, t)
print(torch.tensor(a), torch.as_tensor(a, dtype=torch.float32))
c = torch.tensor(a)
a[1] = 99
print(c, t)

n = torch.ones(2, 3).numpy()
print(type(n).__name__, n.dtype, n.shape, n)
x = torch.ones(3)
x.numpy()[1] = 7
print(x, x.numpy().sum(), np.add(x.numpy(), 1))
print(np.sqrt(torch.tensor([4.0, 9.0]).numpy()), np.mean(x.numpy()))
print(torch.from_numpy(np.arange(6).reshape(2, 3)), torch.from_numpy(np.eye(2, dtype=np.float32)))
print(torch.tensor(np.float32(2.5)), torch.tensor(np.int64(3)), torch.tensor([np.float64(1.5), 2]))
print(torch.tensor(np.array([True, False])), torch.from_numpy(np.array([1, 2], dtype=np.uint8)).dtype)
print(x * float(np.float32(2)), x + torch.from_numpy(np.ones(3, dtype=np.float32)), torch.tensor([1.0, 2.0]) * 2.5)
print(x.tolist(), x.numpy().tolist(), x.sum().item(), [v for v in x])

w = torch.tensor([1.0, 2.0], requires_grad=True)
try:
    w.numpy()
except RuntimeError as error:
    print(error)
print(w.detach().numpy(), w.data.numpy(), (w * 2).detach().cpu().numpy())
try:
    torch.from_numpy([1, 2])
except TypeError as error:
    print(error)
try:
    torch.from_numpy(np.array(["a"]))
except TypeError as error:
    print(str(error)[:50])

grid = np.linspace(0, 1, 5)
curve = torch.tensor(grid, dtype=torch.float32, requires_grad=True)
(curve ** 2).sum().backward()
print(curve.grad.numpy().round(3))
rng = np.random.default_rng(0)
data = torch.from_numpy(rng.normal(size=(4, 2)).astype(np.float32))
print(data, data.mean(0), data.numpy().mean(axis=0).shape)
print(np.concatenate([data.numpy(), np.zeros((1, 2), dtype=np.float32)]).shape, np.allclose(data.numpy(), data.tolist()))
f = torch.from_numpy(np.arange(6.0)[::2].copy())
print(f, f.numpy().flags["OWNDATA"], np.shares_memory(f.numpy(), f.numpy()))
print(torch.Tensor([1, 2]).numpy().dtype, torch.tensor([1, 2]).numpy().dtype, torch.zeros(1).bool().numpy())
