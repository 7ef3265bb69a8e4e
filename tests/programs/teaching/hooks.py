"""Listening to gradients and activations on their way."""
import torch
from torch import nn

x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
y = x * 2
handle = y.register_hook(lambda g: print("  grad of y:", g))
x.register_hook(lambda g: g * 10)
y.pow(2).sum().backward()
print(x.grad)
handle.remove()
x.grad = None
(x * 2).sum().backward()
print(x.grad)

z = x ** 2
z.retain_grad()
z.sum().backward()
print(z.grad, z.retains_grad, z.is_leaf)

torch.manual_seed(8)
net = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))
activations = {}

def remember(name):
    def hook(module, inputs, output):
        activations[name] = output.detach()
    return hook

handles = [layer.register_forward_hook(remember(f"layer{i}")) for i, layer in enumerate(net)]
net[0].register_forward_pre_hook(lambda module, args: print("  into", module, args[0].shape))
out = net(torch.ones(2, 3))
for name, value in activations.items():
    print(name, value.shape)
    print(value)
for h in handles:
    h.remove()

def inspect(module, grad_input, grad_output):
    print("  ", type(module).__name__, [g.shape if g is not None else None for g in grad_input],
          [tuple(g.shape) for g in grad_output])

for layer in net:
    layer.register_full_backward_hook(inspect)
net(torch.ones(2, 3, requires_grad=True)).sum().backward()
print(net[2].bias.grad)

w = torch.ones(2, requires_grad=True)
w.register_post_accumulate_grad_hook(lambda p: print("  accumulated", p.grad))
(w * 3).sum().backward()
node = (w * 3).sum().grad_fn
node.register_hook(lambda gi, go: print("  node", gi, go))
node.register_prehook(lambda go: print("  before", go))
(w * 3).sum().backward()
