# %% [markdown]
# # A network of two layers
# No straight line tells "exactly one is on"
# from the rest. Two layers can learn to.
#
# Press B, then →: where `tanh` is flat,
# little gradient gets through. Watch the
# loss rest on a plateau, then fall.

# %%
import torch

torch.manual_seed(0)
inputs = torch.tensor([[0., 0.], [0., 1.], [1., 0.], [1., 1.]])
target = torch.tensor([[0.], [1.], [1.], [0.]])

W1 = torch.randn(2, 4, requires_grad=True)
b1 = torch.zeros(4, requires_grad=True)
W2 = torch.randn(4, 1, requires_grad=True)
b2 = torch.zeros(1, requires_grad=True)
parameters = [W1, b1, W2, b2]

# %%
for step in range(250):
    hidden = torch.tanh(inputs @ W1 + b1)
    output = hidden @ W2 + b2
    loss = ((output - target) ** 2).mean()

    for p in parameters:
        p.grad = None
    loss.backward()
    with torch.no_grad():
        for p in parameters:
            p -= 0.2 * p.grad
    if step % 50 == 0:
        print(f"step {step:3}: loss {loss.item():.2f}")

# %%
print("exactly one is on:", (output > 0.5).flatten().tolist())
