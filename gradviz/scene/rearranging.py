"""Functions of formulas that move elements: where a gradient is put back to when its input was picked, cut or turned.

Written a second time, as `functions` says; where one array of places would do it, here too it is one `np.add.at`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

Shape = tuple[int, ...]


def _full(index: Any, dim: int) -> tuple[Any, ...]:
    """NumPy's index for one along a single dimension, as in torch.gather."""
    places = np.asarray(index)
    grid: list[Any] = list(np.indices(places.shape, sparse=True))
    grid[dim] = places
    return tuple(grid)


def _layers(ndim: int, dim: int, index: Any) -> tuple[Any, ...]:
    return (*(slice(None),) * (dim % max(ndim, 1)), np.atleast_1d(np.asarray(index)))


def _added(gradient: Any, shape: Shape, places: Any) -> Any:
    made = np.zeros(shape)
    np.add.at(made, places, gradient)
    return made


def put_at(gradient: Any, places: Any, shape: Shape, dim: int, keepdim: bool) -> Any:
    if not shape:
        return gradient
    if not keepdim:
        gradient, places = np.expand_dims(gradient, dim), np.expand_dims(places, dim)
    return _added(gradient, shape, _full(places, dim))


def put_gathered(gradient: Any, shape: Shape, dim: int, index: Any) -> Any:
    return _added(gradient, shape, _full(index, dim)) if shape else np.sum(gradient)


def gathered(x: Any, dim: int, index: Any) -> Any:
    return x[_full(index, dim)] if np.ndim(x) else np.full(np.shape(index), x)


def scattered_number(x: Any, dim: int, index: Any, value: Any) -> Any:
    made = np.array(x)
    made[_full(index, dim) if made.ndim else ()] = value
    return made


def _positions(indices: Any) -> tuple[Any, ...]:
    return tuple(slice(None) if each is None else np.asarray(each) for each in indices)


def put_back(gradient: Any, shape: Shape, indices: Any) -> Any:
    return _added(gradient, shape, _positions(indices))


def without(gradient: Any, indices: Any, accumulate: bool) -> Any:
    made = np.array(gradient)
    if not accumulate:
        made[_positions(indices)] = 0
    return made


def add_layers(gradient: Any, shape: Shape, dim: int, index: Any) -> Any:
    return _added(gradient, shape, _layers(len(shape), dim, index)) if shape else np.sum(gradient)


def layers_filled(x: Any, dim: int, index: Any, value: Any) -> Any:
    made = np.array(x)
    made[_layers(made.ndim, dim, index) if made.ndim else ()] = value
    return made


def rows_added(gradient: Any, shape: Shape, indices: Any, padding_idx: int) -> Any:
    counted = np.asarray(indices) != padding_idx
    return _added(np.asarray(gradient)[counted], shape, np.asarray(indices)[counted])


def by_frequency(gradient: Any, indices: Any) -> Any:
    _, inverse, counts = np.unique(indices, return_inverse=True, return_counts=True)
    return gradient / counts[inverse].reshape(np.shape(indices))[..., None]


def put_taken(gradient: Any, shape: Shape, index: Any) -> Any:
    return _added(gradient, (int(np.prod(shape)),), np.asarray(index)).reshape(shape)


def put_diagonal(gradient: Any, shape: Shape, offset: int, dim1: int, dim2: int) -> Any:
    places = np.diagonal(np.arange(int(np.prod(shape))).reshape(shape), offset, dim1, dim2)
    return put_taken(gradient, shape, places)


def _strided(size: Shape, stride: Shape, start: int) -> Any:
    return start + sum((each * step for each, step in zip(np.indices(size), stride, strict=True)), np.zeros(size, int))


def put_strided(
    gradient: Any, shape: Shape, size: Shape, stride: Shape, start: int, steps: Shape | None = None
) -> Any:
    shown = _strided(size, stride, start)
    own = np.arange(int(np.prod(shape))).reshape(shape) if steps is None else _strided(shape, steps, 0)
    if not own.size or not shown.size:
        return np.zeros(shape)
    low = min(start, 0)
    memory = put_taken(gradient, (max(int(own.max()), int(shown.max())) - low + 1,), shown - low)
    return memory[own - low] / np.bincount(np.ravel(own - low))[own - low]


def put_windows(gradient: Any, shape: Shape, dimension: int, size: int, step: int) -> Any:
    if not shape:
        return np.sum(gradient)
    made = np.zeros(shape)
    moved = np.moveaxis(made, dimension, 0)
    for place in range(np.shape(gradient)[dimension]):
        layer = np.moveaxis(gradient, dimension, 0)[place]
        moved[place * step : place * step + size] += np.moveaxis(layer, -1, 0)
    return made


def parts(gradient: Any, shapes: Sequence[Shape], dim: int) -> list[Any]:
    lengths = [0 if shape == (0,) and np.ndim(gradient) != 1 else shape[dim] for shape in shapes]
    cuts = np.cumsum(lengths)[:-1]
    return [piece if length else np.zeros(shape)
            for piece, length, shape in zip(np.split(gradient, cuts, dim), lengths, shapes, strict=True)]  # fmt: skip


def off_diagonal(gradient: Any, shapes: Sequence[Shape]) -> list[Any]:
    found, row, column = [], 0, 0
    for shape in shapes:
        down, across = (1,) * (2 - len(shape)) + shape
        found.append(gradient[row : row + down, column : column + across].reshape(shape))
        row, column = row + down, column + across
    return found


def joined_gradients(gradients: Any, shape: Shape, sizes: Sequence[int], dim: int) -> Any:
    empty = [(*shape[:dim], size, *shape[dim + 1 :]) for size in sizes]
    return np.concatenate(
        [np.zeros(zero) if each is None else each for each, zero in zip(gradients, empty, strict=True)], dim
    )


def piled_gradients(gradients: Any, shape: Shape, dim: int) -> Any:
    zero = np.zeros(np.delete(shape, dim))
    return np.stack([zero if each is None else each for each in gradients], dim)


def untiled(gradient: Any, shape: Shape, repeats: Shape) -> Any:
    full = (1,) * (len(repeats) - len(shape)) + shape
    places = np.tile(np.arange(int(np.prod(full))).reshape(full), repeats)
    return put_taken(gradient, full, places).reshape(shape)


def rolled(x: Any, shifts: Sequence[int], dims: Sequence[int]) -> Any:
    return np.roll(x, tuple(shifts), tuple(dims)) if dims else np.roll(x, shifts[0])


def surrounded(x: Any, pad: Sequence[int], value: Any) -> Any:
    pairs = [(0, 0)] * (np.ndim(x) - len(pad) // 2) + list(zip(pad[-2::-2], pad[::-2], strict=True))
    wide = np.pad(x, [(max(a, 0), max(b, 0)) for a, b in pairs], constant_values=value)
    return wide[tuple(slice(max(-a, 0), n - max(-b, 0)) for (a, b), n in zip(pairs, wide.shape, strict=True))]


def shuffled(x: Any, factor: int) -> Any:
    *lead, channels, height, width = np.shape(x)
    apart = np.reshape(x, (*lead, channels // factor**2, factor, factor, height, width))
    n = len(lead)
    turned = apart.transpose(*range(n + 1), n + 3, n + 1, n + 4, n + 2)
    return turned.reshape(*lead, channels // factor**2, height * factor, width * factor)


def unshuffled_back(gradient: Any, factor: int, shape: Shape) -> Any:
    places = shuffled(np.arange(int(np.prod(shape))).reshape(shape), factor)
    return put_taken(gradient, shape, places)


def channels_mixed(x: Any, groups: int) -> Any:
    count, channels, *space = np.shape(x)
    return np.reshape(x, (count, groups, channels // groups, *space)).swapaxes(1, 2).reshape(np.shape(x))


def _flipped(x: Any, dims: Any) -> Any:
    return np.flip(x, tuple(dims)) if np.ndim(x) else x


REARRANGING: dict[str, Callable[..., Any]] = {
    "put_at": put_at,
    "put_gathered": put_gathered,
    "gathered": gathered,
    "gathered_whole": lambda x, dim, index, shape, name: gathered(x, dim, index),
    "scattered_number": scattered_number,
    "put_back": put_back,
    "picked": lambda x, indices: x[_positions(indices)],
    "without": without,
    "add_layers": add_layers,
    "layers_at": lambda x, dim, index: x[_layers(np.ndim(x), dim, index)] if np.ndim(x) else x,
    "layers_filled": layers_filled,
    "rows_added": rows_added,
    "by_frequency": by_frequency,
    "put_taken": put_taken,
    "taken": lambda x, index: np.ravel(x)[np.asarray(index)],
    "put_diagonal": put_diagonal,
    "diagonal_of": lambda x, offset, dim1, dim2: np.diagonal(x, offset, dim1, dim2),
    "without_diagonal": lambda x, offset, dim1, dim2: x - put_diagonal(
        np.diagonal(x, offset, dim1, dim2), np.shape(x), offset, dim1, dim2
    ),
    "put_strided": put_strided,
    "put_windows": put_windows,
    "selected": lambda x, dim, index: np.take(x, index, dim),
    "without_layer": lambda x, dim, index: layers_filled(x, dim, index, 0),
    "sliced": lambda x, dim, start, end, step: np.moveaxis(np.moveaxis(x, dim, 0)[start:end:step], 0, dim),
    "without_slice": lambda x, dim, start, end, step: layers_filled(
        x, dim, np.arange(np.shape(x)[dim])[start:end:step], 0
    ),
    "parts": parts,
    "layers": lambda x, dim: list(np.moveaxis(x, dim, 0)),
    "off_diagonal": off_diagonal,
    "joined_gradients": joined_gradients,
    "piled_gradients": piled_gradients,
    "untiled": untiled,
    "turned": lambda x: np.transpose(x) if np.ndim(x) == 2 else x,
    "flipped": _flipped,
    "rolled": rolled,
    "opposite": lambda shifts: tuple(-each for each in shifts),
    "quarter_turned": lambda x, k, dims: np.rot90(x, k, dims),
    "lower_triangle": lambda x, diagonal: np.tril(x, diagonal),
    "upper_triangle": lambda x, diagonal: np.triu(x, diagonal),
    "surrounded": surrounded,
    "undone_padding": lambda pad: tuple(-each for each in pad),
    "shuffled": shuffled,
    "unshuffled_back": unshuffled_back,
    "channels_mixed": channels_mixed,
    "other_groups": lambda shape, groups: shape[1] // groups,
    "min": min,
}  # fmt: skip
