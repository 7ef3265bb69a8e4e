"""Every way into a tensor."""
import torch

x = torch.arange(24).reshape(4, 6)
print(x)
print(x[0], x[0, 1], x[-1], x[..., 2])
print(x[1:3], x[:, ::2], x[2:, 4:].shape)
print(x[None].shape, x[:, None].shape, x[:, :, None].shape)
print(x[[0, 2]], x[[0, 2], [1, 3]])
print(x[torch.tensor([3, 0])][:, torch.tensor([5, 1])])
print(x[x > 20], (x % 5 == 0).sum())
print(x[(x > 3) & (x < 9)])
print(x[x[:, 0] > 6])
print(x[torch.tensor([[0, 1], [2, 3]]), 0])

y = x.clone().float()
y[0] = -1
y[:, 1] = torch.tensor([10.0, 20.0, 30.0, 40.0])
y[y > 20] = 0
y[1:3, 2:4] *= 100
y[3, [0, 5]] = torch.tensor([7.5, 8.5])
print(y)

print(torch.gather(x, 1, torch.tensor([[0, 5], [1, 4], [2, 3], [3, 2]])))
print(torch.take(x, torch.tensor([0, 7, 23])), x.flatten()[[0, 7, 23]])
print(torch.where(x % 2 == 0, x, -x)[0], torch.nonzero(x > 20), torch.where(x > 21))
print(x.index_select(0, torch.tensor([1, 1])), torch.masked_select(x, x > 21))
print(torch.zeros(2, 5).scatter_(1, torch.tensor([[0], [3]]), 1.0))
print(torch.zeros(3).scatter_add(0, torch.tensor([0, 1, 0, 2]), torch.ones(4)))
print(torch.zeros(3).index_add(0, torch.tensor([0, 2]), torch.tensor([5.0, 6.0])))
print(x.topk(2), x.sort(descending=True)[1][0])
print(x.unbind(1)[0], [t.shape for t in x.split(2, 1)], [t.tolist() for t in x[0].chunk(4)])
print(x.narrow(1, 2, 3).select(0, 1), x.diagonal(), x.tril(-1), x[0].flip(0), x[0].roll(2))
print(len(x), x[2][3].item(), 23 in x, [row.sum().item() for row in x])
for bad in ("x[4]", "x[0, 0, 0]", "x[[9]]", "x[torch.ones(3, dtype=torch.bool)]"):
    try:
        eval(bad)
    except IndexError as error:
        print(bad, "->", error)
g = torch.arange(4.0, requires_grad=True)
g[[0, 0, 3]].sum().backward()
print(g[1:], g[[0, 1]], g[g > 1], g.grad)
