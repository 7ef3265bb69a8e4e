"""How weights begin, and what that does to signals."""
import math
import torch
from torch import nn

torch.manual_seed(27)
w = torch.empty(64, 32)
for name, fill in {
    "uniform": lambda: nn.init.uniform_(w, -0.1, 0.1), "normal": lambda: nn.init.normal_(w, 0, 0.02),
    "xavier uniform": lambda: nn.init.xavier_uniform_(w), "xavier normal": lambda: nn.init.xavier_normal_(w, gain=2.0),
    "kaiming uniform": lambda: nn.init.kaiming_uniform_(w, nonlinearity="relu"),
    "kaiming normal": lambda: nn.init.kaiming_normal_(w, mode="fan_out"), "truncated": lambda: nn.init.trunc_normal_(w, std=0.5, a=-1, b=1),
    "constant": lambda: nn.init.constant_(w, 0.3), "sparse": lambda: nn.init.sparse_(w, 0.5), "ones": lambda: nn.init.ones_(w),
}.items():
    fill()
    print(f"{name:16s} mean {w.mean():+.4f} std {w.std():.4f} min {w.min():+.4f} max {w.max():+.4f}")
print(nn.init.eye_(torch.empty(2, 3)))
q = nn.init.orthogonal_(torch.empty(4, 3))
print(torch.allclose(q.T @ q, torch.eye(3), atol=1e-5), q)
print(nn.init.xavier_uniform_(torch.empty(2, 3)))
print([round(nn.init.calculate_gain(n), 4) for n in ("linear", "relu", "tanh", "sigmoid", "selu")], nn.init.calculate_gain("leaky_relu", 0.2))

def spread(scale, activation):
    x = torch.randn(200, 100)
    trail = []
    for _ in range(6):
        x = activation(x @ (torch.randn(100, 100) * scale))
        trail.append(f"{x.std().item():.4f}")
    return trail

print("small      ", spread(0.01, torch.tanh))
print("large      ", spread(1.0, torch.tanh))
print("xavier     ", spread(1 / math.sqrt(100), torch.tanh))
print("xavier relu", spread(1 / math.sqrt(100), torch.relu))
print("he relu    ", spread(math.sqrt(2 / 100), torch.relu))

def init_weights(m):
    if isinstance(m, nn.Linear):
        torch.nn.init.xavier_uniform_(m.weight)
        m.bias.data.fill_(0.01)
        print("set", m)

net = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Sequential(nn.Linear(3, 1)))
net.apply(init_weights)
print(net[0].weight, net[0].bias)
torch.manual_seed(0)
for layer in (nn.Linear(3, 2), nn.Conv2d(1, 2, 2), nn.Embedding(2, 3), nn.RNN(2, 2), nn.BatchNorm1d(2), nn.PReLU(), nn.Bilinear(1, 2, 1)):
    for name, p in layer.named_parameters():
        print(type(layer).__name__, name, p.data.flatten()[:3])
zero = nn.Linear(2, 2)
nn.init.zeros_(zero.weight)
zero(torch.ones(1, 2)).sum().backward()
print("all alike:", zero.weight.grad)
