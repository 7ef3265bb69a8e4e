"""Operations that exist only in place: filling with one number, zeroing, copying into a tensor."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import messages, watch
from ..element import element
from ..in_place import change, in_place_form
from ..kernels import kernel
from ..op import find, op
from ..surface import public
from ..tensor import Tensor


def shape_error(target: tuple[int, ...], given: tuple[int, ...]) -> RuntimeError:
    """Return PyTorch's error for a source that does not broadcast to the target."""
    for back in range(1, min(len(target), len(given)) + 1):
        if given[-back] != target[-back] and 1 not in (given[-back], target[-back]):
            return RuntimeError(
                f"The size of tensor a ({target[-back]}) must match the size of tensor b ({given[-back]}) at "
                f"non-singleton dimension {max(len(target), len(given)) - back}"
            )
    common = messages.sizes(np.broadcast_shapes(target, given))
    return RuntimeError(f"output with shape {messages.sizes(target)} doesn't match the broadcast shape {common}")


ZERO = np.float32(0)


@kernel
def overwritten(x: Any, src: Any) -> Any:
    """Return src in the shape and type of x."""
    try:
        spread = np.broadcast_to(src, x.shape)
    except ValueError:
        raise shape_error(x.shape, src.shape) from None
    return spread.astype(x.dtype)[()]


@kernel
def filled_with(x: Any, value: Any) -> Any:
    """Return an array like x of one value."""
    if getattr(value, "ndim", 0):
        raise RuntimeError(
            f"fill_ only supports 0-dimension value tensor but got tensor with {value.ndim} dimensions."
        )
    return np.full(x.shape, element(value, x.dtype), x.dtype)[()]


copy_op = op(
    "copy",
    inputs="self src",
    symbol="←",
    group="in place",
    title="copy into",
    code="{self}.copy_({src})",
    node="CopyBackwards",
    kind="pointwise",
    forward="overwritten(self, src)",
    vjp={"self": "zeros_like(grad)", "src": "grad"},
    samples=[([1.0, 2.0], [3.0, 4.0]), ([[1.0, 2.0]], [5.0, 6.0])],
)
fill_op = op(
    "fill",
    arguments="value",
    symbol="=",
    group="in place",
    title="fill with a number",
    code="{self}.fill_(0.)",
    node="FillBackward2",
    forward="filled_with(self, value)",
    vjp={"self": "zeros_like(grad)"},
    samples=[([1.0, 2.0], {"value": 3.0})],
)
fill_tensor_op = op(
    "fill.tensor",
    inputs="self value",
    symbol="=",
    group="in place",
    title="fill with a tensor's number",
    node="FillBackward3",
    kind="pointwise",
    forward="filled_with(self, value)",
    vjp={"self": "zeros_like(grad)", "value": "grad.sum()"},
    samples=[([1.0, 2.0], 3.0)],
)
zero_op = op(
    "zero",
    symbol="0",
    group="in place",
    title="set to zero",
    code="{self}.zero_()",
    node="ZeroBackward0",
    forward="zeros_like(self)",
    vjp={"self": "zeros_like(grad)"},
    samples=[([1.0, 2.0],)],
)

copy_in_place = in_place_form(find("copy"), copy_op)
Tensor.fill_ = lambda self, value: (
    change(self, find("fill.tensor"), fill_tensor_op, (value,), {})
    if isinstance(value, Tensor)
    else change(self, find("fill"), fill_op, (value,), {})
)


@public("copy_", function=False)
def copy_(self: Tensor, src: Any, non_blocking: bool = False) -> Any:
    """Take the values of another tensor."""
    return copy_in_place(self, src)


@public("zero_", function=False)
def zero_(self: Tensor) -> Any:
    """Set all elements to zero."""
    watcher = watch.current
    if self._edge is None and type(self._counter) is int:
        value = self._value
        if type(value) is np.float32:
            self._value = ZERO
        else:
            self._value = np.zeros(value.shape, value.dtype) if value.ndim else value.dtype.type(0)
        self._counter += 1
        if watcher is not None:
            owner = gradient_owner(self)
            if owner is None:
                watcher.tensor_updated(self, value)
            else:
                watcher.gradient_zeroed(owner, value, self._value)
        return self
    owner = None if watcher is None else gradient_owner(self)
    if owner is None:
        return change(self, find("zero"), zero_op, (), {})
    assert watcher is not None
    before = self._value.copy() if isinstance(self._value, np.ndarray) else self._value
    watch.current = None
    try:
        change(self, find("zero"), zero_op, (), {})
    finally:
        watch.current = watcher
    watcher.gradient_zeroed(owner, before, self._value)
    return self


def gradient_owner(tensor: Tensor) -> Tensor | None:
    """Return the leaf whose .grad a tensor is, as far as it is known."""
    rare = tensor._rare
    leaf = None if rare is None or rare.owner is None else rare.owner()
    return leaf if leaf is not None and leaf.grad is tensor else None
