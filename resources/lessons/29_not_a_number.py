# %% [markdown]
# # Not a number
# One step lands where the root does not
# exist. From then on everything is NaN,
# and no later step can repair it.
#
# Open the Problems tab: the note names the
# node that made the first NaN. Watch what
# it was given.

# %%
import torch

x = torch.tensor(1., requires_grad=True)

for step in range(8):
    loss = torch.sqrt(x)
    loss.backward()
    with torch.no_grad():
        x -= 0.6 * x.grad
    x.grad = None
    print(f"step {step + 1}: loss {loss.item():.3f}, x = {x.item():.3f}")
