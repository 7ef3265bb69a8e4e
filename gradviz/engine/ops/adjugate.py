"""The slope of a determinant in a pass that is itself recorded, also where there is no inverse.

For a regular matrix it is det(A) · A⁻ᵀ. For a singular one that is 0 · ∞, though the slope, the transposed adjugate, is
as smooth as the determinant: from A = U S Vᵀ it is det(U) det(V) · U S' Vᵀ, where S' has the product of all other
singular values in the place of each (Higham, "What is the adjugate of a matrix?", 2020). PyTorch chooses as here: by
the determinant, matrix by matrix.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..meaning import on_tensors
from ..op import find
from ..tensor import Tensor
from .decomposition import det_op, svd_op
from .matrix_gradients import solved_diagonal

SINGULAR = 100  # times the smallest step above 1: determinants below that count as zero


@on_tensors("linalg_det_backward")
def linalg_det_backward(grad: Any, result: Any, x: Any) -> Any:
    """Return what determinants send back as operations."""
    value = np.asarray(result._value)
    singular = np.abs(value) < SINGULAR * np.finfo(value.dtype).eps
    if not singular.any():
        return solved_diagonal(x, grad * result)
    if singular.all():
        return grad[..., None, None] * of_singular(x)
    pick = find("index").function
    regular = solved_diagonal(pick(x, (~singular,)), pick(grad * result, (~singular,)))
    parts = [regular, pick(grad, (singular,))[..., None, None] * of_singular(pick(x, (singular,)))]
    places = np.argsort(np.concatenate([np.flatnonzero(~singular), np.flatnonzero(singular)]))
    return pick(find("cat").function(parts, 0), (places,)).reshape(x._value.shape)


def of_singular(x: Any) -> Any:
    """Return the transposed adjugate from the singular values; NaN in its own slope where two of them are equal."""
    u, values, v = svd_op(x, False)
    others = (det_op(u) * det_op(v))[..., None] * products_of_others(values)
    return (u * others.unsqueeze(-2)) @ v


def products_of_others(values: Any) -> Any:
    """Return for each element along the last dimension the product of all others.

    Those before it and those behind it are multiplied one by one: the rule of `cumprod` would divide by zeros.
    """
    each = values.unbind(-1)
    one = Tensor._of(np.ones_like(each[0]._value)[()], None)
    before, behind = [one], [one]
    for value in each[:-1]:
        before.append(before[-1] * value)
    for value in each[:0:-1]:
        behind.append(behind[-1] * value)
    return find("stack").function([a * b for a, b in zip(before, behind[::-1], strict=True)], -1)
