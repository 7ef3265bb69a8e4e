# %% [markdown]
# # The optimizer does the update for you
# `zero_grad`, `backward`, `step`: the loop
# of nearly every PyTorch program.
#
# Watch the Training tab: plain steps crawl,
# momentum rolls. Press Shift+← from pass to
# pass: the updates at their ends are purple.

# %%
import torch


def bowl(p):
    return 0.5 * (p[0] ** 2 + 20 * p[1] ** 2)


def descend(momentum):
    point = torch.tensor([4., 1.], requires_grad=True)
    optimizer = torch.optim.SGD([point], lr=0.02, momentum=momentum)
    optimizer.step()                    # no gradient yet: nothing happens
    for step in range(60):
        optimizer.zero_grad()
        loss = bowl(point)
        loss.backward()
        optimizer.step()
    return point


# %%
plain = descend(momentum=0.)
rolling = descend(momentum=0.8)
print(f"plain SGD:     {plain[0].item():.4f} from the lowest point")
print(f"with momentum: {rolling[0].item():.4f}")

# %%
# What plain SGD does in each step, by hand.
point = torch.tensor([4., 1.], requires_grad=True)
for step in range(60):
    point.grad = None
    bowl(point).backward()
    with torch.no_grad():
        point -= 0.02 * point.grad
print(f"by hand:       {point[0].item():.4f}")
