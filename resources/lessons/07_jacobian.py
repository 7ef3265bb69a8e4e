# %% [markdown]
# # The mean and the Jacobian
# The Jacobian holds the derivative of each
# output by each input. A backward pass
# multiplies a row vector by that matrix.
#
# Press B, then →: the mean starts with two
# halves. Press Shift+← and watch the passes
# before it: each picks one row.

# %%
import torch

A = torch.tensor([[1., 2., 0.], [0., 1., 3.]])
x = torch.tensor([1., -1., 2.], requires_grad=True)

# %%
u = A @ x ** 2
rows = []
for i in range(2):
    pick = torch.zeros(2)
    pick[i] = 1.
    x.grad = None
    u.backward(pick, retain_graph=True)
    rows.append(x.grad)

J = torch.stack(rows)
print(J)
print("half of each row, added:", torch.tensor([0.5, 0.5]) @ J)

# %%
x.grad = None
mean = u.mean()
mean.backward()
print("gradient of the mean:   ", x.grad)
