"""Clusters by Lloyd's algorithm, with broadcasting instead of loops."""
import torch

torch.manual_seed(11)
centres = torch.tensor([[0.0, 0.0], [4.0, 4.0], [0.0, 5.0]])
points = (centres[:, None, :] + 0.6 * torch.randn(3, 30, 2)).reshape(-1, 2)
print(points.shape, points.mean(0), points.min(0).values, points.max(0))

k = 3
guess = points[torch.randperm(len(points))[:k]].clone()
print("start", guess)
for iteration in range(20):
    distance = ((points[:, None, :] - guess[None, :, :]) ** 2).sum(dim=-1)
    if iteration == 0:
        print(distance.shape, distance[0])
    label = distance.argmin(dim=1)
    inertia = distance.gather(1, label[:, None]).sum()
    count = torch.bincount(label, minlength=k)
    new = torch.zeros(k, 2).index_add_(0, label, points) / count[:, None]
    moved = (new - guess).norm()
    print(f"{iteration}: inertia {inertia.item():.3f} sizes {count.tolist()} moved {moved.item():.4f}")
    guess = new
    if moved < 1e-4:
        break
print(guess)
print(torch.cdist(guess, centres).min(dim=1))

order = torch.argsort(guess[:, 0] + 10 * guess[:, 1])
print("sorted", guess[order])
values, inverse, counts = torch.unique(label, return_inverse=True, return_counts=True)
print(values, inverse[:10], counts)
for c in range(k):
    member = points[label == c]
    print(c, member.shape[0], member.mean(0), member.var(0, unbiased=True))

# The same by gradient descent on the distortion.
means = points[:k].clone().requires_grad_(True)
optimizer = torch.optim.SGD([means], lr=0.3)
for step in range(30):
    loss = ((points[:, None] - means[None]) ** 2).sum(-1).min(dim=1).values.mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print(f"{loss.item():.4f}", loss.grad_fn)
print(means)
