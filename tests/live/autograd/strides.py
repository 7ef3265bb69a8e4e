"""How the gradients of tensors that are no leaves lie in memory: a sum prefers no order, a factor does."""

import torch

FUNCTIONS = {
    "tanh": torch.tanh,
    "exp": torch.exp,
    "sigmoid": torch.sigmoid,
    "square": lambda x: x * x,
    "cube": lambda x: x**3,
    "one over": lambda x: 1 / x,
    "into numbers": lambda x: x * 3 + 1,
    "turned": lambda x: x.t().sin(),
}
LOSSES = {"sum": lambda x: x.sum(), "sums": lambda x: x.sum(0).sum(), "kept": lambda x: x.sum(1, True).sum()}

leaf = torch.tensor([[1.0, 2.0], [3.0, 4.0]], dtype=torch.float64, requires_grad=True)
for name, function in FUNCTIONS.items():
    for way, loss in LOSSES.items():
        turned = (leaf * 1).t()
        (slope,) = torch.autograd.grad(loss(function(turned)), turned)
        print(name, way, slope.clone().stride())

changed = leaf * 1
changed.transpose_(0, -1)
(slope,) = torch.autograd.grad(changed.tanh().sum(), changed, create_graph=True)
print(slope.stride(), torch.autograd.grad(slope.sum(), changed)[0].stride())

# %%
wide = (torch.ones(2, 3, requires_grad=True) * 1).sum(0)
(slope,) = torch.autograd.grad(wide.sum(), wide)
print(slope.clone().stride(), slope)
