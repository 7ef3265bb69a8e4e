# %% [markdown]
# # When the result is a vector
# A number can start the backward pass. For a
# vector, say how much each entry counts.
#
# Press →: the pass starts with `gradient=`.
# Watch 1 and 10 scale what reaches the
# leaves.

# %%
import torch

a = torch.tensor([1., 2.], requires_grad=True)
b = torch.tensor([4., -1.], requires_grad=True)
q = a ** 3 - 2 * b ** 2
print(q)

# %%
try:
    q.backward()
except RuntimeError as error:
    print("refused:", error)

# %%
q.backward(gradient=torch.tensor([1., 10.]))
print("weight * 3a²  =", a.grad)
print("weight * -4b  =", b.grad)
