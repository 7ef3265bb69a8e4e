# %% [markdown]
# # What the backward pass must remember
# Going forward, nodes save numbers for their
# derivatives. Going back frees them.
#
# Go to pass 1, press → and click a card: its
# saved tensors are on the right. Watch when
# they are freed, and what is refused then.

# %%
import torch

x = torch.tensor(2., requires_grad=True)
y = x.exp() * x
y.backward()
print("(1 + x) * exp(x) =", x.grad)

# %%
try:
    y.backward()
except RuntimeError as error:
    print("refused:", str(error).split(".")[0])

# %%
x.grad = None
y = x.exp() * x
y.backward(retain_graph=True)
y.backward()
print("two passes over one graph:", x.grad)

# %%
# sigmoid saves its result s, because its derivative is s * (1 - s).
# Changing s spoils that.
s = torch.sigmoid(x)
s.mul_(2)
try:
    s.backward()
except RuntimeError as error:
    print("refused:", str(error).split(":")[0])
