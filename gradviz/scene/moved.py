"""Which weights were moved at a step, by which rule: by an optimizer, or by a line of the program's own."""

from __future__ import annotations

import re

import numpy as np

from ..trace.events import Input, OpRan, OptimizerStepped, TensorUpdated
from ..trace.history import History
from ..trace.trace import Trace
from .facts import Fact
from .naming import Names
from .typeset import amount
from .update_rule import UpdateRule, rule_by_hand, rule_of, settings_text
from .updates import BY_HAND, UPHILL

MOST_RULES = 4
"""Parameters of one optimizer step whose rules are shown; of a larger model one looks at a card at a time."""


def moved_at(trace: Trace, history: History, step: int) -> tuple[UpdateRule, ...]:
    """The rules of what this very step moves; empty for a step that moves nothing."""
    event = history.events[step - 1] if 0 < step <= history.steps else None
    names = Names(trace, history)
    if isinstance(event, OptimizerStepped):
        parts = event.parameters[:MOST_RULES]
        return tuple(rule_of(names.tensor(part.tensor), event, part) for part in parts)
    rule = _rule(trace, history, step, event) if isinstance(event, TensorUpdated) else None
    return (rule,) if rule is not None else ()


def last_move(trace: Trace, history: History, step: int, tensor: int) -> tuple[UpdateRule, ...]:
    """The rule of the last update of a tensor up to a step of this pass."""
    for at in range(min(step, history.steps), 0, -1):
        event = history.events[at - 1]
        if isinstance(event, TensorUpdated) and event.tensor == tensor:
            rule = _rule(trace, history, at, event)
            return (rule,) if rule is not None else ()
    return ()


def _rule(trace: Trace, history: History, step: int, event: TensorUpdated) -> UpdateRule | None:
    name = Names(trace, history).tensor(event.tensor)
    told = history.moves.get((event.tensor, event.version))
    if told is not None:
        return rule_of(name, *told)
    known = history.tensors.get(event.tensor)
    gradient = known.gradients.at(step) if known else None
    rates = (_written_rate(history, step, event, name), rate_of(history, step, event))
    for rate in rates:
        for update, sign in ((BY_HAND, 1), (UPHILL, -1)):
            if rate is not None and rate * sign > 0:
                rule = rule_by_hand(name, event, gradient, abs(rate), update)
                if not rule.lines().note:
                    return rule
    return None


def _written_rate(history: History, step: int, event: TensorUpdated, name: str) -> float | None:
    """The number by which the ops before the update, on the same line, multiplied the gradient."""
    for at in range(step - 1, 0, -1):
        op = history.events[at - 1]
        if not isinstance(op, OpRan) or op.source is None or event.source is None:
            return None
        if op.source.line != event.source.line:
            return None
        if op.op == "mul" and any(item.text.startswith(f"{name}.grad") for item in op.inputs):
            return next((rate for item in op.inputs if (rate := _number(item)) is not None), None)
    return None


def _number(item: Input) -> float | None:
    is_number = item.tensor is None and re.fullmatch(r"[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?", item.text)
    return float(item.text) if is_number else None


def rate_of(history: History, step: int, event: TensorUpdated) -> float | None:
    """The learning rate, where the change is one number times the gradient; below 0 for a step uphill."""
    known = history.tensors.get(event.tensor)
    gradient = known.gradients.at(step) if known else None
    values = (event.before, event.after, gradient)
    arrays = [value.data for value in values if value is not None and value.data is not None]
    if len(arrays) != 3 or not np.any(arrays[2]):
        return None
    before, after, slope = (np.asarray(array, np.float64).ravel() for array in arrays)
    if not before.shape == after.shape == slope.shape:
        return None
    at = int(np.argmax(np.abs(slope)))
    rate = float((before[at] - after[at]) / slope[at])
    # The stored values are rounded, so the quotient is too: the shortest number that explains them is meant.
    rate = float(f"{rate:.3g}")
    scale = np.abs(before) + np.abs(rate * slope) + 1e-12
    fits = rate != 0 and bool(np.all(np.abs(before - rate * slope - after) <= 1e-6 * scale))
    return rate if fits else None


def step_facts(trace: Trace, history: History, event: OptimizerStepped) -> tuple[tuple[Fact, ...], tuple[Fact, ...]]:
    """Each parameter with its value before and after, and the settings of each group."""
    names, found = Names(trace, history), []
    for part in event.parameters:
        before = amount(part.before) if part.before is not None else "?"
        text = f"{before} → {amount(part.after)}" if part.after.is_scalar else amount(part.after)
        found.append(Fact(names.tensor(part.tensor), text, "update", card=f"t{part.tensor}"))
    settings = [
        Fact("settings" if len(event.settings) == 1 else f"group {number}", settings_text(dict(group)))
        for number, group in enumerate(event.settings)
    ]
    return tuple(found), tuple(settings)
