# %% [markdown]
# # The slope of a parabola
# `3x² + 4x + 2` has the slope `6x + 4`, but
# PyTorch never sees that formula.
#
# Press → until two gradients meet at `x`,
# one of 3x² and one of 4x. Watch them add.

# %%
import torch


def f(x):
    return 3 * x ** 2 + 4 * x + 2


# %%
x = torch.tensor(2., requires_grad=True)
y = f(x)
y.backward()
print("f(2) =", y.item())
print("slope from backward:", x.grad.item())

# %%
h = 0.001
print("slope from a small step:", round((f(2 + h) - f(2 - h)) / (2 * h), 3))
