"""What a product sends back to its factors in a recorded pass: PyTorch's choice by how these lie in memory."""

from __future__ import annotations

from typing import Any

from ..meaning import on_tensors
from ..tensor import Tensor


def by_columns(matrix: Tensor) -> bool:
    """Return whether a matrix lies in memory column by column, as a layer's transposed weight does."""
    return bool(matrix.stride() == (1, matrix.shape[0]))


@on_tensors("left_gradient")
def left_gradient(grad: Tensor, left: Tensor | None, right: Tensor) -> Any:
    """Return a product's gradient for its left factor, laid out like that factor (mm_mat1_backward in PyTorch)."""
    if left is not None and by_columns(left):
        return right.mm(grad.t()).t()
    return grad.mm(right.t())


@on_tensors("right_gradient")
def right_gradient(grad: Tensor, left: Tensor, right: Tensor | None, edge: Any) -> Any:
    """Return a product's gradient for its right factor, laid out like that factor (mm_mat2_backward in PyTorch).

    Where no gradient for the left is wanted the node did not keep the right one. How it lies in memory is then told by
    its edge: a transposition made it, or not.
    """
    turned = edge.__class__.__name__ == "TBackward0" if right is None else by_columns(right)
    if turned:
        return grad.t().mm(left).t()
    return left.t().mm(grad)


@on_tensors("scaled")
def scaled(gradient: Tensor, factor: Any) -> Any:
    """Multiply by a number unless it is 1 (maybe_multiply in PyTorch)."""
    return gradient if factor == 1 else gradient * factor
