# %% [markdown]
# # Yes or no: logistic regression
# A sigmoid turns a weighted sum into a
# probability. The loss punishes being sure
# and wrong.
#
# Press B, then →: the gradient at the sum
# is just probability minus answer. Open the
# Training tab and watch the weights grow.

# %%
import torch

hours = torch.tensor([0.5, 1., 1.5, 2., 2.5, 3., 3.5, 4., 4.5, 5.])
passed = torch.tensor([0., 0., 0., 1., 0., 1., 0., 1., 1., 1.])

w = torch.tensor(0., requires_grad=True)
b = torch.tensor(0., requires_grad=True)

# %%
for step in range(100):
    p = torch.sigmoid(w * hours + b)
    loss = -(passed * p.log() + (1 - passed) * (1 - p).log()).mean()
    loss.backward()
    with torch.no_grad():
        w -= 0.5 * w.grad
        b -= 0.5 * b.grad
    w.grad = None
    b.grad = None

# %%
right = ((p > 0.5) == (passed > 0.5)).sum().item()
print(f"w = {w.item():.3f}, b = {b.item():.3f}, loss = {loss.item():.3f}")
print(f"even chances after {-b.item() / w.item():.2f} hours")
print("right:", right, "of", len(hours))
