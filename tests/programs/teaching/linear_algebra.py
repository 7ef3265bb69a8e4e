"""Products, factorisations, and what they say."""
import torch

A = torch.tensor([[4.0, 1.0, 0.0], [1.0, 3.0, 1.0], [0.0, 1.0, 2.0]], dtype=torch.float64)
b = torch.tensor([1.0, 2.0, 3.0], dtype=torch.float64)
print(A @ b, torch.mv(A, b), b @ b, torch.dot(b, b), torch.outer(b, b))
print(A.T.equal(A), torch.trace(A), A.det(), torch.linalg.matrix_rank(A), A.diag())
x = torch.linalg.solve(A, b)
print(x, torch.allclose(A @ x, b), torch.linalg.inv(A))
print(torch.linalg.norm(A), A.norm(), torch.linalg.norm(b, ord=1), torch.linalg.norm(b, float("inf")))

L = torch.linalg.cholesky(A)
print(L, torch.allclose(L @ L.T, A))
Q, R = torch.linalg.qr(A)
print(torch.allclose(Q @ R, A), torch.allclose(Q.T @ Q, torch.eye(3, dtype=torch.float64)), R.diagonal().abs())
values, vectors = torch.linalg.eigh(A)
print(values)
print(torch.allclose(vectors @ torch.diag(values) @ vectors.T, A))
U, S, Vh = torch.linalg.svd(A[:, :2], full_matrices=False)
print(U.shape, S, Vh.shape)
rank_one = S[0] * torch.outer(U[:, 0], Vh[0])
print("best rank one leaves", torch.linalg.norm(A[:, :2] - rank_one), "= second singular value", S[1])
print(torch.allclose(torch.linalg.pinv(A[:, :2]) @ A[:, :2], torch.eye(2, dtype=torch.float64)), torch.linalg.pinv(A[:, :2]))
print(torch.matrix_power(A, 3)[0], torch.linalg.multi_dot([A, A, b]))

batch = torch.arange(12.0).view(2, 2, 3)
other = torch.ones(2, 3, 2)
print(torch.bmm(batch, other), (batch @ other).shape, (batch @ torch.ones(3)).shape)
print(torch.einsum("bij,bjk->bik", batch, other).equal(batch @ other))
print(torch.einsum("ii", A), torch.einsum("ij->j", A), torch.einsum("i,j->ij", b, b).shape)
print(torch.kron(torch.eye(2), torch.tensor([[1.0, 2.0]])), torch.block_diag(torch.ones(1, 2), torch.ones(2, 1)))
print(torch.cross(torch.tensor([1.0, 0.0, 0.0]), torch.tensor([0.0, 1.0, 0.0]), dim=0))
for name, bad in {"matmul": lambda: A @ A[:2], "mv": lambda: torch.mv(A, b[:2]), "inverse": lambda: torch.linalg.inv(A[:2]),
                  "dot": lambda: torch.dot(A, b), "bmm": lambda: torch.bmm(batch, batch)}.items():
    try:
        bad()
    except RuntimeError as error:
        print(name, "->", error)
try:
    torch.linalg.solve(torch.zeros(2, 2), torch.ones(2))
except RuntimeError as error:
    print(type(error).__name__, error)

M = A.clone().requires_grad_(True)
torch.logdet(M).backward()
print(M.grad, torch.allclose(M.grad, torch.linalg.inv(A).T))
y = torch.tensor([1.0, 2.0, 3.0], dtype=torch.float64, requires_grad=True)
q = y @ A @ y
q.backward()
print(q, y.grad, 2 * A @ y.detach())
