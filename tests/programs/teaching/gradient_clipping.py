"""Gradients that explode, and two ways to hold them."""
import torch
from torch import nn

w = nn.Parameter(torch.tensor([3.0, 4.0]))
w.grad = torch.tensor([30.0, 40.0])
norm = nn.utils.clip_grad_norm_([w], max_norm=5.0)
print(norm, w.grad, w.grad.norm())
w.grad = torch.tensor([0.3, 0.4])
print(nn.utils.clip_grad_norm_(w, 5.0), w.grad)
w.grad = torch.tensor([30.0, -0.4])
nn.utils.clip_grad_value_([w], 1.0)
print(w.grad)
w.grad = torch.tensor([3.0, -4.0])
print(nn.utils.clip_grad_norm_([w], 1.0, norm_type=float("inf")), w.grad)
print(nn.utils.clip_grad_norm_([], 1.0))

torch.manual_seed(34)
rnn = nn.RNN(1, 6, nonlinearity="relu")
with torch.no_grad():
    rnn.weight_hh_l0.mul_(4)
head = nn.Linear(6, 1)
parameters = list(rnn.parameters()) + list(head.parameters())
x = torch.randn(12, 4, 1)
y = x.sum(0)

def train(clip):
    saved = [p.detach().clone() for p in parameters]
    optimizer = torch.optim.SGD(parameters, lr=0.01)
    for step in range(5):
        optimizer.zero_grad()
        out, _ = rnn(x)
        loss = ((head(out[-1]) - y) ** 2).mean()
        loss.backward()
        total = torch.sqrt(sum(p.grad.pow(2).sum() for p in parameters))
        if clip:
            nn.utils.clip_grad_norm_(parameters, clip)
        optimizer.step()
        print(f"   clip {clip} step {step} loss {loss.item():.4g} norm {total.item():.4g}")
        if not torch.isfinite(loss):
            break
    with torch.no_grad():
        for p, s in zip(parameters, saved):
            p.copy_(s)

train(None)
train(1.0)
v = torch.tensor([1.0, 2.0], requires_grad=True)
v.register_hook(lambda g: g.clamp(-0.5, 0.5))
(v ** 3).sum().backward()
print(v.grad)
print(torch.nn.utils.parameters_to_vector(head.parameters()).shape)
vector = torch.arange(7.0)
torch.nn.utils.vector_to_parameters(vector, head.parameters())
print(head.weight, head.bias)
