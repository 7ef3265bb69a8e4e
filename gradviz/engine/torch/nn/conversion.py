"""Modules into another dtype: every parameter and buffer is replaced in its place, so that references stay good."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from gradviz.engine import torch
from gradviz.engine.dtype import dtype as Dtype
from gradviz.engine.grad_mode import no_grad
from gradviz.engine.tensor import Tensor
from gradviz.engine.torch.nn.tree import Tree

M = TypeVar("M", bound="Convertible")


class Convertible(Tree):
    """The part of a Module that changes the dtype, or the place, of all its tensors."""

    def _apply(self: M, fn: Callable[[Any], Any], recurse: bool = True) -> M:
        """Apply `fn` to parameters, their gradients and buffers of the module and of all below it."""
        if recurse:
            for module in self.children():
                module._apply(fn)
        for parameter in self._parameters.values():
            if parameter is not None:
                gradient = parameter.grad
                replace(parameter, fn)
                if gradient is not None:
                    replace(gradient, fn)
                    parameter.grad = gradient
        for name, buffer in self._buffers.items():
            if buffer is not None:
                self._buffers[name] = fn(buffer)
        return self

    def _convert_floats(self: M, method: str) -> M:
        """`module.double()` and its like leave integer buffers alone."""
        return self._apply(lambda tensor: getattr(tensor, method)() if tensor.is_floating_point() else tensor)

    def to(self: M, *args: Any, **kwargs: Any) -> M:
        """`module.to(dtype)`, `module.to(device)`, `module.to(tensor)`."""
        words = [*args, *kwargs.values()]
        dtypes = [word for word in words if isinstance(word, Dtype)]
        dtypes += [word.dtype for word in words if isinstance(word, Tensor)]
        for dtype in dtypes:
            if not (dtype.is_floating_point or dtype.is_complex):
                raise TypeError(
                    f"nn.Module.to only accepts floating point or complex dtypes, but got desired dtype={dtype}"
                )
        return self._apply(lambda t: t.to(*args, **kwargs) if t.is_floating_point() or not dtypes else t)

    def type(self: M, dst_type: Any) -> M:
        return self._apply(lambda tensor: tensor.type(dst_type))

    def float(self: M) -> M:
        return self._convert_floats("float")

    def double(self: M) -> M:
        return self._convert_floats("double")

    def half(self: M) -> M:
        return self._convert_floats("half")

    def bfloat16(self: M) -> M:
        return self._convert_floats("bfloat16")

    def cpu(self: M) -> M:
        return self

    def cuda(self: M, device: Any = None) -> M:
        return self._apply(lambda tensor: tensor.cuda(device))

    def to_empty(self: M, *, device: Any, recurse: bool = True) -> M:
        """Keep shapes and dtypes, forget the values."""
        return self._apply(lambda tensor: torch.empty_like(tensor, device=device), recurse)

    def share_memory(self: M) -> M:
        return self._apply(lambda tensor: tensor.share_memory_())


def replace(tensor: Tensor, fn: Callable[[Any], Any]) -> None:
    """Give a tensor converted memory; one that needs no conversion is left as it is."""
    with no_grad():
        converted = fn(tensor)
    if converted is not tensor:
        tensor.data = converted
