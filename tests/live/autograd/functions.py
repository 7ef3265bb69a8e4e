"""torch.autograd.Function: every way to write one, and what is said of those that are wrong."""

import torch
from torch.autograd import Function
from torch.autograd.function import once_differentiable


def t(f):
    try:
        print(f())
    except Exception as e:  # noqa: BLE001  what fails is shown
        print(type(e).__name__, str(e)[:400])


class A(Function):
    @staticmethod
    def forward(ctx, a, n):
        print(type(ctx), ctx.needs_input_grad, torch.is_grad_enabled())
        ctx.n = n
        ctx.save_for_backward(a)
        return a * n

    @staticmethod
    def backward(ctx, g):
        print(torch.is_grad_enabled(), ctx.saved_tensors, g)
        return g * ctx.n, None


x = torch.tensor([1.0, 2.0], requires_grad=True)
y = A.apply(x, 3)
print(y, y.grad_fn, y.grad_fn.name(), y.grad_fn.next_functions, type(y.grad_fn).__module__)
y.sum().backward()
t(lambda: y.sum().backward())
t(lambda: y.grad_fn.saved_tensors)
t(lambda: A.apply(x))
t(lambda: A.apply(x, n=3))


class B(Function):
    @staticmethod
    def forward(ctx, a):
        return a, 3, a * 2

    @staticmethod
    def backward(ctx, *g):
        print(g)
        return g[0] + g[2]


t(lambda: B.apply(x))
o = None


class B2(Function):
    @staticmethod
    def forward(ctx, a):
        return a, a * 2

    @staticmethod
    def backward(ctx, *g):
        print(g)
        return g[0] + g[1]


o = B2.apply(x)
print(o, o[0] is x, o[0]._is_view(), o[0].grad_fn.next_functions)
o[1].sum().backward()
print(x.grad, o[0].output_nr)


class C(Function):
    @staticmethod
    def forward(ctx, a):
        ctx.set_materialize_grads(False)
        return a * 1, a * 2

    @staticmethod
    def backward(ctx, *g):
        print(g)
        return g[1]


C.apply(x)[1].sum().backward()


class D(Function):
    @staticmethod
    def forward(ctx, a):
        m = a > 1
        ctx.mark_non_differentiable(m)
        return a * 1, m

    @staticmethod
    def backward(ctx, *g):
        print(g)
        return g[0]


o = D.apply(x)
print(o)
o[0].sum().backward()


class E(Function):
    @staticmethod
    def forward(ctx, a):
        a.mul_(2)
        ctx.mark_dirty(a)
        return a

    @staticmethod
    def backward(ctx, g):
        return g * 2


t(lambda: E.apply(x))
z = x * 1
w = E.apply(z)
print(w is z, z, z._version)
w.sum().backward()
print(x.grad)
z = x * 1
v = z[:1]
t(lambda: E.apply(v))
print(z)


class G(Function):
    @staticmethod
    def forward(a, b):
        return a * b

    @staticmethod
    def setup_context(ctx, inputs, output):
        print(inputs, output)
        ctx.save_for_backward(*inputs)
        ctx.k = 1

    @staticmethod
    def backward(ctx, g):
        a, b = ctx.saved_tensors
        return g * b, g * a


g = G.apply(x, x)
print(g)
(gg,) = torch.autograd.grad(g.sum(), x, create_graph=True)
print(gg, gg.grad_fn)
print(torch.autograd.grad(gg.sum(), x))


class H(Function):
    @staticmethod
    def forward(ctx, a):
        return a * 2


t(lambda: H.apply(x).sum().backward())


class I1(Function):
    @staticmethod
    def backward(ctx, a):
        return a * 2


t(lambda: I1.apply(x).sum().backward())


class J(Function):
    @staticmethod
    def forward(ctx, a, b):
        return a * 2

    @staticmethod
    def backward(ctx, g):
        return g, g


t(lambda: J.apply(x, 3).sum().backward())


class K(Function):
    @staticmethod
    def forward(ctx, a):
        return a * 2

    @staticmethod
    def backward(ctx, g):
        return g, None, None


t(lambda: K.apply(x).sum().backward())


class K2(Function):
    @staticmethod
    def forward(ctx, a):
        return a * 2

    @staticmethod
    def backward(ctx, g):
        return g, g


t(lambda: K2.apply(x).sum().backward())


class K3(Function):
    @staticmethod
    def forward(ctx, a):
        return a * 2

    @staticmethod
    def backward(ctx, g):
        return 3


t(lambda: K3.apply(x).sum().backward())


class K4(Function):
    @staticmethod
    def forward(ctx, a):
        ctx.save_for_backward(3)
        return a * 2

    @staticmethod
    def backward(ctx, g):
        return g


t(lambda: K4.apply(x).sum().backward())


class K5(Function):
    @staticmethod
    def forward(ctx, a):
        return 3

    @staticmethod
    def backward(ctx, g):
        return g


t(lambda: K5.apply(x))


class L(Function):
    @staticmethod
    def forward(ctx, a):
        ctx.save_for_backward(a)
        return a * a

    @staticmethod
    @once_differentiable
    def backward(ctx, g):
        print(torch.is_grad_enabled())
        (a,) = ctx.saved_tensors
        return g * 2 * a


t(lambda: torch.autograd.grad(torch.autograd.grad(L.apply(x).sum(), x, create_graph=True)[0].sum(), x))
print(
    torch.autograd.grad(L.apply(x).sum(), x, create_graph=True)[0].grad_fn,
)
with torch.no_grad():
    print(A.apply(x, 2))
print(A.apply(x.detach(), 2))


class M(Function):
    @staticmethod
    def forward(ctx, a):
        o = a.exp()
        ctx.save_for_backward(o)
        return o

    @staticmethod
    def backward(ctx, g):
        (o,) = ctx.saved_tensors
        print(o.grad_fn)
        return g * o


m = M.apply(x)
(g1,) = torch.autograd.grad(m.sum(), x, create_graph=True)
print(g1, torch.autograd.grad(g1.sum(), x))


class N(Function):
    @staticmethod
    def forward(ctx, a):
        ctx.mark_dirty(a * 1)
        return a * 2

    @staticmethod
    def backward(ctx, g):
        return g


t(lambda: N.apply(x))


class O1(Function):
    @staticmethod
    def forward(ctx, a):
        return a * 2

    @staticmethod
    def backward(ctx, g):
        return None


x.grad = None
O1.apply(x).sum().backward()
print(x.grad)
m = M.apply(x)
m.add_(1)
t(lambda: m.sum().backward())


class P(Function):
    @staticmethod
    def forward(ctx, a, many):
        print(ctx.needs_input_grad)
        return a * 2

    @staticmethod
    def backward(ctx, g):
        return g.double(), None


x.grad = None
P.apply(x, [x]).sum().backward()
print(x.grad)
i = torch.tensor([1, 2])
print(D.apply(i))


class Noted(Function):
    """Whatever a program writes to ctx must not get in the way of the node."""

    @staticmethod
    def forward(ctx, a, b):
        ctx.a, ctx.b, ctx.seq, ctx.extra, ctx.count, ctx.outputs, ctx.given, ctx.op, ctx.run = 1, 2, 3, 4, 5, 6, 7, 8, 9
        ctx.save_for_backward(a, b)
        return a * b

    @staticmethod
    def backward(ctx, g):
        a, b = ctx.saved_tensors
        print(ctx.a, ctx.b, ctx.seq, ctx.extra, ctx.count, ctx.outputs, ctx.given, ctx.op, ctx.run)
        return g * b, g * a


x.grad = None
y = Noted.apply(x, x * 2)
y.sum().backward()
print(x.grad, y.grad_fn.needs_input_grad)
