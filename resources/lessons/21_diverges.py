# %% [markdown]
# # Steps that grow and grow
# The gradient says which way is down, not
# how far. Beyond 2 / curvature each step
# lands higher than it left.
#
# Open the Problems tab for the proof. Then
# move the slider of `learning_rate` to 0.9,
# and watch the loss fall instead.

# %%
import torch

learning_rate = 1.1
x = torch.tensor(2., requires_grad=True)

for step in range(40):
    loss = (x - 1) ** 2
    loss.backward()
    with torch.no_grad():
        x -= learning_rate * x.grad
    x.grad = None
    if step < 4:
        print(f"step {step + 1}: x = {x.item():.3f}")

# %%
print(f"last loss: {loss.item():.3g}")
