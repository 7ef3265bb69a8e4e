"""Quotients that are rounded, and what is left of them; whole numbers divided by zero raise as in PyTorch."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import dtype as dtypes
from .. import messages
from ..kernels import kernel


@kernel
def whole_quotient(a: Any, b: Any) -> Any:
    """Return a / b rounded down; whole numbers divided by zero raise as in PyTorch."""
    refuse_zero(a, b, "div_floor_cpu")
    return np.floor_divide(a, b)


@kernel
def cut_quotient(a: Any, b: Any, rounding_mode: str) -> Any:
    """Return a / b rounded down ("floor") or towards zero ("trunc")."""
    if rounding_mode == "floor":
        return whole_quotient(a, b)
    if a.dtype.kind not in "biu":
        return np.trunc(a / b)
    refuse_zero(a, b, "div_trunc_cpu")
    return np.where((a < 0) == (np.asarray(b) < 0), abs(a) // abs(b), -(abs(a) // abs(b))).astype(a.dtype)[()]


@kernel
def rest_of_first(a: Any, b: Any) -> Any:
    """Return what is left of a / b cut towards zero, with the sign of a."""
    refuse_zero(a, b, "fmod_cpu")
    return np.fmod(a, b)


@kernel
def rest(a: Any, b: Any) -> Any:
    """Return what whole_quotient leaves, with the sign of b."""
    refuse_zero(a, b, "remainder_cpu")
    result = np.remainder(a, b)
    if a.dtype.kind == "f" or result.dtype.kind == "f":
        return np.where(result == 0, np.copysign(result, a), result).astype(result.dtype)[()]
    return result


def refuse_zero(a: Any, b: Any, function: str) -> None:
    """Raise for a whole number divided by zero, and for bools."""
    if a.dtype.kind == "b":
        raise messages.not_for(function, dtypes.bool_)
    if a.dtype.kind in "biu" and np.size(a) and not np.all(b):
        raise RuntimeError("ZeroDivisionError")
