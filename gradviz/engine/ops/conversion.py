"""Changing the element type, or the device (there is one)."""

from __future__ import annotations

from typing import Any

from .. import dtype as dtypes
from .. import messages
from ..grad_mode import enabled
from ..kernels import kernel
from ..meaning import on_tensors
from ..op import op
from ..operands import laid_out_by
from ..surface import public
from ..tensor import Tensor
from .shape import MATRIX, alias_op, clone_op


@kernel
def converted(x: Any, dtype: Any) -> Any:
    """Return the array in another type; of complex numbers the real part where that is real."""
    kind = getattr(dtype, "numpy", dtype)
    if x.dtype.kind == "c" and kind.kind not in "cb":
        x = x.real
    result = x.astype(kind)
    return laid_out_by(result, x) if x.ndim > 1 and 0 in x.strides else result


to_copy = op(
    "to_copy",
    arguments="dtype",
    symbol="type",
    group="shape",
    title="change the type",
    node="ToCopyBackward0",
    code="{self}.double()",
    forward="converted(self, dtype)",
    vjp={"self": "converted(grad, self.dtype)"},
    samples=[(MATRIX, {"dtype": dtypes.float64})],
)


def in_type(self: Tensor, dtype: dtypes.dtype, copy: bool = False) -> Any:
    """Return the tensor in a type: itself if it has it."""
    if dtype is self.dtype:
        return clone_op(self) if copy else self
    if dtype.kind >= dtypes.FLOAT:
        if dtype.numpy.kind in "cV":
            dtypes.Uncommon.seen = True
        return to_copy(self, dtype)
    token = enabled.set(False)  # whole numbers have no gradient
    try:
        return to_copy(self, dtype)
    finally:
        enabled.reset(token)


@on_tensors("converted")
def converted_recorded(x: Tensor, dtype: Any) -> Any:
    """Change the type; a gradient that has it already stays itself."""
    return x if x._value.dtype == getattr(dtype, "numpy", dtype) else to_copy(x, dtype)


for name, kind in {
    "float": dtypes.float32,
    "double": dtypes.float64,
    "half": dtypes.float16,
    "bfloat16": dtypes.bfloat16,
    "cfloat": dtypes.complex64,
    "cdouble": dtypes.complex128,
    "long": dtypes.int64,
    "int": dtypes.int32,
    "short": dtypes.int16,
    "char": dtypes.int8,
    "byte": dtypes.uint8,
    "bool": dtypes.bool_,
}.items():

    def cast(self: Tensor, *, memory_format: Any = None, kind: dtypes.dtype = kind) -> Any:
        """Return the tensor in this type."""
        return in_type(self, kind)

    setattr(Tensor, name, cast)


@public("to", function=False)
def to(
    self: Tensor,
    *args: Any,
    dtype: Any = None,
    device: Any = None,
    non_blocking: bool = False,
    copy: bool = False,
    memory_format: Any = None,
) -> Any:
    """Return the tensor in another type or on another device (there is only the CPU)."""
    from ..device import check

    for each in args:
        if isinstance(each, (dtypes.dtype, type)):
            dtype = dtypes.as_dtype(each, "to")
        elif isinstance(each, Tensor):
            dtype = each.dtype
        elif not isinstance(each, bool):
            device = each
    check(device)
    return in_type(self, dtype or self.dtype, copy)


@public("type", function=False)
def type_of(self: Tensor, dtype: Any = None, non_blocking: bool = False) -> Any:
    """Return the type's name, or the tensor in another type."""
    if dtype is None:
        return messages.type_name(self)
    if isinstance(dtype, str):
        name = dtype.removeprefix("torch.").removesuffix("Tensor")
        kind = next((each for each in dtypes.ALL if each.tensor_name == name), None)
        if kind is None:
            raise ValueError(f"invalid type: '{dtype}'")
        dtype = kind
    return in_type(self, getattr(dtype, "dtype", dtype))


@public("type_as", function=False)
def type_as(self: Tensor, other: Tensor) -> Any:
    """Return the tensor in the type of another."""
    return in_type(self, other.dtype)


@public("cpu", function=False)
def cpu(self: Tensor, memory_format: Any = None) -> Tensor:
    """Return the tensor itself: it is on the CPU."""
    return self


@public("cuda", function=False)
def cuda(self: Tensor, *_: Any, **__: Any) -> Tensor:
    """Raise: there is no GPU here."""
    from ..device import check

    check("cuda")
    return self


@public("as_subclass", function=False)
def as_subclass(self: Tensor, cls: type) -> Any:
    """Return the same memory, and the same place in the graph, as a tensor of a subclass."""
    if not (isinstance(cls, type) and issubclass(cls, Tensor)):
        raise TypeError(f"as_subclass(): argument 'cls' (position 1) must be type, not {type(cls).__name__}")
    made = alias_op(self)
    made.__class__ = cls
    return made
