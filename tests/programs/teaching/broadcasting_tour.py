"""Shapes that fit each other, and shapes that do not."""
import torch

column = torch.tensor([[1.0], [2.0], [3.0]])
row = torch.tensor([10.0, 20.0])
print(column.shape, row.shape, (column + row).shape)
print(column + row)
print(column * row - 5)
print(torch.broadcast_shapes((3, 1, 5), (4, 1)), torch.broadcast_tensors(column, row)[1])

a, b, c = torch.ones(5, 1, 4), torch.ones(3, 1), torch.ones(())
print((a * b * c).shape)
for shapes in [((3,), (4,)), ((2, 3), (2,)), ((5, 2, 4), (3, 4)), ((0, 3), (1, 3))]:
    left, right = torch.zeros(shapes[0]), torch.zeros(shapes[1])
    try:
        print(shapes, "->", (left + right).shape)
    except RuntimeError as error:
        print(shapes, "->", error)

table = torch.arange(1, 10).view(9, 1) * torch.arange(1, 10)
print(table)
points = torch.tensor([[0.0, 0.0], [3.0, 4.0], [6.0, 8.0]])
difference = points[:, None, :] - points[None, :, :]
print(difference.shape, difference.pow(2).sum(-1).sqrt())
print(torch.cdist(points, points))

data = torch.tensor([[1.0, 200.0], [2.0, 400.0], [3.0, 900.0]])
print((data - data.mean(0)) / data.std(0))
print(data / data.sum(1, keepdim=True))
try:
    print(data / data.sum(1))
except RuntimeError as error:
    print(error)

# Backwards a stretched side is summed again.
w = torch.tensor([2.0, 3.0], requires_grad=True)
s = torch.tensor(1.0, requires_grad=True)
out = (column * w + s)
print(out)
out.sum().backward()
print(w.grad, s.grad)
e = torch.ones(1, 3, requires_grad=True)
big = e.expand(4, 3)
print(big.shape, big.stride(), big.grad_fn)
big.sum().backward()
print(e.grad)
x = torch.zeros(2, 3)
x += torch.tensor([1.0, 2.0, 3.0])
print(x, torch.ones(2, 3).add_(torch.tensor([[1.0], [2.0]])))
try:
    torch.zeros(3).add_(torch.zeros(2, 3))
except RuntimeError as error:
    print(error)
print(torch.outer(torch.arange(3), torch.arange(4)), torch.meshgrid(torch.arange(2), torch.arange(3), indexing="ij"))
