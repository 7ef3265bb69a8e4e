"""Element types and the rules by which PyTorch chooses the type of a result.

PyTorch's rule has three ranks of operands: tensors with dimensions, tensors without, and Python numbers. A lower rank
changes the result's type only when its kind (bool < integer < float) is higher
(https://docs.pytorch.org/docs/stable/tensor_attributes.html#type-promotion-doc).
"""

from __future__ import annotations

from typing import Any

import numpy as np

BOOL, INTEGER, FLOAT = range(3)


class dtype:  # noqa: N801 - PyTorch's name
    """One element type; there is exactly one object for each."""

    __slots__ = ("is_floating_point", "kind", "name", "numpy", "tensor_name")

    def __init__(self, name: str, numpy: Any, kind: int, tensor_name: str) -> None:
        self.name = name
        self.numpy = np.dtype(numpy)
        self.kind = kind
        self.tensor_name = tensor_name  # as in torch.FloatTensor and in error texts ("Float")
        self.is_floating_point = kind == FLOAT

    is_complex = False

    @property
    def is_signed(self) -> bool:
        """True for every type but bool and uint8."""
        return self.name not in ("bool", "uint8")

    @property
    def itemsize(self) -> int:
        """Bytes per element."""
        return int(self.numpy.itemsize)

    def __repr__(self) -> str:
        return f"torch.{self.name}"

    def __reduce__(self) -> str:
        return self.name

    def __copy__(self) -> dtype:
        return self

    def __deepcopy__(self, memo: Any) -> dtype:
        return self


bool_ = dtype("bool", np.bool_, BOOL, "Bool")
uint8 = dtype("uint8", np.uint8, INTEGER, "Byte")
int8 = dtype("int8", np.int8, INTEGER, "Char")
int16 = dtype("int16", np.int16, INTEGER, "Short")
int32 = dtype("int32", np.int32, INTEGER, "Int")
int64 = dtype("int64", np.int64, INTEGER, "Long")
float16 = dtype("float16", np.float16, FLOAT, "Half")
float32 = dtype("float32", np.float32, FLOAT, "Float")
float64 = dtype("float64", np.float64, FLOAT, "Double")

ALL = (bool_, uint8, int8, int16, int32, int64, float16, float32, float64)
OF_NUMPY: dict[Any, dtype] = {each.numpy: each for each in ALL}
C_NAMES = {
    "bool": "bool",
    "uint8": "unsigned char",
    "int8": "signed char",
    "int16": "short",
    "int32": "int",
    "int64": "long",
    "float16": "c10::Half",
    "float32": "float",
    "float64": "double",
}


class Default:
    """The type of floats that name none; `torch.set_default_dtype` changes it."""

    value = float32


def default_dtype() -> dtype:
    """Return the type that Python floats get."""
    return Default.value


def set_default_dtype(new: dtype) -> None:
    """Set the type that Python floats get; only floating point types are allowed."""
    if not isinstance(new, dtype):
        raise TypeError(f"invalid dtype object: {new}")
    if new.kind != FLOAT:
        raise TypeError("only floating-point types are supported as the default type")
    Default.value = new


def of(value: Any) -> dtype:
    """Return the element type of an array or NumPy scalar; raise TypeError for one that PyTorch has not."""
    try:
        return OF_NUMPY[value.dtype]
    except KeyError:
        raise TypeError(
            f"can't convert np.ndarray of type numpy.{value.dtype}. The only supported types are: float64, float32, "
            "float16, complex64, complex128, int64, int32, int16, int8, uint64, uint32, uint16, uint8, and bool."
        ) from None


def of_number(number: Any) -> dtype:
    """Return the type of a Python number standing alone."""
    if isinstance(number, (bool, np.bool_)):
        return bool_
    if isinstance(number, (int, np.integer)):
        return int64
    return Default.value


def promote_types(a: dtype, b: dtype) -> dtype:
    """Return the smallest type that PyTorch gives for both, operands being of equal rank."""
    if a is b:
        return a
    if a.kind == FLOAT and b.kind != FLOAT:
        return a
    if b.kind == FLOAT and a.kind != FLOAT:
        return b
    return OF_NUMPY[np.promote_types(a.numpy, b.numpy)]


def combine(higher: dtype | None, lower: dtype | None) -> dtype | None:
    """Combine the types of two ranks of operands; None for a rank without operands."""
    if higher is None or lower is None:
        return higher or lower
    if higher.kind == FLOAT:
        return higher
    if higher.kind == BOOL or lower.kind == FLOAT:
        return promote_types(higher, lower)
    return higher


def result_type(*operands: Any) -> dtype:
    """Return the common type of arrays, NumPy scalars (0-d tensors' values) and Python numbers."""
    ranks: list[dtype | None] = [None, None, None]
    for operand in operands:
        if isinstance(operand, (bool, int, float)) and not isinstance(operand, np.generic):
            rank, own = 2, of_number(operand)
        else:
            rank, own = (0 if operand.ndim else 1), of(operand)
        known = ranks[rank]
        ranks[rank] = own if known is None else promote_types(known, own)
    found = combine(ranks[0], combine(ranks[1], ranks[2]))
    assert found is not None
    return found


def convert(value: Any, target: np.dtype[Any]) -> Any:
    """Return the value in another NumPy type: arrays stay arrays, scalars scalars; the same object if it fits."""
    if value.__class__ in (int, float, bool):
        return np.asarray(value).astype(target)[()]  # wraps as PyTorch does where a number is too big
    if value.dtype is target:
        return value
    return value.astype(target)


def align(*values: Any) -> tuple[Any, ...]:
    """Bring values to their common type."""
    target = result_type(*values).numpy
    return tuple(convert(value, target) for value in values)


def align_float(*values: Any) -> tuple[Any, ...]:
    """Bring values to their common floating type; integers become the default type."""
    common = result_type(*values)
    target = (common if common.kind == FLOAT else Default.value).numpy
    return tuple(convert(value, target) for value in values)
