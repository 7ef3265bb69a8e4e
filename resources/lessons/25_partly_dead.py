# %% [markdown]
# # Units that never fire
# All inputs lie between 2 and 4. A unit
# with a negative weight gives 0 for each
# of them, and that weight cannot learn.
#
# Open the Problems tab: 4 of the 8 units.
# Click the note, and watch the card of
# the relu: the columns of the 4 are empty.

# %%
import torch
from torch import nn

torch.manual_seed(1)
x = torch.linspace(2, 4, 25).unsqueeze(1)
target = (x - 3).abs()


def network():
    first = nn.Linear(1, 8)
    nn.init.constant_(first.bias, 0.1)
    return nn.Sequential(first, nn.ReLU(), nn.Linear(8, 1))


def train(model, x):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    for step in range(200):
        loss = ((model(x) - target) ** 2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    fires = (model[:2](x) > 0).any(dim=0)
    print(f"loss {loss:.3f}, {fires.sum()} of 8 units fire")


# %%
# The 4 that fire do so for every input:
# together they draw one straight line.
raw = network()
train(raw, x)

# %%
# Inputs between -1 and 1: each unit fires
# for those on one side.
centred = network()
train(centred, x - 3)
