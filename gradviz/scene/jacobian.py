"""The gradient of one element written out: its row of the transposed Jacobian times the gradient that came in.

A pullback is linear, so the Jacobian needs no second formula: its answer to the i-th unit gradient is the i-th row.
Nothing is shown unless its answer to the gradient that really came in is what was recorded.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np

from ..trace.value import Value
from .expression import FormulaError
from .numbers import short_number
from .pullback import Floats, Index, Pullback
from .typeset import ATOM, Formula, Term, equation, is_exact, name_term, number_term, part_through, partial

SHOWN_SIDE = 64
"""Jacobians up to this many rows and columns are shown as a whole."""

WRITTEN_TERMS = 4
"""Products that are written out; of more, the others are added up in one term."""

MOST_EVALUATIONS = 600
"""How often a rule is evaluated for one element at most; with a matrix product of 64 × 128 that takes 30 ms."""


@dataclass(frozen=True, slots=True)
class Element:
    """One element of the gradient that a node sends, explained. `symbolic` and `numbers` are None where no output
    depends on it; `slopes` holds the outputs that do, with ∂output/∂element and the gradient that came in for them."""

    index: Index
    sentence: str
    symbolic: Formula | None
    numbers: Formula | None
    slopes: tuple[tuple[Index, float, float], ...] = ()


@dataclass(frozen=True, eq=False)
class Product:
    """What a node did along one edge, element by element: `sent` = Jᵀ · `incoming`.

    `output` and `target` are their terms in formulas and `target_name` the input's name in words. `why_not` says in a
    sentence why the products are not shown; empty where they are.
    """

    root: Term
    output: Term
    target: Term
    target_name: str
    incoming: Value
    sent: Value
    pullback: Pullback | None
    why_not: str = ""
    is_part: bool = False
    """Whether the input is used elsewhere too, so that this is one part of its gradient."""
    several: tuple[tuple[Term, Index], ...] = ()
    """Terms and shapes of the outputs where more than one got a gradient: they stand in `incoming` one after another,
    and `output` is a word for all of them."""
    _rows: dict[Index, Floats | None] = field(default_factory=dict)

    @cached_property
    def came(self) -> Floats:
        """The numbers of the gradient that came in; asked for only where there is no `why_not`."""
        return np.asarray(self.incoming.data, np.float64)

    @cached_property
    def went(self) -> Floats:
        """The numbers of the gradient that was sent."""
        return np.asarray(self.sent.data, np.float64)

    @cached_property
    def reason(self) -> str:
        """Why the products are not shown: found out when first asked for, as it takes an evaluation."""
        if self.why_not or self.pullback is None:
            return self.why_not
        try:
            found = self.pullback(self.came)
        except FormulaError:
            return "The record does not hold all that the rule for this gradient needs."
        if not (np.isfinite(self.came).all() and np.isfinite(self.went).all()):
            return "NaN or infinity came in or out, so the products have no sum to show."
        if not _agree(found, self.went, self.sent.dtype, float(np.abs(self.came).max())):
            return "The formula on record does not give the number that was recorded, so it is not written out."
        return ""

    @cached_property
    def jacobian(self) -> Floats | None:
        """(outputs, inputs): ∂output[i]/∂input[j] in C order; None where it is too large to show or not known."""
        if self.reason or self.pullback is None or max(self.incoming.size, self.sent.size) > SHOWN_SIDE:
            return None
        units = np.eye(self.incoming.size).reshape(-1, *self.incoming.shape)
        return np.array([self.pullback(unit).ravel() for unit in units])

    def row(self, index: Index) -> Floats | None:
        """∂output/∂element in the output's shape; None where more outputs depend on it than can be looked at."""
        if index not in self._rows:
            self._rows[index] = self._row(index)
        return self._rows[index]

    def _row(self, index: Index) -> Floats | None:
        if self.jacobian is not None:
            place = int(np.ravel_multi_index(index, self.sent.shape)) if index else 0
            return self.jacobian[:, place].reshape(self.incoming.shape)
        assert self.pullback is not None, "asked of products that are shown"
        shape = self.incoming.shape
        # Which layers of the output, along each axis, the element has a part in: what it moves lies where they cross.
        weights: Floats = 1 + np.arange(1.0, self.incoming.size + 1).reshape(shape) * 0.6180339887498949 % 1
        if sum(shape) > MOST_EVALUATIONS:
            return None
        layers = [self._layers(index, axis, weights) for axis in range(len(shape))]
        if sum(shape) + np.prod([len(found) for found in layers]) > MOST_EVALUATIONS:
            return None
        row = np.zeros(shape)
        for output in product(*layers):
            unit = np.zeros(shape)
            unit[output] = 1
            row[output] = self.pullback(unit)[index]
        return row

    def _layers(self, index: Index, axis: int, weights: Floats) -> list[int]:
        """The layers of the output along an axis that an element has a part in, by halves: most have none."""
        assert self.pullback is not None, "asked of products that are shown"
        found: list[int] = []
        parts = [(0, weights.shape[axis])]
        while parts:
            first, last = parts.pop()
            probe = np.zeros(weights.shape)
            at = (slice(None),) * axis + (slice(first, last),)
            probe[at] = weights[at]
            if not self.pullback(probe)[index]:
                continue
            if last - first == 1:
                found.append(first)
            else:
                middle = (first + last) // 2
                parts += [(middle, last), (first, middle)]
        return found

    def element(self, index: Index) -> Element:
        """One element of the gradient, written out."""
        name = indexed(self.target, index).plain
        row = self.row(index)
        if row is None:
            words = f"Too many elements of {self.output.plain} depend on {name} to write them out."
            return Element(index, words, None, None)
        places: list[Index] = [tuple(place) for place in np.argwhere(row).tolist()]
        slopes = tuple((place, float(row[place]), float(self.came[place])) for place in places)
        total = np.asarray(self.sent.data)[index]
        if not slopes:
            words = f"No element of {self.output.plain} depends on {name}, so its gradient is 0."
            return Element(index, words, None, None)
        symbolic, numbers = self._symbolic(index, places), _numbers(slopes, total)
        return Element(index, self._sentence(name, places), symbolic, numbers, slopes)

    def at_output(self, index: Index) -> Term:
        """An element of the output, as formulas write it."""
        if not self.several:
            return indexed(self.output, index)
        (flat,) = index
        for term, shape in self.several:
            if flat < math.prod(shape):
                place = np.unravel_index(flat, shape) if shape else ()
                return indexed(term, tuple(int(side) for side in place))
            flat -= math.prod(shape)
        raise IndexError(f"{index} is no element of the outputs")

    def _symbolic(self, index: Index, places: list[Index]) -> Formula:
        x = indexed(self.target, index)
        one = len(places) == 1
        whole = name_term("u") if self.several else self.output
        any_u = Term(f"{{{whole.latex}}}_{{i}}", f"{whole.plain}[i]")
        u = self.at_output(places[0]) if one else any_u
        result = part_through(partial(self.root, x), self.output) if self.is_part else partial(self.root, x)
        gradient = partial(self.root, u).in_role("gradient")
        if not one:
            gradient = Term(rf"\sum_{{i}} {gradient.latex}", f"Σᵢ {gradient.plain}")
        return equation(result, gradient, partial(u, x), signs=("=", "·"))

    def _sentence(self, name: str, places: list[Index]) -> str:
        whole, count = self.output.plain, len(places)
        if self.incoming.size == 1:
            return f"{whole} depends on {name}."
        listed = [self.at_output(place).plain for place in places[:3]]
        if count == 1:
            return f"Of {whole}, only {listed[0]} depends on {name}."
        if count > 3:
            listed = [*listed[:2], f"{count - 2} more"]
        some = f"All {count}" if count == self.incoming.size else f"{count} of the {self.incoming.size}"
        return f"{some} elements of {whole} depend on {name}: {', '.join(listed[:-1])} and {listed[-1]}."


def indexed(term: Term, index: Index) -> Term:
    """An element of a tensor, counted from 0 as in the program; the tensor itself where it is a single number."""
    if not index:
        return term
    return Term(f"{{{term.latex}}}_{{{','.join(map(str, index))}}}", f"{term.plain}[{', '.join(map(str, index))}]",
                ATOM)  # fmt: skip


def _numbers(slopes: tuple[tuple[Index, float, float], ...], total: Any) -> Formula:
    written = slopes if len(slopes) <= WRITTEN_TERMS + 1 else slopes[:WRITTEN_TERMS]
    sides: list[Term] = []
    signs: list[str] = []
    for _, slope, gradient in written:
        signs += ["+", "×"] if sides else ["×"]
        sides.append(_bracketed(number_term(gradient).in_role("gradient"), bool(sides)))
        sides.append(_bracketed(number_term(slope).in_role("value"), True))
    others = slopes[len(written) :]
    rest = sum(slope * gradient for _, slope, gradient in others)
    if others:
        words = f"({len(others)} more: {short_number(rest)})"
        sides.append(Term(rf"\text{{{words}}}", words))
        signs.append("+")
    exact = is_exact([number for item in written for number in item[1:]]) and is_exact(rest) and is_exact(total)
    return equation(*sides, number_term(total).bold(), signs=(*signs, "=" if exact else "≈"))


def _bracketed(term: Term, inside: bool) -> Term:
    """A negative number behind a sign, in brackets."""
    if not inside or not term.plain.startswith("−"):
        return term
    return Term(rf"\left({term.latex}\right)", f"({term.plain})")


def _agree(found: Floats, recorded: Floats, dtype: str, incoming: float) -> bool:
    """Near enough for what rounding does; a sum that cancels keeps the rounding of its terms."""
    tolerance = {"float16": 1e-2, "bfloat16": 4e-2, "float64": 1e-7}.get(dtype, 1e-4)
    near = tolerance * max(float(np.abs(recorded).max()), 0.01 * incoming, 1e-3)
    return bool(np.allclose(found, recorded, rtol=tolerance, atol=near))
