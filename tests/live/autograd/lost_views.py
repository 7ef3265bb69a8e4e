"""Views whose base was changed in a way that they cannot follow."""

import torch


def t(f):
    try:
        print(f())
    except Exception as e:  # noqa: BLE001  what fails is shown
        print(type(e).__name__, e)


x = torch.ones(2, 3, requires_grad=True)
v = x * 1
a, b = v.unbind(0)
w = a * 2
v.add_(1)
t(lambda: a.grad_fn)
t(lambda: a * 2)
t(lambda: print(a))
t(lambda: w.sum().backward())
t(lambda: a.requires_grad)
t(lambda: a.is_leaf)
t(lambda: a.detach())
t(lambda: a + 1)
t(lambda: a.tolist())
t(lambda: b[0])
with torch.no_grad():
    t(lambda: a * 2)
x = torch.ones(2, 3, requires_grad=True)
v = x * 1
a, b = v.split(1)
v.add_(1)
t(lambda: a.grad_fn)
x = torch.ones(2, 3, requires_grad=True)
v = x * 1
with torch.no_grad():
    a = v[0]
v.add_(1)
t(lambda: a.grad_fn)
t(lambda: a * 2)
