"""The ways back through indexing and cutting, as ops: a recorded backward pass needs their gradients too.

Each function that puts a gradient where an element was taken from is linear, and its own gradient takes the elements
again. PyTorch has some of these as ops (select_backward, slice_backward, embedding_dense_backward …) and builds the
others from `scatter` and its kin; the names of the nodes are what PyTorch shows there.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..kernels import axis_of, kernel
from ..meaning import on_tensors
from ..op import find, op
from ..tensor import Tensor
from .picking import array_of

embedding_op, where_op = find("embedding").function, find("where").function

MATRIX = [[0.5, -1.5, 2.0], [2.5, -0.25, 1.0]]


def adjoint(
    name: str,
    forward: str,
    node: str,
    vjp: str,
    arguments: str,
    samples: list[Any],
    inputs: str = "grad_output",
    other: dict[str, str] | None = None,
) -> None:
    """Declare a linear way back and the way back from it."""
    op(
        name,
        inputs=inputs,
        arguments=arguments,
        forward=forward,
        node=node,
        vjp={"grad_output": vjp, **(other or {})},
        group="indexing",
        title=f"{name.removesuffix('_backward').replace('_', ' ')}, backwards",
        symbol="∂" + name.removesuffix("_backward"),
        samples=samples,
    )


adjoint(
    "select_backward",
    "put_layer(grad_output, shape, dim, index)",
    "SelectBackwardBackward0",
    "selected(grad, dim, index)",
    "shape, dim, index",
    [([1.0, -2.0], {"shape": (2, 3), "dim": 1, "index": 2})],
)
adjoint(
    "slice_backward",
    "put_slice(grad_output, shape, dim, start, end, step)",
    "SliceBackwardBackward0",
    "sliced(grad, dim, start, end, step)",
    "shape, dim, start, end, step",
    [(MATRIX, {"shape": (2, 6), "dim": 1, "start": 0, "end": 6, "step": 2})],
)
adjoint(
    "index_backward",
    "put_back(grad_output, shape, indices)",
    "IndexPutBackward0",
    "picked(grad, indices)",
    "shape, indices",
    [([1.0, -2.0, 0.5], {"shape": (3,), "indices": (np.array([2, 0, 2]),)})],
)
adjoint(
    "index_put_backward",
    "without(grad_output, indices, accumulate)",
    "IndexPutBackward0",
    "without(grad, indices, accumulate)",
    "indices, accumulate=False",
    [([1.0, -2.0, 0.5], {"indices": (np.array([2, 0]),)})],
)
adjoint(
    "index_select_backward",
    "add_layers(grad_output, shape, dim, index)",
    "IndexAddBackward0",
    "layers_at(grad, dim, index)",
    "shape, dim, index",
    [(MATRIX, {"shape": (2, 4), "dim": 1, "index": np.array([2, 0, 2])})],
)
adjoint(
    "gather_backward",
    "put_gathered(grad_output, shape, dim, index)",
    "ScatterAddBackward0",
    "gathered(grad, dim, index)",
    "shape, dim, index",
    [([[1.0, -2.0], [0.5, 3.0]], {"shape": (2, 3), "dim": 1, "index": np.array([[2, 0], [1, 1]])})],
)
adjoint(
    "cumsum_backward",
    "running_back(grad_output, dim)",
    "FlipBackward0",
    "running(grad, dim)",
    "dim",
    [(MATRIX, {"dim": 1})],
)
adjoint(
    "embedding_backward",
    "rows_added(grad_output, shape, indices, padding_idx)",
    "EmbeddingDenseBackwardBackward0",
    "rows_taken(grad, indices, padding_idx)",
    "shape, indices, padding_idx=-1",
    [(MATRIX, {"shape": (4, 3), "indices": np.array([3, 1]), "padding_idx": 1})],
)


@on_tensors("running_back")
def running_back_recorded(gradient: Tensor, dim: int) -> Any:
    """Sum from the end, as ops."""
    return gradient.flip(dim).cumsum(dim).flip(dim) if gradient._value.ndim else gradient


@kernel
def rows_taken(table: Any, indices: Any, padding_idx: int) -> Any:
    """Return the rows of a table, zero for the padding row."""
    return np.where((indices != padding_idx)[..., None], table[indices], 0)


@on_tensors("rows_taken")
def rows_taken_recorded(table: Tensor, indices: Any, padding_idx: int) -> Any:
    """Return the rows of a table, zero for the padding row, as ops."""
    counted = Tensor._of((indices != padding_idx)[..., None], None)
    return where_op(counted, embedding_op(table, Tensor._of(indices, None)), 0.0)


@on_tensors("rows_added")
def rows_added_recorded(gradient: Tensor, shape: tuple[int, ...], indices: Tensor, padding_idx: int) -> Any:
    """Add each row's gradient to the row it was taken from, as an op."""
    return find("embedding_backward").function(gradient, shape, array_of(indices), padding_idx)


adjoint(
    "extreme_backward",
    "put_at(grad_output, places, shape, dim, keepdim)",
    "ScatterBackward0",
    "taken_at(grad, places, dim, keepdim)",
    "places, shape, dim, keepdim=False",
    [([1.0, -2.0], {"places": np.array([2, 0]), "shape": (2, 3), "dim": 1})],
)
adjoint(
    "extreme_forward",
    "taken_at(grad_output, places, dim, keepdim)",
    "GatherBackward0",
    "put_at(grad, places, grad_output.shape, dim, keepdim)",
    "places, dim, keepdim=False",
    [(MATRIX, {"places": np.array([2, 0]), "dim": 1})],
)
adjoint(
    "nll_loss_backward",
    "class_gradient(grad_output, self, target, weight, reduction, ignore_index)",
    "NllLossBackwardBackward0",
    "class_loss(grad, target, weight, reduction, ignore_index)",
    "reduction='mean', ignore_index=-100",
    [
        (start, [[-0.5, -1.5, -2.0], [-2.5, -0.25, -1.0]], np.array([1, 0]), {"reduction": each})
        for each, start in (("mean", 2.0), ("sum", 0.5), ("none", [1.0, 0.5]))
    ],
    inputs="grad_output self target weight?",
    other={"self": "zeros_like(self)"},  # the gradient does not depend on it; PyTorch has the edge
)


@on_tensors("put_at")
def put_at_recorded(gradient: Tensor, places: Any, shape: tuple[int, ...], dim: int, keepdim: bool) -> Any:
    """Put a gradient at the places that it came from, as an op."""
    return find("extreme_backward").function(gradient, array_of(places), shape, dim, keepdim)


@kernel
def taken_at(x: Any, places: Any, dim: int, keepdim: bool) -> Any:
    """Return the elements at places along a dimension."""
    if not x.ndim:
        return x
    axis, places = axis_of(dim, x.ndim), array_of(places)
    found = np.take_along_axis(x, places if keepdim else np.expand_dims(places, axis), axis)
    return found if keepdim else found.squeeze(axis)[()]


SIX_BY_ROWS = ((2, 3), (3, 1))
SECOND_COLUMN = ((2,), (3,), 1)
adjoint(
    "as_strided_backward",
    "laid(grad_output, base, place)",
    "AsStridedBackwardBackward0",
    "lifted(grad, base, place)",
    "base, place",
    [([1.0, -2.0], {"base": SIX_BY_ROWS, "place": SECOND_COLUMN})],
)
adjoint(
    "as_strided_forward",
    "lifted(grad_output, base, place)",
    "AsStridedBackward0",
    "laid(grad, base, place)",
    "base, place",
    [(MATRIX, {"base": SIX_BY_ROWS, "place": SECOND_COLUMN})],
)


@on_tensors("padded_gradient")
def padded_gradient(grads: Any, shape: tuple[int, ...], sizes: Tensor, batch_first: bool) -> Any:
    """Put the gradients of packed elements back to their places, as ops."""
    grad, start, steps = grads[0], 0, []
    batch, *rest = shape[0 if batch_first else 1], *shape[2:]
    for size in sizes._value:
        padding = Tensor._of(np.zeros((batch - size, *rest), grad._value.dtype), None)
        steps.append(find("cat").function([grad.narrow(0, start, int(size)), padding], 0))
        start += int(size)
    missing = shape[1 if batch_first else 0] - len(steps)
    steps += [Tensor._of(np.zeros((batch, *rest), grad._value.dtype), None)] * missing
    return find("stack").function(steps, 1 if batch_first else 0)


def plain(value: Any) -> Any:
    """Return a tensor's array, or the value itself."""
    return value._value if isinstance(value, Tensor) else value
