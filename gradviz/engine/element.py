"""A Python number as an element of a given type, with PyTorch's refusals (`c10::overflows`)."""

from __future__ import annotations

from typing import Any

import numpy as np

NAMES = {"uint8": "uint8_t", "int8": "int8_t", "int16": "int16_t", "int32": "int", "int64": "int64_t"}
NAMES |= {"float16": "c10::Half", "bfloat16": "c10::BFloat16", "float32": "float", "float64": "double"}
NAMES |= {"complex64": "c10::complex<float>", "complex128": "c10::complex<double>"}


def element(number: Any, kind: Any, strict: bool = False) -> Any:
    """Return a number as a NumPy scalar; arrays and NumPy scalars are brought to the type as they are.

    Raises RuntimeError for a number that the type cannot hold. Unsigned types take negative whole numbers round;
    numbers for 16-bit floats go through a wider type, and become inf there unless the operation is `strict`.
    """
    if not isinstance(number, (bool, int, float, complex)) or isinstance(number, np.generic):
        return np.asarray(number).astype(kind)[()]
    if isinstance(number, complex) and kind.kind != "c":
        if number.imag:
            raise overflow("float64" if kind.itemsize == 2 and kind.kind in "fV" and not strict else kind.name)
        number = number.real
    if kind.kind == "b":
        return kind.type(bool(number))
    if isinstance(number, int) and not -(2**63) <= number < 2**64:
        raise OverflowError("int too big to convert")
    if kind.kind in "iu":
        return whole(number, kind)
    half = kind.kind == "V" or kind.itemsize == 2
    if (kind.itemsize < 8 or kind.name == "complex64") and (strict or not half):
        high = 3.3895313892515355e38 if kind.kind == "V" else float(np.finfo(kind).max)
        parts = (number.real, number.imag)
        if any(np.isfinite(each) and abs(each) > high for each in parts):
            raise overflow(kind.name)
    return np.array(number).astype(kind)[()]


def whole(number: int | float, kind: Any) -> Any:
    """Return a number as an element of a type of whole numbers."""
    limits = np.iinfo(kind)
    lowest = -limits.max if kind.kind == "u" and isinstance(number, int) else limits.min
    if not lowest <= number <= limits.max:
        raise overflow(kind.name)
    return np.array(int(number)).astype(kind)[()]


def overflow(name: str) -> RuntimeError:
    """Return PyTorch's error for a number that a type cannot hold."""
    return RuntimeError(f"value cannot be converted to type {NAMES[name]} without overflow")
