"""What becomes of .grad: the same tensor or a new one, its memory and strides; the order of leaves ready at once."""

import torch

x = torch.ones(2, 3, requires_grad=True)
(x * 2).sum().backward()
g = x.grad
print(g._version, g.requires_grad, g.is_leaf)
(x * 3).sum().backward()
print(x.grad is g, g._version, g)
x.grad = None
(x * 3).sum().backward()
print(x.grad is g)
with torch.no_grad():
    x.grad.zero_()
h = x.grad
(x * 3).sum().backward()
print(h is x.grad, h)
v = x.grad[0]
(x * 1).sum().backward()
print(v, v._base is x.grad)
d = x.grad.detach()
(x * 1).sum().backward()
print(d)
k = x.grad.clone()
(x * 1).sum().backward()
print(k[0, 0], x.grad[0, 0])
w = torch.ones(2, 3).t().requires_grad_()
print(w.is_leaf, w.stride())
(w * 2).sum().backward()
print(w.grad.stride(), w.grad.shape)
w = torch.ones(2, 3).t().detach().requires_grad_()
(w @ torch.ones(2, 2)).sum().backward()
print(w.grad.stride())
w = torch.ones(4, 4)[::2, ::2].detach().requires_grad_()
(w * 2).sum().backward()
print(w.stride(), w.grad.stride())
w = torch.ones(3).expand(2, 3).detach().requires_grad_()
(w * 2).sum().backward()
print(w.stride(), w.grad.stride())
w = torch.ones(2, 3, 4).permute(2, 0, 1).detach().requires_grad_()
(w * 2).sum().backward()
print(w.stride(), w.grad.stride())
w = torch.ones(2, 3, requires_grad=True)
(w.t() * torch.arange(6.0).view(3, 2)).sum().backward()
print(w.grad.stride(), w.grad)
w = torch.ones(2, 3, requires_grad=True)
w.sum().backward()
print(w.grad.stride())
w = torch.ones(2, 3, requires_grad=True)
w.t().sum(0).sum().backward()
print(w.grad.stride())
a = torch.ones(3, requires_grad=True)
s = torch.full((3,), 2.0)
a.backward(s)
print(a.grad is s, a.grad.data_ptr() == s.data_ptr())
s.add_(5)
print(a.grad)
b = torch.ones(3, requires_grad=True)
c = torch.ones(3, requires_grad=True)
(b + c).sum().backward()
print(b.grad.data_ptr() == c.grad.data_ptr())
b.grad.add_(1)
print(c.grad)
(b + c).backward(s)
print(b.grad, c.grad, s)
leaf = torch.ones(3, requires_grad=True)
m = leaf * 1
m.retain_grad()
m.sum().backward()
print(m.grad is leaf.grad, m.grad.data_ptr() == leaf.grad.data_ptr())
m.grad.add_(1)
print(leaf.grad)
r = torch.tensor(2.0, requires_grad=True)
(r * 3).backward()
q = r.grad
(r * 3).backward()
print(q is r.grad, q, q._version)
r.grad = torch.tensor(5.0)
z = r.grad
(r * 3).backward()
print(z is r.grad, z)
p = torch.ones(2, requires_grad=True)
p.grad = torch.zeros(2).requires_grad_()
(p * 2).sum().backward()
print(p.grad)


def order(n):
    got = []
    xs = [torch.ones(1, requires_grad=True) for _ in range(n)]
    for i, e in enumerate(xs):
        e.register_post_accumulate_grad_hook(lambda t, i=i: got.append(i))
    torch.cat(xs).sum().backward()
    return got


for n in range(1, 10):
    print(order(n))
(g1,) = torch.autograd.grad((x * 2).sum(), x)
print(g1 is x.grad, g1.stride(), g1._version)
o = torch.ones(2, 2, requires_grad=True)
gg = torch.ones(2, 2)
(r1,) = torch.autograd.grad(o * 1, o, gg)
print(r1 is gg, r1.data_ptr() == gg.data_ptr())
(r1,) = torch.autograd.grad(o, o, gg)
print(r1)
m = torch.arange(6.0).view(2, 3)
print(m[:, [0, 2, 1]].stride(), m[:, [0, 2, 1]].view(-1), m.t()[:, [1, 0]].stride(), m[[1, 0]].stride())
