# %% [markdown]
# # Gradients that are never cleared
# `backward` adds to `.grad`. Without
# `zero_grad` every step uses all the slopes
# that ever were.
#
# Open the Problems tab: the note has the
# numbers. Click it, and watch 8 + 6.4 go
# into `x.grad` in pass 2.

# %%
import torch


def descend(clears):
    x = torch.tensor(4., requires_grad=True)
    optimizer = torch.optim.SGD([x], lr=0.1)
    for step in range(30):
        if clears:
            optimizer.zero_grad()
        loss = x ** 2
        loss.backward()
        optimizer.step()
    return x.item()


# %%
# The minimum is at 0.
print(f"never cleared: x = {descend(clears=False):.4f}")
print(f"cleared:       x = {descend(clears=True):.4f}")
