"""Principal components by singular values and by eigenvalues."""
import torch

torch.manual_seed(12)
n = 100
latent = torch.randn(n, 2)
mix = torch.tensor([[2.0, 0.5, -1.0, 0.0], [0.0, 1.0, 1.0, 0.5]])
X = latent @ mix + 0.1 * torch.randn(n, 4) + torch.tensor([1.0, 2.0, 3.0, 4.0])
print(X.shape, X[:2])
mean = X.mean(dim=0)
centred = X - mean
print(mean, centred.mean(0).abs().max() < 1e-5)

U, S, Vh = torch.linalg.svd(centred, full_matrices=False)
print(U.shape, S, Vh.shape)
variance = S ** 2 / (n - 1)
print("explained", variance / variance.sum(), torch.cumsum(variance, 0) / variance.sum())
covariance = centred.T @ centred / (n - 1)
print(covariance, torch.allclose(covariance, torch.cov(X.T), atol=1e-4))
values, vectors = torch.linalg.eigh(covariance)
print(values.flip(0), torch.allclose(values.flip(0), variance, rtol=1e-3))
print("same directions", (vectors.flip(1).T @ Vh.T).diagonal().abs().round(decimals=3))

components = Vh[:2]
components = components * components.gather(1, components.abs().argmax(1, keepdim=True)).sign()
Z = centred @ components.T
print(Z.shape, Z[:3], Z.std(0))
back = Z @ components + mean
print(f"error with two: {(X - back).pow(2).mean().item():.5f}")
for k in range(1, 5):
    approximate = (U[:, :k] * S[:k]) @ Vh[:k]
    print(k, f"{(centred - approximate).pow(2).sum().sqrt().item():.4f}", f"{S[k:].pow(2).sum().sqrt().item():.4f}")
print(torch.linalg.matrix_rank(latent @ mix), torch.corrcoef(X.T)[0])

# Power iteration finds the first one.
v = torch.ones(4)
for i in range(20):
    v = covariance @ v
    v = v / v.norm()
print(v @ covariance @ v, variance[0], (v @ Vh[0]).abs())

# And so does gradient ascent on the sphere.
w = torch.ones(4, requires_grad=True)
for i in range(50):
    u = w / w.norm()
    captured = u @ covariance @ u
    (g,) = torch.autograd.grad(captured, w)
    w.data += 0.2 * g
print(captured, w.detach() / w.detach().norm())
