"""What a model and an optimizer carry."""
import torch
from torch import nn

torch.manual_seed(38)
model = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3), nn.ReLU(), nn.Linear(3, 1))
state = model.state_dict()
print(type(state).__name__, len(state))
for key in state:
    print(f"{key:24s} {str(state[key].dtype):14s} {tuple(state[key].shape)}")
print(state["0.weight"], state["0.weight"].requires_grad)
print(state)

state["3.bias"].fill_(7.0)
print(model[3].bias)
copied = {k: v.clone() for k, v in state.items()}
copied["3.bias"].zero_()
print(model[3].bias, model.load_state_dict(copied), model[3].bias)

optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
print(optimizer.state_dict())
model(torch.ones(4, 2) * torch.arange(4.0)[:, None]).sum().backward()
optimizer.step()
print(list(optimizer.state_dict()["state"]), optimizer.state_dict()["state"][5])
print(optimizer.state[model[3].bias])
print(model[1].num_batches_tracked, model.state_dict()["1.running_mean"])

other = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3), nn.ReLU(), nn.Linear(3, 1))
print(other.load_state_dict({**model.state_dict(), "extra": torch.ones(1)}, strict=False))
for bad in ({}, {**model.state_dict(), "extra": torch.ones(1)}, {**model.state_dict(), "0.weight": torch.ones(5, 5)}):
    try:
        other.load_state_dict(bad)
    except RuntimeError as error:
        print(error)

# A running average of the weights.
average = {k: v.clone().float() for k, v in model.state_dict().items()}
for step in range(3):
    with torch.no_grad():
        for p in model.parameters():
            p.add_(0.1)
    for k, v in model.state_dict().items():
        average[k] = 0.5 * average[k] + 0.5 * v
print(average["3.bias"], model[3].bias.data)
print(sum(v.numel() * v.element_size() for v in model.state_dict().values()), "bytes")

class Counter(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("seen", torch.tensor(0))
        self.register_buffer("hidden", torch.zeros(2), persistent=False)
        self.w = nn.Parameter(torch.zeros(2))
        self.plain = torch.zeros(2)

    def forward(self, x):
        self.seen += 1
        return x * self.w

c = Counter()
c(torch.ones(2)), c(torch.ones(2))
print(c.state_dict(), [n for n, _ in c.named_buffers()], dict(c.named_parameters()))
print(c.state_dict(prefix="counter."))
del c.w
c.w = nn.Parameter(torch.ones(1))
print(c.w, c)
