"""What is kept for the backward pass, hooks on it, and the edges of the graph."""

import torch
from torch.autograd.graph import Node, get_gradient_edge


def t(f):
    try:
        print(f())
    except Exception as e:  # noqa: BLE001  what fails is shown
        print(type(e).__name__, e)


def pack(x):
    print("pack", x.tolist(), x.requires_grad, x.grad_fn is None)
    return x


def unpack(x):
    print("unpack", x.tolist())
    return x


a = torch.tensor([2.0], requires_grad=True)
b = torch.tensor([3.0], requires_grad=True)
with torch.autograd.graph.saved_tensors_hooks(pack, unpack):
    y = a * b
    print(1)
    z = y / b
    print(2)
    w = z.sqrt()
    print(3)
    m = a.unsqueeze(0) @ b.unsqueeze(1)
    print(4)
    v = torch.addmm(m, m, m)
    print(5)
    q = w**2
    print(6)
    r = a**b
    print(7)
    s = w.sigmoid()
    s3 = a * 3
    s4 = torch.atan2(a, b)
    print(8)
    t5 = torch.logsumexp(a, 0)
    k = torch.nn.functional.mse_loss(a, b)
    print(9)
(y + z + w + m + v + q + r + s).sum().backward()

e = get_gradient_edge(y)
print(type(e), e.node.name(), e.output_nr)
e = get_gradient_edge(a)
print(type(e.node), e)
t(lambda: get_gradient_edge(torch.ones(2)))
print(isinstance(y.grad_fn, Node))
with torch.autograd.graph.saved_tensors_hooks(lambda x: 5, lambda x: "s"):
    y = a * a
t(lambda: y.backward())
with torch.autograd.graph.save_on_cpu():
    y = a * a
a.grad = None
y.backward()
print(a.grad)
with torch.autograd.graph.disable_saved_tensors_hooks("not now"):
    t(lambda: torch.autograd.graph.saved_tensors_hooks(pack, unpack).__enter__())
c = a * 2
d = b * 3
h = torch.autograd.graph.register_multi_grad_hook([c, d], lambda gs: print("multi", gs))
(c * d).sum().backward()
h.remove()
h = torch.autograd.graph.register_multi_grad_hook([c, d], lambda g: print("any", g), mode="any")
c = a * 2
d = b * 3
e = torch.autograd.graph.get_gradient_edge(c)
print(torch.autograd.grad((c * d).sum(), e))
print(torch.autograd.graph.Node.__mro__)


class F(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * x

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return 2 * x * g


with torch.autograd.graph.saved_tensors_hooks(pack, unpack):
    y = F.apply(a)
y.backward()
