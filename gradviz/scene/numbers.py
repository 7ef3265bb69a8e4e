"""Numbers as text, the same everywhere: on cards, on edges, in the inspector, in exports.

A card has room for one line, so what does not fit is shown by its shape; the heat map and the inspector show the rest.
"""

from __future__ import annotations

import cmath
import math
import re
from collections.abc import Sequence

import numpy as np

from ..trace.value import Value

MINUS = "−"
"""The sign with the width of a plus; a hyphen is too short beside digits."""

ROOM = 18
"""Characters that fit on a card's line."""


Number = complex | bool | np.generic


def number_text(number: Number, decimals: int = 4) -> str:
    """A number with a fixed number of decimals where its size allows, in powers of ten where not.

    36 → "36.0000", 1.5e7 → "1.5000e7", True → "True", an integer stays one.
    """
    number = _python(number)
    if isinstance(number, bool):
        return str(number)
    if isinstance(number, int):
        return str(number).replace("-", MINUS)
    if isinstance(number, complex):
        sign = MINUS if number.imag < 0 else "+"
        return f"{number_text(number.real, decimals)} {sign} {number_text(abs(number.imag), decimals)}i"
    if not math.isfinite(number):
        return _special(number)
    size = abs(number)
    if size and not 10.0**-decimals <= size < 10.0**6:
        return _power(number, decimals)
    return f"{number:.{decimals}f}".replace("-", MINUS)


def short_number(number: Number, digits: int = 4) -> str:
    """The same in as few characters as `digits` significant ones need, with at least one decimal for a float.

    12 → "12.0", 0.66667 → "0.6667", 123456 → "1.235e5", −0.0 → "0.0".
    """
    number = _python(number)
    if isinstance(number, bool | int):
        return number_text(number)
    if isinstance(number, complex):
        sign = MINUS if number.imag < 0 else "+"
        return f"{short_number(number.real, digits)} {sign} {short_number(abs(number.imag), digits)}i"
    if not math.isfinite(number):
        return _special(number)
    size = abs(number)
    if size and not 10.0 ** (1 - digits) <= size < 10.0**digits:
        return _power(number, digits - 1, trim=True)
    before = math.floor(math.log10(size)) + 1 if size else 1
    text = f"{number:.{max(1, digits - before)}f}"
    if "." in text:
        text = text.rstrip("0")
        text += "0" if text.endswith(".") else ""
    return "0.0" if text == "-0.0" else text.replace("-", MINUS)


def shape_text(shape: Sequence[int]) -> str:
    """As Python writes it: "()", "(3,)", "(8, 4)"."""
    return str(tuple(int(length) for length in shape))


def value_text(value: Value | None, room: int = ROOM) -> str:
    """A value in at most `room` characters where possible: numbers if they fit, its shape if not.

    One element: "4.0000". A few: "[1.0, 2.0]". Many equal ones: "all 0.25". Otherwise "(8, 4)". None: "None".
    """
    if value is None:
        return "None"
    if value.size == 0:
        return f"empty {shape_text(value.shape)}"
    if value.is_scalar and value.data is not None:
        return number_text(value.data.reshape(()).item())
    return _elements(value, room) or shape_text(value.shape)


def gradient_text(value: Value | None, room: int = 14) -> str:
    """A value as it rides along an edge: like `value_text`, but as short as it goes."""
    if value is None or value.size == 0 or not value.is_scalar or value.data is None:
        return value_text(value, room)
    return short_number(value.data.reshape(()).item())


def _elements(value: Value, room: int) -> str:
    if value.data is None or value.size > 4096:
        return ""
    data = value.data
    first = data.reshape(-1)[0]
    if value.size > 1 and bool((data == first).all()):
        return f"all {short_number(first, 4 if room >= ROOM else 3)}"
    if value.size > room // 3:
        return ""
    for digits in (4, 3, 2):
        text = _nested([short_number(item, digits) for item in data.reshape(-1)], value.shape)
        if len(text) <= room:
            return text
    return ""


def _nested(texts: list[str], shape: tuple[int, ...]) -> str:
    for length in reversed(shape):
        texts = [f"[{', '.join(texts[at : at + length])}]" for at in range(0, len(texts), max(1, length))]
    return texts[0]


def _python(number: Number) -> complex:
    """A Python number; a bool is one, too."""
    plain: complex = number.item() if isinstance(number, np.generic) else number
    return plain


def _special(number: float) -> str:
    if cmath.isnan(number):
        return "nan"
    return "inf" if number > 0 else f"{MINUS}inf"


def _power(number: float, decimals: int, *, trim: bool = False) -> str:
    mantissa, exponent = f"{number:.{decimals}e}".split("e")
    if trim:
        mantissa = mantissa.rstrip("0").rstrip(".")
    return f"{mantissa}e{int(exponent)}".replace("-", MINUS)


_RAISED = str.maketrans("0123456789-−.", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻·")


def raised(exponent: str) -> str:
    """An exponent in small raised digits; ^ and the exponent where it is no number."""
    return exponent.translate(_RAISED) if re.fullmatch(r"[-−]?\d+(\.\d+)?", exponent) else f"^{exponent}"
