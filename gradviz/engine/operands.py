"""Operands of compiled functions: numbers, errors for what cannot be one, shapes that gradients must fit."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import dtype as dtypes
from . import messages
from .op import Op
from .tensor import Tensor


def bad_input(op: Op, position: int, given: Any) -> TypeError:
    """Return the error for an argument that is not a tensor."""
    name = "input" if position == 0 else op.inputs[position].rstrip("?*")
    return TypeError(
        f"{op.name}(): argument '{name}' (position {position + 1}) must be Tensor, not {messages.kind_of(given)}"
    )


class Lacking:
    """Stands for an argument that a call lacks: no computation takes it, and the error that follows is reworded."""


LACKING = Lacking()


ERRORS = (AttributeError, IndexError, RuntimeError, TypeError, ValueError)


def misused(op: Op, error: Exception, **given: Any) -> Exception:
    """Return PyTorch's error for arguments that a call lacks, and any other error as it is."""
    missing = [name for name, value in given.items() if value is LACKING]
    return messages.lacking(op.name.partition(".")[0], missing) if missing else error


def broadcast_error(*values: Any) -> RuntimeError:
    """Return PyTorch's error for shapes that do not broadcast, or for subtracting bools."""
    a, b = (getattr(value, "shape", ()) for value in values[:2])
    for back in range(1, min(len(a), len(b)) + 1):
        if a[-back] != b[-back] and 1 not in (a[-back], b[-back]):
            return RuntimeError(
                f"The size of tensor a ({a[-back]}) must match the size of tensor b ({b[-back]}) at non-singleton "
                f"dimension {max(len(a), len(b)) - back}"
            )
    if values[0].dtype.kind == "b":
        return RuntimeError(messages.BOOL_DIFFERENCE)
    return RuntimeError(f"shapes {messages.sizes(a)} and {messages.sizes(b)} cannot be broadcast")


def broadcast(a: tuple[int, ...], b: tuple[int, ...]) -> tuple[int, ...]:
    """Return the common shape; raise PyTorch's error where there is none."""
    try:
        return np.broadcast_shapes(a, b)
    except ValueError:
        raise broadcast_error(np.empty(a, bool), np.empty(b, bool)) from None


def align_difference(a: Any, b: Any) -> tuple[Any, Any]:
    """Bring the operands of a difference to one type; raise PyTorch's error for bool."""
    bools = [type(each) is bool or getattr(each, "dtype", None) == np.bool_ for each in (a, b)]
    if any(bools):
        raise RuntimeError(messages.BOOL_DIFFERENCE if all(bools) else messages.BOOL_IN_DIFFERENCE)
    return dtypes.align(a, b) if isinstance(b, (np.ndarray, np.generic)) else dtypes.align_number(a, b)


def align_reversed(a: Any, b: Any) -> tuple[Any, Any]:
    """Do the same for `number - tensor`: there PyTorch rounds the number to 16 bits before it subtracts."""
    if dtypes.is_half(a) and type(b) in (int, float):
        b = float(a.dtype.type(b))
    return align_difference(a, b)


def align_power(a: Any, b: Any) -> tuple[Any, Any]:
    """Bring base and exponent to one type; only numbers may be a bool exponent of bools."""
    if type(b) is bool and a.dtype == np.bool_:
        return a, b
    return dtypes.align(a, b) if isinstance(b, (np.ndarray, np.generic)) else dtypes.align_number(a, b)


def align_shift(name: str, a: Any, b: Any) -> tuple[Any, Any]:
    """Bring the operands of a shift of bits to one type; floats are refused under the name of their own type."""
    if a.dtype.kind not in "biu":
        raise messages.not_for(f"{name}_cpu", dtypes.of(a))
    return dtypes.align(a, b) if isinstance(b, (np.ndarray, np.generic)) else dtypes.align_number(a, b)


def align_ordered(name: str, a: Any, b: Any) -> tuple[Any, Any]:
    """Bring the operands of a comparison to one type; complex numbers have no order."""
    pair = dtypes.align(a, b) if isinstance(b, (np.ndarray, np.generic)) else dtypes.align_number(a, b)
    if pair[0].dtype.kind == "c":
        if name in ("maximum", "minimum"):
            raise RuntimeError(f"{name} not implemented for complex tensors.")
        raise messages.not_for(f"{name}_cpu", dtypes.of(pair[0]))
    return pair


ORDERED = ("lt", "le", "gt", "ge", "maximum", "minimum")


def aligned(*values: Any) -> tuple[Any, ...]:
    """Bring arrays to one type; raise PyTorch's error where they do not broadcast."""
    shape = values[0].shape
    for each in values[1:]:
        if each.shape != shape:
            try:
                shape = np.broadcast_shapes(shape, each.shape)
            except ValueError:
                raise broadcast_error(np.empty(shape, bool), each) from None
    return dtypes.align(*values)


def as_number(value: Any, beside: Any) -> Any:
    """Return a NumPy scalar, or anything a Python number can stand for, as a Python number; None for the rest.

    A complex number comes back as a tensor, in the precision of the array `beside` it: a gradient has to be brought
    back to real numbers then, which operations with numbers do not do.
    """
    if isinstance(value, (int, float)):
        return (
            value if type(value) in (int, float, bool) else (int(value) if isinstance(value, int) else float(value))
        )
    if isinstance(value, np.generic) and value.dtype.kind in "biuf":
        return value.item()
    if isinstance(value, (complex, np.complexfloating)):
        wide = beside.dtype.char in "dD" and (beside.ndim or beside.dtype.char == "D")
        return Tensor._of((np.complex128 if wide else np.complex64)(value), None)
    return None


def fits_of(value: Any, *inputs: Any) -> tuple[Any, ...] | None:
    """Return the shape and type that each input's gradient must be brought to; None where all agree already."""
    shape, kind = value.shape, value.dtype
    needed = False
    fits: list[Any] = []
    for each in inputs:
        if type(each) is np.ndarray or isinstance(each, np.generic):
            own, own_kind = each.shape, each.dtype
            fits.append((own, own_kind))
            needed = needed or own != shape or own_kind is not kind
        else:
            fits.append(None)
    return tuple(fits) if needed else None


def fits_of_list(values: list[Any]) -> tuple[Any, ...] | None:
    """Return the same for a list of inputs; None where they are of one type."""
    kind = values[0].dtype if values else None
    if all(each.dtype is kind for each in values):
        return None
    return tuple((each.shape, each.dtype) for each in values)


def misfit(error: ValueError, *values: Any) -> Exception:
    """Return PyTorch's error where arrays do not broadcast, and any other error as it is."""
    arrays = [each for each in values if isinstance(each, (np.ndarray, np.generic))]
    try:
        np.broadcast_shapes(*(each.shape for each in arrays))
    except ValueError:
        for i, a in enumerate(arrays):
            for b in arrays[i + 1 :]:
                try:
                    np.broadcast_shapes(a.shape, b.shape)
                except ValueError:
                    return broadcast_error(a, b)
    return error


def laid_out_by(result: Any, *inputs: Any) -> Any:
    """Return a result in the order of dimensions that PyTorch gives it where the inputs' orders differ.

    The first input that tells two dimensions apart decides (TensorIterator's reorder_dimensions); NumPy would take C
    order. It shows in strides, and in whether a later `reshape` is a view.
    """
    ndim = result.ndim
    shapes = [(1,) * (ndim - each.ndim) + each.shape for each in inputs]
    steps = [
        tuple(
            0 if n == 1 != m else step
            for m, n, step in zip(result.shape, shape, (0,) * (ndim - each.ndim) + each.strides, strict=True)
        )
        for shape, each in zip(shapes, inputs, strict=True)
    ]

    def slower(a: int, b: int) -> int:
        for step in steps:
            if step[a] and step[b]:
                if step[a] != step[b]:
                    return 1 if step[a] > step[b] else -1
                if result.shape[a] > result.shape[b]:
                    return 1
        return 0

    order = list(range(ndim))[::-1]  # the fastest dimension first
    for i in range(1, ndim):
        place = i
        for j in range(i - 1, -1, -1):
            comparison = slower(order[j], order[place])
            if comparison > 0:
                order[j], order[place] = order[place], order[j]
                place = j
            elif comparison < 0:
                break
    wanted = order[::-1]
    if sorted(range(ndim), key=lambda i: -result.strides[i]) == wanted:
        return result
    back = sorted(range(ndim), key=wanted.__getitem__)
    return np.ascontiguousarray(result.transpose(wanted)).transpose(back)
