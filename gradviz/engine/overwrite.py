"""Giving a tensor a computed value outside the graph, as one event: an optimizer's step, a starting value."""

from __future__ import annotations

from typing import Any

from . import watch
from .tensor import Tensor
from .views import outdate


def overwrite(tensor: Tensor, value: Any) -> None:
    """Let the tensor take `value` (its shape and dtype, an array that nobody else writes to) in place, untracked."""
    watcher = watch.current
    before = tensor._value
    if watcher is not None and tensor._counter.__class__ is not int:  # shared memory is about to be written
        before = before.copy()[()]
    tensor._assign(value)
    outdate(tensor._counter)
    if watcher is not None:
        watcher.tensor_updated(tensor, before)
