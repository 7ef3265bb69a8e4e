"""What changes a tensor's memory itself: another size, another tensor's memory, a Python function per element."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .. import dtype as dtypes
from ..creation import legacy_tensor
from ..output import take_shape
from ..surface import public
from ..tensor import Tensor, share
from ..views import outdate
from .in_place import shape_error
from .shape import lengths


@public("resize_", function=False)
def resize_(self: Tensor, *sizes: Any, memory_format: Any = None) -> Tensor:
    """Take another size: the elements of the memory in their order, zero where there are no more."""
    if self._edge is not None:
        raise RuntimeError("cannot resize variables that require grad")
    shape = lengths(sizes)
    if min(shape, default=0) < 0:
        raise RuntimeError("numel: integer multiplication overflow")
    if shape == self._value.shape:
        return self
    take_shape(self, shape)
    if self._counter.__class__ is int:
        self._counter += 1
    else:
        self._counter.count += 1
        outdate(self._counter)
    return self


@public("resize_as_", function=False)
def resize_as_(self: Tensor, other: Tensor, memory_format: Any = None) -> Tensor:
    """Take the size of another tensor."""
    return resize_(self, other._value.shape)


@public("set_", function=False)
def set_(self: Tensor, source: Any = None, *_: Any) -> Tensor:
    """Take the memory of another tensor, from then on shared; without one, be empty."""
    if source is None:
        self._value, self._counter = np.zeros(0, self._value.dtype), +self._counter
        return self
    if not isinstance(source, Tensor):
        raise NotImplementedError("gradviz's NumPy engine does not have Tensor.set_ with a storage.")
    if source.dtype is not self.dtype:
        raise RuntimeError(
            f"Could not set tensor of type {dtypes.C_NAMES[source.dtype.name]} to a tensor of type "
            f"{dtypes.C_NAMES[self.dtype.name]}"
        )
    share(source)
    self._value, self._counter = source._value, source._counter
    return self


def refuse_gradient(self: Tensor, name: str) -> None:
    """Raise for a tensor that requires a gradient: Python functions are not recorded."""
    if self._edge is not None:
        raise RuntimeError(
            f"Can't call {name}() on Variable that requires grad. Use var.detach().{name}() instead."
        )


@public("apply_", function=False)
def apply_(self: Tensor, callable: Callable[[Any], Any]) -> Tensor:
    """Replace each element by what a Python function makes of it."""
    refuse_gradient(self, "apply_")
    made = [callable(each) for each in self._value.reshape(-1).tolist()]
    self._assign(np.array(made).astype(self._value.dtype).reshape(self._value.shape)[()])
    return self


@public("map_", function=False)
def map_(self: Tensor, tensor: Tensor, callable: Callable[[Any, Any], Any]) -> Tensor:
    """Replace each element by what a Python function makes of it and of another tensor's element."""
    refuse_gradient(self, "map_")
    try:
        other = np.broadcast_to(tensor._value, self._value.shape)
    except ValueError:
        raise shape_error(self._value.shape, tensor._value.shape) from None
    made = [callable(a, b) for a, b in zip(self._value.reshape(-1).tolist(), other.reshape(-1).tolist(), strict=True)]
    self._assign(np.array(made).astype(self._value.dtype).reshape(self._value.shape)[()])
    return self


@public("share_memory_", function=False)
def share_memory_(self: Tensor) -> Tensor:
    """Return the tensor: there is one process."""
    return self


@public("is_shared", function=False)
def is_shared(self: Tensor) -> bool:
    """Return whether share_memory_ was called; here memory is never shared between processes."""
    return False


@public("is_pinned", function=False)
def is_pinned(self: Tensor, device: Any = None) -> bool:
    """Return False: nothing is pinned without a GPU."""
    return False


@public("pin_memory", function=False)
def pin_memory(self: Tensor, device: Any = None) -> Tensor:
    """Raise: there is no GPU to pin memory for."""
    raise RuntimeError("Cannot access accelerator device when none is available.")


@public("get_device")
def get_device(self: Tensor) -> int:
    """Return -1, which stands for the CPU."""
    return -1


@public("new", function=False)
def new(self: Tensor, *data: Any, device: Any = None) -> Tensor:
    """Return a tensor of this one's type, from a shape or from data."""
    return legacy_tensor(*data, dtype=self.dtype, device=device)


@public("is_storage", method=False)
def is_storage(obj: Any) -> bool:
    """Return True for a storage."""
    from ..storage import TypedStorage, UntypedStorage

    return isinstance(obj, (TypedStorage, UntypedStorage))


@public("frombuffer", method=False)
def frombuffer(
    buffer: Any, *, dtype: Any, count: int = -1, offset: int = 0, requires_grad: bool = False
) -> Tensor:
    """Return a tensor on the memory of a buffer."""
    from ..creation import from_numpy

    made = from_numpy(np.frombuffer(buffer, dtype.numpy, count, offset))
    return made.requires_grad_() if requires_grad else made


@public("scalar_tensor", method=False)
def scalar_tensor(s: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False, **_: Any) -> Tensor:
    """Return a number as a tensor without dimensions, of the default type."""
    made = Tensor._of((dtype or dtypes.default_dtype()).numpy.type(s), None)
    return made.requires_grad_() if requires_grad else made

