"""What a step of an optimizer found and left: gradients and what it remembers of each parameter, before and after.

Only references are taken while the program runs. The event is made when the pass is sent; the weights before and after
are in the updates that were recorded anyway.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..trace.events import Event, OptimizerStepped, ParameterStep, Remembered, Source, TensorUpdated
from ..trace.value import Value
from .reader import Reader

State = dict[str, Any]

PAIRS = {"betas": ("beta1", "beta2"), "etas": ("eta_minus", "eta_plus"), "step_sizes": ("step_min", "step_max")}
UNSHOWN = frozenset(("params", "param_names", "foreach", "fused", "capturable", "differentiable"))
"""Entries of a group that change nothing in what a step does to a weight."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A parameter that had a gradient; states by name, None before the first step."""

    tensor: Any
    group: int
    gradient: Any
    before: State | None
    after: State | None


@dataclass(frozen=True, slots=True)
class Step:
    """One call of `step()`. LBFGS moves along one line through all parameters, and may do so many times."""

    optimizer: str
    groups: tuple[dict[str, Any], ...]
    moved: tuple[Moved, ...]
    along_line: bool


class OptimizerSteps:
    """Takes references when a step begins and when it ends; of big arrays their sketches, as `light` decides."""

    def __init__(self, reader: Reader, light: Callable[[Any], Any]) -> None:
        self._reader = reader
        self._light = light
        self._begun: dict[int, list[State | None]] = {}

    def begin(self, optimizer: Any) -> None:
        states = optimizer.state
        self._begun[id(optimizer)] = [
            self._kept(states.get(parameter)) for group in optimizer.param_groups for parameter in group["params"]
        ]

    def end(self, optimizer: Any) -> Step | None:
        """The step that began; None for one that a subclass goes round, which its own `step()` has told of."""
        begun = self._begun.pop(id(optimizer), None)
        if begun is None:
            return None
        states, keep, moved, place, start = optimizer.state, self._reader.keep, [], 0, 0
        line = states.get(optimizer.param_groups[0]["params"][0], {}) if hasattr(optimizer, "_params") else {}
        shared = self._kept(line) or {}
        for number, group in enumerate(optimizer.param_groups):
            for parameter in group["params"]:
                after: State | None
                if "d" in shared:
                    size = int(np.prod(parameter.shape, dtype=np.int64))
                    after = {**shared, "d": _part(shared["d"], start, size, tuple(parameter.shape))}
                    start += size
                else:
                    after = self._kept(states.get(parameter))
                if parameter.grad is not None:
                    gradient = self._light(keep(parameter.grad))
                    before = begun[place] if place < len(begun) else None
                    moved.append(Moved(parameter, number, gradient, before, after))
                place += 1
        groups = tuple([_settled(group) for group in optimizer.param_groups])
        return Step(type(optimizer).__name__, groups, tuple(moved), bool(shared))

    def _kept(self, state: State | None) -> State | None:
        if not state:
            return None
        is_tensor, keep, light = self._reader.is_tensor, self._reader.keep, self._light
        return {
            name: light(keep(item)) if is_tensor(item) else item
            for name, item in state.items()
            if item.__class__ is not list
        }


def _settled(group: dict[str, Any]) -> dict[str, Any]:
    """The settings as they are now: a learning rate may be a tensor, which changes."""
    lr = group.get("lr")
    return {**group, "lr": float(lr)} if lr is not None and lr.__class__ is not float else group.copy()


def _part(flat: Any, start: int, size: int, shape: tuple[int, ...]) -> Any:
    """One parameter's part of what is kept for all in one vector; the sketch of that has no parts."""
    return None if isinstance(flat, Value) else np.reshape(flat[start : start + size], shape)


# -- making the event ------------------------------------------------------------------------------------------------


def put_step(
    step: Step, events: list[Event], since: int, source: Source | None, name: Callable[[Any], int | None],
    value: Callable[[Any], Value],
) -> None:  # fmt: skip
    """Put the event in front of the updates that the step made, the last of `events` from `since` on.

    Each parameter keeps one update, however many operations it took; of a search along a line only the last counts.
    """
    known = {name(each.tensor): each for each in step.moved}
    begin = len(events)
    while begin > since and _is_of(events[begin - 1], known, source):
        begin -= 1
    updates: dict[int, TensorUpdated] = {}
    for event in events[begin:]:
        assert isinstance(event, TensorUpdated)
        first = None if step.along_line else updates.pop(event.tensor, None)
        before = event.before if first is None else first.before
        updates[event.tensor] = TensorUpdated(event.tensor, before, event.after, event.version, source)
    parts = tuple(_parameter(update, known[update.tensor], value) for update in updates.values())
    settings = tuple(_settings(group) for group in step.groups)
    events[begin:] = [OptimizerStepped(step.optimizer, settings, parts, source), *updates.values()]


def _is_of(event: Event, known: dict[int | None, Moved], source: Source | None) -> bool:
    return isinstance(event, TensorUpdated) and event.tensor in known and event.source == source


def _parameter(update: TensorUpdated, moved: Moved, value: Callable[[Any], Value]) -> ParameterStep:
    before, after = update.before, update.after
    added = None
    if before is not None and before.data is not None and after.data is not None:
        with np.errstate(all="ignore"):
            added = value(after.data - before.data)
    old, new = moved.before or {}, moved.after or {}
    remembered = tuple(
        Remembered(name, _value(old.get(name), value), _value(new.get(name), value))
        for name in dict.fromkeys((*old, *new))
        if _value(new.get(name), value) is not None
    )
    return ParameterStep(
        update.tensor, update.version, moved.group, value(moved.gradient), before, added, after, remembered
    )


def _value(item: Any, value: Callable[[Any], Value]) -> Value | None:
    if isinstance(item, bool | int | float):
        return value(np.float64(item))
    return value(item) if isinstance(item, Value | np.ndarray | np.generic) else None


def _settings(group: dict[str, Any]) -> tuple[tuple[str, float | bool | str | None], ...]:
    found: list[tuple[str, float | bool | str | None]] = []
    for name, item in group.items():
        if name in PAIRS and isinstance(item, tuple | list):
            found += zip(PAIRS[name], map(float, item), strict=True)
        elif name not in UNSHOWN and (item is None or isinstance(item, bool | int | float | str)):
            found.append((name, item))
    return tuple(found)
