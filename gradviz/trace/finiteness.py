"""Where NaN or infinity is made out of finite numbers."""

from __future__ import annotations

from collections.abc import Iterator

from .events import LeafAccumulated, NodeRan, OpRan, TensorMade, TensorUpdated
from .history import History
from .value import Value


def loses_finiteness(history: History, step: int) -> bool:
    """NaN or infinity is made out of finite numbers: where it began, not where it was passed on."""
    return any(map(_is_broken, _made(history, step))) and not any(map(_is_broken, _taken(history, step)))


def _made(history: History, step: int) -> Iterator[Value | None]:
    event = history.events[step - 1]
    if isinstance(event, OpRan):
        yield from (output.value for output in event.outputs)
    elif isinstance(event, NodeRan):
        yield from event.sent
    elif isinstance(event, TensorMade):
        yield event.value
    elif isinstance(event, LeafAccumulated | TensorUpdated):
        yield event.after


def _taken(history: History, step: int) -> Iterator[Value | None]:
    event = history.events[step - 1]
    if isinstance(event, OpRan):
        for item in event.inputs:
            if item.tensor is not None and item.tensor in history.tensors:
                yield history.tensors[item.tensor].values.at(step - 1)
    elif isinstance(event, NodeRan):
        yield from event.gradients_in
    elif isinstance(event, LeafAccumulated):
        yield from (event.before, event.added)
    elif isinstance(event, TensorUpdated) and event.tensor in history.tensors:
        tensor = history.tensors[event.tensor]
        yield from (tensor.values.at(step - 1), tensor.gradients.at(step - 1))


def _is_broken(value: Value | None) -> bool:
    return value is not None and value.is_floating and bool(value.summary.nan or value.summary.infinite)
