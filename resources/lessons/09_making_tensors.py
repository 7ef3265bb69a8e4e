# %% [markdown]
# # Making tensors and changing them
# Ways to make a tensor, and to change one
# in place: those names end in `_`.
#
# Press Home, then → through the lines, and
# watch shapes and values. The last cell
# shows where a change is refused.

# %%
import numpy as np
import torch

torch.manual_seed(1)
print(torch.zeros(2, 3))
print(torch.full((2,), 7.), torch.eye(2))
print(torch.arange(5), torch.linspace(0, 1, 5))
print(torch.rand(2, 2))
print(torch.randn(3))

# %%
p = torch.FloatTensor([[1, 2], [3, 4]])
q = torch.ones_like(p)
print(p + q)
print(torch.add(p, q).equal(p + q), torch.mm(p, p))
print(torch.dot(p[0], p[1]))

# %%
table = np.array([1., 2., 3.])
shared = torch.from_numpy(table)
shared.mul_(10)
print(shared, table)

# %%
before = p.clone()
p.add_(100)
p[0, 1] = 0.
print(p, before)

# %%
leaf = torch.tensor([1., 2.], requires_grad=True)
try:
    leaf.add_(1)
except RuntimeError as error:
    print("refused:", error)
with torch.no_grad():
    leaf.add_(1)
print(leaf)
