# %% [markdown]
# # A weight cut off from the loss
# `detach` says: this is a constant. A weight
# behind it gets no gradient, and an
# optimizer leaves it alone without a word.
#
# Open the Problems tab for the proof. Click
# the note and watch the inspector:
# `b.grad` is None.

# %%
import torch

x = torch.tensor([0., 1., 2., 3.])
target = 2 * x + 1


def train(cuts):
    w = torch.tensor(0., requires_grad=True)
    b = torch.tensor(0., requires_grad=True)
    optimizer = torch.optim.SGD([w, b], lr=0.1)
    for step in range(100):
        offset = b.detach() if cuts else b
        loss = ((w * x + offset - target) ** 2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"w = {w.item():.3f}, b = {b.item():.3f}, b.grad: {b.grad}")


# %%
train(cuts=True)
train(cuts=False)
