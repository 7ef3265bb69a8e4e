# %% [markdown]
# # There and back again
# Just below the largest possible step the
# point jumps from one side of the valley
# to the other, and gets hardly lower.
#
# Open the Problems tab for the proof. Then
# move `learning_rate` to 0.05, and watch
# half the step get far lower.

# %%
import torch

learning_rate = 0.099
p = torch.tensor([4., 1.], requires_grad=True)
optimizer = torch.optim.SGD([p], lr=learning_rate)

for step in range(50):
    optimizer.zero_grad()
    loss = 0.5 * (p[0] ** 2 + 20 * p[1] ** 2)
    loss.backward()
    optimizer.step()
    if step < 4:
        print(f"step {step + 1}: across the valley {p[1].item():.3f}")

# %%
print(f"loss: {loss.item():.3f}")
