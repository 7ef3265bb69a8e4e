"""Inference mode, and the switches of recording: as contexts, as decorators, called, nested."""

import torch


def t(f):
    try:
        print(f())
    except Exception as e:  # noqa: BLE001  what fails is shown
        print(type(e).__name__, e)


with torch.inference_mode():
    w = torch.ones(2)
    v = w * 2
    print(
        w.is_inference(), v.is_inference(), torch.is_inference_mode_enabled(), torch.is_grad_enabled(), v.requires_grad
    )
print(torch.is_inference_mode_enabled(), torch.ones(2).is_inference(), torch.is_inference(w))
x = torch.ones(2, requires_grad=True)
t(lambda: x * w)
t(lambda: x + w)
t(lambda: w * 1)
with torch.inference_mode():
    w8 = torch.ones(2)
t(lambda: w8.add_(1))
t(lambda: w8.add_(x))
t(lambda: w.requires_grad_())
t(lambda: w._version)
t(lambda: (x * w.clone()).sum())
t(lambda: w[0].is_inference())
t(lambda: w.detach().is_inference())
t(lambda: (w * 2).is_inference())
with torch.inference_mode():
    y = x * 2
    print(y.requires_grad, y.is_inference(), x.is_inference())
    z = x.view(2)
    print(z.is_inference(), z._is_view())
    x2 = torch.zeros(2)
    x2 += 1
    print(x2)
    w.add_(1)
    t(lambda: w._version)
    u = torch.ones(2, requires_grad=True)
    print(u.requires_grad, u.is_leaf, (u * 2).requires_grad)
with torch.inference_mode(False):
    print((x * 2).requires_grad)
with torch.inference_mode():
    with torch.inference_mode(False):
        a = x * 3
        print(a.requires_grad, a.is_inference(), torch.is_grad_enabled())
    with torch.enable_grad():
        a = x * 3
        print(a.requires_grad, a.is_inference(), torch.is_grad_enabled())


@torch.inference_mode()
def f(x):
    return x * 2


print(f(x).is_inference())


@torch.inference_mode
def g(x):
    return x * 2


print(g(x).is_inference())
with torch.no_grad():
    t(lambda: w + 1)
    t(lambda: x * w)
t(lambda: torch.nn.Linear(2, 1)(w))
c = w.clone()
print(c.is_inference(), (c * x).requires_grad)
print(type(w), w)
t(lambda: (x * 1).mul_(w))
t(lambda: torch.stack([x, w]))
t(lambda: x @ w)
t(lambda: x.copy_(w))
print(torch.is_grad_enabled())
torch.set_grad_enabled(False)
print(torch.is_grad_enabled(), (x * 2).requires_grad)
torch.set_grad_enabled(True)
with torch.set_grad_enabled(False):
    print(torch.is_grad_enabled())
print(torch.is_grad_enabled())


@torch.set_grad_enabled(False)
def h(x):
    return x * 2


print(torch.is_grad_enabled(), h(x).requires_grad, torch.is_grad_enabled())
n = torch.no_grad()
with n:
    with torch.enable_grad():
        with n:
            print(torch.is_grad_enabled())
        print(torch.is_grad_enabled())
    print(torch.is_grad_enabled())
print(torch.is_grad_enabled())


@torch.no_grad()
def gen():
    print(torch.is_grad_enabled())
    r = yield 1
    print(r, torch.is_grad_enabled())
    yield 2


k = gen()
next(k)
print(torch.is_grad_enabled())
k.send(5)


@torch.enable_grad()
def e():
    return torch.is_grad_enabled()


with torch.no_grad():
    print(e())


class Q:
    pass


with torch.no_grad():
    p = torch.nn.Parameter(torch.ones(2))
    print(p.requires_grad, (p * 2).requires_grad)
print(torch.no_grad())
print(torch.set_grad_enabled(True))
print(torch.inference_mode())
print(torch.autograd.grad_mode.no_grad is torch.no_grad, torch.autograd.no_grad is torch.no_grad)
