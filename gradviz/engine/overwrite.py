"""Giving a tensor a computed value outside the graph, as one event: an optimizer's step, a starting value."""

from __future__ import annotations

from typing import Any

from . import watch
from .node import AccumulateGrad
from .tensor import Tensor
from .views import outdate


def overwrite(tensor: Tensor, value: Any) -> None:
    """Let the tensor take `value` (its shape and dtype, an array that nobody else writes to) in place, untracked."""
    watcher, before, counter = watch.current, tensor._value, tensor._counter
    if watcher is None and counter.__class__ is int:  # nobody else sees its memory, and nobody looks on
        tensor._value = value
        tensor._counter = counter + 1
        if tensor._edge.__class__ is AccumulateGrad:
            tensor._edge.value = value
        return
    if watcher is not None and counter.__class__ is not int:  # shared memory is about to be written
        before = before.copy()[()]
    tensor._assign(value)
    outdate(tensor._counter)
    if watcher is not None:
        watcher.tensor_updated(tensor, before)
