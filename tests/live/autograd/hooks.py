"""Hooks of tensors and of nodes: their order, what they may return, what is said of those that are wrong."""

import torch

x = torch.tensor(2.0, requires_grad=True)
y = x * 3
y.register_hook(lambda g: (print("hook", g), g * 10)[1])
y.retain_grad()
z = y * y
print(torch.autograd.grad(z, [x, y], retain_graph=True), y.grad)
print(torch.autograd.grad(z, [y], retain_graph=True), y.grad)
x.register_hook(lambda g: (print("hookx", g), g * 10)[1])
print(torch.autograd.grad(z, [x], retain_graph=True), y.grad)
z.backward(inputs=[x, y])
print(x.grad, y.grad)
x = torch.tensor(2.0, requires_grad=True)
y = x * 3
y.register_hook(lambda g: print("tensor", g, torch.is_grad_enabled()))
y.grad_fn.register_prehook(lambda g: (print("pre", g), (g[0] * 2,))[1])
y.grad_fn.register_hook(lambda gi, go: (print("post", gi, go), (gi[0] * 5, gi[1]))[1])
y.register_hook(lambda g: print("tensor2", g))
(y * 1).backward()
print(x.grad)
acc = (x * 1).grad_fn.next_functions[0][0]
acc.register_hook(lambda gi, go: print("accpost", gi, go))
acc.register_prehook(lambda g: print("accpre", g))
x.register_post_accumulate_grad_hook(lambda t: print("pa", t.grad))
x.register_hook(lambda g: print("xh", g))
(x * 2).backward()


def bad(g):
    return 3


x = torch.tensor(2.0, requires_grad=True)
x.register_hook(bad)


def t(f):
    try:
        print(f())
    except Exception as e:  # noqa: BLE001  what fails is shown
        print(type(e).__name__, e)


t(lambda: (x * 2).backward())
x = torch.tensor(2.0, requires_grad=True)
x.register_hook(lambda g: torch.ones(3))
t(lambda: (x * 2).backward())
x = torch.tensor(2.0, requires_grad=True)
x.register_hook(lambda g: g.double())
t(lambda: (x * 2).backward())
print(x.grad)
y = x * 2
y.grad_fn.register_hook(lambda gi, go: (gi[0],))
t(lambda: y.backward())
y = x * 2
y.grad_fn.register_hook(lambda gi, go: gi[0])
t(lambda: y.backward())
y = x * 2
y.grad_fn.register_prehook(lambda go: go[0])
t(lambda: y.backward())
y = x * 2
y.grad_fn.register_prehook(lambda go: (go[0], go[0]))
t(lambda: y.backward())
t(lambda: y.register_post_accumulate_grad_hook(print))
t(lambda: torch.ones(2).register_post_accumulate_grad_hook(print))
h = x.register_hook(print)
print(type(h))
h.remove()
h.remove()
y = x * 2
print(y.grad_fn.metadata)
print(type(acc), acc.name(), type(y.grad_fn), acc.variable)
print(isinstance(y.grad_fn, torch.autograd.graph.Node))
t(lambda: x.register_hook(3))
