"""torch.linalg: norms, products, decompositions and systems of equations."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from gradviz.engine import watch as _watch
from gradviz.engine.names import missing
from gradviz.engine.ops import decomposition as _matrices
from gradviz.engine.ops.deviation import vector_norm as _vector_norm
from gradviz.engine.ops.linear_algebra import matmul as matmul
from gradviz.engine.ops.norms import matrix_norm as _matrix_norm
from gradviz.engine.ops.products import cross_op as _cross_op
from gradviz.engine.ops.triangular import triangular_op as _triangular_op
from gradviz.engine.return_types import named as _named
from gradviz.engine.surface import functions as _functions
from gradviz.engine.surface import with_input as _with_input
from gradviz.engine.tensor import Tensor

matrix_power, matrix_exp, vander = (_functions[_name] for _name in ("matrix_power", "matrix_exp", "vander"))
LinAlgError = _matrices._LinAlgError
inv, det = _with_input(_matrices.inverse_op), _with_input(_matrices.det_op)


def vector_norm(x: Tensor, ord: Any = 2, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Any:
    """Return (Σ |x|^ord)^(1/ord) over all elements, or over dimensions."""
    return _vector_norm(x if dtype is None else x.to(dtype), ord, dim, keepdim)


def matrix_norm(A: Tensor, ord: Any = "fro", dim: Any = (-2, -1), keepdim: bool = False, *, dtype: Any = None) -> Any:
    """Return the norm of matrices."""
    return _matrix_norm(A if dtype is None else A.to(dtype), ord, dim, keepdim)


def norm(A: Tensor, ord: Any = None, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Any:
    """Return a vector's norm, or a matrix's where `ord` or `dim` say so."""
    if ord is not None and ((dim is None and A.ndim == 2) or (isinstance(dim, (tuple, list)) and len(dim) == 2)):
        return matrix_norm(A, ord, (-2, -1) if dim is None else dim, keepdim, dtype=dtype)
    return vector_norm(A, 2 if ord is None else ord, dim, keepdim, dtype=dtype)


def slogdet(A: Tensor) -> Any:
    """Return sign and logarithm of the absolute value of determinants."""
    return _named("linalg_slogdet", "sign logabsdet")(*_matrices.slogdet_op(A))


def diagonal(A: Tensor, *, offset: int = 0, dim1: int = -2, dim2: int = -1) -> Any:
    """Return a diagonal of matrices."""
    return A.diagonal(offset, dim1, dim2)


def cross(input: Tensor, other: Tensor, *, dim: int = -1) -> Any:
    """Return the cross product."""
    return _cross_op(input, other, dim)


def vecdot(x: Tensor, y: Tensor, *, dim: int = -1) -> Any:
    """Return the dot products along a dimension."""
    return (x.conj() * y).sum(dim)


def multi_dot(tensors: Any) -> Any:
    """Return the product of several matrices; the first and the last may be vectors."""
    found = functools.reduce(matmul, tensors)
    return found.view(found.shape)


def solve(A: Tensor, B: Tensor, *, left: bool = True) -> Any:
    """Return X with A @ X = B, or with X @ A = B."""
    return _matrices.solve_op(A, B) if left else _matrices.solve_op(A.mT, B.mT).mT


def solve_triangular(
    A: Tensor, B: Tensor, *, upper: bool, left: bool = True, unitriangular: bool = False
) -> Any:
    """Return X with A @ X = B for a triangular A, or with X @ A = B."""
    for each in (A, B):
        _matrices.flat("linalg.solve_triangular", each._value)
    shared = np.broadcast_shapes(A.shape[:-2], B.shape[:-2])
    a, b = (each if each.shape[:-2] == shared else each.expand(*shared, *each.shape[-2:]) for each in (A, B))
    return _triangular_op(a, b, upper, left, unitriangular)


def pinv(A: Tensor, *, atol: Any = None, rtol: Any = None, hermitian: bool = False) -> Any:
    """Return the Moore-Penrose inverse."""
    return _matrices.pinv_op(A, rtol, hermitian)


def cholesky(A: Tensor, *, upper: bool = False) -> Any:
    """Return the Cholesky factor."""
    return _matrices.cholesky_op(A, upper)


def qr(A: Tensor, mode: str = "reduced") -> Any:
    """Return Q and R."""
    return _named("linalg_qr", "Q R")(*_matrices.qr_op(A, mode))


def svd(A: Tensor, full_matrices: bool = True, *, driver: Any = None) -> Any:
    """Return U, the singular values, and Vᴴ."""
    return _named("linalg_svd", "U S Vh")(*_matrices.svd_op(A, full_matrices))


def svdvals(A: Tensor, *, driver: Any = None) -> Any:
    """Return the singular values."""
    return _matrices.svd_op(A)[1]


def eigh(A: Tensor, UPLO: str = "L") -> Any:
    """Return eigenvalues in order and eigenvectors of symmetric matrices."""
    return _named("linalg_eigh", "eigenvalues eigenvectors")(*_matrices.eigh_op(A, UPLO))


def eigvalsh(A: Tensor, UPLO: str = "L") -> Any:
    """Return the eigenvalues of symmetric matrices in order."""
    return _matrices.eigh_op(A, UPLO)[0]


def eig(A: Tensor) -> Any:
    """Return eigenvalues and eigenvectors, as complex numbers."""
    return _named("linalg_eig", "eigenvalues eigenvectors")(*_matrices.eig_op(A))


def eigvals(A: Tensor) -> Any:
    """Return eigenvalues, as complex numbers."""
    _matrices.square("linalg.eigvals", A._value)
    return _matrices.eig_op(A)[0]


def lstsq(A: Tensor, B: Tensor, rcond: float | None = None, *, driver: str | None = None) -> Any:
    """Return X with the least |A @ X − B|, the squares left over, and what the driver found besides."""
    _watch.read(A, B)
    if A.ndim < 2:
        raise RuntimeError("torch.linalg.lstsq: input must have at least 2 dimensions.")
    rows, columns = A.shape[-2:]
    solution = _matrices.pinv_op(A) @ B
    left = (A @ solution - B).detach()
    overdetermined = rows > columns and driver in ("gels", "gelsd")
    squares = (left * left).sum(-2) if overdetermined else Tensor._of(np.zeros(0, A._value.dtype), None)
    empty = Tensor._of(np.zeros(0, A._value.dtype), None)
    rank = Tensor._of(np.zeros(0, np.int64), None) if driver in (None, "gels") else matrix_rank(A)
    if driver is None:
        rank = matrix_rank(A)
    return _named("linalg_lstsq", "solution residuals rank singular_values")(solution, squares, rank, empty)


def matrix_rank(A: Tensor, tol: Any = None, hermitian: bool = False, *, atol: Any = None, rtol: Any = None) -> Tensor:
    """Return the number of singular values that are not zero."""
    _watch.read(A)
    if A.ndim < 2:
        raise RuntimeError("torch.linalg.matrix_rank: The input tensor input must have at least 2 dimensions.")
    values = np.linalg.svd(A._value, compute_uv=False)
    share = max(A.shape[-2:]) * np.finfo(A._value.dtype).eps if rtol is None else rtol
    limit = values.max(-1, keepdims=True) * share if tol is None and atol is None else tol if tol is not None else atol
    return Tensor._of(np.asarray((values > limit).sum(-1), np.int64)[()], None)


def cond(A: Tensor, p: Any = None) -> Any:
    """Return the condition number."""
    if A.ndim < 2:
        raise RuntimeError("linalg.cond: The input tensor must have at least 2 dimensions.")
    if p in (None, 2, -2):
        values = svdvals(A)
        return values[..., 0] / values[..., -1] if p != -2 else values[..., -1] / values[..., 0]
    return matrix_norm(A, p) * matrix_norm(inv(A), p)


def __getattr__(name: str) -> Any:
    raise missing("torch.linalg", name)


