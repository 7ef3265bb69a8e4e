"""Changing the shape of the tensor itself, moving dimensions, and the transposes that are written as attributes."""

from __future__ import annotations

from typing import Any

from .. import messages, watch
from ..grad_mode import enabled
from ..kernels import axis_of
from ..meaning import on_tensors
from ..op import find
from ..surface import public
from ..tensor import Tensor
from ..views import check_history, outdate
from .shape import alias_op, permute_op, view


@public("movedim", "moveaxis")
def movedim(self: Tensor, source: Any, destination: Any) -> Any:
    """Move dimensions to other places."""
    if not self._value.ndim:
        return alias_op(self)
    sources = [axis_of(each, self._value.ndim) for each in (source if isinstance(source, (tuple, list)) else (source,))]
    places = [
        axis_of(each, self._value.ndim)
        for each in (destination if isinstance(destination, (tuple, list)) else (destination,))
    ]
    order = [i for i in range(self._value.ndim) if i not in sources]
    for place, each in sorted(zip(places, sources, strict=True)):
        order.insert(place, each)
    return permute_op(self, tuple(order))


def whole_transpose(self: Tensor) -> Any:
    """Reverse the dimensions: `.T`."""
    if self._value.ndim not in (0, 2):
        messages.warn(
            "The use of `x.T` on tensors of dimension other than 2 to reverse their shape is deprecated and it "
            "will throw an "
            "error in a future release. Consider `x.mT` to transpose batches of matrices or "
            "`x.permute(*torch.arange(x.ndim - "
            "1, -1, -1))` to reverse the dimensions of a tensor."
        )
    return permute_op(self, tuple(range(self._value.ndim))[::-1])


def matrix_transpose(self: Tensor) -> Any:
    """Swap the last two dimensions: `.mT`."""
    if not self._value.ndim:
        return self
    if self._value.ndim < 2:
        raise RuntimeError(
            f"tensor.mT is only supported on matrices or batches of matrices. Got {self._value.ndim}-D tensor."
        )
    return self.transpose(-2, -1)


Tensor.T = property(whole_transpose)


Tensor.mT = property(matrix_transpose)


@on_tensors("unsqueezed_to")
def unsqueezed_to(gradient: Tensor, shape: tuple[int, ...]) -> Any:
    """Bring back the dimensions of length 1 that were dropped; which ones the shapes tell, so no node keeps them."""
    for axis, length in enumerate(shape):
        if gradient._value.shape[axis : axis + 1] != (length,):
            gradient = gradient.unsqueeze(axis)
    return gradient


@on_tensors("squeezed_to")
def squeezed_to(gradient: Tensor, shape: tuple[int, ...]) -> Any:
    """Drop the dimension of length 1 that was added."""
    lengths = enumerate(gradient._value.shape)
    return gradient.squeeze(next(axis for axis, length in lengths if shape[axis : axis + 1] != (length,)))


def shape_in_place(name: str, forward: str, node: str, vjp: str, arguments: str = "", recorded: str = "") -> Any:
    """Declare the in-place form of a view: the tensor takes the shape and the node."""
    title, rules = f"{name} in place", {"self": recorded or vjp}
    function = view(
        f"{name}.in_place", forward, node, vjp, arguments=arguments, symbol=name, title=title, recorded=rules
    )

    def change(self: Tensor, *others: Any) -> Tensor:
        check_history(self, enabled.get() and self._edge is not None)
        watcher, ears = watch.current, watch.silence()
        try:
            made = function(self, *others)
        finally:
            watch.restore(ears)
        before = Tensor._of(self._value, self._edge)
        value, edge = made._value, made._edge
        self._counter.count += 1
        outdate(self._counter)
        self._value, self._edge = value, edge
        if watcher is not None:
            watcher.op_ran(find(f"{name}.in_place"), (before, *others), {}, (self,), True)
        return self

    change.__doc__ = f"Do {name} to the tensor itself."
    return change


Tensor.t_ = shape_in_place("t", "turned(self, 't_')", "TBackward1", "turned(grad)")


Tensor.unsqueeze_ = shape_in_place(
    "unsqueeze", "unsqueezed(self, dim)", "UnsqueezeBackward1", "reshaped(grad, self.shape)", "dim",
    "squeezed_to(grad, self.shape)",
)


squeeze_all_ = shape_in_place(
    "squeeze", "squeezed(self)", "SqueezeBackward3", "reshaped(grad, self.shape)", "", "unsqueezed_to(grad, self.shape)"
)


squeeze_dim_ = shape_in_place(
    "squeeze.dim", "squeezed(self, dim)", "SqueezeBackward4", "reshaped(grad, self.shape)", "dim",
    "unsqueezed_to(grad, self.shape)",
)


Tensor.squeeze_ = lambda self, dim=None, *more: (
    squeeze_all_(self) if dim is None else squeeze_dim_(self, (dim, *more) if more else dim)
)


Tensor.transpose_ = Tensor.swapaxes_ = Tensor.swapdims_ = shape_in_place(
    "transpose", "swapped(self, dim0, dim1)", "TransposeBackward1", "swapped(grad, dim0, dim1)", "dim0, dim1"
)
