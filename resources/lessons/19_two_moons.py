# %% [markdown]
# # Two moons and the line between them
# A network learns to tell two interlocked
# half circles apart, and shows what it
# thinks while it learns.
#
# Open the Output tab and watch the line
# bend; limit the speed in the Training tab
# to see it turn in every pass.

# %%
import torch
from torch import nn

try:
    from gradviz import show_plane
except ImportError:  # plain PyTorch: nothing is drawn
    def show_plane(*what):
        pass

torch.manual_seed(1)
n = 40
angle = torch.linspace(0, torch.pi, n)
upper = torch.stack([torch.cos(angle), torch.sin(angle)], dim=1)
lower = torch.stack([1 - torch.cos(angle), 0.5 - torch.sin(angle)], dim=1)
points = torch.cat([upper, lower]) + 0.08 * torch.randn(2 * n, 2)
answer = torch.cat([torch.zeros(n), torch.ones(n)])

model = nn.Sequential(nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=0.05)

# %%
down, across = torch.linspace(-0.9, 1.4, 24), torch.linspace(-1.5, 2.5, 40)
grid = torch.cartesian_prod(down, across).flip(1)


def show():
    with torch.no_grad():
        scores = model(grid).view(24, 40)
    x, y = (-1.5, 2.5), (-0.9, 1.4)
    show_plane("score of class 1", scores, x, y, points, answer)


# %%
for step in range(161):
    score = model(points).squeeze(1)
    loss = nn.functional.binary_cross_entropy_with_logits(score, answer)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 4 == 0:
        show()

right = ((score > 0) == (answer > 0.5)).float().mean().item()
print(f"step {step}: loss {loss.item():.2f}, {right:.0%} right")
