# %% [markdown]
# # Made after the optimizer
# An optimizer keeps the tensors it was
# given. A `b` made later is another one:
# it gets gradients, and no step moves it.
#
# Open the Problems tab, click the note and
# see two `b`. In the Training tab, watch
# the new one stay at 5 for 100 passes.

# %%
import torch

x = torch.tensor([0., 1., 2., 3.])
target = 2 * x + 1


def train(w, b, optimizer):
    for step in range(100):
        loss = ((w * x + b - target) ** 2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"w = {w.item():.3f}, b = {b.item():.3f}", end=", ")
    print(f"b.grad: {b.grad.item():.1f}, loss {loss.item():.3f}")


# %%
w = torch.tensor(0., requires_grad=True)
b = torch.tensor(0., requires_grad=True)
optimizer = torch.optim.SGD([w, b], lr=0.1)
b = torch.tensor(5., requires_grad=True)
train(w, b, optimizer)

# %%
# An optimizer that is made after its
# parameters moves both.
optimizer = torch.optim.SGD([w, b], lr=0.1)
train(w, b, optimizer)
