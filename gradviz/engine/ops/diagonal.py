"""Diagonals and triangles of matrices."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import dtype as dtypes
from ..in_place import in_place_form
from ..kernels import axis_of, kernel
from ..op import find, op
from ..surface import public
from ..tensor import Tensor

MATRIX = [[0.5, -1.5, 2.0], [2.5, -0.25, 1.0]]


@kernel
def diagonal_of(x: Any, offset: int, dim1: int, dim2: int) -> Any:
    """Return a diagonal as a view."""
    first, second = axis_of(dim1, x.ndim), axis_of(dim2, x.ndim)
    if first == second:
        raise RuntimeError(f"diagonal dimensions cannot be identical {dim1}, {dim2}")
    found = np.diagonal(x, offset, first, second)
    if x.flags.writeable:
        found.flags.writeable = True
    return found


@kernel
def put_diagonal(grad: Any, shape: tuple[int, ...], offset: int, dim1: int, dim2: int) -> Any:
    """Put a gradient on a diagonal, zero elsewhere."""
    result = np.zeros(shape, grad.dtype)
    diagonal_of(result, offset, dim1, dim2)[...] = grad
    return result


@kernel
def embedded(x: Any, offset: int, dim1: int, dim2: int) -> Any:
    """Return matrices with the last dimension on a diagonal."""
    first, second = sorted((axis_of(dim1, x.ndim + 1), axis_of(dim2, x.ndim + 1)))
    size = x.shape[-1] + abs(offset)
    shape = list(x.shape[:-1])
    shape.insert(first, size)
    shape.insert(second, size)
    return put_diagonal(x, tuple(shape), offset, dim1, dim2)


@kernel
def lower_triangle(x: Any, diagonal: int) -> Any:
    """Keep what is on and below a diagonal."""
    if x.ndim < 2:
        raise RuntimeError("tril: input tensor must have at least 2 dimensions")
    return np.tril(x, diagonal)


@kernel
def upper_triangle(x: Any, diagonal: int) -> Any:
    """Keep what is on and above a diagonal."""
    if x.ndim < 2:
        raise RuntimeError("triu: input tensor must have at least 2 dimensions")
    return np.triu(x, diagonal)


@kernel
def sum_of_diagonal(x: Any) -> Any:
    """Return the trace of a matrix."""
    if x.ndim != 2:
        raise RuntimeError(f"trace: expected a matrix, but got tensor with dim {x.ndim}")
    return np.trace(x).astype(np.int64 if x.dtype.kind in "biu" else x.dtype)


SAMPLES = [
    (MATRIX, {"offset": 0, "dim1": 0, "dim2": 1}),
    (MATRIX, {"offset": 1, "dim1": 0, "dim2": 1}),
    ([MATRIX], {"offset": 0, "dim1": 2, "dim2": 0}),
]
op(
    "diagonal",
    arguments="offset=0, dim1=0, dim2=1",
    symbol="⋱",
    group="shape",
    view=True,
    node="DiagonalBackward0",
    forward="diagonal_of(self, offset, dim1, dim2)",
    vjp={"self": "put_diagonal(grad, self.shape, offset, dim1, dim2)"},
    names="diagonal",
    samples=SAMPLES,
)
diagonal_copy = op(
    "diagonal_copy",
    arguments="offset=0, dim1=0, dim2=1",
    symbol="⋱",
    group="shape",
    title="copy of a diagonal",
    node="DiagonalBackward0_copy",
    forward="diagonal_of(self, offset, dim1, dim2).copy()",
    vjp={"self": "put_diagonal(grad, self.shape, offset, dim1, dim2)"},
    names="diagonal_copy",
    samples=SAMPLES,
)
op(
    "diagonal_backward",
    inputs="grad_output",
    arguments="shape, offset, dim1, dim2",
    symbol="∂⋱",
    group="shape",
    title="diagonal, backwards",
    node="DiagonalBackwardBackward0",
    forward="put_diagonal(grad_output, shape, offset, dim1, dim2)",
    vjp={"grad_output": "diagonal_of(grad, offset, dim1, dim2)"},
    samples=[([1.0, -2.0], {"shape": (2, 3), "offset": 0, "dim1": 0, "dim2": 1})],
)
embed_op = op(
    "diag_embed",
    arguments="offset=0, dim1=-2, dim2=-1",
    symbol="⋱",
    group="shape",
    title="onto a diagonal",
    node="DiagEmbedBackward0",
    forward="embedded(self, offset, dim1, dim2)",
    vjp={"self": "diagonal_of(grad, offset, dim1, dim2)"},
    names="diag_embed",
    samples=[(MATRIX,), ([1.0, 2.0], {"offset": -1})],
)
for name, kernel_name, title in (("tril", "lower", "lower triangle"), ("triu", "upper", "upper triangle")):
    op(
        name,
        arguments="diagonal=0",
        symbol={"tril": "◺", "triu": "◹"}[name],
        group="shape",
        title=title,
        node=f"{name.capitalize()}Backward0",
        code=f"torch.{name}({{self}})",
        forward=f"{kernel_name}_triangle(self, diagonal)",
        vjp={"self": f"{kernel_name}_triangle(grad, diagonal)"},
        names=name,
        samples=[(MATRIX,), (MATRIX, {"diagonal": 1})],
    )
    setattr(Tensor, f"{name}_", in_place_form(find(name), find(name).function))
op(
    "trace",
    symbol="tr",
    group="linear algebra",
    code="torch.trace({self})",
    node="TraceBackward0",
    forward="sum_of_diagonal(self)",
    vjp={"self": "put_diagonal(spread(grad, (min(self.shape),)), self.shape, 0, 0, 1)"},
    recorded={"self": "diagonal_filled(grad, self.shape)"},
    names="trace",
    samples=[(MATRIX,)],
)


@public("diag")
def diag(self: Tensor, diagonal: int = 0) -> Any:
    """Return a vector as the diagonal of a matrix, or the diagonal of a matrix as a vector."""
    if self.ndim == 1:
        return embed_op(self, diagonal)
    if self.ndim == 2:
        return diagonal_copy(self, diagonal)
    raise RuntimeError(f"diag(): Supports 1D or 2D tensors. Got {self.ndim}D")


@public("diagflat")
def diagflat(self: Tensor, offset: int = 0) -> Any:
    """Return all elements as the diagonal of a matrix."""
    return diag(self.contiguous().view(-1), offset)


@public("fill_diagonal_", function=False)
def fill_diagonal_(self: Tensor, fill_value: Any, wrap: bool = False) -> Tensor:
    """Fill the main diagonal with a number."""
    if self.ndim < 2:
        raise RuntimeError("dimensions must larger than 1")
    if self.ndim > 2 and len(set(self.shape)) > 1:
        raise RuntimeError("all dimensions of input must be of equal length")
    self.as_strided((min(self.shape),), (sum(self.stride()),), self.storage_offset()).fill_(fill_value)
    return self


def indices(name: str, of: Any) -> None:
    """Give programs tril_indices or triu_indices."""

    def places(row: int, col: int, offset: int = 0, *, dtype: Any = None, device: Any = None, **_: Any) -> Any:
        """Return the places of a triangle, rows above columns."""
        kind = (dtype or dtypes.int64).numpy
        return Tensor._of(np.stack(of(row, offset, col)).astype(kind), None)

    public(name, method=False)(places)


indices("tril_indices", np.tril_indices)
indices("triu_indices", np.triu_indices)
