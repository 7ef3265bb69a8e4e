# %% [markdown]
# # A line and its gradients
# `y = w * x + b`, and how far it is from 2.
#
# Press → to follow the gradient from `loss`
# back to `b`, `w` and `x`. Watch each card
# multiply it. Then move a slider.

# %%
import torch

x = torch.tensor(1.5, requires_grad=True)
w = torch.tensor(2., requires_grad=True)
b = torch.tensor(0.5, requires_grad=True)

y = w * x + b
loss = (y - 2.) ** 2
loss.backward()

# %%
print("dloss/dx =", x.grad.item())
print("dloss/dw =", w.grad.item())
print("dloss/db =", b.grad.item())
