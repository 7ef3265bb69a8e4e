"""Dual tensors: the derivative in a direction beside the value."""

import torch
import torch.autograd.forward_ad as forward
from torch import nn


def t(call):
    try:
        print(call())
    except Exception as error:  # noqa: BLE001 - what fails is shown
        print(type(error).__name__, error)


x, v = torch.tensor([1.0, 2.0]), torch.tensor([3.0, 4.0])
t(lambda: forward.make_dual(x, v))
t(lambda: forward.unpack_dual(x))
t(lambda: forward.exit_dual_level())
with forward.dual_level():
    dual = forward.make_dual(x, v)
    print(forward.unpack_dual(dual), forward.unpack_dual(dual).tangent is v)
    for function in (torch.sin, torch.exp, lambda a: a * a, lambda a: a.sum(), lambda a: a @ torch.ones(2, 3),
                     lambda a: a.softmax(0), lambda a: torch.stack([a, a * 2]).prod(0), lambda a: a / a.norm(),
                     lambda a: torch.where(a > 1, a**2, a), lambda a: a[1:] * 3, lambda a: a.mean() + 1):  # fmt: skip
        print(forward.unpack_dual(function(dual)))
    second = forward.make_dual(torch.tensor([0.5, -1.0]), torch.tensor([1.0, 0.0]))
    print(forward.unpack_dual(dual * second + second), forward.unpack_dual(x * 2), forward.unpack_dual(dual > 1))
    print(forward.unpack_dual(dual.detach()), forward.unpack_dual(dual * 0 + 1))
    t(lambda: forward.make_dual(x, torch.ones(3)))
    t(lambda: forward.make_dual(torch.tensor([1]), v))
    t(lambda: forward.make_dual(x, torch.tensor([1])))
    t(lambda: forward.make_dual(dual, v))
    t(lambda: forward.unpack_dual(3))
    t(lambda: forward.enter_dual_level())
    t(lambda: forward.exit_dual_level(level=3))
    leaf = x.clone().requires_grad_()
    cubes = forward.unpack_dual((forward.make_dual(leaf, v) ** 3).sum())
    print(cubes.primal.item(), cubes.tangent, torch.autograd.grad(cubes.tangent, leaf))
    result = dual * 2
print(forward.unpack_dual(result).tangent)

# %%
torch.manual_seed(0)
model, rows = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1)), torch.randn(4, 2)
tangents = {name: torch.ones_like(each) for name, each in model.named_parameters()}
with forward.dual_level():
    duals = {name: forward.make_dual(each, tangents[name]) for name, each in model.named_parameters()}
    value, slope = forward.unpack_dual(torch.func.functional_call(model, duals, (rows,)))
    print(value.detach(), slope.detach())
print(torch.func.jvp(lambda a: a.sin().sum(), (x,), (v,)))
print(torch.func.jvp(lambda a: (a.sin() * a, {"norm": a.norm()}), (x,), (v,), has_aux=True))
