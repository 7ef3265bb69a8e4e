# %% [markdown]
# # A tensor used more than once
#
# Each use of a tensor is a way by which it changes the result. The
# gradients of all the ways are added.
#
# Press → until `a` runs: it waits for three gradients, two of them from
# `a * a`. Watch the chain rule on the right: one term for each use.

# %%
import torch

x = torch.tensor(3., requires_grad=True)
a = 2 * x
y = a * a + a
y.backward()

# %%
print("dy/dx = 2 * (2a + 1) =", x.grad.item())
