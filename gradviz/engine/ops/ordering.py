"""Sorting, and what depends on order: the largest few, medians, quantiles, the most frequent."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import dtype as dtypes
from ..kernels import axis_of, kernel
from ..return_types import named
from ..surface import public
from ..tensor import Tensor
from .extremes import refuse_empty
from .reduction import ALONG, VECTORS, reduction

ROWS = [([[0.5, -1.5, 2.0], [2.5, -0.25, 1.0]], {"dim": each}) for each in (0, 1, -1)]


def picking(name: str, forward: str, node: str, arguments: str, samples: Any, kept: str = "True", **rest: Any) -> Any:
    """Declare an op that picks elements along a dimension and says where they were."""
    return reduction(
        name,
        forward,
        node,
        f"put_at(grad[0], result[1], self.shape, dim, {kept})",
        arguments=arguments,
        outputs=2,
        samples=samples,
        **rest,
    )


def order_along(x: Any, axis: int, descending: bool) -> Any:
    """Return the order of elements, equals as they stand; nan counts as largest."""
    if x.dtype.kind == "c":
        raise RuntimeError(" Sort does not support complex dtypes on CPU")
    if not descending:
        return np.argsort(x, axis, kind="stable")
    return x.shape[axis] - 1 - np.flip(np.argsort(np.flip(x, axis), axis, kind="stable"), axis)


@kernel
def sorted_along(x: Any, dim: int, descending: bool) -> tuple[Any, Any]:
    """Return the elements in order, and where they were."""
    axis = axis_of(dim, x.ndim)
    if not x.ndim:
        return x, np.int64(0)
    places = order_along(x, axis, descending)
    return np.take_along_axis(x, places, axis), places


@kernel
def top_along(x: Any, k: int, dim: int, largest: bool) -> tuple[Any, Any]:
    """Return the k largest or smallest elements, and where they are."""
    axis = axis_of(dim, x.ndim)
    if k > (x.shape[axis] if x.ndim else 1) or k < 0:
        raise RuntimeError("selected index k out of range")
    values, places = sorted_along(x, dim, largest)
    if not x.ndim:
        return values, places
    first = (slice(None),) * axis + (slice(0, k),)
    return np.ascontiguousarray(values[first]), np.ascontiguousarray(places[first])


@kernel
def one_along(x: Any, places: Any, axis: int, keepdim: bool) -> Any:
    """Return the elements at one place per row, and the places."""
    places = np.expand_dims(places, axis)
    values = np.take_along_axis(x, places, axis)
    return (values, places) if keepdim else (values.squeeze(axis)[()], places.squeeze(axis)[()])


@kernel
def ranked(x: Any, k: int, dim: int, keepdim: bool) -> Any:
    """Return the k-th smallest element along a dimension."""
    axis = axis_of(dim, x.ndim)
    refuse_empty(x, axis, "kthvalue()")
    if k <= 0 or k > (x.shape[axis] if x.ndim else 1):
        raise RuntimeError("kthvalue(): selected number k out of range for dimension " + str(axis))
    if not x.ndim:
        return x, np.int64(0)
    moved = np.moveaxis(x, axis, -1)
    places = np.array([selected_place(row, k - 1) for row in moved.reshape(-1, moved.shape[-1])], np.int64)
    return one_along(x, places.reshape(moved.shape[:-1]), axis, keepdim)


def selected_place(row: Any, k: int) -> int:
    """Return the place of the element of rank k, of equals the one that PyTorch's quickselect comes to."""
    order = np.argsort(row, kind="stable")
    value = row[order[k]]
    equal = row == value if value == value else row != row
    return int(order[k]) if equal.sum() == 1 else quickselect(row.tolist(), k)


def quickselect(values: list[Any], k: int) -> int:
    """Return the place that rank k has after PyTorch's partial sort (`quick_select_template`, Numerical Recipes)."""
    places = list(range(len(values)))

    def above(a: Any, b: Any) -> bool:
        return bool((a != a and b == b) or a > b)

    def swap(i: int, j: int) -> None:
        values[i], values[j], places[i], places[j] = values[j], values[i], places[j], places[i]

    low, high = 0, len(values) - 1
    while high > low + 1:
        swap(low + (high - low) // 2, low + 1)
        for i, j in ((low + 1, high), (low, high), (low + 1, low)):
            if above(values[i], values[j]):
                swap(i, j)
        left, right, pivot = low + 1, high, values[low]
        while True:
            left, right = left + 1, right - 1
            while above(pivot, values[left]):
                left += 1
            while above(values[right], pivot):
                right -= 1
            if right < left:
                break
            swap(left, right)
        swap(low, right)
        if right <= k:
            low = left
        if right >= k:
            high = right - 1
    if high == low + 1 and above(values[low], values[high]):
        swap(low, high)
    return places[k]


@kernel
def middle(x: Any, dim: int, keepdim: bool, skip_nan: bool) -> Any:
    """Return the lower median along a dimension; nan wins unless it is skipped."""
    axis = axis_of(dim, x.ndim)
    if not x.ndim:
        return x, np.int64(0)
    refuse_empty(x, axis, "median()")
    order, gaps = order_along(x, axis, False), np.isnan(x) if x.dtype.kind == "f" else np.zeros(x.shape, bool)
    number = (x.shape[axis] - gaps.sum(axis, keepdims=True)) if skip_nan else x.shape[axis]
    rank = np.broadcast_to(np.maximum(number - 1, 0) // 2, (*x.shape[:axis], 1, *x.shape[axis + 1 :]))
    places = np.take_along_axis(order, rank, axis)
    if not skip_nan:
        places = np.where(gaps.any(axis, keepdims=True), np.expand_dims(gaps.argmax(axis), axis), places)
    return one_along(x, places.squeeze(axis), axis, keepdim)


@kernel
def middle_of_all(x: Any, skip_nan: bool) -> Any:
    """Return the lower median of all elements, nan for none."""
    if not x.size:
        return x.dtype.type(np.nan) if x.dtype.kind == "f" else np.iinfo(x.dtype).min
    return middle(x.reshape(-1), 0, False, skip_nan)[0]


def last_of_most(row: Any) -> int:
    """Return the last place of a row's most frequent element (the smallest of equals)."""
    if row.dtype.kind in "fV" and np.isnan(row).any():
        return last_of_first_run(row)
    values, numbers = np.unique(row, return_counts=True)
    return int(np.flatnonzero(row == values[numbers.argmax()])[-1])


def last_of_first_run(row: Any) -> int:
    """Do so where there is nan: PyTorch sorts by insertion with `<`, which denies nan, and takes the longest run."""
    order: list[int] = []
    for place, each in enumerate(row):
        at = 0 if order and each < row[order[0]] else len(order)
        while at and each < row[order[at - 1]]:
            at -= 1
        order.insert(at, place)
    best, longest, run = order[0], 0, 0
    for place, following in zip(order, [*order[1:], None], strict=True):
        run += 1
        if following is None or row[place] != row[following]:
            if run > longest:
                best, longest = place, run
            run = 0
    return best


@kernel
def most_frequent(x: Any, dim: int, keepdim: bool) -> Any:
    """Return the most frequent element along a dimension (the smallest of equals), and its last place."""
    axis = axis_of(dim, x.ndim)
    if not x.ndim:
        return x, np.int64(0)
    refuse_empty(x, axis, "mode()")
    moved = np.moveaxis(x, axis, -1)
    places = np.empty(moved.shape[:-1], np.int64)
    for at in np.ndindex(places.shape):
        places[at] = last_of_most(moved[at])
    return one_along(x, places, axis, keepdim)


sort_op = picking(
    "sort",
    "sorted_along(self, dim, descending)",
    "SortBackward0",
    "dim=-1, descending=False",
    [*ROWS, (ROWS[0][0], {"dim": 1, "descending": True})],
    code="{self}.sort()[0]",
)
topk_op = picking(
    "topk",
    "top_along(self, k, dim, largest)",
    "TopkBackward0",
    "k, dim=-1, largest=True",
    [(ROWS[0][0], {"k": 2}), (ROWS[0][0], {"k": 1, "dim": 0, "largest": False})],
    title="largest few",
)
kth_op = picking(
    "kthvalue",
    "ranked(self, k, dim, keepdim)",
    "KthvalueBackward0",
    "k, dim=-1, keepdim=False",
    [(ROWS[0][0], {"k": 2}), (ROWS[0][0], {"k": 1, "dim": 0, "keepdim": True})],
    kept="keepdim",
    title="k-th smallest",
)
mode_op = picking(
    "mode",
    "most_frequent(self, dim, keepdim)",
    "ModeBackward0",
    "dim=-1, keepdim=False",
    ALONG,
    kept="keepdim",
    title="most frequent",
)
for name, skip_nan in (("median", False), ("nanmedian", True)):
    capital = name.capitalize()
    whole = reduction(
        name,
        f"middle_of_all(self, {skip_nan})",
        f"{capital}Backward0",
        "shared_among(grad, self, result)",
        samples=VECTORS,
        code=f"{{self}}.{name}()",
    )
    along = picking(
        f"{name}.dim",
        f"middle(self, dim, keepdim, {skip_nan})",
        f"{capital}Backward1",
        "dim, keepdim=False",
        ALONG,
        kept="keepdim",
        symbol=name,
        title=f"{name} along a dimension",
    )

    def median(
        self: Tensor, dim: int | None = None, keepdim: bool = False, *, whole: Any = whole, along: Any = along,
        name: str = name,
    ) -> Any:  # fmt: skip
        """Return the lower median of all elements, or along a dimension with indices."""
        return whole(self) if dim is None else named(name, "values indices")(*along(self, dim, keepdim))

    public(name)(median)


@public("sort")
def sort(self: Tensor, dim: int = -1, descending: bool = False, stable: bool = False) -> Any:
    """Return the elements in order along a dimension, and where they were."""
    return named("sort", "values indices")(*sort_op(self, dim, descending))


@public("msort")
def msort(self: Tensor) -> Any:
    """Sort along the first dimension."""
    return sort_op(self, 0, False)[0]


@public("argsort")
def argsort(self: Tensor, dim: int = -1, descending: bool = False, stable: bool = False) -> Any:
    """Return where the elements in order are."""
    return sort_op(self.detach(), dim, descending)[1]


@public("topk")
def topk(self: Tensor, k: int, dim: int = -1, largest: bool = True, sorted: bool = True) -> Any:
    """Return the k largest or smallest elements along a dimension, and where they are."""
    return named("topk", "values indices")(*topk_op(self, k, dim, largest))


@public("kthvalue")
def kthvalue(self: Tensor, k: int, dim: int = -1, keepdim: bool = False) -> Any:
    """Return the k-th smallest element along a dimension, and where it is."""
    return named("kthvalue", "values indices")(*kth_op(self, k, dim, keepdim))


@public("mode")
def mode(self: Tensor, dim: int = -1, keepdim: bool = False) -> Any:
    """Return the most frequent element along a dimension, and where it is."""
    return named("mode", "values indices")(*mode_op(self, dim, keepdim))


def quantiles(name: str, skip_nan: bool) -> None:
    """Give programs quantile or nanquantile, made of the ops that PyTorch makes it of."""

    def quantile(
        self: Tensor, q: Any, dim: int | None = None, keepdim: bool = False, *, interpolation: str = "linear"
    ) -> Any:
        """Return the values below which the given shares of the elements lie."""
        if self.dtype not in (dtypes.float32, dtypes.float64):
            raise RuntimeError("quantile() input tensor must be either float or double dtype")
        shares = q if isinstance(q, Tensor) else Tensor._of(self._value.dtype.type(q), None)
        if not isinstance(q, Tensor) and not 0 <= q <= 1:
            raise RuntimeError(f"quantile() q must be in the range [0, 1] but got {q:g}")
        if shares.dtype is not self.dtype:
            raise RuntimeError("quantile() q tensor must be same dtype as the input tensor")
        if not self.numel():
            raise RuntimeError("quantile() input tensor must be non-empty")
        if dim is None:
            ordered, out_shape = sort(self.flatten())[0], (1,) * self.ndim if keepdim else ()
        else:
            axis = axis_of(dim, self.ndim)
            ordered = sort(self.unsqueeze(-1).transpose(axis, -1))[0]
            out_shape = tuple(1 if i == axis else n for i, n in enumerate(self.shape) if keepdim or i != axis)
        ordered = ordered.reshape(*out_shape, ordered.shape[-1])
        gaps = ordered.isnan()
        each = shares.reshape(-1).expand(*out_shape, shares.numel())
        if skip_nan:
            ranks = (each * (gaps.logical_not().sum(-1, keepdim=True) - 1)).clamp(min=0)
        else:
            last = ordered.shape[-1] - 1
            ranks = (each * last).masked_fill(gaps.any(-1, keepdim=True), last)
        if interpolation in ("lower", "higher", "nearest"):
            ranks = {"lower": ranks.floor, "higher": ranks.ceil, "nearest": ranks.round}[interpolation]()
        elif interpolation not in ("linear", "midpoint"):
            raise RuntimeError(
                "quantile() interpolation must be one of linear, lower, higher, midpoint or nearest, but got "
                + interpolation
            )
        below = ranks.long()
        found = ordered.gather(-1, below)
        if interpolation in ("linear", "midpoint"):
            weights = (ranks - below) if interpolation == "linear" else ranks * 0 + 0.5
            found = found.lerp(ordered.gather(-1, ranks.ceil().long()), weights)
        return found.squeeze_(-1) if not shares.ndim else found.unsqueeze_(0).transpose_(0, -1).squeeze_(-1)

    public(name)(quantile)


quantiles("quantile", False)
quantiles("nanquantile", True)
