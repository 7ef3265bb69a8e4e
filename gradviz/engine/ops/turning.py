"""Turning and rearranging: flip, roll, rot90, repeat_interleave, grids and combinations."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np

from .. import messages, watch
from ..kernels import axis_of, kernel
from ..op import op
from ..size import Size
from ..surface import public
from ..tensor import Tensor
from .joining import check_list, stack
from .shape import MATRIX, clone_op, lengths


@kernel
def flipped(x: Any, dims: Sequence[int]) -> Any:
    """Turn dimensions round."""
    axes = tuple(axis_of(each, x.ndim) for each in dims)
    return turned_round(x, axes) if x.ndim else x


def turned_round(x: Any, axes: Any) -> Any:
    """Return a copy with dimensions turned round, laid out like x."""
    result = np.empty_like(x)
    result[...] = np.flip(x, axes)
    return result


@kernel
def rolled(x: Any, shifts: Sequence[int], dims: Sequence[int]) -> Any:
    """Move elements along dimensions, those that leave at the end come back at the start; all of them if no dims."""
    if not x.ndim and dims:
        raise IndexError(f"Dimension specified as {dims[0]} but tensor has no dimensions")
    if not x.size:
        return x.copy()
    if not dims:
        return np.roll(x, shifts[0])
    return np.roll(x, tuple(shifts), tuple(axis_of(each, x.ndim) for each in dims))


@kernel
def opposite(shifts: Sequence[int]) -> tuple[int, ...]:
    """Return the shifts that undo these."""
    return tuple(-each for each in shifts)


@kernel
def quarter_turned(x: Any, k: int, dims: Sequence[int]) -> Any:
    """Turn by k quarters in the plane of two dimensions."""
    if len(dims) != 2:
        raise RuntimeError(f"expected total rotation dims == 2, but got dims = {len(dims)}")
    if x.ndim < 2:
        raise RuntimeError(f"expected total dims >= 2, but got total dims = {x.ndim}")
    first, second = (axis_of(each, x.ndim) for each in dims)
    if k % 2 == 0:
        return turned_round(x, (first, second) if k % 4 else ())
    # A flip, and its dimensions swapped: the strides show, as in PyTorch.
    return turned_round(x, second if k % 4 == 1 else first).swapaxes(first, second)


flip_op = op(
    "flip",
    arguments="dims",
    group="shape",
    title="turn round",
    node="FlipBackward0",
    code="{self}.flip(0)",
    forward="flipped(self, dims)",
    vjp={"self": "flipped(grad, dims)"},
    samples=[(MATRIX, {"dims": (0,)}), (MATRIX, {"dims": (0, 1)})],
)
roll_op = op(
    "roll",
    arguments="shifts, dims=()",
    group="shape",
    title="move round",
    node="RollBackward0",
    code="{self}.roll(1)",
    forward="rolled(self, shifts, dims)",
    vjp={"self": "rolled(grad, opposite(shifts), dims)"},
    samples=[(MATRIX, {"shifts": (1,)}), (MATRIX, {"shifts": (1, -1), "dims": (0, 1)})],
)
op(
    "rot90",
    arguments="k=1, dims=(0, 1)",
    group="shape",
    title="quarter turn",
    node="Rot90Backward0",
    forward="quarter_turned(self, k, dims)",
    vjp={"self": "quarter_turned(grad, -k, dims)"},
    names="rot90",
    samples=[(MATRIX,), (MATRIX, {"k": 3})],
)


@public("flip")
def flip(self: Tensor, *places: Any, dims: Any = None) -> Any:
    """Turn dimensions round."""
    return flip_op(self, lengths(places if dims is None else (dims,)))


@public("fliplr")
def fliplr(self: Tensor) -> Any:
    """Turn columns round."""
    if self.ndim < 2:
        raise RuntimeError("Input must be >= 2-d.")
    return flip_op(self, (1,))


@public("flipud")
def flipud(self: Tensor) -> Any:
    """Turn rows round."""
    if self.ndim < 1:
        raise RuntimeError("Input must be >= 1-d.")
    return flip_op(self, (0,))


@public("roll")
def roll(self: Tensor, shifts: Any, dims: Any = ()) -> Any:
    """Move elements along dimensions; what leaves at one end comes in at the other."""
    by, along = (tuple(each) if isinstance(each, (tuple, list)) else (each,) for each in (shifts, dims))
    if along and len(by) != len(along):
        raise RuntimeError(f"shifts and dimensions must align. shifts: {len(by)}, dims:{len(along)}")
    return roll_op(self, by, along)


@public("repeat_interleave")
def repeat_interleave(
    self: Tensor, repeats: Any = None, dim: int | None = None, *, output_size: int | None = None
) -> Any:
    """Repeat each element, or layer along a dimension; with one tensor alone, return numbers repeated as it says."""
    if repeats is None:
        watch.read(self)
        return Tensor._of(np.repeat(np.arange(len(self._value)), self._value), None)
    source = self.flatten() if dim is None else self
    axis = 0 if dim is None else axis_of(dim, self.ndim)
    if isinstance(repeats, Tensor) and repeats.numel() > 1:
        if repeats.shape != (source.shape[axis],):
            raise RuntimeError("repeats must have the same size as input along dim")
        return source.index_select(axis, repeat_interleave(repeats))
    times = int(repeats)
    spread = [*source.shape[: axis + 1], times, *source.shape[axis + 1 :]]
    return clone_op(source.unsqueeze(axis + 1).expand(spread), "C").view(
        [*source.shape[:axis], times * source.shape[axis], *source.shape[axis + 1 :]]
    )


@public("broadcast_shapes", method=False)
def broadcast_shapes(*shapes: Any) -> Size:
    """Return the shape that shapes have in common."""
    given = [(each,) if isinstance(each, int) else tuple(each) for each in shapes]
    found: list[int] = [1] * max(map(len, given), default=0)
    for index, shape in enumerate(given):
        for back in range(1, len(shape) + 1):
            if shape[-back] not in (1, found[-back]):
                if found[-back] != 1:
                    raise RuntimeError(
                        f"Attempting to broadcast a dimension of length {shape[-back]} at {-back}! Mismatching "
                        f"argument at index {index} had {shape}; but expected shape should be broadcastable to {found}"
                    )
                found[-back] = shape[-back]
    return Size(found)


@public("meshgrid", method=False)
def meshgrid(*tensors: Any, indexing: str | None = None) -> tuple[Tensor, ...]:
    """Return the coordinates of the points of a grid, one tensor for each dimension."""
    given = list(tensors[0]) if len(tensors) == 1 and isinstance(tensors[0], (list, tuple)) else list(tensors)
    check_list(given, "meshgrid")
    if len({each.dtype for each in given}) > 1:
        raise RuntimeError("meshgrid expects all tensors to have the same dtype")
    if indexing is None:
        messages.warn_once(
            "torch.meshgrid: in an upcoming release, it will be required to pass the indexing argument."
        )
    elif indexing not in ("ij", "xy"):
        raise RuntimeError(f'torch.meshgrid: indexing must be one of "xy" or "ij", but received: {indexing}')
    swap = indexing == "xy" and len(given) >= 2
    if swap:
        given[0], given[1] = given[1], given[0]
    shape = tuple(each.numel() for each in given)
    grids = [
        each.view(*(-1 if i == place else 1 for i in range(len(given)))).expand(shape)
        for place, each in enumerate(given)
    ]
    if swap:
        grids[0], grids[1] = grids[1], grids[0]
    return tuple(grids)


@public("cartesian_prod", method=False)
def cartesian_prod(*tensors: Tensor) -> Any:
    """Return all combinations of one element of each."""
    if len(tensors) == 1:
        return tensors[0]
    return stack([each.flatten() for each in meshgrid(*tensors, indexing="ij")], 1)


@public("combinations", method=False)
def combinations(input: Tensor, r: int = 2, with_replacement: bool = False) -> Any:
    """Return all combinations of r elements."""
    if input.ndim != 1:
        raise RuntimeError(f"Expect a 1D vector, but got shape {messages.sizes(input.shape)}")
    if r < 1:
        return input.new_empty(0)
    grid = np.indices((input.numel(),) * r)
    mask = np.ones(grid.shape[1:], bool)
    for earlier, later in itertools.pairwise(grid):
        mask &= earlier <= later if with_replacement else earlier < later
    return stack([each.masked_select(Tensor._of(mask, None)) for each in meshgrid(*[input] * r, indexing="ij")], 1)


@public("vander", method=False)
def vander(x: Tensor, N: int | None = None, increasing: bool = False) -> Any:
    """Return the powers of each element as rows."""
    columns = x.numel() if N is None else N
    powers = np.arange(columns) if increasing else np.arange(columns)[::-1]
    return x.unsqueeze(-1) ** Tensor._of(powers.astype(np.int64), None)
