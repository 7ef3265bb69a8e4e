"""Element types and the rules by which PyTorch chooses the type of a result.

PyTorch's rule has three ranks of operands: tensors with dimensions, tensors without, and Python numbers. A lower rank
changes the result's type only when its kind (bool < integer < float < complex) is higher
(https://docs.pytorch.org/docs/stable/tensor_attributes.html#type-promotion-doc).
"""

from __future__ import annotations

from typing import Any

import numpy as np

BOOL, INTEGER, FLOAT, COMPLEX = range(4)


class dtype:  # noqa: N801 - PyTorch's name
    """One element type; there is exactly one object for each."""

    __slots__ = ("is_complex", "is_floating_point", "kind", "name", "numpy", "tensor_name")
    numpy: np.dtype[Any]

    def __init__(self, name: str, numpy: Any, kind: int, tensor_name: str) -> None:
        self.name = name
        if numpy is not None:
            self.numpy = np.dtype(numpy)
        self.kind = kind
        self.tensor_name = tensor_name  # as in torch.FloatTensor and in error texts ("Float")
        self.is_floating_point = kind == FLOAT
        self.is_complex = kind == COMPLEX

    def __getattr__(self, name: str) -> Any:
        """Load bfloat16, which NumPy has not, when its NumPy type is first asked for; few programs need it."""
        if name != "numpy":
            raise AttributeError(f"'torch.dtype' object has no attribute '{name}'")
        import ml_dtypes

        self.numpy = np.dtype(ml_dtypes.bfloat16)
        OF_NUMPY[self.numpy] = self
        return self.numpy

    @property
    def is_signed(self) -> bool:
        """True for every type but bool and uint8."""
        return self.name not in ("bool", "uint8")

    def to_complex(self) -> dtype:
        """Return the complex type of the same precision."""
        return complex128 if self.name in ("float64", "complex128") else complex64

    def to_real(self) -> dtype:
        """Return the type of a complex number's parts."""
        return {"complex64": float32, "complex128": float64}.get(self.name, self)

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
bfloat16 = dtype("bfloat16", None, FLOAT, "BFloat16")
complex64 = dtype("complex64", np.complex64, COMPLEX, "ComplexFloat")
complex128 = dtype("complex128", np.complex128, COMPLEX, "ComplexDouble")

ALL = (bool_, uint8, int8, int16, int32, int64, float16, bfloat16, float32, float64, complex64, complex128)
OF_NUMPY: dict[Any, dtype] = {each.numpy: each for each in ALL if each is not bfloat16}
C_NAMES = {
    "bool": "bool",
    "uint8": "unsigned char",
    "int8": "signed char",
    "int16": "short int",
    "int32": "int",
    "int64": "long int",
    "float16": "c10::Half",
    "bfloat16": "c10::BFloat16",
    "float32": "float",
    "float64": "double",
    "complex64": "c10::complex<float>",
    "complex128": "c10::complex<double>",
}


class Uncommon:
    """Whether a gradient may be complex or bfloat16, or lead nowhere: then every node runs with care.

    See `passing.careful_rule` and `node.Nowhere`.
    """

    seen = False


def can_require_grad(value: Any) -> bool:
    """Return True for arrays of floats and complex numbers."""
    kind = value.dtype.kind
    if kind in "cV":
        Uncommon.seen = True
        return True
    return bool(kind == "f")


class Default:
    """The type of floats that name none; `torch.set_default_dtype` changes it."""

    value = float32


def default_dtype() -> dtype:
    """Return the type that Python floats get."""
    return Default.value


def set_default_dtype(new: dtype) -> None:
    """Set the type that Python floats get; only floating point types are allowed."""
    if not isinstance(new, dtype):
        raise TypeError("invalid dtype object: only floating-point types are supported as the default type")
    if new.kind != FLOAT:
        raise TypeError("only floating-point types are supported as the default type")
    Default.value = new


def of(value: Any) -> dtype:
    """Return the element type of an array or NumPy scalar; raise TypeError for one that PyTorch has not."""
    try:
        return OF_NUMPY[value.dtype]
    except KeyError:
        raise TypeError(
            f"can't convert np.ndarray of type numpy.{value.dtype.type.__name__}. The only supported types are: "
            "float64, float32, float16, complex64, complex128, int64, int32, int16, int8, uint64, uint32, uint16, "
            "uint8, and bool."
        ) from None


def of_number(number: Any) -> dtype:
    """Return the type of a Python number standing alone."""
    if isinstance(number, (bool, np.bool_)):
        return bool_
    if isinstance(number, (int, np.integer)):
        return int64
    if isinstance(number, complex):
        return Default.value.to_complex()
    return Default.value


PYTHON_TYPES = {bool: bool_, int: int64, float: float64, complex: complex128}


def as_dtype(given: Any, function: str) -> dtype:
    """Return a type given as PyTorch's or as Python's; raise TypeError for anything else."""
    if isinstance(given, dtype):
        return given
    if given in PYTHON_TYPES:
        return PYTHON_TYPES[given]
    raise TypeError(f"{function}(): argument 'dtype' must be torch.dtype, not {type(given).__name__}")


def promote_types(a: dtype, b: dtype) -> dtype:
    """Return the smallest type that PyTorch gives for both, operands being of equal rank."""
    if a is b:
        return a
    if a.kind > b.kind:
        a, b = b, a
    if b.kind == COMPLEX:
        return complex128 if float64 in (a, b) or complex128 in (a, b) else complex64
    if b.kind == FLOAT and a.kind != FLOAT:
        return b
    if bfloat16 in (a, b):
        return float64 if float64 in (a, b) else float32
    return OF_NUMPY[np.promote_types(a.numpy, b.numpy)]


def combine(higher: dtype | None, lower: dtype | None) -> dtype | None:
    """Combine the types of two ranks of operands; None for a rank without operands."""
    if higher is None or lower is None:
        return higher or lower
    if lower.kind <= higher.kind:
        return higher
    # A complex number without dimensions makes a float complex, in the float's own precision.
    return higher.to_complex() if (higher.kind, lower.kind) == (FLOAT, COMPLEX) else promote_types(higher, lower)


def result_type(*operands: Any) -> dtype:
    """Return the common type of arrays, NumPy scalars (0-d tensors' values) and Python numbers."""
    ranks: list[dtype | None] = [None, None, None]
    for operand in operands:
        if isinstance(operand, (bool, int, float, complex)) and not isinstance(operand, np.generic):
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
    if value.__class__ in (int, float, bool, complex):
        return np.asarray(value).astype(target)[()]  # wraps as PyTorch does where a number is too big
    if value.dtype is target:
        return value
    return value.astype(target)


def align(*values: Any) -> tuple[Any, ...]:
    """Bring values to their common type."""
    target = result_type(*values).numpy
    return tuple(convert(value, target) for value in values)


def is_half(value: Any) -> bool:
    """Return True for arrays of 16-bit floats."""
    return value.dtype.itemsize == 2 and value.dtype.kind in "fV"


def align_number(value: Any, number: Any) -> tuple[Any, Any]:
    """Bring an array and a Python number to their common type; 16-bit floats are computed with as float32."""
    if is_half(value) and number.__class__ is not complex:
        return value.astype(np.float32), np.float32(number)
    return align(value, number)


def align_number_float(value: Any, number: Any) -> tuple[Any, Any]:
    """Do the same, to a floating or complex type."""
    return align_number(value, number) if is_half(value) else align_float(value, number)


def align_float(*values: Any) -> tuple[Any, ...]:
    """Bring values to their common floating or complex type; integers become the default type."""
    common = result_type(*values)
    target = (common if common.kind >= FLOAT else Default.value).numpy
    return tuple(convert(value, target) for value in values)


def raise_float(value: Any) -> Any:
    """Return an array as a function of it is computed: 16-bit floats as float32, integers as the default type."""
    if is_half(value):
        return value.astype(np.float32)
    return align_float(value)[0]


def lowered(result: Any, value: Any) -> Any:
    """Round a result to 16 bits where `value`, of which it was computed, has them; PyTorch rounds once like this."""
    return result.astype(value.dtype) if is_half(value) and result.dtype == np.float32 else result
