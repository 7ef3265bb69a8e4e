"""Modules into another dtype: every parameter and buffer is replaced in its place, so that references stay good."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from gradviz.engine.dtype import dtype as Dtype
from gradviz.engine.grad_mode import no_grad
from gradviz.engine.tensor import Tensor

if TYPE_CHECKING:
    from gradviz.engine.torch.nn.module import Module

M = TypeVar("M", bound="Module")


def convert(module: M, fn: Callable[[Tensor], Tensor]) -> M:
    """Apply `fn` to parameters, their gradients and buffers of the module and of all below it."""
    for part in module.modules():
        for parameter in part._parameters.values():
            if parameter is None:
                continue
            with no_grad():
                parameter.data = fn(parameter.data)
                if parameter.grad is not None:
                    parameter.grad.data = fn(parameter.grad.data)
        for name, buffer in part._buffers.items():
            if buffer is not None:
                part._buffers[name] = fn(buffer)
    return module


def convert_floats(module: M, method: str) -> M:
    """`module.double()` and its like leave integer buffers alone."""
    return convert(module, lambda tensor: getattr(tensor, method)() if tensor.is_floating_point() else tensor)


def to(module: M, *args: Any, **kwargs: Any) -> M:
    """`module.to(dtype)`, `module.to(device)`, `module.to(tensor)`: only the dtype means something on one CPU."""
    words = [*args, *kwargs.values()]
    dtypes = [word for word in words if isinstance(word, Dtype)]
    dtypes += [word.dtype for word in words if isinstance(word, Tensor)]
    for dtype in dtypes:
        if not dtype.is_floating_point:
            raise TypeError(
                "nn.Module.to only accepts floating point or complex dtypes, but got desired dtype=" + str(dtype)
            )
    return convert(module, lambda t: t.to(*args, **kwargs) if t.is_floating_point() or not dtypes else t)
