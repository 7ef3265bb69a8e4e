"""The first programs a person writes: the line w·x + b and the parabola 3x² + 4x + 2."""

from gradviz.engine import torch


def test_line():
    w = torch.tensor(2.0, requires_grad=True)
    x = torch.tensor(3.0, requires_grad=True)
    b = torch.tensor(1.0, requires_grad=True)
    y = w * x + b
    y.backward()
    assert (y.item(), w.grad.item(), x.grad.item(), b.grad.item()) == (7.0, 3.0, 2.0, 1.0)
    assert repr(y) == "tensor(7., grad_fn=<AddBackward0>)"


def test_parabola_accumulates():
    x = torch.tensor(3.0, requires_grad=True)
    for _ in range(2):
        y = 3 * x**2 + 4 * x + 2
        y.backward()
    assert y.item() == 41.0
    assert x.grad.item() == 44.0
