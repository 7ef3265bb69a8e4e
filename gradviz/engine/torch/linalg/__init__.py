"""torch.linalg: the norms."""

from __future__ import annotations

from typing import Any

from ...names import missing
from ...ops.deviation import vector_norm as _vector_norm
from ...tensor import Tensor


def vector_norm(x: Tensor, ord: Any = 2, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Any:
    """Return (Σ |x|^ord)^(1/ord) over all elements, or over dimensions."""
    return _vector_norm(x if dtype is None else x.to(dtype), ord, dim, keepdim)


def norm(A: Tensor, ord: Any = None, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Any:
    """Return the vector norm; matrix norms other than Frobenius's are not there yet."""
    if ord not in (None, "fro") and ((A.ndim == 2 and dim is None) or (isinstance(dim, tuple) and len(dim) == 2)):
        raise NotImplementedError(
            f"gradviz's NumPy engine does not have torch.linalg.norm with ord={ord!r} for matrices yet."
        )
    return vector_norm(A, 2 if ord in (None, "fro") else ord, dim, keepdim, dtype=dtype)


def __getattr__(name: str) -> Any:
    raise missing("torch.linalg", name)
