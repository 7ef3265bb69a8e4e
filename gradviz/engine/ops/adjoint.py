"""The ways back through indexing and cutting, as ops: a recorded backward pass needs their gradients too.

Each function that puts a gradient where an element was taken from is linear, and its own gradient takes the elements
again. PyTorch has some of these as ops (select_backward, slice_backward, embedding_dense_backward …) and builds the
others from `scatter` and its kin, which add or write into fresh zeros; so it is here.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..kernels import kernel
from ..meaning import on_tensors, zeros
from ..op import find, op
from ..tensor import Tensor
from .picking import array_of, gathered
from .scattering import scatter_added, share_count

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
op(  # by which PyTorch adds into fresh zeros: index_put without its checks
    "index_put_backward",
    inputs="self values",
    arguments="indices, accumulate=False",
    symbol="∂[…]",
    group="indexing",
    title="elements by index, backwards",
    node="IndexPutImplBackward0",
    forward="written(self, values, indices, accumulate)",
    vjp={"self": "without(grad, indices, accumulate)", "values": "picked(grad, indices)"},
    samples=[([1.0, 2.0, 3.0], [5.0, 6.0], {"indices": (np.array([2, 0]),), "accumulate": each}) for each in (0, 1)],
)
adjoint(
    "embedding_backward",
    "rows_added(grad_output, shape, indices, padding_idx)",
    "EmbeddingDenseBackwardBackward0",
    "rows_taken(grad, indices, padding_idx)",
    "shape, indices, padding_idx=-1",
    [(MATRIX, {"shape": (4, 3), "indices": np.array([3, 1]), "padding_idx": 1})],
)


@on_tensors("put_back")
def put_back_recorded(gradient: Tensor, shape: tuple[int, ...], indices: Any) -> Any:
    """Add a gradient at index arrays, zero elsewhere."""
    return find("index_put_backward").function(zeros(shape, [gradient]), gradient, indices, True)


@on_tensors("without")
def without_recorded(gradient: Tensor, indices: Any, accumulate: bool) -> Any:
    """Return a gradient with zeros written where values were overwritten."""
    return gradient if accumulate else find("index_put").function(gradient, zeros((), [gradient]), indices, False)


@on_tensors("add_layers")
def add_layers_recorded(gradient: Tensor, shape: tuple[int, ...], dim: int, index: Any) -> Any:
    """Add a gradient at the layers with given numbers."""
    return find("index_add").function(zeros(shape, [gradient]), gradient, dim, index, 1)


@on_tensors("put_gathered")
def put_gathered_recorded(gradient: Tensor, shape: tuple[int, ...], dim: int, index: Any) -> Any:
    """Add a gradient where gather took its elements."""
    return find("scatter_add").function(zeros(shape, [gradient]), gradient, dim, index)


@on_tensors("put_at")
def put_at_recorded(gradient: Tensor, places: Tensor, shape: tuple[int, ...], dim: int, keepdim: bool) -> Any:
    """Put a gradient at the places that it came from."""
    if shape and not keepdim:
        gradient, places = gradient.unsqueeze(dim), places.unsqueeze(dim)
    return find("scatter").function(zeros(shape, [gradient]), gradient, dim, places)


@on_tensors("put_taken")
def put_taken_recorded(gradient: Tensor, shape: tuple[int, ...], index: Any) -> Any:
    """Add a gradient at elements with given numbers."""
    return find("put").function(zeros(shape, [gradient]), gradient, index, True)


@on_tensors("put_masked")
def put_masked(gradient: Tensor, shape: tuple[int, ...], mask: Any) -> Any:
    """Put a gradient where a mask holds, zero elsewhere."""
    return find("masked_scatter").function(zeros(shape, [gradient]), Tensor._of(mask, None), gradient)


@on_tensors("left_alone")
def left_alone(gradient: Tensor, shape: tuple[int, ...], index: Any, accumulate: bool) -> Any:
    """Return a gradient with zeros put where a source of that shape replaced elements."""
    return gradient if accumulate else find("put").function(gradient, zeros(shape, [gradient]), index, False)


@on_tensors("layers_of_source")
def layers_of_source(gradient: Tensor, dim: int, index: Any, source: Tensor, alpha: Any = 1) -> Any:
    """Return the gradient of layers that were added or copied."""
    layers = find("index_select").function(gradient, dim, index)
    layers = layers.expand(source._value.shape) if source._value.ndim else layers
    return layers if alpha == 1 else layers * alpha


@on_tensors("distinct")
def distinct(index: Any) -> Any:
    """Return numbers without repetition: a layer that is filled twice has one gradient."""
    return np.unique(array_of(index))


@on_tensors("diagonal_filled")
def diagonal_filled(gradient: Tensor, shape: tuple[int, int]) -> Any:
    """Fill the diagonal of zeros with one number, the gradient of a trace."""
    places = np.arange(min(shape)) * (shape[1] + 1)
    flat = zeros((shape[0] * shape[1],), [gradient])
    return find("index_fill.tensor").function(flat, gradient, 0, places).view(shape)


@on_tensors("reduce_slopes")
def reduce_slopes_recorded(
    grad: Any, x: Tensor, src: Tensor, result: Any, dim: int, index: Any, reduce: str, include_self: bool
) -> Any:
    """Do the same as PyTorch; what a product is without an element that is zero is multiplied out anew."""
    pick, reduced = find("gather").function, find("scatter_reduce").function
    own, other = grad, grad
    if reduce == "mean":
        number = share_count(x._value, dim, index, include_self)
        own = grad / Tensor._of(number, None)
        other = pick(grad, dim, index) / Tensor._of(gathered(number, dim, index), None)
    elif reduce == "sum":
        other = pick(grad, dim, index)
    elif reduce == "prod":
        filled = x.masked_fill(x == 0, 1)
        own = grad * reduced(filled, src, dim, index, reduce, include_self) / filled
        zero = src == 0
        number = scatter_added(np.zeros_like(x._value), zero._value.astype(x._value.dtype), dim, index)
        alone = zero & Tensor._of(gathered(number, dim, index) == 1, None)
        rest = reduced(x, src.masked_fill(alone, 1), dim, index, reduce, include_self)
        quotient = pick(grad * result, dim, index) / src.masked_fill(zero, 1)
        other = where_op(alone, pick(grad * rest, dim, index), quotient)
    else:
        mine, theirs = x == result, src == pick(result, dim, index)
        number = scatter_added(mine._value.astype(x._value.dtype), theirs._value.astype(x._value.dtype), dim, index)
        shared = grad / Tensor._of(number, None)
        own, other = mine * shared, theirs * pick(shared, dim, index)
    return own if include_self else own.scatter(dim, Tensor._of(array_of(index), None), 0), other


@on_tensors("running_back")
def running_back_recorded(gradient: Tensor, dim: int) -> Any:
    """Sum from the end, as ops."""
    shape = gradient._value.shape
    return gradient.flip(dim).cumsum(dim).flip(dim) if shape and shape[dim] != 1 else gradient


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
on_tensors("class_gradient")(find("nll_loss_backward").function)  # and not that of nll_loss2d


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
    """Copy the gradients of packed elements to their places in zeros, one step after the other."""
    first, second, *rest = shape
    whole = zeros((second, first, *rest) if batch_first else shape, grads)
    start, cut = 0, find("slice").function
    for step, size in enumerate(sizes._value.tolist()):
        cut(whole.select(0, step), 0, 0, size, 1).copy_(cut(grads[0], 0, start, start + size, 1))
        start += size
    return whole.transpose(0, 1) if batch_first else whole


def plain(value: Any) -> Any:
    """Return a tensor's array, or the value itself."""
    return value._value if isinstance(value, Tensor) else value
