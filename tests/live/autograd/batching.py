"""torch.func over nests, modules as functions, vmap."""

import warnings

import torch
from torch import nn
from torch.func import functional_call, grad, grad_and_value, hessian, jacrev, vjp, vmap


def t(call):
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of parts of PyTorch's own
            print(call())
    except Exception as error:  # noqa: BLE001 - what fails is shown
        print(type(error).__name__, error)


torch.manual_seed(0)
x, y = torch.randn(4, 3), torch.randn(4, 3)
w = torch.randn(2, 3)

# vmap over dimensions of inputs and outputs
t(lambda: vmap(torch.dot)(x, y))
t(lambda: vmap(lambda a: a.sum())(x))
t(lambda: vmap(lambda a: a * 2, in_dims=1)(x))
t(lambda: vmap(lambda a: a * 2, in_dims=1, out_dims=1)(x))
t(lambda: vmap(lambda a: a * 2, in_dims=-1, out_dims=-1)(x))
t(lambda: vmap(lambda a, b: a @ b, in_dims=(0, None))(x, w.T))
t(lambda: vmap(lambda a, b: a + b, in_dims=(None, 0))(x[0], y))
t(lambda: vmap(lambda a: (a.sum(), a * 2))(x))
t(lambda: vmap(lambda a: (a.sum(), a * 2), out_dims=(0, 1))(x))
t(lambda: vmap(lambda a: {"sum": a.sum(), "twice": [a, a]})(x))
t(lambda: vmap(lambda pair: pair[0] * pair[1])((x, y)))
t(lambda: vmap(lambda pair, k: pair["a"] * pair["b"] + k, in_dims=({"a": 0, "b": None}, None))({"a": x, "b": y[0]}, 3))
t(lambda: vmap(vmap(torch.mul), in_dims=(0, None))(x, y[:, 0].expand(3, 4)[:, 0]))
t(lambda: vmap(lambda a, b: a * b)(x, b=2.0))
t(lambda: torch.vmap(torch.sin)(x[0]))

# mistakes
t(lambda: vmap(torch.dot)(x, y[:3]))
t(lambda: vmap(torch.dot)())
t(lambda: vmap(torch.sin, in_dims=5)(x))
t(lambda: vmap(torch.sin, in_dims="a")(x))
t(lambda: vmap(torch.sin)(3.0))
t(lambda: vmap(torch.sin, in_dims=None)(x))
t(lambda: vmap(torch.sin, randomness="some"))
t(lambda: vmap(lambda a: 3)(x))
t(lambda: vmap(torch.sin, chunk_size=0)(x))

# a module as a function, gradients per sample
model = nn.Sequential(nn.Linear(3, 2), nn.Tanh(), nn.Linear(2, 1))
parameters = {name: each.detach() for name, each in model.named_parameters()}
zeros = {name: torch.zeros_like(each) for name, each in parameters.items()}
t(lambda: functional_call(model, parameters, (x,)))
t(lambda: functional_call(model, zeros, x))
t(lambda: functional_call(model, {"0.weight": torch.ones(2, 3)}, x))
t(lambda: model(x))
t(lambda: functional_call(model, (parameters, {"0.bias": torch.ones(2)}), x))
t(lambda: functional_call(model, 3, x))
t(lambda: functional_call(model, [3], x))


def loss(parameters, sample, target):
    return ((functional_call(model, parameters, (sample,)) - target) ** 2).mean()


def show(gradients):
    return {name: each.flatten()[:4] for name, each in gradients.items()}


t(lambda: show(grad(loss)(parameters, x, y[:, :1])))
t(lambda: show(grad_and_value(loss)(parameters, x, y[:, :1])[0]))
t(lambda: grad_and_value(loss)(parameters, x, y[:, :1])[1])
t(lambda: show(vmap(grad(loss), in_dims=(None, 0, 0))(parameters, x, y[:, :1])))
t(lambda: vmap(grad(lambda a: (a**3).sum()))(x))
t(lambda: vmap(jacrev(torch.sin))(x))
t(lambda: vmap(hessian(lambda a: (a**3).sum()))(x[:2]) + 0.0)  # without the signs of zeros
t(lambda: grad(lambda pair: (pair[0] * pair[1]).sum())((x[0], y[0])))
t(lambda: grad(lambda a, b: (a["k"] * b).sum(), argnums=(0, 1))({"k": x[0]}, y[0]))
value, back = vjp(lambda a: {"s": a.sin(), "c": a.cos()}, x[0])
t(lambda: value)
t(lambda: back({"s": torch.ones(3), "c": torch.zeros(3)}))
own = dict(model.named_parameters())
functional_call(model, {name: each * 2 for name, each in own.items()}, x).sum().backward()
t(lambda: own["2.weight"].grad)


class Tied(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(2, 2, bias=False)
        self.b = self.a
        self.register_buffer("scale", torch.tensor(2.0))

    def forward(self, x, more=0.0):
        return self.b(self.a(x)) * self.scale + more


tied = Tied()
t(lambda: functional_call(tied, {"a.weight": torch.eye(2), "scale": torch.tensor(3.0)}, torch.ones(2), {"more": 1.0}))
t(lambda: functional_call(tied, {"a.weight": torch.eye(2)}, torch.ones(2), tie_weights=False))
