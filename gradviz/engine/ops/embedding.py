"""Looking up rows of a table by number: what nn.Embedding is."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..kernels import kernel
from ..meaning import on_tensors
from ..op import op
from ..tensor import Tensor

TABLE = [[0.5, -1.5], [2.5, -0.25], [1.0, 3.0]]


@kernel
def table_rows(table: Any, indices: Any) -> Any:
    """Return the rows of a table (rows, length) at integer indices of any shape, one more dimension than those."""
    if indices.dtype not in (np.int32, np.int64):
        from ..dtype import of

        raise RuntimeError(
            "Expected tensor for argument #1 'indices' to have one of the following scalar types: Long, Int; but got "
            f"torch.{of(indices).tensor_name}Tensor instead (while checking arguments for embedding)"
        )
    if indices.size and not len(table):
        raise RuntimeError("index_select(): self indexing axis dim should be positive")
    if np.any((indices < 0) | (indices >= len(table))):
        raise IndexError("index out of range in self")
    return table[indices]


@kernel
def rows_added(grad: Any, shape: tuple[int, ...], indices: Any, padding_idx: int) -> Any:
    """Add each row's gradient to the row it was taken from; the padding row gets none."""
    result = np.zeros(shape, grad.dtype)
    counted = indices != padding_idx
    np.add.at(result, indices[counted], grad[counted])
    return result


@kernel
def by_frequency(grad: Any, indices: Any) -> Any:
    """Divide the gradient of each row by how often that row was looked up."""
    return grad / frequencies(indices)[..., None].astype(grad.dtype)


def frequencies(indices: Any) -> Any:
    """Return how often each index occurs among all."""
    _, places, counts = np.unique(indices, return_inverse=True, return_counts=True)
    return counts[places.reshape(indices.shape)]


@on_tensors("by_frequency")
def by_frequency_of_tensors(grad: Any, indices: Tensor) -> Any:
    """The same in a recorded pass."""
    return grad / Tensor._of(frequencies(indices._value)[..., None].astype(grad._value.dtype), None)


op(
    "embedding",
    inputs="weight indices",
    arguments="padding_idx=-1, scale_grad_by_freq=False",
    symbol="rows",
    group="indexing",
    title="rows of a table",
    node="EmbeddingBackward0",
    code="torch.nn.functional.embedding({indices}, {weight})",
    forward="table_rows(weight, indices)",
    vjp={
        "weight": "rows_added(grad if not scale_grad_by_freq else by_frequency(grad, indices), weight.shape, indices, "
        "padding_idx)"
    },
    samples=[(TABLE, np.array([2, 0, 2])), (TABLE, np.array([[1, 0], [1, 1]]))],
)
