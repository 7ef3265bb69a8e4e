"""backward(), grad() and nodes called in every way, and what is said of wrong arguments."""

import torch
from torch.autograd import Variable


def t(f):
    try:
        print(f())
    except Exception as e:  # noqa: BLE001  what fails is shown
        print(type(e).__name__, e)


x = torch.tensor([1.0, 2.0], requires_grad=True)
y = x * x
z = y.sum()
t(lambda: z.grad_fn(torch.tensor(1.0)))
t(lambda: y.grad_fn(torch.ones(2)))
t(lambda: y.grad_fn(torch.ones(2)))
t(lambda: x.exp().grad_fn(torch.ones(2)))
t(lambda: z.grad_fn.next_functions[0][0](torch.ones(2)))
t(lambda: y.grad_fn.next_functions[0][0](torch.ones(2)))
print(x.grad)
print(y.grad_fn.requires_grad, y.grad_fn(torch.ones(2))[0].requires_grad)
t(lambda: y.grad_fn())
a, b = x.unbind()
t(lambda: a.grad_fn(torch.tensor(1.0), torch.tensor(2.0)))
f = x**2
t(lambda: torch.autograd.grad(f, x, torch.eye(2), is_grads_batched=True, retain_graph=True))
t(lambda: torch.autograd.grad(f, x, torch.ones(3), is_grads_batched=True, retain_graph=True))
t(lambda: torch.autograd.grad(f, x, torch.eye(2), is_grads_batched=True, create_graph=True)[0].shape)
w = Variable(torch.ones(2), requires_grad=True)
print(w, isinstance(w, torch.Tensor), isinstance(x, Variable), type(w))
t(lambda: torch.autograd.backward([x.sum(), (x * 2).sum()]))
print(x.grad)
t(lambda: torch.autograd.backward([x * 1, x * 2], [torch.ones(2), torch.ones(2) * 3]))
print(x.grad)
t(lambda: torch.autograd.backward([x * 1, x * 2], [torch.ones(2)]))
t(lambda: torch.autograd.grad([x.sum()], [x], [torch.tensor(2.0)]))
t(lambda: torch.autograd.grad(x.sum(), [x, y], allow_unused=True))
t(lambda: torch.autograd.grad(x.sum(), y, materialize_grads=True))
t(lambda: torch.autograd.grad(x.sum(), y, materialize_grads=True, allow_unused=False))
t(lambda: torch.autograd.grad(3, x))
t(lambda: torch.autograd.grad(x.sum(), 3))
t(lambda: torch.autograd.grad([], x))
t(lambda: torch.autograd.grad(x.sum(), []))
t(lambda: x.sum().backward(3))
t(lambda: x.sum().backward(torch.tensor([1.0])))
t(lambda: x.sum().backward(inputs=[torch.ones(2)]))
t(lambda: x.sum().backward(inputs=3))
t(lambda: (x * 1).backward(torch.ones(2, dtype=torch.float64)))
t(lambda: (x * 1).backward(torch.tensor([1, 2])))
