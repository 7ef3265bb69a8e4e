"""Leaving the graph."""

from __future__ import annotations

from .. import watch
from ..memory import DETACHED
from ..op import find, op
from ..surface import public
from ..tensor import Tensor, alias

op("detach", symbol="detach", group="shape", title="leave the graph", code="{self}.detach()", forward="self")


@public("detach")
def detach(self: Tensor) -> Tensor:
    """Return the same memory as a tensor without history."""
    made = alias(self, same_version=True)
    if watch.current is not None:
        watch.current.op_ran(find("detach"), (self,), {}, (made,), False)
    return made


@public("detach_", function=False)
def detach_in_place(self: Tensor) -> Tensor:
    """Forget the history of this tensor."""
    if self._is_view():
        raise RuntimeError(
            "Can't detach views in-place. Use detach() instead. If you are using DistributedDataParallel (DDP) "
            "for training, and gradient_as_bucket_view is set as True, gradients are views of DDP buckets, and "
            "hence detach_() cannot be called on these gradients. To fix this error, please refer to the "
            "Optimizer.zero_grad() function in torch/optim/optimizer.py as the solution."
        )
    if not self.is_leaf and self._counter.__class__ is int:
        self._counter += DETACHED
    self._edge = None
    return self
