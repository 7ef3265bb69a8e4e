"""What functions of matrices send back in a recorded pass: the formulas of PyTorch's FunctionsManual.cpp, op by op.

Their names are those of its functions. The rules for arrays (`decomposition.py`) take shorter ways to the same numbers.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..meaning import on_tensors
from ..tensor import Tensor
from .decomposition import is_vector, matrix_exp_op, solve_op
from .triangular import triangular_op


def solved_diagonal(matrix: Any, diagonal: Any) -> Any:
    """Return X with Aᵀ X = I · diagonal, one number for each matrix."""
    return solve_op(matrix.mH, diagonal.unsqueeze(-1).expand(matrix.shape[:-1]).diag_embed().mT)


@on_tensors("linalg_slogdet_backward")
def linalg_slogdet_backward(grad: Any, matrix: Any) -> Any:
    """Return what the logarithm of determinants sends back."""
    return solved_diagonal(matrix, grad)


@on_tensors("as_columns")
def as_columns(right: Any, matrix: Any) -> Any:
    """Return the right-hand side of a system as a matrix: a vector as its only column."""
    return right.unsqueeze(-1) if is_vector(tuple(matrix.shape), tuple(right.shape)) else right


@on_tensors("as_given")
def as_given(columns: Any, result: Any) -> Any:
    """Return what stands in columns in the shape of the result."""
    return columns if columns.ndim == result.ndim else columns.squeeze(-1)


@on_tensors("pinv_backward")
def pinv_backward(grad: Any, pinv: Any, matrix: Any) -> Any:
    """Return what the Moore-Penrose inverse sends back, by products of the smaller size."""
    turned, across = pinv.mH, grad.mH
    if matrix.shape[-2] <= matrix.shape[-1]:
        k = across.matmul(pinv)
        wide = k.matmul(turned)
        first = -pinv.matmul(k).mH + wide - matrix.matmul(pinv).matmul(wide)
        return first + turned.matmul(pinv).matmul(across - k.matmul(matrix))
    k = pinv.matmul(across)
    tall = turned.matmul(k)
    first = -k.matmul(pinv).mH + (across - matrix.matmul(k)).matmul(pinv).matmul(turned)
    return first + tall - tall.matmul(pinv).matmul(matrix)


@on_tensors("orthogonal_triangle_slope")
def linalg_qr_backward(grads: Any, q: Any, r: Any) -> Any:
    """Return what a QR decomposition with no more columns than rows sends back."""
    if 0 in q.shape:
        return q.matmul(r)
    to_q, to_r = grads[0], grads[1]
    inner: Any = None if to_r is None else to_r.matmul(r.mH)
    if to_q is not None:
        turned = q.mH.matmul(to_q)
        inner = -turned if inner is None else inner - turned
    upper = inner.triu()
    both = upper + upper.mH
    both.diagonal(0, -2, -1).mul_(0.5)
    outer = q.matmul(both)
    return triangular_op(r.mH, outer if to_q is None else outer + to_q, False, False)


@on_tensors("singular_slope")
def svd_backward(grads: Any, u: Any, s: Any, vh: Any) -> Any:
    """Return what a singular value decomposition sends back; of a full one what has no value sends nothing."""
    to_u, to_s, to_vh = grads
    rows, columns, size = u.shape[-2], vh.shape[-1], s.shape[-1]
    if u.shape[-1] > size:
        u, to_u = u.narrow(-1, 0, size), None if to_u is None else to_u.narrow(-1, 0, size)
    if vh.shape[-2] > size:
        vh, to_vh = vh.narrow(-2, 0, size), None if to_vh is None else to_vh.narrow(-2, 0, size)
    if to_u is None and to_vh is None:
        if rows >= columns:
            return u.matmul(to_s.unsqueeze(-1) * vh)
        return (u * to_s.unsqueeze(-2)).matmul(vh)
    left = None if to_u is None else skew(u.mH.matmul(to_u))
    right = None if to_vh is None else skew(vh.matmul(to_vh.mH))
    squares = s * s
    gaps = squares.unsqueeze(-2) - squares.unsqueeze(-1)
    gaps.diagonal(0, -2, -1).fill_(1)
    if left is not None and right is not None:
        inner = (left * s.unsqueeze(-2) + s.unsqueeze(-1) * right) / gaps
    elif left is not None:
        inner = (left / gaps) * s.unsqueeze(-2)
    else:
        inner = s.unsqueeze(-1) * (right / gaps)
    if to_s is not None:
        inner = inner + to_s.diag_embed()
    if rows > size and to_u is not None:
        inner, scaled = u.matmul(inner), to_u / s.unsqueeze(-2)
        return (inner + scaled - u.matmul(u.mH.matmul(scaled))).matmul(vh)
    if columns > size and to_vh is not None:
        inner, scaled = inner.matmul(vh), to_vh / s.unsqueeze(-1)
        return u.matmul(inner + scaled - scaled.matmul(vh.mH).matmul(vh))
    return u.matmul(inner.matmul(vh)) if rows >= columns else u.matmul(inner).matmul(vh)


def skew(matrix: Any) -> Any:
    """Return A − Aᵀ."""
    return matrix - matrix.mH


@on_tensors("triangle_root_slope")
def cholesky_backward(grad: Any, root: Any, upper: bool) -> Any:
    """Return what a Cholesky factor sends back, spread over both triangles."""
    lower, sent = (root.mH, grad.mH) if upper else (root, grad)
    half = lower.mH.matmul(sent).tril()
    both = 0.5 * (half + half.tril(-1).mH)
    return triangular_op(lower, triangular_op(lower.mH, both, True, True), False, False)


@on_tensors("symmetric_slope")
def linalg_eigh_backward(grads: Any, values: Any, vectors: Any) -> Any:
    """Return what an eigendecomposition of symmetric matrices sends back."""
    if grads[1] is None:
        return (vectors * grads[0].unsqueeze(-2)).matmul(vectors.mH)
    gaps = values.unsqueeze(-2) - values.unsqueeze(-1)
    gaps.diagonal(0, -2, -1).fill_(1)
    inner = skew(vectors.mH.matmul(grads[1])) * 0.5 / gaps
    if grads[0] is not None:
        inner.diagonal(0, -2, -1).copy_(grads[0])
    return vectors.matmul(inner.matmul(vectors.mH))


@on_tensors("exponential_slope")
def matrix_exp_backward(grad: Any, matrix: Any) -> Any:
    """Return what e^A sends back: the upper right block of the exponential of [[Aᵀ, G], [0, Aᵀ]]."""
    size, turned = matrix.shape[-1], matrix.mH
    shape = (*matrix.shape[:-2], 2 * size, 2 * size)
    whole: Any = Tensor._of(np.zeros(shape, matrix._value.dtype), None)
    whole.narrow(-2, 0, size).narrow(-1, 0, size).copy_(turned)
    whole.narrow(-2, size, size).narrow(-1, size, size).copy_(turned)
    whole.narrow(-2, 0, size).narrow(-1, size, size).copy_(grad)
    return matrix_exp_op(whole).narrow(-2, 0, size).narrow(-1, size, size)
