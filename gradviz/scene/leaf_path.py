"""Where the leaves stood in the passes of a run: the way that a descent took, as vectors.

Curves have a number a pass for each leaf; that is the whole way where a leaf is one number. For tensors the way is
known at the passes that are kept whole, as far as their values are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..trace.events import BackwardBegan, Event, LeafAccumulated, OpRan, TensorMade, TensorUpdated
from ..trace.passes import Pass
from ..trace.trace import Trace
from ..trace.value import Array, Value

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Iterate:
    """The point that a descent has reached in a pass, by its leaves in the order in which they accumulated: their
    values when the loss was computed, what the pass added to each `.grad`, and how far each was moved afterwards (None
    where nothing moved them)."""

    values: tuple[Array, ...]
    gradients: tuple[Array, ...]
    steps: tuple[Array, ...] | None


class Iterates:
    """The iterate of each kept pass, found when it is first asked for."""

    def __init__(self) -> None:
        self._known: dict[Pass, Iterate | None] = {}

    def of(self, item: Pass) -> Iterate | None:
        """None where values were too large to be kept."""
        if item not in self._known:
            if len(self._known) > 1000:
                self._known.clear()  # passes come and go while a run is thinned
            self._known[item] = iterate_of(item)
        return self._known[item]


def iterate_of(item: Pass) -> Iterate | None:
    """Read a pass's events once."""
    values: dict[int, Value] = {state.tensor: state.value for state in item.carried.tensors}
    at_loss: dict[int, Value] = {}
    order: list[LeafAccumulated] = []
    for event in item.events:
        match event:
            case BackwardBegan():
                at_loss = at_loss or dict(values)
            case LeafAccumulated():
                order.append(event)
            case _:
                _take(event, values)
    before = [at_loss.get(event.tensor) for event in order]
    after = [values.get(event.tensor) for event in order]
    own = [value.data for value in before if value is not None and value.data is not None]
    added = [event.added.data for event in order if event.added.data is not None]
    if not order or len(own) != len(order) or len(added) != len(order):
        return None
    moved = [
        np.asarray(new.data, np.float64) - old
        for new, old in zip(after, own, strict=True)
        if new is not None and new.data is not None
    ]
    steps = tuple(moved) if len(moved) == len(order) and any(np.any(each) for each in moved) else None
    return Iterate(tuple(own), tuple(added), steps)


def _take(event: Event, values: dict[int, Value]) -> None:
    match event:
        case TensorMade(tensor=tensor, value=value):
            values[tensor] = value
        case OpRan(outputs=outputs):
            for output in outputs:
                values[output.tensor] = output.value
        case TensorUpdated(tensor=tensor, after=value):
            values[tensor] = value


def way(trace: Trace, iterates: Iterates, shapes: tuple[tuple[int, ...], ...]) -> tuple[Floats, NDArray[np.intp]]:
    """(passes, elements of all leaves) and the passes' numbers: those kept passes whose leaves have these shapes."""
    rows, numbers = [], []
    for item in trace.passes:
        known = iterates.of(item)
        if known is not None and tuple(value.shape for value in known.values) == shapes:
            rows.append(flat(known.values))
            numbers.append(item.number)
    size = sum(int(np.prod(shape)) for shape in shapes)
    return np.array(rows).reshape(len(rows), size), np.array(numbers, np.intp)


def flat(arrays: tuple[Array, ...]) -> Floats:
    """All elements in one row, float64."""
    return np.concatenate([np.asarray(each, np.float64).ravel() for each in arrays])


def shaped(row: Floats, shapes: tuple[tuple[int, ...], ...]) -> tuple[Floats, ...]:
    """The row as arrays again."""
    ends = np.cumsum([int(np.prod(shape)) for shape in shapes])
    return tuple(part.reshape(shape) for part, shape in zip(np.split(row, ends[:-1]), shapes, strict=True))
