r"""Formulas and values as LaTeX for the typesetter and as one plain line for copying and for screen readers.

Colours are written as roles (`\textcolor{gradient}{…}`): the window puts in the theme's, a LaTeX document defines them.
Roles: `gradient` the gradient in motion, `value` values of tensors, `done` what was accumulated.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..trace.value import Value
from .numbers import MINUS, shape_text, short_number

SUM, PRODUCT, SIGN, POWER, ATOM = range(5)
"""How tightly a term binds; a looser one is put in brackets."""

MOST_NUMBERS = 64
"""Larger values are never written out, alone or as terms of a sum."""

WRITTEN_SIDE = 3
"""Matrices up to this many rows and columns are written out; beyond, their shape stands for them."""


@dataclass(frozen=True, slots=True)
class Term:
    """A piece of a formula; `scalar` tells × from ⊙."""

    latex: str
    plain: str
    level: int = ATOM
    scalar: bool = True

    def within(self, level: int) -> Term:
        """The term in brackets where it binds more loosely than its place demands."""
        if self.level >= level:
            return self
        return replace(self, latex=rf"\left({self.latex}\right)", plain=f"({self.plain})", level=ATOM)

    def in_role(self, role: str) -> Term:
        return replace(self, latex=rf"\textcolor{{{role}}}{{{self.latex}}}")

    def bold(self) -> Term:
        """Every number of the term in bold: the result of a line."""
        return replace(self, latex=re.sub(r"(?<![\w.])\d+(?:\.\d+)?", r"\\mathbf{\g<0>}", self.latex))


@dataclass(frozen=True, slots=True)
class Formula:
    """One line: LaTeX parts, the signs between them (before which it may break), and the whole in plain characters."""

    parts: tuple[str, ...]
    signs: tuple[str, ...]
    plain: str

    @property
    def latex(self) -> str:
        joined = (f" {SIGNS[sign]} {part}" for sign, part in zip(self.signs, self.parts[1:], strict=True))
        return self.parts[0] + "".join(joined)


def equation(*sides: Term, signs: tuple[str, ...] = ()) -> Formula:
    """Terms joined by = (or the given signs); the line may break before each sign."""
    signs = signs or ("=",) * (len(sides) - 1)
    plain = sides[0].plain + "".join(f" {sign} {side.plain}" for sign, side in zip(signs, sides[1:], strict=True))
    return Formula(tuple(side.latex for side in sides), signs, plain)


SIGNS = {
    "=": "=", "≈": r"\approx", "·": r"\cdot", "×": r"\times", "⊙": r"\odot", "+": "+", "−": "-",
    "←": r"\leftarrow", "≤": r"\leq", "≥": r"\geq", "≠": r"\neq",
    "→": r"\rightarrow",
}  # fmt: skip


# -- names -----------------------------------------------------------------------------------------------------------


def is_typesettable(name: str) -> bool:
    """Whether the math font has every letter of the name."""
    return bool(name) and all(c.isascii() or "α" <= c <= "ω" or "Α" <= c <= "Ω" for c in name)


def name_term(name: str, scalar: bool = True) -> Term:
    """A variable: one letter in italics, longer names upright."""
    latex = name if len(name) == 1 else rf"\text{{{letters(name)}}}"
    return Term(latex, name, ATOM, scalar)


def partial(of: Term, by: Term) -> Term:
    """∂of/∂by."""
    return Term(rf"\frac{{\partial {of.latex}}}{{\partial {by.latex}}}", f"∂{of.plain}/∂{by.plain}", ATOM, by.scalar)


def part_through(derivative: Term, through: Term) -> Term:
    """The part of a derivative that flows through one of several uses."""
    return Term(
        rf"\left({derivative.latex}\right)_{{{through.latex}}}",
        f"({derivative.plain} through {through.plain})", ATOM, derivative.scalar,
    )  # fmt: skip


def letters(text: str) -> str:
    """Text that the typesetter takes as it is; program names hold none of its special characters."""
    return re.sub(r"[\\{}$&#^~%]", "", text)


# -- numbers ---------------------------------------------------------------------------------------------------------


def is_exact(value: Any) -> bool:
    """Whether the number shown is the number meant (float32's own rounding apart). A shape shown is never rounded."""
    array = np.asarray(value)
    if array.dtype.kind != "f" or array.size > MOST_NUMBERS:
        return True
    return all(
        not math.isfinite(x) or math.isclose(float(short_number(x).replace(MINUS, "-")), x, rel_tol=1e-6)
        for x in array.astype(np.float64).ravel().tolist()
    )


def are_exact(*values: Value | None) -> bool:
    """The same for all values that are written out; a shape that stands for a value is never rounded."""
    return all(is_exact(value.data) for value in values if value is not None and is_written(value.shape, value.data))


def is_written(shape: tuple[int, ...], data: Any) -> bool:
    """Whether a value is small enough to be written out."""
    return data is not None and len(shape) <= 2 and all(0 < side <= WRITTEN_SIDE for side in shape)


def number_term(value: Any) -> Term:
    """A single number."""
    text = short_number(value)
    latex = text.replace("−", "-").replace("inf", r"\infty").replace("nan", r"\text{nan}")
    if "e" in text and "True" not in text and "False" not in text:
        mantissa, exponent = latex.split("e")
        latex = rf"{mantissa}\times 10^{{{exponent}}}"
    if text in ("True", "False"):
        latex = rf"\text{{{text}}}"
    level = SIGN if text.startswith("−") else PRODUCT if "e" in text and r"\times" in latex else ATOM
    return Term(latex, text, level)


def constant_term(value: Any) -> Term:
    """A Python value among the arguments: a number, or words."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return number_term(value)
    return Term(rf"\text{{{letters(str(value))}}}", str(value))


def value_term(value: Value | Any) -> Term:
    """A tensor's value: a number, a small matrix written out, or the shape of a large one."""
    data = value.data if isinstance(value, Value) else value
    shape = tuple(value.shape) if isinstance(value, Value) else np.shape(value)
    if data is not None and shape == ():
        return number_term(np.asarray(data)[()])
    if not is_written(shape, data):
        return shape_term(shape)
    rows = np.atleast_2d(np.asarray(data))
    cells = [[number_term(cell) for cell in row] for row in rows]
    latex = r"\\".join(" & ".join(cell.latex for cell in row) for row in cells)
    plain = "; ".join(" ".join(cell.plain for cell in row) for row in cells)
    return Term(rf"\begin{{bmatrix}}{latex}\end{{bmatrix}}", f"[{plain}]", ATOM, False)


def shape_term(shape: tuple[int, ...]) -> Term:
    """(3 × 4): stands for a value too large to write."""
    sides = [str(side) for side in shape]
    latex = r"\left[\," + r"\!\times\!".join(sides) + r"\,\right]" if sides else "()"
    return Term(latex, "[" + "×".join(sides) + "]", ATOM, not shape)


def amount(value: Value, kind: str = "a tensor") -> str:
    """A value within a sentence: the numbers where they are few, else "a gradient of shape (64, 128)"."""
    if is_written(value.shape, value.data):
        return value_term(value).plain
    return f"{kind} of shape {shape_text(value.shape)}"
