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
from ..trace.value import WHOLE_BYTES, Value
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


Step = tuple[str, tuple[dict[str, Any], ...], list[Any], list[Any], bool]
"""One call of `step()`: the optimizer's class, the settings of its groups, the fields of `Moved` one after the other,
the parameters that it was to move and that had no gradient, and whether it moves along one line through all parameters
(LBFGS does, many times in a step). No record of its own: nearly all of them are thrown away."""

FIELDS = 5

MOST_KNOWN = 32
"""Optimizers whose state is held on to between steps."""


class OptimizerSteps:
    """Takes references when a step ends; of big arrays their sketches, as `light` decides.

    What an optimizer remembered before a step is what it remembered after the one before, unless its state was loaded
    (then it is another dictionary) or a step broke off.
    """

    def __init__(self, reader: Reader, light: Callable[[Any], Any]) -> None:
        self._reader = reader
        self._light = light
        self._known: dict[int, tuple[Any, list[State | None]]] = {}  # optimizer → its state, and what it held
        self._open: set[int] = set()

    def begin(self, optimizer: Any) -> None:
        key = id(optimizer)
        known = self._known.get(key)
        if known is None or known[0] is not optimizer.state or key in self._open:
            if len(self._known) >= MOST_KNOWN and not self._open:
                self._known.clear()  # a program may make a new optimizer in every pass
            state = optimizer.state
            parameters = [parameter for group in optimizer.param_groups for parameter in group["params"]]
            self._known[key] = state, [self._kept(state.get(parameter)) for parameter in parameters]
        self._open.add(key)

    def forget(self) -> None:
        """Steps will be made that nobody tells of."""
        self._known.clear()
        self._open.clear()

    def end(self, optimizer: Any) -> Step | None:
        """The step that began; None for one that a subclass goes round, which its own `step()` has told of."""
        key = id(optimizer)
        if key not in self._open:
            return None
        self._open.discard(key)
        state, begun = self._known[key]
        held, keep, light = state.get, self._reader.keep, self._light
        moved: list[Any] = []
        skipped: list[Any] = []
        left: list[State | None] = []
        befores = iter(begun)
        groups = optimizer.param_groups
        for number, group in enumerate(groups):
            for parameter in group["params"]:
                before, known = next(befores, None), held(parameter)
                after = self._kept(known) if known else None
                left.append(after)
                gradient = parameter.grad
                if gradient is not None:
                    value = keep(gradient)
                    if value.__class__ is np.ndarray and value.nbytes > WHOLE_BYTES:
                        value = light(value)
                    moved += (parameter, number, value, before, after)
                elif parameter.requires_grad:
                    skipped.append(parameter)
        self._known[key] = state, left
        settings = tuple([_settled(group) for group in groups])
        name = optimizer.__class__.__name__
        if name == "LBFGS":
            self._share(optimizer, moved)
        return name, settings, moved, skipped, name == "LBFGS"

    def _share(self, optimizer: Any, moved: list[Any]) -> None:
        """What LBFGS keeps for all parameters stands with the first; each gets its part of the direction."""
        parameters = [parameter for group in optimizer.param_groups for parameter in group["params"]]
        shared = self._kept(optimizer.state.get(parameters[0])) or {}
        places, start = {}, 0
        for parameter in parameters:
            size = int(np.prod(parameter.shape, dtype=np.int64))
            places[id(parameter)] = start, size
            start += size
        for at in range(0, len(moved), FIELDS):
            parameter = moved[at]
            flat = shared.get("d")
            part = None if flat is None else _part(flat, *places[id(parameter)], tuple(parameter.shape))
            moved[at + 4] = {**shared, "d": part}

    def _kept(self, state: State | None) -> State | None:
        if not state:
            return None
        is_tensor, keep, found = self._reader.is_tensor, self._reader.keep, {}
        for name, item in state.items():
            if is_tensor(item):
                value = keep(item)
                if value.__class__ is np.ndarray and value.nbytes > WHOLE_BYTES:
                    value = self._light(value)
                found[name] = value
            elif item.__class__ is not list:
                found[name] = item
        return found


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
    optimizer, groups, fields, skipped, along_line = step
    moved = [Moved(*fields[at : at + FIELDS]) for at in range(0, len(fields), FIELDS)]
    own = {name(each.tensor): each for each in moved}
    begin = len(events)
    while begin > since and _is_of(events[begin - 1], own, source):
        begin -= 1
    updates: dict[int, TensorUpdated] = {}
    for event in events[begin:]:
        assert isinstance(event, TensorUpdated)
        first = None if along_line else updates.pop(event.tensor, None)
        before = event.before if first is None else first.before
        updates[event.tensor] = TensorUpdated(event.tensor, before, event.after, event.version, source)
    parts = tuple(_parameter(update, own[update.tensor], value) for update in updates.values())
    settings = tuple(_settings(group) for group in groups)
    waiting = tuple(known for each in skipped if (known := name(each)) is not None)
    events[begin:] = [OptimizerStepped(optimizer, settings, parts, source, waiting), *updates.values()]


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
