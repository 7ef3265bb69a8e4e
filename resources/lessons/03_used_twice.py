# %% [markdown]
# # A tensor used more than once
# Each use of a tensor changes the result.
# The gradients of all its uses are added.
#
# Press → until `a` runs: it waits for three
# gradients. Watch the chain rule on the
# right: it has one term for each use.

# %%
import torch

x = torch.tensor(3., requires_grad=True)
a = 2 * x
y = a * a + a
y.backward()

# %%
print("dy/dx = 2 * (2a + 1) =", x.grad.item())
