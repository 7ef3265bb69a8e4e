"""`a * b + c` rounded once, as the processor's fused multiply-add rounds it and torch's compiled loops use it."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

reduce, accumulate = np.add.reduce, np.add.accumulate
SINGLE, DOUBLE = np.dtype(np.float32), np.dtype(np.float64)


@functools.lru_cache(maxsize=256)
def single(number: float) -> Any:
    """A number that is not zero (of which there are two) as a float32 array without dimensions, for reading only."""
    array = np.asarray(number, SINGLE)
    array.flags.writeable = False
    return array


def multiply_add(a: Any, b: Any, c: Any) -> Any:
    """`a` is an array or a NumPy scalar; `b` and `c` have its dtype, or are numbers of that precision.

    For float32, a product of two numbers is exact in float64, so only the end is rounded. (The sum is rounded to
    float64 first, which could change a tie about once in 2^29 operations.) Other dtypes are computed in their own
    precision, with two roundings. `a` has the result's shape.
    """
    if isinstance(a, np.float32):
        return np.float32(float(a) * float(b) + float(c))
    if a.dtype != np.float32:
        return a * b + c
    if b.__class__ is np.float32:
        exact = a.astype(DOUBLE)
        exact *= float(b)
    else:
        exact = np.multiply(a, b, dtype=DOUBLE)
    exact += c
    return exact.astype(SINGLE)


LANES = 8
# How torch's four running sums take fewer than eight numbers: what is left over goes to the first of them.
FEW = {n: np.array([0, *range(4, n), 1, 2, 3]) for n in range(5, LANES)}
MANY = LANES * 4 * 16  # from here on torch adds in levels


def short_sum(values: Any) -> Any:
    """The sum of a contiguous float32 array of 5 to 511 elements, added in the order of torch's loop.

    Eight lanes wide, four rows at a time; the remainder is added first, then the lanes one after the other (torch's
    SumKernel.cpp). Losses are means of few numbers, and people print them in full: any other order shows in the last
    digit.
    """
    flat = values if values.ndim == 1 else values.reshape(-1)
    size = flat.size
    if size < LANES:
        return accumulate(flat[FEW[size]])[-1]
    count, rest = divmod(size, LANES)
    if count >= 8:
        whole = count - count % 4
        rows = reduce(flat[: whole * LANES].reshape(-1, 4, LANES))
        if whole != count:
            more = flat[whole * LANES : count * LANES].reshape(-1, LANES)
            rows[0] = reduce(np.concatenate((rows[:1], more)))
    else:
        rows = flat[: count * LANES].reshape(count, LANES)
        if count > 4:
            rows = np.concatenate((rows[:1], rows[4:], rows[1:4]))
    if not rest:
        return accumulate(reduce(rows))[-1]
    lanes = np.empty(rest + LANES, SINGLE)
    reduce(rows, out=lanes[rest:])
    lanes[:rest] = flat[-rest:]
    return accumulate(lanes)[-1]


def short_norm(values: Any) -> Any:
    """The Euclidean norm of fewer than 16 float32 elements, as torch's compiled loop rounds it.

    Squares of whole groups of four are rounded and then added one after the other; the one to three that are left are
    added by fused multiply-add. (Measured against torch 2.13: equal for every length up to 15.)
    """
    flat = values.reshape(-1)
    whole = flat.size - flat.size % 4
    total = np.float32(0)
    for square in flat[:whole] * flat[:whole]:
        total += square
    for rest in flat[whole:]:
        total = multiply_add(rest, rest, total)
    return np.sqrt(total)
