"""One way of writing numbers for a whole tensor, chosen from its values, so that its columns line up."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from .options import Options

LARGEST_RATIO = 1000.0
LARGEST_PLAIN = 1.0e8
SMALLEST_PLAIN = 1.0e-4


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """`spec` is the format of a finite number, `point` follows whole floats, `width` is the width of a column."""

    spec: str
    point: str
    width: int

    def text(self, value: float) -> str:
        written = format(value, self.spec)
        if self.point and math.isfinite(value):
            written += self.point
        return written.rjust(self.width)


@dataclass(frozen=True, slots=True)
class ComplexFormat:
    """The formats of the two parts of complex numbers; the imaginary part is not padded."""

    real: NumberFormat
    imag: NumberFormat

    @property
    def width(self) -> int:
        return self.real.width + self.imag.width + 1

    def text(self, value: complex) -> str:
        imag = self.imag.text(value.imag).lstrip()
        return f"{self.real.text(value.real)}{'' if imag[0] in '+-' else '+'}{imag}j"


Format = NumberFormat | ComplexFormat


def format_of(values: npt.NDArray[Any], options: Options) -> Format:
    """The format of these values, real or complex."""
    if values.dtype.kind == "c":
        return ComplexFormat(number_format(values.real, options), number_format(values.imag, options))
    return number_format(values, options)


def number_format(values: npt.NDArray[Any], options: Options) -> NumberFormat:
    """The format that torch chooses for these values (any shape).

    Only the finite numbers other than zero are asked: whole numbers are written as `3.`, others with `precision`
    digits, and in powers of ten when the largest and the smallest differ by more than 1,000 or leave 1e-4 … 1e8.
    """
    if values.dtype.kind not in "fV":  # bfloat16 has the kind V
        return NumberFormat("", "", max((len(str(value)) for value in values.ravel().tolist()), default=1))
    asked = values[np.isfinite(values) & (values != 0)]
    if asked.size == 0:
        return NumberFormat(".0f", ".", 1)
    whole = bool((asked == np.ceil(asked)).all())
    if _scientific(asked, options):
        spec, point = f".{options.precision}e", ""
    elif whole:
        spec, point = ".0f", "."
    else:
        spec, point = f".{options.precision}f", ""
    return NumberFormat(spec, point, max(len(format(value, spec)) for value in asked.tolist()) + len(point))


def _scientific(asked: npt.NDArray[Any], options: Options) -> bool:
    if options.sci_mode is not None:
        return options.sci_mode
    sizes = np.abs(asked).astype(np.float64)
    largest, smallest = float(sizes.max()), float(sizes.min())
    return largest / smallest > LARGEST_RATIO or largest > LARGEST_PLAIN or smallest < SMALLEST_PLAIN
