"""Where gradients are added: in a node's input buffer and in a leaf's `.grad`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..trace.events import LeafAccumulated
from ..trace.history import Contribution, History
from ..trace.trace import Trace
from ..trace.value import Value
from .naming import Names
from .typeset import Formula, Term, amount, equation, is_exact, value_term


@dataclass(frozen=True, slots=True)
class Arrival:
    """A gradient that came into an input buffer: from whom, at which step, how much."""

    step: int
    sender: str
    value: Value


@dataclass(frozen=True, slots=True)
class Buffer:
    """The input buffer of a node: what arrived, in that order, the sum of several, how many are still to come."""

    arrivals: tuple[Arrival, ...]
    total: Formula | None
    missing: int

    @property
    def sentence(self) -> str:
        """In words, for several uses of one tensor; empty for a single one."""
        count = len(self.arrivals)
        if self.missing and count:
            return f"{count} of {count + self.missing} gradients have arrived; the node waits for the others."
        if self.missing:
            return f"Waits for {self.missing} gradient{'s' * (self.missing > 1)}."
        return f"Used in {count} places, so {count} gradients arrived and were added." if count > 1 else ""


def buffer_of(trace: Trace, history: History, node: int, step: int) -> Buffer:
    """The input buffer of a node as it stands at a step."""
    names = Names(trace, history)
    items = history.buffer(node, step)
    arrivals = tuple(Arrival(item.step, _sender(history, names, item), item.value) for item in items)
    return Buffer(arrivals, _total(items), history.remaining(node, step))


def _sender(history: History, names: Names, item: Contribution) -> str:
    if item.sender is None:
        return "backward()"
    sender = history.nodes[item.sender]
    return f"{sender.node.name} of {names.node(item.sender)}"


def _total(items: tuple[Contribution, ...]) -> Formula | None:
    """Added in the order of arrival, as PyTorch does: ((g1 + g2) + g3)."""
    values = [item.value for item in items]
    if len(values) < 2 or len({item.slot for item in items}) > 1 or len({value.shape for value in values}) > 1:
        return None
    if any(value.data is None for value in values):
        return None
    return addition([value.data for value in values if value.data is not None])


def addition(values: list[np.ndarray]) -> Formula:
    """`12.0 + 4.0 = 16.0`, for numbers and for small matrices."""
    total = values[0]
    for value in values[1:]:
        with np.errstate(all="ignore"):
            total = total + value
    terms = [value_term(value).in_role("gradient") for value in values]
    signs = ["+"] * (len(values) - 1)
    sides = [terms[0], *(_bracketed(term) for term in terms[1:]), value_term(total).bold()]
    exact = all(is_exact(value) for value in (*values, total))
    return equation(*sides, signs=(*signs, "=" if exact else "≈"))


def _bracketed(term: Term) -> Term:
    return Term(rf"\left({term.latex}\right)", f"({term.plain})") if term.plain.startswith("−") else term


@dataclass(frozen=True, slots=True)
class Accumulation:
    """What AccumulateGrad did: the sum, and why there was something before."""

    formula: Formula
    sentence: str


def accumulation(trace: Trace, history: History, event: LeafAccumulated) -> Accumulation:
    """`.grad`: before + added = after, with the reason in words."""
    name = Names(trace, history).tensor(event.tensor)
    grad = Term(r"\text{.grad}", ".grad")
    added = value_term(event.added).in_role("gradient")
    if event.before is None:
        sentence = f"`{name}.grad` was None, so it becomes this gradient."
        return Accumulation(equation(grad, added, signs=("←",)), sentence)
    before, after = value_term(event.before).in_role("done"), value_term(event.after).bold()
    data = [value.data for value in (event.before, event.added, event.after)]
    exact = all(is_exact(item) for item in data if item is not None)
    formula = equation(grad, before, _bracketed(added), after, signs=("←", "+", "=" if exact else "≈"))
    if event.before.data is not None and not np.any(event.before.data):
        return Accumulation(formula, f"`{name}.grad` was zero, so it becomes this gradient.")
    why = f"`{name}.grad` still held {amount(event.before, 'a gradient')}"
    if history.number > 0:
        why += " from an earlier backward() and was not zeroed"
    return Accumulation(formula, f"{why}: the new gradient is added to it.")


