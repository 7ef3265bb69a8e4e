# %% [markdown]
# # Twenty sigmoids in a row
# A sigmoid multiplies the gradient by at
# most 1/4. After twenty of them nothing is
# left for the first weights.
#
# Open the Problems tab for the norms. Press
# Home, then B and →, and watch the numbers
# shrink from card to card.

# %%
import torch


def slope(activation):
    x = torch.tensor(0.5, requires_grad=True)
    y = x
    for layer in range(20):
        y = activation(y)
    y.backward()
    return x.grad.item()


# %%
print(f"20 × relu:    {slope(torch.relu):.1f}")
print(f"20 × tanh:    {slope(torch.tanh):.3f}")
print(f"20 × sigmoid: {slope(torch.sigmoid):.2e}")
print(f"at most:      {0.25 ** 20:.2e}")
