"""Jacobians, Hessians, their products with vectors; gradcheck; torch.func."""

import warnings

import torch
from torch.autograd import functional as AF
from torch.autograd import gradcheck, gradgradcheck

torch.manual_seed(3)


def t(f):
    with warnings.catch_warnings(record=True) as w:
        warnings.simplefilter("always")
        try:
            print(f())
        except Exception as e:  # noqa: BLE001  what fails is shown
            print(type(e).__name__, e)
        for each in w:
            if "torch.jit" not in str(each.message):
                print("W", each.message)


x = torch.tensor([1.0, 2.0])
y = torch.tensor([3.0, 4.0, 5.0])


def f(a):
    return a**2 * a.sum()


t(lambda: AF.jacobian(f, x))
t(lambda: AF.jacobian(lambda a, b: (a.sum() * b, a), (x, y)))
t(lambda: AF.jacobian(lambda a, b: a.sum() * b, (x, y)))
t(lambda: AF.jacobian(lambda a: (a, a * 2), x))
t(lambda: AF.jacobian(f, x, create_graph=True))
xr = x.clone().requires_grad_()
t(lambda: AF.jacobian(f, xr, create_graph=True).requires_grad)
t(lambda: AF.jacobian(f, x, vectorize=True))
t(lambda: AF.jacobian(lambda a: torch.ones(2), x))
t(lambda: AF.jacobian(lambda a: torch.ones(2), x, strict=True))
t(lambda: AF.jacobian(lambda a, b: a * 2, (x, y), strict=True))
t(lambda: AF.jacobian(lambda a, b: a * 2, (x, y)))
t(lambda: AF.jacobian(3, x))
t(lambda: AF.jacobian(f, 3))
t(lambda: AF.jacobian(lambda a: 3, x))
t(lambda: AF.jacobian(f, (x, 3)))


def g(a):
    return (a**3).sum()


t(lambda: AF.hessian(g, x))
t(lambda: AF.hessian(lambda a, b: (a * a).sum() * b.sum(), (x, y)))
t(lambda: AF.hessian(f, x))
t(lambda: AF.hessian(lambda a: a.sum(), x))
t(lambda: AF.hessian(lambda a: a.sum(), x, strict=True))
t(lambda: AF.hessian(lambda a: (a * a).sum(), x, strict=True))
t(lambda: AF.hessian(g, x, vectorize=True))
t(lambda: AF.vjp(f, x, torch.ones(2)))
t(lambda: AF.vjp(f, x))
t(lambda: AF.vjp(g, x))
t(lambda: AF.vjp(f, x, torch.ones(3)))
t(lambda: AF.vjp(lambda a, b: a.sum() * b, (x, y), torch.ones(3)))
t(lambda: AF.jvp(f, x, torch.ones(2)))
t(lambda: AF.jvp(f, x))
t(lambda: AF.jvp(lambda a, b: (a.sum() * b, a), (x, y), (torch.ones(2), torch.ones(3))))
t(lambda: AF.jvp(f, x, torch.ones(3)))
t(lambda: AF.vhp(g, x, torch.ones(2)))
t(lambda: AF.hvp(g, x, torch.ones(2)))
t(lambda: AF.hvp(f, x, torch.ones(2)))
t(lambda: AF.vhp(g, x))
t(lambda: AF.vhp(f, x, torch.ones(2)))
t(lambda: AF.hvp(lambda a, b: (a * a).sum() * b.sum(), (x, y), (torch.ones(2), torch.ones(3))))
t(lambda: AF.vhp(lambda a: a.sum(), x, torch.ones(2)))
t(lambda: AF.vhp(lambda a: a.sum(), x, torch.ones(2), strict=True))
t(lambda: AF.hvp(lambda a: a.sum(), x, torch.ones(2), strict=True))
t(lambda: AF.jvp(lambda a: torch.ones(2), x, torch.ones(2), strict=True))
t(lambda: AF.vjp(lambda a: torch.ones(2), x, torch.ones(2)))
d = torch.tensor([1.0, 2.0], dtype=torch.float64, requires_grad=True)
t(lambda: gradcheck(torch.sin, (d,)))
t(lambda: gradcheck(torch.sin, d))


class Bad(torch.autograd.Function):
    @staticmethod
    def forward(ctx, a):
        ctx.save_for_backward(a)
        return a**2

    @staticmethod
    def backward(ctx, g):
        (a,) = ctx.saved_tensors
        return g * 3 * a


t(lambda: gradcheck(Bad.apply, (d,)))
t(lambda: gradcheck(Bad.apply, (d,), raise_exception=False))
t(lambda: gradcheck(torch.sin, (torch.ones(2),)))
t(lambda: gradcheck(torch.sin, (torch.ones(2, requires_grad=True),)))
t(lambda: gradcheck(lambda a: a.sum(), (torch.ones(2, requires_grad=True),), eps=0.001, atol=0.01))
t(lambda: gradgradcheck(torch.sin, (d,)))
t(lambda: gradgradcheck(lambda a: a**3, (d,)))


class Bad2(torch.autograd.Function):
    @staticmethod
    def forward(ctx, a):
        ctx.save_for_backward(a)
        return a**2

    @staticmethod
    def backward(ctx, g):
        (a,) = ctx.saved_tensors
        return g * 2 * a.detach()


t(lambda: gradcheck(Bad2.apply, (d,)))
t(lambda: gradgradcheck(Bad2.apply, (d,)))
t(
    lambda: gradcheck(
        lambda a, b: a @ b,
        (
            torch.arange(6.0, dtype=torch.float64).reshape(2, 3).requires_grad_(),
            torch.arange(3.0, dtype=torch.float64).requires_grad_(),
        ),
    )
)
t(lambda: gradcheck(lambda a: a.detach(), (d,)))
t(lambda: gradcheck(lambda a: (a * 2, a.exp()), (d,)))
t(lambda: gradcheck(torch.sin, (d,), fast_mode=True))
t(lambda: gradcheck(lambda a: a > 0, (d,)))


class Cst(torch.autograd.Function):
    @staticmethod
    def forward(ctx, a):
        return a * 2

    @staticmethod
    def backward(ctx, g):
        return torch.full_like(g, 2.0)


t(lambda: gradcheck(Cst.apply, (d,)))
t(lambda: torch.func.grad(g)(x))
t(lambda: torch.func.jacrev(f)(x))
t(lambda: torch.func.hessian(g)(x))
t(lambda: torch.func.grad_and_value(g)(x))
t(lambda: torch.func.grad(torch.func.grad(lambda a: a**3))(torch.tensor(2.0)))
t(lambda: torch.func.grad(lambda a, b: (a * b.sum()).sum(), argnums=1)(x, y))
t(lambda: torch.func.grad(lambda a, b: (a * b.sum()).sum(), argnums=(0, 1))(x, y))
t(lambda: torch.func.jacrev(lambda a, b: a.sum() * b, argnums=1)(x, y))
t(lambda: torch.func.grad(f)(x))
t(lambda: torch.func.jacfwd(f)(x))
t(lambda: torch.func.grad(lambda a: (a.sum(), a * 2), has_aux=True)(x))
t(lambda: torch.func.vjp(f, x)[1](torch.ones(2)))
t(lambda: torch.func.jvp(f, (x,), (torch.ones(2),)))
