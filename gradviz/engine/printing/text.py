"""A tensor as text: its numbers in rows, then what there is to say about it."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from .number import Format, format_of
from .options import Options, current

Array = npt.NDArray[Any]

# Numbers of these dtypes are recognised by how they are written: 1, True.
PLAIN_DTYPES = ("torch.int64", "torch.bool")


def tensor_text(
    value: Array | np.generic,
    dtype_name: str,
    *,
    requires_grad: bool = False,
    grad_fn: str | None = None,
    options: Options | None = None,
    default_dtype: str = "torch.float32",
    name: str = "tensor",
) -> str:
    """What `repr(tensor)` is in torch.

    `dtype_name` and `default_dtype` are written as torch prints them (`torch.float32`), `grad_fn` is the name of the
    node (`MulBackward0`), `name` the word before the bracket (a subclass prints its own).
    """
    options = options or current()
    array = np.asarray(value)
    start = f"{name}("
    notes = []
    if array.size == 0:
        body = "[]"
        if array.ndim != 1:
            notes.append(f"size={array.shape}")
        if dtype_name != default_dtype:  # no number shows what it is
            notes.append(f"dtype={dtype_name}")
    else:
        body = _body(array, len(start), options)
        if options.edgeitems == 0:
            notes.append(f"size={array.shape}")
        if dtype_name not in (default_dtype, complex_default(default_dtype), *PLAIN_DTYPES):
            notes.append(f"dtype={dtype_name}")
    if grad_fn is not None:
        notes.append(f"grad_fn=<{grad_fn}>")
    elif requires_grad:
        notes.append("requires_grad=True")
    return _with_notes(start + body, notes, len(start), options.linewidth)


def complex_default(default_dtype: str) -> str:
    """The type of complex numbers that goes without saying."""
    return "torch.complex128" if default_dtype == "torch.float64" else "torch.complex64"


def _with_notes(text: str, notes: list[str], indent: int, linewidth: int) -> str:
    """Append the notes; one that would leave the line starts a new one under the numbers."""
    # Torch counts the last line from one character before its start; the break comes where torch's comes.
    used = len(text) - text.rfind("\n") + 1
    for note in notes:
        if used + len(note) + 2 > linewidth:
            text += ",\n" + " " * indent + note
            used = indent + len(note)
        else:
            text += ", " + note
            used += len(note) + 2
    return text + ")"


def _body(array: Array, indent: int, options: Options) -> str:
    summarised = array.size > options.threshold
    shown = _ends(array, options.edgeitems) if summarised else array
    return _rows(array, indent, summarised, format_of(shown, options), options)


def _ends(array: Array, edgeitems: int) -> Array:
    """The elements that a summary shows, from which the format of the numbers is chosen."""
    if edgeitems == 0:  # nothing is shown; a vector is then asked whole, as in torch
        return array if array.ndim < 2 else array[:0]
    for axis, size in enumerate(array.shape):
        if size > 2 * edgeitems:
            array = np.take(array, [*range(edgeitems), *range(size - edgeitems, size)], axis)
    return array


def _rows(array: Array, indent: int, summarised: bool, numbers: Format, options: Options) -> str:
    """Numbers in brackets, nested as deep as there are dimensions; blocks are set apart by empty lines."""
    if array.ndim == 0:
        return numbers.text(array.item())
    if array.ndim == 1:
        return _vector(array, indent, summarised, numbers, options)
    edge = options.edgeitems
    if summarised and len(array) > 2 * edge:
        first = [_rows(part, indent + 1, summarised, numbers, options) for part in array[:edge]]
        last = [_rows(part, indent + 1, summarised, numbers, options) for part in array[len(array) - edge :]]
        parts = [*first, "...", *last]
    else:
        parts = [_rows(part, indent + 1, summarised, numbers, options) for part in array]
    return "[" + ("," + "\n" * (array.ndim - 1) + " " * (indent + 1)).join(parts) + "]"


def _vector(array: Array, indent: int, summarised: bool, numbers: Format, options: Options) -> str:
    edge = options.edgeitems
    if summarised and edge == 0:
        words = ["..."]
    elif summarised and len(array) > 2 * edge:
        words = [numbers.text(value) for value in array[:edge].tolist()]
        words += [" ...", *(numbers.text(value) for value in array[-edge:].tolist())]
    else:
        words = [numbers.text(value) for value in array.tolist()]
    per_line = max(1, (options.linewidth - indent) // (numbers.width + 2))
    lines = (", ".join(words[i : i + per_line]) for i in range(0, len(words), per_line))
    return "[" + (",\n" + " " * (indent + 1)).join(lines) + "]"
