# %% [markdown]
# # Work that is not tracked
# Only what depends on a tensor with
# `requires_grad` is recorded.
#
# Press Home, then →: what is not recorded
# is dashed and grey. Watch `constant`: the
# numbers of `y`, but no gradient passes.

# %%
import torch

x = torch.tensor([1., 2.])
print("at first:", x.requires_grad, (x * 3).requires_grad)
x.requires_grad_(True)
print("switched on:", x.requires_grad, (x * 3).requires_grad)

# %%
with torch.no_grad():
    z = x * 10
print("made under no_grad:", z, z.requires_grad)

# %%
y = x ** 2
constant = y.detach()
print("same numbers:", y.eq(constant).all())
print("constant is tracked:", constant.requires_grad)

# %%
loss = (y * constant).sum()
loss.backward()
print("2x * x², not 4x³:", x.grad)
x.requires_grad_(False)
