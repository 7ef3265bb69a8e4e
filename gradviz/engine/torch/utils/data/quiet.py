"""Taking samples without telling whoever watches of every row.

A dataset indexes its tensors for each sample. In a picture of the graph that would be hundreds of cards that lead
nowhere, beside the dozen that a lesson is about; so a loader takes samples unseen, and only batches appear. Where a
sample might be part of a graph (the dataset knows a module, or a tensor that wants gradients) everything is told.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from types import FunctionType, MethodType, ModuleType
from typing import Any

from gradviz.engine import watch
from gradviz.engine.tensor import Tensor
from gradviz.engine.torch.nn.module import Module

DEEP = 4
"""How far to look into datasets of datasets and lists of transforms."""


@contextmanager
def unseen(wanted: bool) -> Iterator[None]:
    """Tell nobody of what happens inside, if that is wanted."""
    if not wanted or watch.current is None:
        yield
        return
    ears = watch.silence()
    try:
        yield
    finally:
        watch.restore(ears)


def only_data(dataset: Any) -> bool:
    """True where no sample can be part of a graph: the dataset knows nothing that wants gradients."""
    return not _learns(dataset, DEEP)


def _learns(thing: Any, depth: int) -> bool:
    if isinstance(thing, Tensor):
        return thing.requires_grad
    if isinstance(thing, Module):
        return True
    if depth == 0 or isinstance(thing, (str, bytes, int, float, type(None))):
        return False
    if isinstance(thing, MethodType):
        return _learns(thing.__func__, depth) or _learns(thing.__self__, depth - 1)
    if isinstance(thing, FunctionType):
        return any(_learns(each, depth - 1) for each in _known_to(thing))
    if isinstance(thing, dict):
        return any(_learns(each, depth - 1) for each in thing.values())
    if isinstance(thing, (list, tuple)):
        return any(_learns(each, depth - 1) for each in thing[:1000])
    methods = [getattr(type(thing), name, None) for name in ("__getitem__", "__getitems__", "__call__")]
    known = [*getattr(thing, "__dict__", {}).values(), *(each for each in methods if isinstance(each, FunctionType))]
    return any(_learns(each, depth - 1) for each in known)


def _known_to(function: FunctionType) -> list[Any]:
    """What a function of the program can name: globals that its text mentions, and variables it closes over."""
    known = inspect.getclosurevars(function)
    return [each for each in (*known.globals.values(), *known.nonlocals.values()) if not isinstance(each, ModuleType)]
