# %% [markdown]
# # What the backward pass needs to remember
#
# Going forward, a node saves the numbers that its derivative needs. Going
# back frees them, unless you ask to keep them.
#
# Press Shift+← until you are at the first pass, then →. Click a card:
# the right side lists its saved tensors. Watch when they are freed.

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
