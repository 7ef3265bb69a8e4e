# %% [markdown]
# # Swings that grow
# The loss falls for 16 steps, yet the
# rate is too large: `y` jumps across the
# valley and back, farther each time.
#
# Open the Problems tab: each swing is 1.08
# times as wide as the last. Then, in the
# Training tab, watch the loss turn up.

# %%
import torch


def descend(learning_rate):
    x = torch.tensor(4., requires_grad=True)
    y = torch.tensor(0.05, requires_grad=True)
    optimizer = torch.optim.SGD([x, y], lr=learning_rate)
    for step in range(31):
        optimizer.zero_grad()
        loss = 0.5 * (x ** 2 + 20 * y ** 2)
        if step in (0, 1, 2, 16, 30):
            print(f"step {step}: loss {loss.item():.3f}, y = {y.item():.3f}")
        loss.backward()
        optimizer.step()


# %%
# The curvature along y is 20, so any rate
# above 2 / 20 is too large.
descend(learning_rate=0.104)

# %%
# Below it each swing is shorter.
descend(learning_rate=0.08)
