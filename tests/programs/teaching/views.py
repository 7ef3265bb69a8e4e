"""Who shares memory with whom."""
import torch

x = torch.arange(6)
y = x.view(2, 3)
y[0, 0] = 100
print(x, y, y.data_ptr() == x.data_ptr(), y._base is x, x._base)
c = x.clone()
c[1] = -1
print(x, c)

t = y.t()
print(t.shape, t.stride(), y.stride(), t.is_contiguous(), t.contiguous().stride())
try:
    t.view(6)
except RuntimeError as error:
    print(error)
print(t.reshape(6), t.flatten().data_ptr() == x.data_ptr())
t += 1
print(x)

rows = x.view(3, 2)
print(rows[1].storage_offset(), rows[:, 1].stride(), rows[1:].is_contiguous())
for name, v in {"slice": x[2:], "step": x[::2], "squeeze": y[None].squeeze(0), "unsqueeze": x.unsqueeze(0),
                "expand": x[:1].expand(3), "permute": y.permute(1, 0), "narrow": x.narrow(0, 1, 2), "diagonal": y.diagonal(),
                "fancy": x[[0, 1]], "mask": x[x > 3], "repeat": x.repeat(2), "detach": x.detach(), "float": x.float(),
                "long": x.long()}.items():
    shares = v._base is not None or v.data_ptr() == x.data_ptr()
    print(f"{name:10} {str(tuple(v.shape)):9} stride {str(v.stride()):9} shares memory: {shares}")

a = torch.zeros(3)
b = a
b += 1
print(a, a is b, a._version)
b = b + 1
print(a, b, a is b)

w = torch.ones(4, requires_grad=True)
m = w * 2
v = m[1:3]
v *= 10
print(m, v)
print(m.grad_fn.name(), v.grad_fn.name())
m.sum().backward()
print(w.grad)
z = torch.zeros(2, 2)
z[0] = torch.tensor([1.0, 2.0])
z[:, 1].mul_(5)
z.view(-1)[2] = 9
print(z)
d = w.detach()
d[0] = 42.0
print(w)
u = torch.arange(10).unfold(0, 4, 2)
print(u, u.stride())
print(torch.as_strided(torch.arange(9), (2, 2), (3, 1), 1), x.view(1, -1, 1).shape, x.view(-1, 2).T)
print(torch.arange(24).view(2, 3, 4).movedim(0, -1).shape, torch.arange(8).view(2, 2, 2).transpose(0, 2).stride())
