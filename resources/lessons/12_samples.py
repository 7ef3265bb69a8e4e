# %% [markdown]
# # One sample at a time, or all at once
# The gradient of the mean loss is the mean
# of the gradients of the single losses.
#
# Go to pass 1 and press Shift+→: 1 to 5 add
# up what 6 does at once. Watch the Training
# tab: updating after each sample is jumpier.

# %%
import torch

x = torch.tensor([-2., -1., 0., 1., 2.])
target = 1.5 * x - 0.5
n = len(x)
learning_rate = 0.05

# %%
# The same gradient in five passes and in one.
w = torch.tensor(0., requires_grad=True)
b = torch.tensor(1., requires_grad=True)
for i in range(n):
    loss = (w * x[i] + b - target[i]) ** 2 / n
    loss.backward()
print("five small passes:", w.grad, b.grad)

w.grad = None
b.grad = None
loss = ((w * x + b - target) ** 2).mean()
loss.backward()
print("one pass for all: ", w.grad, b.grad)

# %%
# Update after every sample, ten rounds.
w = torch.tensor(0., requires_grad=True)
b = torch.tensor(1., requires_grad=True)
for turn in range(10):
    for i in range(n):
        w.grad = None
        b.grad = None
        loss = (w * x[i] + b - target[i]) ** 2
        loss.backward()
        with torch.no_grad():
            w -= learning_rate * w.grad
            b -= learning_rate * b.grad
print(f"sample by sample: w = {w.item():.3f}, b = {b.item():.3f}")

# %%
# Update once for all samples, fifty times. `.data` is the older way to
# change a leaf without tracking.
w = torch.tensor(0., requires_grad=True)
b = torch.tensor(1., requires_grad=True)
for turn in range(50):
    loss = ((w * x + b - target) ** 2).mean()
    loss.backward()
    w.data -= learning_rate * w.grad
    b.data -= learning_rate * b.grad
    w.grad.zero_()
    b.grad.zero_()
print(f"all at once:      w = {w.item():.3f}, b = {b.item():.3f}")
