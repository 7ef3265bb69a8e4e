# %% [markdown]
# # Four learning rates, side by side
# Too small a step creeps. Too large a step
# jumps across the valley and back.
#
# Open the Training tab and watch the four
# descents, one after the other. Press L for
# a logarithmic axis: they become lines.

# %%
import torch


def valley(x):
    return 0.5 * (x - 1) ** 2


def descend(learning_rate, steps=25):
    x = torch.tensor(4., requires_grad=True)
    for step in range(steps):
        loss = valley(x)
        loss.backward()
        with torch.no_grad():
            x -= learning_rate * x.grad
        x.grad = None
    return x.item()


# %%
# Each step multiplies the distance to the minimum, 1, by 1 - rate.
for rate in [0.05, 0.5, 1.5, 1.95]:
    x = descend(rate)
    print(f"rate {rate}: after 25 steps x = {x:.4f}")
