"""The norms that are made of other ops: of matrices, and the `norm` of a tensor that chooses among them."""

from __future__ import annotations

from typing import Any

from .. import dtype as dtypes
from ..kernels import axis_of
from ..surface import public
from ..tensor import Tensor
from . import decomposition as matrices
from .deviation import vector_norm


def matrix_norm(A: Tensor, ord: Any = "fro", dim: Any = (-2, -1), keepdim: bool = False) -> Any:
    """Return the norm of matrices: Frobenius, nuclear, by rows or columns, or by singular values."""
    if A.dtype.kind < 2:
        raise RuntimeError(
            f"linalg.matrix_norm: Expected a floating point or complex tensor as input. Got {A.dtype.tensor_name}"
        )
    rows, columns = (axis_of(each, A.ndim) for each in dim)
    if ord == "fro":
        return vector_norm(A, 2, (rows, columns), keepdim)
    if ord in ("nuc", 2, -2):
        values = matrices.svd_op(A.movedim((rows, columns), (-2, -1)))[1]
        found = values.sum(-1) if ord == "nuc" else values.amax(-1) if ord == 2 else values.amin(-1)
        return found.unsqueeze(min(rows, columns)).unsqueeze(max(rows, columns)) if keepdim else found
    over, across = (rows, columns) if abs(ord) == 1 else (columns, rows)
    sums = vector_norm(A, 1, over, keepdim)
    across -= not keepdim and across > over
    return sums.amax(across, keepdim) if ord > 0 else sums.amin(across, keepdim)


@public("norm")
def norm(self: Tensor, p: Any = "fro", dim: Any = None, keepdim: bool = False, dtype: Any = None) -> Any:
    """Return the p-norm of all elements, or over dimensions."""
    if self.dtype.kind < dtypes.FLOAT and dtype is None:
        raise RuntimeError(
            f"linalg.vector_norm: Expected a floating point or complex tensor as input. Got {self.dtype.tensor_name}"
        )
    if p == "nuc":
        return matrix_norm(self if dtype is None else self.to(dtype), p, (-2, -1) if dim is None else dim, keepdim)
    order = 2 if p in ("fro", None) else float(p)
    return vector_norm(self if dtype is None else self.to(dtype), order, dim, keepdim)
