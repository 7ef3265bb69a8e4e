# %% [markdown]
# # Six optimizers in a curved valley
# Rosenbrock's valley is easy to find and
# hard to follow: its floor is nearly flat,
# and bends.
#
# Open the Function tab and watch the path
# over the contours. Click a curve of the
# Training tab: that pass is shown whole.

# %%
import math

import torch
from torch import optim


def rosenbrock(x, y):
    return (1 - x) ** 2 + 20 * (y - x ** 2) ** 2


makers = {
    "SGD": lambda leaves: optim.SGD(leaves, lr=0.003),
    "momentum": lambda leaves: optim.SGD(leaves, lr=0.003, momentum=0.9),
    "Adagrad": lambda leaves: optim.Adagrad(leaves, lr=0.5),
    "RMSprop": lambda leaves: optim.RMSprop(leaves, lr=0.02),
    "Adam": lambda leaves: optim.Adam(leaves, lr=0.1),
    "Rprop": lambda leaves: optim.Rprop(leaves, lr=0.02),
}

# %%
ends = {}
for name, make in makers.items():
    x = torch.tensor(-1.2, requires_grad=True)
    y = torch.tensor(1., requires_grad=True)
    optimizer = make([x, y])
    for step in range(150):
        optimizer.zero_grad()
        loss = rosenbrock(x, y)
        loss.backward()
        optimizer.step()
    ends[name] = x.item(), y.item()
    away = math.hypot(x.item() - 1, y.item() - 1)
    print(f"{name:9} ends {away:.2f} from the minimum")
