"""Writing to places along a dimension: scatter, index_add and their kin, the counterparts of gather."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import dtype as dtypes
from ..element import element
from ..grad_mode import no_grad
from ..in_place import in_place_form
from ..kernels import axis_of, formula, kernel, where, zeros_like
from ..op import find, op
from ..surface import public
from ..tensor import Tensor
from .indexing import MATRIX
from .out_of_range import refuse_empty, refuse_misfit
from .picking import along, array_of, gathered

PLACES = {"dim": 1, "index": np.array([[2, 0], [1, 0]])}
LAYERS = {"dim": 1, "index": np.array([2, 0])}
SMALL = [[1.0, -2.0], [3.0, 0.5]]


def places(x: Any, dim: int, index: Any, src: Any = None) -> tuple[Any, ...]:
    """Return NumPy's index for an index along a dimension; raise PyTorch's errors for what does not fit."""
    index, axis = array_of(index), axis_of(dim, x.ndim)
    if index.dtype not in (np.int64, np.int32):
        raise RuntimeError("scatter(): Expected dtype int32/int64 for index")
    if index.size:
        refuse_misfit(x, axis, index, src)
    size = x.shape[axis] if x.ndim else 1
    wrong = index[(index < 0) | (index >= size)]
    if wrong.size:
        raise RuntimeError(f"index {wrong.flat[0]} is out of bounds for dimension {axis} with size {size}")
    return along(index, axis) if x.ndim else (...,)


def cut(src: Any, index: Any) -> Any:
    """Return the part of a source that an index uses."""
    index = array_of(index)
    if not index.ndim and src.ndim == 1 and src.size:
        return src[0]
    return src[tuple(slice(0, n) for n in index.shape)] if src.ndim else src


def same_type(name: str, x: Any, src: Any) -> None:
    """Raise where source and target have different types."""
    if x.dtype != src.dtype:
        raise RuntimeError(f"{name}(): Expected self.dtype to be equal to src.dtype")


@kernel
def scattered(x: Any, src: Any, dim: int, index: Any) -> Any:
    """Return a copy with elements of a source put at an index along a dimension."""
    same_type("scatter", x, src)
    result = np.array(x, order="C")
    at = places(x, dim, index, src)
    result[at] = cut(src, index)
    return result[()]


@kernel
def scattered_number(x: Any, dim: int, index: Any, value: Any) -> Any:
    """Return a copy with a number put at an index along a dimension."""
    result = np.array(x, order="C")
    result[places(x, dim, index)] = element(value, x.dtype)
    return result[()]


@kernel
def scatter_added(x: Any, src: Any, dim: int, index: Any) -> Any:
    """Return a copy with elements of a source added at an index along a dimension."""
    same_type("scatter", x, src)
    result = np.array(x, order="C")
    at, part = places(x, dim, index, src), cut(src, index)
    np.add.at(result, at, part if x.ndim else part.sum())
    return result[()]


@formula
def gathered_whole(grad: Any, dim: int, index: Any, shape: tuple[int, ...], name: str) -> Any:
    """Return the gradient of a source; like PyTorch this raises where the index uses only a part of it."""
    check_whole(tuple(array_of(index).shape), shape, name)
    return gathered(grad, dim, index)


@kernel
def check_whole(got: tuple[int, ...], shape: tuple[int, ...], name: str) -> None:
    """Raise where a gradient does not have its input's shape."""
    if got != tuple(shape) and shape:
        raise RuntimeError(
            f"Function {name}Backward0 returned an invalid gradient at index 1 - got {list(got)} but expected shape "
            f"compatible with {list(shape)}"
        )


@kernel
def scatter_reduced(x: Any, src: Any, dim: int, index: Any, reduce: str, include_self: bool) -> Any:
    """Return a copy with elements of a source brought together with those at an index."""
    same_type("scatter", x, src)
    at, part, result = places(x, dim, index, src), cut(src, index), np.array(x, order="C")
    if not include_self:
        low, high = (-np.inf, np.inf) if x.dtype.kind == "f" else (np.iinfo(x.dtype).min, np.iinfo(x.dtype).max)
        result[at] = {"sum": 0, "mean": 0, "prod": 1, "amax": low, "amin": high}[reduce]
    how = {"sum": np.add, "mean": np.add, "prod": np.multiply, "amax": np.maximum, "amin": np.minimum}[reduce]
    how.at(result, at, part)
    if reduce == "mean":
        number = share_count(x, dim, index, include_self)
        result = (result / number if x.dtype.kind == "f" else result // number).astype(x.dtype)
    return result[()]


@kernel
def share_count(x: Any, dim: int, index: Any, include_self: bool) -> Any:
    """Return how many elements come together at each place of a mean."""
    number = np.full(x.shape, 1 if include_self else 0, x.dtype)
    np.add.at(number, places(x, dim, index), 1)
    return np.maximum(number, 1)


@formula
def reduce_slopes(
    grad: Any, x: Any, src: Any, result: Any, dim: int, index: Any, reduce: str, include_self: bool
) -> Any:
    """Return the gradients of scatter_reduced in both inputs."""
    if reduce == "mean":
        grad = grad / share_count(x, dim, index, include_self)
    if reduce in ("sum", "mean"):
        own, other = grad, gathered(grad, dim, index)
    elif reduce == "prod":
        own = grad * result / x
        other = gathered(grad * result, dim, index) / src
    else:
        mine = where(x == result, 1, zeros_like(x))
        theirs = where(src == gathered(result, dim, index), 1, zeros_like(src))
        ones = scatter_added(mine, theirs, dim, index)
        own = grad * mine / ones
        other = gathered(grad / ones, dim, index) * theirs
    return own if include_self else scattered_number(own, dim, index, 0), other


@kernel
def layers_added(x: Any, source: Any, dim: int, index: Any, alpha: Any) -> Any:
    """Return a copy with layers of a source added to those of given numbers."""
    if x.dtype != source.dtype:
        raise RuntimeError(
            f"index_add_(): self ({dtypes.of(x).tensor_name}) and source ({dtypes.of(source).tensor_name}) must have "
            "the same scalar type"
        )
    axis, number = axis_of(dim, x.ndim), np.atleast_1d(array_of(index)).size
    length = source.shape[axis] if source.ndim else 1
    if x.ndim and number != length:
        raise RuntimeError(
            f"index_add_(): Number of indices ({number}) should be equal to source.size(dim): ({length}), "
            f"for dim: {axis}"
        )
    result = np.array(x)
    np.add.at(result, layer_index(x, dim, index), source if alpha == 1 else source * x.dtype.type(alpha))
    return result[()]


@kernel
def layers_copied(x: Any, source: Any, dim: int, index: Any) -> Any:
    """Return a copy with layers of given numbers replaced."""
    axis, number = axis_of(dim, x.ndim), np.atleast_1d(array_of(index)).size
    length = source.shape[axis] if source.ndim else 1
    if number != length:
        raise IndexError(
            f"index_copy_(): Number of indices ({number}) should be equal to source.size(dim) ({length})"
        )
    result = np.array(x)
    result[layer_index(x, dim, index)] = source
    return result[()]


@kernel
def layers_filled(x: Any, dim: int, index: Any, value: Any) -> Any:
    """Return a copy with layers of given numbers filled with a number."""
    if getattr(value, "ndim", 0):
        raise RuntimeError(
            f"index_fill_ only supports a 0-dimensional value tensor, but got tensor with {value.ndim} dimension(s)."
        )
    if x.ndim and not x.shape[axis_of(dim, x.ndim)] and array_of(index).size:
        refuse_empty(x, axis_of(dim, x.ndim), array_of(index).size)
    result = np.array(x)
    result[layer_index(x, dim, index)] = element(value, x.dtype)
    return result[()]


def layer_index(x: Any, dim: int, index: Any) -> tuple[Any, ...]:
    """Return NumPy's index for layers along a dimension."""
    axis, index = axis_of(dim, x.ndim), np.atleast_1d(array_of(index))
    if index.size and (index.max() >= (x.shape[axis] if x.ndim else 1) or index.min() < 0):
        wrong = index[(index < 0) | (index >= (x.shape[axis] if x.ndim else 1))]
        raise IndexError(
            f"index {wrong[0]} is out of bounds for dimension {axis} with size {x.shape[axis] if x.ndim else 1}"
        )
    if not x.ndim:
        return (...,)
    return (*(slice(None),) * axis, index)


def writing(
    name: str, inputs: str, arguments: str, forward: str, node: str, vjp: dict[str, str], sample: Any, **rest: Any
) -> Any:
    """Declare an op that writes to places along a dimension."""
    return op(
        name,
        inputs=inputs,
        arguments=arguments,
        forward=forward,
        node=node,
        vjp=vjp,
        group="indexing",
        title=name.replace("_", " ").replace(".", " a "),
        symbol=name.partition(".")[0],
        samples=[sample],
        **rest,
    )


scatter_op = writing(
    "scatter",
    "self src",
    "dim, index",
    "scattered(self, src, dim, index)",
    "ScatterBackward0",
    {"self": "scattered_number(grad, dim, index, 0)", "src": "gathered_whole(grad, dim, index, src.shape, 'Scatter')"},
    (MATRIX, SMALL, PLACES),
)
scatter_number_op = writing(
    "scatter.number",
    "self",
    "dim, index, value",
    "scattered_number(self, dim, index, value)",
    "ScatterBackward1",
    {"self": "scattered_number(grad, dim, index, 0)"},
    (MATRIX, PLACES | {"value": 2.5}),
)
scatter_add_op = writing(
    "scatter_add",
    "self src",
    "dim, index",
    "scatter_added(self, src, dim, index)",
    "ScatterAddBackward0",
    {"self": "grad", "src": "gathered_whole(grad, dim, index, src.shape, 'ScatterAdd')"},
    (MATRIX, SMALL, {"dim": 1, "index": np.array([[2, 2], [1, 0]])}),
)
scatter_reduce_op = op(
    "scatter_reduce",
    inputs="self src",
    arguments="dim, index, reduce, include_self=True",
    symbol="scatter",
    group="indexing",
    title="scatter and reduce",
    node="ScatterReduceBackward0",
    forward="scatter_reduced(self, src, dim, index, reduce, include_self)",
    vjp={
        "self": "reduce_slopes(grad, self, src, result, dim, index, reduce, include_self)[0]",
        "src": "reduce_slopes(grad, self, src, result, dim, index, reduce, include_self)[1]",
    },
    samples=[
        (MATRIX, [[1.5, -2.0], [3.0, 0.75]], {"dim": 1, "index": np.array([[2, 2], [1, 0]]), "reduce": each})
        for each in ("sum", "mean", "prod", "amax", "amin")
    ],
)
index_add_op = writing(
    "index_add",
    "self source",
    "dim, index, alpha=1",
    "layers_added(self, source, dim, index, alpha)",
    "IndexAddBackward0",
    {"self": "grad", "source": "layers_at(grad, dim, index) * alpha"},
    (MATRIX, SMALL, LAYERS | {"alpha": 0.5}),
    recorded={"source": "layers_of_source(grad, dim, index, source, alpha)"},
    saves={"source": "source"},
)
index_copy_op = writing(
    "index_copy",
    "self source",
    "dim, index",
    "layers_copied(self, source, dim, index)",
    "IndexCopyBackward0",
    {"self": "layers_filled(grad, dim, index, 0)", "source": "layers_at(grad, dim, index)"},
    (MATRIX, SMALL, LAYERS),
    recorded={"source": "layers_of_source(grad, dim, index, source)"},
    saves={"source": "source"},
)
index_fill_op = writing(
    "index_fill",
    "self",
    "dim, index, value",
    "layers_filled(self, dim, index, value)",
    "IndexFillBackward0",
    {"self": "layers_filled(grad, dim, index, 0)"},
    (MATRIX, LAYERS | {"value": 9.0}),
)
index_fill_tensor_op = writing(
    "index_fill.tensor",
    "self value",
    "dim, index",
    "layers_filled(self, dim, index, value)",
    "IndexFillBackward1",
    {"self": "layers_filled(grad, dim, index, 0)", "value": "(grad - layers_filled(grad, dim, index, 0)).sum()"},
    (MATRIX, 9.0, LAYERS),
    recorded={"value": "grad.index_select(dim, distinct(index)).sum()"},
)
REDUCTIONS = {"add": "sum", "multiply": "prod"}


@public("scatter")
def scatter(
    self: Tensor, dim: int, index: Tensor, src: Any = None, *, value: Any = None, reduce: str | None = None
) -> Any:
    """Return a copy with a source's elements, or a number, put at an index along a dimension."""
    given = value if src is None else src
    if reduce is not None:
        with no_grad():
            whole = given
            if not isinstance(given, Tensor):
                whole = Tensor._of(np.full(index.shape, given, self._value.dtype), None)
            return scatter_reduce_op(self, whole, dim, index, REDUCTIONS[reduce], True)
    if isinstance(given, Tensor):
        return scatter_op(self, given, dim, index)
    return scatter_number_op(self, dim, index, given)


@public("scatter_add")
def scatter_add(self: Tensor, dim: int, index: Tensor, src: Tensor) -> Any:
    """Return a copy with a source's elements added at an index along a dimension."""
    return scatter_add_op(self, src, dim, index)


@public("scatter_reduce")
def scatter_reduce(
    self: Tensor, dim: int, index: Tensor, src: Tensor, reduce: str, *, include_self: bool = True
) -> Any:
    """Return a copy with a source's elements summed, multiplied, … with those at an index."""
    if reduce not in ("sum", "prod", "mean", "amax", "amin"):
        raise RuntimeError(f"reduce argument must be either sum, prod, mean, amax or amin, got {reduce}")
    return scatter_reduce_op(self, src, dim, index, reduce, include_self)


@public("index_add")
def index_add(self: Tensor, dim: int, index: Tensor, source: Tensor, *, alpha: Any = 1) -> Any:
    """Return a copy with layers of a source added to those of given numbers."""
    return index_add_op(self, source, dim, index, alpha)


@public("index_copy")
def index_copy(self: Tensor, dim: int, index: Tensor, source: Tensor) -> Any:
    """Return a copy with layers of given numbers replaced by those of a source."""
    return index_copy_op(self, source, dim, index)


@public("index_fill")
def index_fill(self: Tensor, dim: int, index: Tensor, value: Any) -> Any:
    """Return a copy with layers of given numbers filled."""
    if isinstance(value, Tensor):
        return index_fill_tensor_op(self, value, dim, index)
    return index_fill_op(self, dim, index, value)


@public("index_reduce")
def index_reduce(
    self: Tensor, dim: int, index: Tensor, source: Tensor, reduce: str, *, include_self: bool = True
) -> Any:
    """Return a copy with layers of a source multiplied, … with those of given numbers; without a gradient here."""
    axis = axis_of(dim, self.ndim)
    whole = index.view(*(-1 if i == axis else 1 for i in range(self.ndim))).expand(source.shape)
    with no_grad():
        return scatter_reduce_op(self, source, dim, whole, reduce, include_self)


FORMS: dict[str, Any] = {
    "scatter": scatter,
    "scatter_add": scatter_add,
    "scatter_reduce": scatter_reduce,
    "index_add": index_add,
    "index_copy": index_copy,
    "index_fill": index_fill,
}
for name, function in FORMS.items():
    setattr(Tensor, f"{name}_", in_place_form(find(name), function))
Tensor.index_reduce_ = in_place_form(find("scatter_reduce"), index_reduce)
