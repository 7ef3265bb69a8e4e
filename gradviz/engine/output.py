"""Writing a result into a tensor that the caller hands in: `torch.exp(x, out=y)`."""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np

from . import messages
from .grad_mode import enabled
from .storage import offset_in_memory, whole_memory
from .tensor import Tensor


def computed_into(out: Any, target: Callable[..., Any], args: tuple[Any, ...], options: dict[str, Any]) -> Any:
    """Run a function and write what it returns into `out`, a tensor or a tuple of them; return `out`.

    Raises RuntimeError where a gradient would be lost, or where the result's type does not fit.
    """
    outs = out if isinstance(out, (tuple, list)) else (out,)
    if enabled.get():
        given = (*args, *options.values(), *outs)
        if any(isinstance(each, Tensor) and each._edge is not None for each in given):
            raise RuntimeError(
                f"{target.__name__.strip('_')}(): functions with out=... arguments don't support automatic "
                "differentiation, but one of the arguments requires grad."
            )
    token = enabled.set(False)
    try:
        result = target(*args, **options)
        for each, value in zip(outs, result if isinstance(result, tuple) else (result,), strict=True):
            write(each, value)
    finally:
        enabled.reset(token)
    if isinstance(out, Tensor):
        return out
    return result._make(outs) if hasattr(result, "_make") else tuple(outs)


def write(out: Tensor, result: Tensor) -> None:
    """Copy a result into a tensor, which takes the result's shape."""
    source, target = result.dtype, out.dtype
    if source.kind > target.kind:
        raise RuntimeError(
            f"result type {source.tensor_name} can't be cast to the desired output type {target.tensor_name}"
        )
    if out._value.shape != result._value.shape:
        if out._value.size:
            messages.warn(messages.resized(out._value.shape, result._value.shape))
        take_shape(out, result._value.shape)
    out.copy_(result)


def take_shape(tensor: Tensor, shape: tuple[int, ...]) -> None:
    """Give a tensor another shape on its own memory, from its first element on; on more memory where that is short."""
    value = np.asarray(tensor._value)
    memory = whole_memory(value)[offset_in_memory(value) :]
    size = prod(shape)
    if memory.size < size:
        memory = np.concatenate([memory, np.zeros(size - memory.size, memory.dtype)])
    tensor._value = memory[:size].reshape(shape)
    if tensor._counter.__class__ is int:
        tensor._value = tensor._value[()]
