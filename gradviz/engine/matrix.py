"""Products of arrays as `@` gives them, by the shortest way to the library that computes them."""

from __future__ import annotations

from typing import Any


def times(a: Any, b: Any) -> Any:
    """Return `a @ b`.

    For a matrix and another one, or a vector, of floats that lie without gaps `dot` makes the same call of BLAS, with
    the same bits, and looks at less before: the steps of small models spend a fortieth of their time on the rest.
    """
    if a.dtype.char in "fd" and a.ndim == 2 >= b.ndim > 0 and a.flags.forc and b.flags.forc:
        return a.dot(b)
    return a @ b
