r"""Formulas and values as LaTeX for the typesetter and as one plain line for copying and for screen readers.

Colours are written as roles (`\textcolor{gradient}{…}`): the window puts in the theme's, a LaTeX document defines them.
Roles: `gradient` the gradient in motion, `value` values of tensors, `done` what was accumulated.
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..trace.value import Value
from .expression import POINTWISE
from .numbers import MINUS, shape_text, short_number

SUM, PRODUCT, SIGN, POWER, ATOM = range(5)
"""How tightly a term binds; a looser one is put in brackets."""

WRITTEN_SIDE = 3
"""Matrices up to this many rows and columns are written out; beyond, their shape stands for them."""

Leaf = Callable[[str], "Term"]


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

_COMPARE = {ast.Gt: ">", ast.GtE: "≥", ast.Lt: "<", ast.LtE: "≤", ast.Eq: "=", ast.NotEq: "≠"}
_ROOTS = {"sqrt": r"\sqrt{{{}}}", "abs": r"\left|{}\right|"}
_TRANSPOSES = {"T", "mT"}
EXPANSIONS = frozenset({"expand", "expand_as", "broadcast_to"})
"""Functions that repeat a gradient over a larger shape: a product with ones, written 𝟏."""


# -- names -----------------------------------------------------------------------------------------------------------


def is_typesettable(name: str) -> bool:
    """Whether the math font has every letter of the name."""
    return bool(name) and all(c.isascii() or "α" <= c <= "ω" or "Α" <= c <= "Ω" for c in name)


def name_term(name: str, scalar: bool = True) -> Term:
    """A variable: one letter in italics, longer names upright."""
    latex = name if len(name) == 1 else rf"\text{{{_letters(name)}}}"
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


def _letters(text: str) -> str:
    """Text that the typesetter takes as it is; program names hold none of its special characters."""
    return re.sub(r"[\\{}$&#^~%]", "", text)


# -- numbers ---------------------------------------------------------------------------------------------------------


def is_exact(value: Any) -> bool:
    """Whether the number shown is the number meant (float32's own rounding apart)."""
    array = np.asarray(value)
    if array.dtype.kind not in "f":
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


# -- expressions -----------------------------------------------------------------------------------------------------


def expression_term(tree: ast.expr, leaf: Leaf) -> Term:
    """A formula's tree with a term put in for every name."""
    match tree:
        case ast.Constant(value=bool() | None | str() as constant):
            return Term(rf"\text{{{constant}}}", str(constant))
        case ast.Constant(value=constant):
            return Term(number_term(constant).latex, _short(constant))
        case ast.Name(id=name):
            return leaf(name)
        case ast.BinOp(left=left, op=op, right=right):
            return _binary(left, op, right, leaf)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            inner = _after_sign(expression_term(operand, leaf))
            return Term(f"-{inner.latex}", f"−{inner.plain}", SIGN, inner.scalar)
        case ast.UnaryOp(op=ast.Invert() | ast.Not(), operand=operand):
            inner = expression_term(operand, leaf).within(ATOM)
            return Term(rf"\lnot {inner.latex}", f"not {inner.plain}", SIGN, inner.scalar)
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _COMPARE:
            sign = _COMPARE[type(op)]
            a, b = expression_term(left, leaf), expression_term(right, leaf)
            # Iverson's bracket: 1 where the comparison holds, 0 elsewhere.
            latex = rf"\left[{a.latex} {SIGNS.get(sign, sign)} {b.latex}\right]"
            return Term(latex, f"[{a.plain} {sign} {b.plain}]", ATOM, a.scalar and b.scalar)
        case ast.Attribute(value=owner, attr=name) if name in _TRANSPOSES:
            return _transposed(expression_term(owner, leaf))
        case ast.Call(args=[first, *_]) if call_name(tree) in EXPANSIONS:
            inner = expression_term(first, leaf).within(PRODUCT)
            return Term(rf"{inner.latex} \cdot \mathbf{{1}}", f"{inner.plain} · 𝟏", PRODUCT, False)
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=keywords):
            return _call(name, arguments, keywords, leaf)
        case ast.Tuple(elts=items) | ast.List(elts=items):
            terms = [expression_term(item, leaf) for item in items]
            inside, plain = r",\, ".join(term.latex for term in terms), ", ".join(term.plain for term in terms)
            return Term(f"({inside})", f"({plain})")
        case ast.Attribute(value=owner, attr=name):
            inner = expression_term(owner, leaf).within(ATOM)
            return Term(rf"{inner.latex}\text{{.{_letters(name)}}}", f"{inner.plain}.{name}")
        case ast.Subscript(value=owner, slice=index):
            inner, at = expression_term(owner, leaf).within(ATOM), expression_term(index, leaf)
            return Term(rf"{inner.latex}_{{{at.latex}}}", f"{inner.plain}[{at.plain}]", ATOM, False)
        case ast.IfExp(test=test, body=body, orelse=other):
            a, b, c = (expression_term(item, leaf) for item in (body, test, other))
            return Term(
                rf"{a.latex}\ \text{{if}}\ {b.latex}\ \text{{else}}\ {c.latex}",
                f"{a.plain} if {b.plain} else {c.plain}", SUM, a.scalar,
            )  # fmt: skip
    text = ast.unparse(tree)
    return Term(rf"\text{{{_letters(text)}}}", text, ATOM, False)


def call_name(tree: ast.Call) -> str:
    """The function's name, empty for a method."""
    return tree.func.id if isinstance(tree.func, ast.Name) else ""


def _short(constant: Any) -> str:
    return short_number(constant).removesuffix(".0") if isinstance(constant, int | float) else str(constant)


def _binary(left: ast.expr, op: ast.operator, right: ast.expr, leaf: Leaf) -> Term:
    a, b = expression_term(left, leaf), expression_term(right, leaf)
    scalar = a.scalar and b.scalar
    match op:
        case ast.Add() | ast.Sub():
            sign = "+" if isinstance(op, ast.Add) else "−"
            b = _after_sign(b)
            return Term(f"{a.latex} {SIGNS[sign]} {b.latex}", f"{a.plain} {sign} {b.plain}", SUM, scalar)
        case ast.Mult():
            a, b = a.within(PRODUCT), _after_sign(b)
            sign = product_sign(a, b)
            return Term(f"{a.latex} {SIGNS[sign]} {b.latex}", f"{a.plain} {sign} {b.plain}", PRODUCT, scalar)
        case ast.Div():
            plain = f"{a.within(PRODUCT).plain} / {b.within(POWER).plain}"
            if r"\frac" in a.latex and r"\frac" not in b.latex:
                # A fraction upon a fraction is too small to read.
                return Term(rf"\frac{{1}}{{{b.latex}}} \cdot {a.within(PRODUCT).latex}", plain, PRODUCT, scalar)
            return Term(rf"\frac{{{a.latex}}}{{{b.latex}}}", plain, PRODUCT, scalar)
        case ast.Pow():
            base = a.within(ATOM)
            return Term(f"{base.latex}^{{{b.latex}}}", f"{base.plain}^{b.within(ATOM).plain}", POWER, scalar)
        case ast.MatMult():
            a, b = a.within(PRODUCT), b.within(SIGN)
            return Term(rf"{a.latex} \, {b.latex}", f"{a.plain} @ {b.plain}", PRODUCT, False)
    word = {ast.FloorDiv: "//", ast.Mod: "mod", ast.BitAnd: "and", ast.BitOr: "or"}.get(type(op), "?")
    a, b = a.within(SIGN), b.within(SIGN)
    return Term(rf"{a.latex}\ \text{{{word}}}\ {b.latex}", f"{a.plain} {word} {b.plain}", PRODUCT, scalar)


def _after_sign(term: Term) -> Term:
    """What stands behind a sign: never a sum and never another sign."""
    return term.within(POWER) if term.level in (SUM, SIGN) else term


def product_sign(a: Term, b: Term) -> str:
    """· between names, × between numbers, ⊙ (element by element) between tensors."""
    if not a.scalar and not b.scalar:
        return "⊙"
    return "×" if (a.plain.lstrip("(−")[:1].isdigit() and b.plain.lstrip("(−")[:1].isdigit()) else "·"


def _transposed(inner: Term) -> Term:
    inner = inner.within(ATOM)
    return Term(rf"{inner.latex}^{{\top}}", f"{inner.plain}ᵀ", POWER, inner.scalar)


def _call(name: str, arguments: list[ast.expr], keywords: list[ast.keyword], leaf: Leaf) -> Term:
    terms = [expression_term(argument, leaf) for argument in arguments]
    scalar = all(term.scalar for term in terms) if name in POINTWISE else False
    if len(terms) == 1 and not keywords:
        (inner,) = terms
        if name == "exp":
            return Term(f"e^{{{inner.latex}}}", f"exp({inner.plain})", POWER, scalar)
        if name == "square":
            return Term(f"{inner.within(ATOM).latex}^{{2}}", f"{inner.within(ATOM).plain}^2", POWER, scalar)
        if name in _ROOTS:
            return Term(_ROOTS[name].format(inner.latex), f"{name}({inner.plain})", ATOM, scalar)
        if name in ("transpose", "t"):
            return _transposed(inner)
    named = [(keyword.arg, expression_term(keyword.value, leaf)) for keyword in keywords]
    inside = [term.latex for term in terms] + [rf"\text{{{_letters(k or '**')}}}={v.latex}" for k, v in named]
    plain = [term.plain for term in terms] + [f"{k}={v.plain}" for k, v in named]
    inner_latex = r",\, ".join(inside)
    latex = rf"\text{{{_letters(name)}}}\left({inner_latex}\right)"
    return Term(latex, f"{name}({', '.join(plain)})", ATOM, scalar)
