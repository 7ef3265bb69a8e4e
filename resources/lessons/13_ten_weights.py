# %% [markdown]
# # Ten weights at once
# The loop for one weight finds ten. The
# gradient is then a vector of ten slopes.
#
# Open the Training tab and watch the loss
# fall. The graph is no bigger than for one
# weight, only the shapes have grown.

# %%
import torch

torch.manual_seed(0)
true_w = torch.linspace(-1, 1, 10)
X = torch.rand(40, 10) * 2 - 1
target = X @ true_w + 3

w = torch.zeros(10, requires_grad=True)
b = torch.zeros(1, requires_grad=True)

# %%
for step in range(200):
    error = X @ w + b - target
    loss = torch.mean(error ** 2)
    loss.backward()
    with torch.no_grad():
        w -= 0.5 * w.grad
        b -= 0.5 * b.grad
        w.grad.zero_()
        b.grad.zero_()

# %%
print("found:", w.detach())
print("true: ", true_w)
print(f"offset: {b.item():.3f}")
