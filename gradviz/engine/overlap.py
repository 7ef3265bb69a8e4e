"""Memory that an in-place operation would write while something else shows it: PyTorch's answers.

An element may be seen twice by the tensor itself, when it was expanded, or by another operand of the operation
(`x[1:] += x[:-1]`): then the result would depend on which element is computed first, and PyTorch refuses. What it can
tell and what is too hard for it follows `MemoryOverlap.cpp`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from . import messages
from .op import Op
from .storage import address, is_dense
from .tensor import Tensor

# Operations that write where an index says: no other operand may even be the written tensor itself.
BY_INDEX = {"index_put", "put", "scatter", "scatter.number", "scatter_add", "scatter_reduce", "index_add"}
BY_INDEX |= {"index_copy", "index_fill"}
# Operations that PyTorch lets write to expanded memory, and what it warns of then.
TOLERANT = {"index_put": "tensor[indices] = tensor", "masked_fill": "tensor[mask] = scalar"}
TOLERANT |= {"index_fill": "tensor[mask] = scalar", "fill": "", "zero": "", "tril": "", "triu": ""}


def repeats(value: Any) -> bool:
    """Return True when an array shows an element of its memory more than once."""
    return bool(value.size) and any(
        not stride and size > 1 for stride, size in zip(value.strides, value.shape, strict=True)
    )


def overlap(a: Any, b: Any) -> str:
    """Return "full" for arrays on the same elements in the same order, "partial" where some are common, or ""."""
    if a is b:
        return "full"
    if not a.size or not b.size or not is_dense(a) or not is_dense(b):
        return ""
    start, other = address(a), address(b)
    if start == other and a.nbytes == b.nbytes:
        return "full" if a.strides == b.strides else "partial"
    return "partial" if start < other + b.nbytes and other < start + a.nbytes else ""


def check_written(value: Any, op: Op) -> None:
    """Raise PyTorch's error for memory that is seen twice, or warn where PyTorch only does that."""
    if op.name not in TOLERANT:
        raise RuntimeError(messages.OVERLAP)
    if TOLERANT[op.name]:
        messages.warn(
            f"Use of {op.name}_ on expanded tensors is deprecated. Please clone() the tensor before performing this "
            f"operation. This also applies to advanced indexing e.g. {TOLERANT[op.name]}"
        )


def check_operands(tensor: Tensor, op: Op, others: tuple[Any, ...]) -> None:
    """Raise PyTorch's error where an operand shows elements that are to be written."""
    by_index = op.name in BY_INDEX
    if op.name in ("masked_fill", "index_fill"):
        others = others[:-1]  # the last is a number for PyTorch
    elif op.name == "index_put" and others[0]._value.size == 1 and any(kind_of(each) == "b" for each in others[1]):
        return  # that is filling where a mask holds
    elif not by_index and (op.kind not in ("binary", "pointwise") or op.name in ("fill.tensor", "addmv")):
        return
    for other in others:
        for each in other if isinstance(other, tuple) else (other,):
            value = each._value if isinstance(each, Tensor) else each
            if not isinstance(value, np.ndarray):
                continue
            found = "full" if each is tensor else overlap(tensor._value, value)
            if found == "partial" or (found and by_index):
                raise RuntimeError(messages.INPUT_OVERLAP)


def kind_of(index: Any) -> str:
    """Return the kind of an index array's type, "" for a dimension without one."""
    return "" if index is None else str(index.dtype.kind)


def settled(result: Any, before: Any) -> Any:
    """Return a result for expanded memory in which each element that was changed has its last new value everywhere."""
    for axis, stride in enumerate(before.strides):
        if not stride and before.shape[axis] > 1:
            changed = (result != before).swapaxes(0, axis)
            rows, last = result.swapaxes(0, axis), np.array(before.swapaxes(0, axis)[0])
            for row, mark in zip(rows, changed, strict=True):
                np.copyto(last, row, where=mark)
            result = np.broadcast_to(np.expand_dims(last, 0).swapaxes(0, axis), result.shape)
    return result
