"""Counting: histograms, distinct values, places in a sorted sequence. Their results have no gradient."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import messages, watch
from ..kernels import axes_of, axis_of
from ..return_types import named
from ..surface import public
from ..tensor import Tensor


def plain(value: Any) -> Tensor:
    """Return an array as a tensor without history; 0-d arrays become scalars."""
    return Tensor._of(value[()] if isinstance(value, np.ndarray) and not value.ndim else value, None)


@public("count_nonzero")
def count_nonzero(self: Tensor, dim: Any = None) -> Tensor:
    """Return how many elements are not zero, of all or along dimensions."""
    watch.read(self)
    axes = None if dim is None else axes_of(dim, self.ndim)
    return plain(np.asarray(np.count_nonzero(self._value, axis=axes), np.int64))


@public("bincount")
def bincount(self: Tensor, weights: Tensor | None = None, minlength: int = 0) -> Tensor:
    """Return how often each whole number from 0 on occurs, or the sum of its weights."""
    watch.read(self)
    value = self._value
    if value.dtype.kind not in "iu":
        raise messages.not_for("bincount_cpu", self.dtype)
    if value.ndim != 1 or (value.size and value.min() < 0):
        raise RuntimeError("bincount only supports 1-d non-negative integral inputs.")
    if weights is None:
        return plain(np.bincount(value, minlength=minlength))
    kind = np.float32 if weights._value.dtype == np.float32 else np.float64
    return plain(np.bincount(value, weights._value, minlength).astype(kind))


def bins_of(value: Any, bins: int, low: float, high: float) -> tuple[Any, float, float]:
    """Return the number of each element's bin (−1 outside), and the limits."""
    if low == high:
        low, high = (float(value.min()), float(value.max())) if value.size else (0.0, 1.0)
    if low == high:
        low, high = low - 1, high + 1
    places = ((value - value.dtype.type(low)) / value.dtype.type(high - low) * bins).astype(np.int64)
    places = np.where(value == high, bins - 1, places)
    return np.where((value >= low) & (value <= high), places, -1), low, high


@public("histc")
def histc(self: Tensor, bins: int = 100, min: float = 0, max: float = 0) -> Tensor:
    """Return how many elements lie in each of equally wide bins."""
    watch.read(self)
    value = self._value.reshape(-1)
    if value.dtype.kind != "f":
        raise messages.not_for("histogram_cpu", self.dtype)
    if max < min:
        raise RuntimeError("torch.histc: max must be larger than min")
    if min == max and value.size and not np.isfinite(value).all():
        low, high = (str(each).replace("nan", "-nan") for each in (value.min(), value.max()))
        raise RuntimeError(f"torch.histc: range of [{low}, {high}] is not finite")
    places, _, _ = bins_of(value, bins, min, max)
    return plain(np.bincount(places[places >= 0], minlength=bins).astype(value.dtype))


@public("histogram")
def histogram(
    self: Tensor, bins: Any, *, range: Any = None, weight: Tensor | None = None, density: bool = False
) -> Any:
    """Return how many elements (or how much weight) lie in each bin, and the edges of the bins."""
    watch.read(self)
    value = self._value.reshape(-1)
    weights = None if weight is None else weight._value.reshape(-1)
    if isinstance(bins, Tensor):
        edges = bins._value
    else:
        _, low, high = bins_of(value, bins, *(range or (0, 0)))
        edges = np.linspace(low, high, bins + 1, dtype=value.dtype)
    found, _ = np.histogram(value, edges, weights=weights, density=density)
    return named("histogram", "hist bin_edges")(plain(found.astype(value.dtype)), plain(edges))


@public("unique")
def unique(
    self: Tensor, sorted: bool = True, return_inverse: bool = False, return_counts: bool = False, dim: int | None = None
) -> Any:
    """Return the distinct elements (or layers along a dimension) in order; their places and numbers if asked."""
    watch.read(self)
    value = self._value
    found = np.unique(value, return_inverse=True, return_counts=True, axis=dim, equal_nan=False)
    values, inverse, counts = found
    inverse = inverse.reshape(value.shape if dim is None else -1)
    return answers(values, inverse, counts, return_inverse, return_counts)


def answers(values: Any, inverse: Any, counts: Any, return_inverse: bool, return_counts: bool) -> Any:
    """Return the distinct values alone, or with what else was asked for."""
    found = [plain(values)]
    if return_inverse:
        found.append(plain(np.asarray(inverse, np.int64)))
    if return_counts:
        found.append(plain(np.asarray(counts, np.int64)))
    return found[0] if len(found) == 1 else tuple(found)


@public("unique_consecutive")
def unique_consecutive(
    self: Tensor, return_inverse: bool = False, return_counts: bool = False, dim: int | None = None
) -> Any:
    """Return the elements (or layers) without those equal to their predecessor."""
    watch.read(self)
    value = self._value.reshape(-1) if dim is None else np.moveaxis(self._value, axis_of(dim, self.ndim), 0)
    rows = value.reshape(len(value), -1)
    fresh = np.ones(len(rows), bool)
    fresh[1:] = (rows[1:] != rows[:-1]).any(1)
    inverse = np.cumsum(fresh) - 1
    counts = np.bincount(inverse, minlength=int(fresh.sum())) if len(rows) else np.zeros(0, np.int64)
    values = value[fresh] if dim is None else np.moveaxis(value[fresh], 0, dim)
    inverse = inverse.reshape(self._value.shape) if dim is None else inverse
    return answers(values, inverse, counts, return_inverse, return_counts)


@public("searchsorted", method=False)
def searchsorted(
    sorted_sequence: Tensor,
    input: Any,
    *,
    out_int32: bool = False,
    right: bool = False,
    side: str | None = None,
    sorter: Tensor | None = None,
) -> Tensor:
    """Return where values would go in a sorted sequence (row by row if it has several)."""
    watch.read(sorted_sequence, input)
    edge: Any = side or ("right" if right else "left")
    sequence = sorted_sequence._value
    if sorter is not None:
        sequence = np.take_along_axis(sequence, sorter._value, -1)
    values = input._value if isinstance(input, Tensor) else np.asarray(input)
    if sequence.ndim == 1:
        found = np.asarray(np.searchsorted(sequence, values, edge))
    else:
        found = np.empty(values.shape, np.int64)
        for at in np.ndindex(sequence.shape[:-1]):
            found[at] = np.searchsorted(sequence[at], values[at], edge)
    return plain(found.astype(np.int32 if out_int32 else np.int64))


@public("bucketize", method=False)
def bucketize(input: Any, boundaries: Tensor, *, out_int32: bool = False, right: bool = False) -> Tensor:
    """Return the number of the bucket that each value falls into."""
    return searchsorted(boundaries, input, out_int32=out_int32, right=right)


@public("cov")
def cov(self: Tensor, *, correction: int = 1, fweights: Any = None, aweights: Any = None) -> Any:
    """Return the covariance of rows."""
    if fweights is not None or aweights is not None:
        raise NotImplementedError("gradviz's NumPy engine does not have torch.cov with weights yet.")
    rows = self.reshape(1, -1) if self.ndim < 2 else self
    apart = rows - rows.mean(1, keepdim=True)
    return (apart @ apart.t().conj() / (rows.shape[1] - correction)).squeeze()


@public("corrcoef")
def corrcoef(self: Tensor) -> Any:
    """Return the correlation of rows."""
    found = cov(self)
    if not found.ndim:
        return found / found
    deviation = (found.diagonal().real if found.is_complex() else found.diagonal()).sqrt()
    return found / deviation.reshape(-1, 1) / deviation.reshape(1, -1)


