# %% [markdown]
# # Walking down to a minimum
# The slope says which way is up. Step the
# other way until the ground is nearly flat.
#
# Open the Training tab and watch the point
# slide down. Then move `learning_rate` to
# 0.45, and to 0.55.

# %%
import torch


def f(x):
    return 2 * x ** 2 - 3 * x + 1


# %%
learning_rate = 0.1
x = torch.tensor(4., requires_grad=True)

for step in range(200):
    y = f(x)
    y.backward()
    slope = x.grad.item()
    with torch.no_grad():
        x -= learning_rate * x.grad
    x.grad.zero_()
    if abs(slope) < 0.001:
        break

print("steps:", step + 1)
print(f"minimum near x = {x.item():.4f}, f(x) = {f(x).item():.4f}")
