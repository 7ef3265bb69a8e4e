"""How a weight was moved, line by line, in names and in the numbers of this very step.

The lines come from the optimizer's declaration (`updates`). They are evaluated here a second time, from what was
recorded before the step, and shown with their numbers only where they lead to the weight that was recorded.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np

from ..trace.events import OptimizerStepped, ParameterStep, TensorUpdated
from ..trace.value import Value
from .expression import FormulaError, evaluate, parse, words
from .notation import expression_term
from .numbers import short_number
from .typeset import Formula, Term, equation, is_exact, name_term, number_term
from .updates import UPDATES, Settings, Update

SYMBOLS = {
    "eta": (r"\eta", "η"), "lambda_": (r"\lambda", "λ"), "mu": (r"\mu", "μ"), "tau": (r"\tau", "τ"),
    "beta1": (r"\beta_1", "β₁"), "beta2": (r"\beta_2", "β₂"), "eps": (r"\varepsilon", "ε"), "rho": (r"\rho", "ρ"),
    "rho_max": (r"\rho_\infty", "ρ∞"), "alpha": (r"\alpha", "α"), "psi": (r"\psi", "ψ"), "delta": (r"\delta", "δ"),
    "m_hat": (r"\hat{m}", "m̂"), "v_hat": (r"\hat{v}", "v̂"), "mu_next": (r"\mu'", "μ′"), "eta_t": (r"\eta_t", "ηₜ"),
    "sigma": (r"\sigma^2", "σ²"), "eta_plus": (r"\eta_{+}", "η₊"), "eta_minus": (r"\eta_{-}", "η₋"),
    "least": (r"s_{\min}", "s min"), "most": (r"s_{\max}", "s max"),
}  # fmt: skip
MEANINGS = {"lr": "learning rate", "beta1": "", "beta2": "", "eps": "", "rho": "", "alpha": "", "lambd": "decay"}
"""What is said of a setting, where its own name says less."""


@dataclass(frozen=True, slots=True)
class UpdateLines:
    """Each line is `name ← rule = numbers = result`; where numbers cannot be shown, `name ← rule` alone."""

    lines: tuple[Formula, ...]
    legend: str
    note: str = ""


@dataclass(frozen=True)
class UpdateRule:
    """How one parameter was moved; `name` is its variable. Lines are made for one element at a time."""

    name: str
    optimizer: str
    update: Update | None
    settings: Mapping[str, Any]
    gradient: Value | None
    before: Value | None
    after: Value
    remembered: Mapping[str, tuple[Value | None, Value | None]]

    @property
    def title(self) -> str:
        return f"How {self.optimizer} moves {self.name}" if self.optimizer else f"How {self.name} is moved"

    @property
    def sentence(self) -> str:
        return self.update.sentence(self.settings) if self.update is not None else (
            f"gradviz knows no formula for {self.optimizer}; gradient, state and weight are as recorded."
        )  # fmt: skip

    @cached_property
    def most_moved(self) -> int:
        """The element that was moved farthest, as a position in the flat array."""
        if self.before is None or self.before.data is None or self.after.data is None or not self.after.data.size:
            return 0
        moved = np.abs(np.asarray(self.after.data, np.float64) - np.asarray(self.before.data, np.float64))
        return int(np.argmax(np.nan_to_num(moved, nan=0.0, posinf=0.0)))

    @property
    def elements(self) -> int:
        """How many elements can be looked at; 1 where only a sketch was kept."""
        return self.after.data.size if self.after.data is not None else 1

    def index(self, element: int) -> str:
        """"[1, 2]" for a place in the flat array; empty for a single number."""
        if not self.after.shape or self.after.data is None:
            return ""
        return "[" + ", ".join(str(int(each)) for each in np.unravel_index(element, self.after.shape)) + "]"

    def lines(self, element: int | None = None) -> UpdateLines:
        """The lines for one element, by default the one that was moved farthest."""
        if self.update is None:
            return UpdateLines((), "")
        element = self.most_moved if element is None else element
        values = self.values(element)
        told = {**self.settings, "t": values.get("t", 1.0), "is first": self._is_first}
        shown = [(name, parse(text)) for name, text in self.update.lines(told)]
        numbers = self._evaluated(shown, values)
        fits = numbers is not None and self._agrees(numbers[-1], element)
        lines = []
        known = dict(values)
        for place, (name, tree) in enumerate(shown):
            left, rule = self._symbol(name), expression_term(tree, self._symbol)
            if fits and numbers is not None:
                result = number_term(numbers[place]).bold()
                result = result.in_role("update") if place == len(shown) - 1 else result
                terms = {word: self._number(word, known[word]) for word in words(tree) if word in known}
                inserted = expression_term(tree, partial(self._inserted, terms))
                used = [known[word] for word in terms] + [numbers[place]]
                signs = ("←", "=", "=" if all(map(is_exact, used)) else "≈")
                # A rule that is a single name has no numbers between it and the result.
                sides = (left, rule, inserted, result) if not isinstance(tree, ast.Name) else (left, rule, result)
                lines.append(equation(*sides, signs=signs if len(sides) == 4 else (signs[0], signs[2])))
                known[name] = numbers[place]
            else:
                lines.append(equation(left, rule, signs=("←",)))
        note = "" if fits else self._why_no_numbers(numbers, element)
        return UpdateLines(tuple(lines), self._legend(shown, values), note)

    def values(self, element: int) -> dict[str, float]:
        """What is known before the first line."""
        assert self.update is not None, "asked of known optimizers"
        found: dict[str, float] = {}
        for name, value in (("g", self.gradient), ("w", self.before)):
            number = _at(value, element)
            if number is not None:
                found[name] = number
        for name, setting in self.update.settings.items():
            number = self.settings.get(setting)
            if isinstance(number, bool | int | float):
                found[name] = float(number)
        for name, key in self.update.remembered.items():
            if key in self.remembered:
                number = _at(self.remembered[key][0], element)
                if number is None and self._is_first:
                    start = self.update.start.get(name, "")
                    number = float(self.settings.get(start, 0) if start.isidentifier() else start or 0)
                if number is not None:
                    found[name] = number
        length = "t" if self.optimizer == "LBFGS" else "step"
        for name, key in (("t", length), ("d", "d")):
            number = _at(self.remembered[key][1], element) if key in self.remembered else None
            if number is not None and (name == "t" or self.optimizer == "LBFGS"):
                found[name] = number
        return found

    @property
    def _is_first(self) -> bool:
        """Nothing was remembered. (Some keep zeros from the very start; then nothing has to be put in for it.)"""
        return all(before is None for before, _ in self.remembered.values())

    def _evaluated(self, lines: list[tuple[str, ast.expr]], values: Mapping[str, float]) -> list[float] | None:
        """The number of every line; None where something that a line asks for was not kept."""
        known, numbers = dict(values), []
        for name, tree in lines:
            try:
                number = float(evaluate(tree, {word: np.float64(value) for word, value in known.items()}))
            except FormulaError:
                return None
            known[name] = number
            numbers.append(number)
        return numbers

    def _agrees(self, weight: float, element: int) -> bool:
        """Whether the lines lead to the recorded weight, up to the rounding of its type."""
        after, before = _at(self.after, element), _at(self.before, element)
        if after is None or before is None:
            return False
        if not math.isfinite(after):
            return not math.isfinite(weight)
        slack = {"float64": 1e-7, "float32": 1e-5}.get(self.after.dtype, 2e-2)
        return abs(weight - after) <= slack * (abs(after) + abs(before) + abs(after - before)) + 1e-12

    def _why_no_numbers(self, numbers: list[float] | None, element: int) -> str:
        if self.after.data is None:
            return "This weight is too large to be kept whole; the record has no single numbers of it."
        if numbers is None or _at(self.before, element) is None:
            return "The record lacks a number that the formula asks for."
        return "The numbers that were recorded are not what this formula gives; so they are left out."

    # -- terms ---------------------------------------------------------------------------------------------------

    def _symbol(self, word: str) -> Term:
        if word in SYMBOLS:
            latex, plain = SYMBOLS[word]
            return Term(latex, plain)
        if word == "w":
            return name_term(self.name if self.name.isidentifier() else "w")
        term = name_term(word)
        return term.in_role("gradient") if word == "g" else term

    def _number(self, word: str, number: float) -> Term:
        # Steps are counted: 0.9¹, not 0.9 to the power 1.0.
        counts = word == "t" and self.optimizer != "LBFGS"
        term = number_term(int(number) if counts else number)
        return term.in_role("gradient") if word == "g" else term

    def _inserted(self, terms: Mapping[str, Term], word: str) -> Term:
        return terms.get(word) or self._symbol(word)

    def _legend(self, lines: list[tuple[str, ast.expr]], values: Mapping[str, float]) -> str:
        assert self.update is not None, "asked of known optimizers"
        used = {word for _, tree in lines for word in words(tree)}
        said = [f"g is {self.name}.grad"] if "g" in used else []
        for name, setting in self.update.settings.items():
            if name in used and name in values:
                number = short_number(values[name]).removesuffix(".0")
                meaning = MEANINGS.get(setting, setting.replace("_", " "))
                said.append(" ".join(filter(None, (self._symbol(name).plain, meaning, number))))
        said += [
            f"{self._symbol(name).plain} is {key}" for name, key in self.update.remembered.items() if name in used
        ]
        if "t" in used and "t" in values:
            what = "length" if self.optimizer == "LBFGS" else "step"
            said.append(f"t {what} {short_number(values['t']).removesuffix('.0')}")
        return ", ".join(said)


def rule_of(name: str, step: OptimizerStepped, part: ParameterStep) -> UpdateRule:
    """How an optimizer moved the parameter of this name."""
    return UpdateRule(
        name, step.optimizer, UPDATES.get(step.optimizer), dict(step.settings[part.group]), part.gradient, part.before,
        part.after, {item.name: (item.before, item.after) for item in part.remembered},
    )  # fmt: skip


def rule_by_hand(name: str, event: TensorUpdated, gradient: Value | None, rate: float, update: Update) -> UpdateRule:
    """The same for `w -= lr * w.grad`, with the learning rate that the program wrote."""
    return UpdateRule(name, "", update, {"lr": rate}, gradient, event.before, event.after, {})


def settings_text(settings: Settings) -> str:
    """"lr 0.1, momentum 0.9": what is switched on."""
    said = []
    for name, value in settings.items():
        if isinstance(value, bool):
            said += [name] if value else []
        elif isinstance(value, int | float) and (value or name == "lr"):
            said.append(f"{name} {short_number(value).removesuffix('.0')}")
        elif isinstance(value, str):
            said.append(f"{name} {value}")
    return ", ".join(said)


def _at(value: Value | None, element: int) -> float | None:
    """One element; a single number stands for every element."""
    if value is None or value.data is None or np.iscomplexobj(value.data) or not value.data.size:
        return None
    return float(value.data.reshape(-1)[element if value.data.size > 1 else 0])
