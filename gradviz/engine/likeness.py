"""Making tensors of the shape or type of another."""

from __future__ import annotations

from typing import Any

import numpy as np

from .creation import empty, finished, full, ones, tensor, zeros
from .device import check
from .messages import kind_of
from .operands import laid_out_by
from .sampling import rand, randint, randn
from .tensor import Tensor


def like(name: str, make: Any) -> Any:
    """Return torch.ones_like and its kin."""

    def fill(
        input: Tensor,
        *args: Any,
        dtype: Any = None,
        device: Any = None,
        requires_grad: bool = False,
        layout: Any = None,
        memory_format: Any = None,
        **options: Any,
    ) -> Tensor:
        check(device)
        if not isinstance(input, Tensor):
            raise TypeError(f"{name}(): argument 'input' (position 1) must be Tensor, not {kind_of(input)}")
        return make(input, *args, dtype=dtype or input.dtype, requires_grad=requires_grad, **options)  # type: ignore[no-any-return]

    fill.__name__ = fill.__qualname__ = name
    fill.__doc__ = f"Return a tensor of the shape and type of another: {name}."
    return fill


def in_memory_order(input: Tensor, make: Any) -> Tensor:
    """Return what `make` gives for a shape, laid out in the order of another tensor's memory.

    Random numbers are put there one after the other, as in PyTorch.
    """
    value = np.asarray(input._value)
    if value.flags.c_contiguous:
        return make(value.shape)  # type: ignore[no-any-return]
    steps = laid_out_by(np.empty(value.shape, np.int8), value).strides
    order = sorted(range(value.ndim), key=lambda axis: -steps[axis])
    made: Tensor = make([value.shape[axis] for axis in order])
    if order != sorted(order):
        made._value = made._value.transpose(np.argsort(order))
        if made._edge is not None:
            made._edge.value = made._value
    return made


def value_like(name: str, number: Any) -> Any:
    """Return the *_like of a constant."""
    return like(
        name,
        lambda input, dtype, requires_grad: in_memory_order(
            input, lambda shape: finished(np.full(shape, number, dtype.numpy), name, requires_grad)
        ),
    )


ones_like = value_like("ones_like", 1)


zeros_like = value_like("zeros_like", 0)


empty_like = value_like("empty_like", 0)


full_like = like(
    "full_like",
    lambda input, fill_value, dtype, requires_grad: in_memory_order(
        input, lambda shape: full(shape, fill_value, dtype=dtype, requires_grad=requires_grad)
    ),
)


rand_like = like("rand_like", lambda input, **options: in_memory_order(input, lambda shape: rand(shape, **options)))


randn_like = like("randn_like", lambda input, **options: in_memory_order(input, lambda shape: randn(shape, **options)))


randint_like = like(
    "randint_like",
    lambda input, *bounds, **options: in_memory_order(input, lambda shape: randint(*bounds, size=shape, **options)),
)


def new_kind(name: str, make: Any) -> None:
    """Give Tensor a method that makes another tensor of its type: new_zeros and its like."""

    def method(self: Tensor, *args: Any, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Any:
        return make(*args, dtype=dtype or self.dtype, device=device, requires_grad=requires_grad)

    method.__doc__ = f"Return {name} of this tensor's type."
    setattr(Tensor, name, method)


for _name, _make in {
    "new_zeros": zeros,
    "new_ones": ones,
    "new_empty": empty,
    "new_full": full,
    "new_tensor": tensor,
}.items():
    new_kind(_name, _make)
