"""A recorded tensor value: whole when it is small, a sketch when it is not."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from functools import cache, cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

WHOLE_BYTES = 65_536
"""Values up to this size are kept whole; a 128 × 128 float32 matrix just fits."""

SKETCH_SIDE = 32
"""A sketch is at most this many rows and columns."""

BINS = 32
"""Bars of a histogram."""

NEAR_ELEMENTS = 16_384
"""Elements that are summarised together: as float64 they stay in the processor's own memory."""


@cache
def type_name(dtype: np.dtype[Any]) -> str:
    """NumPy's name of a type; NumPy puts it together anew each time, and a pass asks ten thousand times."""
    return dtype.name


@dataclass(frozen=True, eq=False)
class Summary:
    """Statistics of the finite elements, counts of the others, and a small picture of the whole."""

    least: float
    greatest: float
    mean: float
    deviation: float
    nan: int
    infinite: int
    sketch: NDArray[np.float32]
    """(rows, columns) ≤ 32 × 32: means of equal blocks of the value seen as a matrix (last axis = columns)."""
    bins: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    """Counts of finite elements in equal parts of least … greatest. Empty where the value is kept whole (there
    `Value.histogram` counts when it is asked) and in traces of schema 1."""


@dataclass(frozen=True, eq=False)
class Value:
    """What a tensor held at one moment.

    `data` has shape `shape` and is never written to again; it is None where only the summary was kept. For bfloat16 it
    is float32.
    `dtype` is PyTorch's name without the prefix ("float32", "bool", …).
    """

    dtype: str
    shape: tuple[int, ...]
    data: Array | None
    kept: Summary | None = None

    @classmethod
    def of(cls, data: Array | np.generic | float, dtype: str | None = None) -> Value:
        """Wrap an array without copying it; above `WHOLE_BYTES` only a summary is kept."""
        array: Array = np.asarray(data)
        name = dtype or type_name(array.dtype)
        if array.dtype.kind == "V":  # bfloat16, which NumPy does not have itself: float32 holds the same numbers
            array = array.astype(np.float32)
        if array.nbytes <= WHOLE_BYTES:
            return cls(name, array.shape, array)
        summary = summarize(array)
        return cls(name, array.shape, None, replace(summary, bins=counted(array, summary.least, summary.greatest)))

    @property
    def size(self) -> int:
        """Number of elements."""
        return math.prod(self.shape)

    @property
    def is_scalar(self) -> bool:
        return self.size == 1

    @property
    def is_floating(self) -> bool:
        return self.dtype.startswith(("float", "bfloat", "complex"))

    @cached_property
    def summary(self) -> Summary:
        if self.kept is not None:
            return self.kept
        assert self.data is not None, "a value is kept whole or summarised"
        return summarize(self.data)

    @cached_property
    def histogram(self) -> NDArray[np.int64]:
        """Counts of the finite elements in equal parts of `summary.least` … `summary.greatest`; empty if unknown."""
        if self.data is None:
            return self.summary.bins
        return counted(self.data, self.summary.least, self.summary.greatest)

    def item(self) -> float:
        """The one element as a Python number; ValueError for any other size."""
        if self.data is None or self.data.size != 1:
            raise ValueError(f"a value of shape {self.shape} is not one number")
        return self.data.item()  # type: ignore[no-any-return]

    def norm(self) -> float:
        """The number itself for one element, the Euclidean norm for more; NaN where only a sketch is left."""
        if self.data is None:
            return float("nan")
        if self.data.size == 1:
            return float(self.data.real.item())
        return float(np.linalg.norm(self.data.astype(np.float64, copy=False)))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Value):
            return NotImplemented
        if (self.dtype, self.shape) != (other.dtype, other.shape) or (self.data is None) != (other.data is None):
            return False
        if self.data is None or other.data is None:
            return np.array_equal(self.summary.sketch, other.summary.sketch, equal_nan=True)
        return self.data.tobytes() == other.data.tobytes()

    __hash__ = None  # type: ignore[assignment]


def summarize(array: Array) -> Summary:
    """Statistics and block means of an array of any shape and dtype."""
    numbers = np.abs(array) if np.iscomplexobj(array) else array
    if numbers.size:
        with np.errstate(invalid="ignore", over="ignore"):
            summary = _summarize_finite(numbers)
        if summary is not None:
            return summary
    floats = numbers.astype(np.float64, copy=False)
    finite = floats[np.isfinite(floats)]
    least, greatest, mean, deviation = (
        (float(finite.min()), float(finite.max()), float(finite.mean()), float(finite.std()))
        if finite.size
        else (float("nan"),) * 4
    )
    nan = int(np.isnan(floats).sum())
    return Summary(least, greatest, mean, deviation, nan, floats.size - finite.size - nan, _block_means(floats))


def counted(array: Array, least: float, greatest: float) -> NDArray[np.int64]:
    """How many finite elements lie in each of `BINS` equal parts of least … greatest; one part where they are equal.

    np.histogram looks for edges, which costs four times as much; an element within rounding of an edge may count on
    its other side here.
    """
    flat = (np.abs(array) if np.iscomplexobj(array) else array).reshape(-1)
    width = greatest - least
    if not math.isfinite(width):
        return np.zeros(0, np.int64)
    if not width:
        return np.array([np.count_nonzero(np.isfinite(flat))], np.int64)
    single = flat.dtype == np.float32 and width < 1e38
    counts = np.zeros(BINS + 1, np.int64)
    for start in range(0, flat.size, NEAR_ELEMENTS):
        # The type says float64 for both: no more than subtraction and product is asked of it.
        part: NDArray[np.float64] = flat[start : start + NEAR_ELEMENTS].astype(np.float32 if single else np.float64)
        with np.errstate(invalid="ignore", over="ignore"):
            part -= least
            part *= BINS / width
        if not math.isfinite(float(part.sum())):
            part = part[np.isfinite(part)]
        counts += np.bincount(np.clip(part, 0, BINS).astype(np.intp), minlength=BINS + 1)
    counts[BINS - 1] += counts[BINS]  # the greatest belongs to the last part
    return counts[:BINS]


def _summarize_finite(numbers: Array) -> Summary | None:
    """The same, a few rows at a time; None where something in it is NaN or infinite, or the sums are.

    The first passes of a training run summarise every weight, activation and gradient. A whole array in float64 is
    new memory each time, and touching that costs several times what the arithmetic does.
    """
    matrix = numbers.reshape(-1, numbers.shape[-1]) if numbers.ndim else numbers.reshape(1, 1)
    starts, counts = _blocks(matrix.shape[0])
    sums = np.empty((len(starts), matrix.shape[1]))
    # Deviations are counted from the mean of the first rows: it is so near that nothing is lost by subtraction.
    near, squares = 0.0, 0.0
    together = max(1, NEAR_ELEMENTS // (int(counts.max()) * matrix.shape[1]))
    for first in range(0, len(starts), together):
        some = slice(first, first + together)
        start = starts[first]
        rows = matrix[start : start + counts[some].sum()].astype(np.float64)
        for place, begin, count in zip(range(first, first + together), starts[some], counts[some], strict=False):
            np.add.reduce(rows[begin - start : begin - start + count], axis=0, out=sums[place])  # faster than reduceat
        if not first:
            near = float(sums[some].sum()) / rows.size
        rows -= near
        squares += float(np.add.reduce(np.multiply(rows, rows, out=rows), axis=None))
    mean = float(sums.sum()) / matrix.size
    variance = squares / matrix.size - (mean - near) ** 2
    if not math.isfinite(variance):
        return None
    means = _column_means(sums / counts[:, None])
    return Summary(
        float(numbers.min()), float(numbers.max()), mean, math.sqrt(max(variance, 0.0)), 0, 0, means.astype(np.float32)
    )


@lru_cache(256)
def _blocks(length: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Where the blocks of a sketch begin along an axis, and how long they are."""
    starts = np.unique(np.linspace(0, length, min(length, SKETCH_SIDE), endpoint=False).astype(np.intp))
    return starts, np.diff(np.append(starts, length))


def _column_means(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    starts, counts = _blocks(matrix.shape[1])
    means: NDArray[np.float64] = np.add.reduceat(matrix, starts, axis=1) / counts
    return means


def _block_means(floats: NDArray[np.float64]) -> NDArray[np.float32]:
    if floats.size == 0:
        return np.zeros((0, 0), np.float32)
    matrix = floats.reshape(-1, floats.shape[-1]) if floats.ndim else floats.reshape(1, 1)
    starts, counts = _blocks(matrix.shape[0])
    # Infinities of both signs in one block make NaN, which is what the picture should show.
    with np.errstate(invalid="ignore", over="ignore"):
        return _column_means(np.add.reduceat(matrix, starts, axis=0) / counts[:, None]).astype(np.float32)
