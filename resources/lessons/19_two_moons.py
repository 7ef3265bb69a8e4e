# %% [markdown]
# # Two moons and the line between them
# A network learns to tell two interlocked
# half circles apart, and draws what it
# thinks while it learns.
#
# Open the Output tab and watch: `#` is
# where it says 1, `.` where it says 0.
# The samples are `o` and `x`.

# %%
import torch
from torch import nn

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
across, down = torch.linspace(-1.5, 2.5, 41), torch.linspace(1.4, -0.9, 15)
grid = torch.cartesian_prod(down, across).flip(1)


def show():
    with torch.no_grad():
        says = (model(grid) > 0).view(15, 41).tolist()
    rows = [["#" if one else "." for one in row] for row in says]
    for (x, y), label in zip(points.tolist(), answer.tolist()):
        row, column = round((1.4 - y) / 2.3 * 14), round((x + 1.5) * 10)
        rows[row][column] = "x" if label else "o"
    print("\n".join("".join(row) for row in rows))


# %%
for step in range(161):
    score = model(points).squeeze(1)
    loss = nn.functional.binary_cross_entropy_with_logits(score, answer)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 40 == 0:
        right = ((score > 0) == (answer > 0.5)).float().mean().item()
        print(f"step {step}: loss {loss.item():.2f}, {right:.0%} right")
        show()
