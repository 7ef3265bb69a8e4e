# %% [markdown]
# # The graph follows your loops
# PyTorch records what the program does this
# time, `if` and `while` included.
#
# Press → to go back through all the turns.
# Then move a slider of `v`, and watch turns
# come and go.

# %%
import torch

v = torch.tensor([0.5, -1., 2.], requires_grad=True)
y = v * 2
turns = 0
while y.detach().norm() < 30:
    y = y * 2
    turns += 1

y.backward(torch.tensor([1., 0.1, 0.01]))

# %%
print(turns, "turns:", y)
print(v.grad)
