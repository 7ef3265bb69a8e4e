"""Expanding, and taking the shape of another tensor: lengths of one are repeated without copying."""

from __future__ import annotations

from typing import Any

from ..operands import broadcast
from ..surface import public
from ..tensor import Tensor
from .shape import expand_op, lengths


@public("expand", function=False)
def expand(self: Tensor, *size: Any) -> Any:
    """Repeat dimensions of length 1 without copying."""
    return expand_op(self, lengths(size))


@public("expand_as", function=False)
def expand_as(self: Tensor, other: Tensor) -> Any:
    """Expand to the shape of another tensor."""
    return expand_op(self, tuple(other.shape))


@public("broadcast_to")
def broadcast_to(self: Tensor, size: Any) -> Any:
    """Expand to a shape."""
    return expand_op(self, lengths((size,)))


@public("broadcast_tensors", method=False)
def broadcast_tensors(*tensors: Tensor) -> Any:
    """Expand tensors to their common shape; one that has it already stays itself."""
    shape: tuple[int, ...] = ()
    for each in tensors:
        shape = broadcast(shape, each._value.shape)
    return tuple(each if each._value.shape == shape else expand_op(each, shape) for each in tensors)


@public("view_as", function=False)
def view_as(self: Tensor, other: Tensor) -> Any:
    """View in the shape of another tensor."""
    return self.view(other.shape)


@public("reshape_as", function=False)
def reshape_as(self: Tensor, other: Tensor) -> Any:
    """Reshape to the shape of another tensor."""
    return self.reshape(other.shape)
