# %% [markdown]
# # A dead relu
# Where all its inputs are negative, a relu
# gives 0 and passes 0 back. Nothing before
# it will ever change.
#
# Open the Problems tab for the proof. Press
# B, then →, and watch the gradient stop at
# `relu`.

# %%
import torch
from torch import nn

torch.manual_seed(0)
x = torch.linspace(-1, 1, 16).unsqueeze(1)
target = x.abs()

# %%
for bias in (-3., 0.5):
    first, last = nn.Linear(1, 6), nn.Linear(6, 1)
    nn.init.constant_(first.bias, bias)
    parameters = [*first.parameters(), *last.parameters()]
    optimizer = torch.optim.SGD(parameters, lr=0.1)
    for step in range(100):
        hidden = torch.relu(first(x))
        loss = ((last(hidden) - target) ** 2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    active = (hidden > 0).sum()
    print(f"bias {bias}: loss {loss:.3f}, {active} of 96 outputs not 0")
