"""More ways of joining and cutting, made of cat, narrow and reshape as in PyTorch."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from .. import dtype as dtypes
from ..kernels import axis_of, kernel
from ..meaning import on_tensors, summed_to
from ..op import find, op
from ..surface import public
from ..tensor import Tensor
from .joining import cat_op, check_list, hstack, vstack
from .shape import MATRIX


def several(tensors: tuple[Any, ...]) -> Any:
    """Return tensors given one by one or as one sequence, and whether they were several."""
    return list(tensors[0]) if len(tensors) == 1 and isinstance(tensors[0], (list, tuple)) else list(tensors)


def at_least(ndim: int, raise_one: Any) -> Any:
    """Return atleast_1d and its like."""

    def atleast(*tensors: Any) -> Any:
        found = tuple(raise_one(each) for each in several(tensors))
        return found[0] if len(tensors) == 1 and isinstance(tensors[0], Tensor) else found

    atleast.__name__ = atleast.__qualname__ = f"atleast_{ndim}d"
    atleast.__doc__ = f"Return tensors with {ndim} dimensions or more."
    return atleast


def cube(tensor: Tensor) -> Any:
    """Return a tensor with three dimensions or more."""
    if tensor.ndim == 0:
        return tensor.reshape(1, 1, 1)
    if tensor.ndim == 1:
        return tensor.unsqueeze(0).unsqueeze(-1)
    return tensor.unsqueeze(-1) if tensor.ndim == 2 else tensor


atleast_1d = public("atleast_1d", method=False)(at_least(1, lambda x: x.reshape(1) if not x.ndim else x))
atleast_2d = public("atleast_2d", method=False)(
    at_least(2, lambda x: x.reshape(1, 1) if not x.ndim else x.unsqueeze(0) if x.ndim == 1 else x)
)
atleast_3d = public("atleast_3d", method=False)(at_least(3, cube))


@public("dstack", method=False)
def dstack(tensors: Any) -> Any:
    """Join along the third dimension."""
    return cat_op([cube(each) for each in check_list(tensors, "dstack")], 2)


@public("column_stack", method=False)
def column_stack(tensors: Any) -> Any:
    """Join as columns."""
    return hstack([each.reshape(each.numel(), 1) if each.ndim <= 1 else each for each in tensors])


public("row_stack", method=False)(vstack)


@kernel
def on_diagonal(tensors: list[Any]) -> Any:
    """Return matrices along the diagonal of a large one, zero elsewhere."""
    blocks = [each.reshape(1, -1) if each.ndim < 2 else each for each in dtypes.align(*tensors)]
    result = np.zeros(tuple(sum(each.shape[i] for each in blocks) for i in (0, 1)), blocks[0].dtype)
    row = column = 0
    for each in blocks:
        result[row : row + each.shape[0], column : column + each.shape[1]] = each
        row, column = row + each.shape[0], column + each.shape[1]
    return result


@kernel
def off_diagonal(grad: Any, shapes: list[tuple[int, ...]]) -> list[Any]:
    """Take the gradients of the blocks out of a large matrix."""
    found, row, column = [], 0, 0
    for shape in shapes:
        height, width = shape if len(shape) == 2 else (1, shape[0] if shape else 1)
        found.append(grad[row : row + height, column : column + width].reshape(shape))
        row, column = row + height, column + width
    return found


@on_tensors("off_diagonal")
def off_diagonal_recorded(grad: Tensor, shapes: list[tuple[int, ...]]) -> Any:
    """Do the same with recorded operations; what is left of a row's block is summed to its shape, as PyTorch does."""
    found, row, column, cut = [], 0, 0, find("slice").function
    for shape in shapes:
        height, width = shape if len(shape) == 2 else (1, shape[0] if shape else 1)
        block = cut(cut(grad, 0, row, row + height, 1), 1, column, column + width, 1)
        for _ in range(2 - len(shape)):
            block = block.squeeze(-1)
        found.append(summed_to(block, shape) if block._value.ndim > len(shape) else block)
        row, column = row + height, column + width
    return found


block_diag_op = op(
    "block_diag",
    inputs="tensors*",
    symbol="⋱",
    group="shape",
    title="blocks on the diagonal",
    node="BlockDiagBackward0",
    forward="on_diagonal(tensors)",
    vjp={"tensors": "off_diagonal(grad, tensors.shape)"},
    samples=[([[[1.0, 2.0], [3.0, 4.0]], MATRIX],)],
)


@public("block_diag", method=False)
def block_diag(*tensors: Tensor) -> Any:
    """Return matrices along the diagonal of a large one."""
    return block_diag_op(check_list(list(tensors), "block_diag"))


@public("tensor_split")
def tensor_split(
    self: Tensor, indices_or_sections: Any = None, dim: int = 0, *, indices: Any = None, sections: Any = None
) -> Any:
    """Cut into a number of pieces of nearly equal length, or before given places."""
    if not self.ndim:
        raise RuntimeError("tensor_split expected at least a 1-dimensional tensor, but got a tensor with 0 dims")
    given = next(each for each in (indices_or_sections, indices, sections) if each is not None)
    given = given.tolist() if isinstance(given, Tensor) else given
    axis = axis_of(dim, self.ndim)
    length = self.shape[axis]
    if isinstance(given, int):
        if given <= 0:
            raise RuntimeError(f"number of sections must be larger than 0, got {given}")
        short, longer = divmod(length, given)
        ends = np.cumsum([short + 1] * longer + [short] * (given - longer)).tolist()
        cuts = [0, *ends]
    else:
        cuts = [0, *given, length]
    return tuple(self[(*(slice(None),) * axis, slice(a, b))] for a, b in itertools.pairwise(cuts))


def splitter(name: str, dim: int) -> None:
    """Give programs hsplit, vsplit or dsplit."""

    def split(self: Tensor, indices_or_sections: Any) -> Any:
        axis = 0 if name == "hsplit" and self.ndim == 1 else dim
        if self.ndim <= axis:
            least = {"hsplit": 1, "vsplit": 2, "dsplit": 3}[name]
            raise RuntimeError(
                f"torch.{name} requires a tensor with at least {least} dimension"
                f"{'s' if least > 1 else ''}, but got a tensor with {self.ndim} dimensions!"
            )
        return tensor_split(self, indices_or_sections, axis)

    split.__doc__ = f"Cut along dimension {dim}."
    public(name)(split)


for _name, _dim in {"vsplit": 0, "hsplit": 1, "dsplit": 2}.items():
    splitter(_name, _dim)
public("narrow_copy")(lambda self, dim, start, length: self.narrow(dim, start, length).clone())
public("select_copy", method=False)(lambda self, dim, index: self.select(dim, index).clone())
public("view_copy", method=False)(lambda self, size: self.view(size).clone())
