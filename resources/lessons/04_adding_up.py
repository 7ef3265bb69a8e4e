# %% [markdown]
# # Gradients add up until you clear them
# `backward()` adds to `.grad` and never
# replaces it: a classic mistake in loops.
#
# Type 1 into the pass field below, then
# press → and on. Watch the `.grad` of `w`
# grow, and later start again from zero.

# %%
import torch

factors = torch.tensor([1., 2., 3.])
w = torch.ones(3, requires_grad=True)

for turn in range(3):
    total = (w * factors).sum()
    total.backward()
    print("added to what was there:", w.grad)

# %%
w.grad.zero_()
for turn in range(2):
    total = (w * factors).sum()
    total.backward()
    print("cleared after each pass:", w.grad)
    w.grad.zero_()

# %%
# None clears it too: the next pass then has nothing to add to.
w.grad = None
(w * factors).sum().backward()
print("after None:", w.grad)
