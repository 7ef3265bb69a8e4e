"""A layer's parameters appear with their starting values, not as empty memory that is then filled."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from gradviz.engine import watch
from gradviz.engine.torch.nn.module import Module


@contextmanager
def starting(layer: Module) -> Iterator[None]:
    """Make and fill parameters inside unseen, also those of parts; whoever watches is told of each one afterwards."""
    watcher, ears = watch.current, watch.silence()
    try:
        yield
    finally:
        watch.restore(ears)
    if watcher is not None:
        for parameter in layer.parameters():
            watcher.tensor_made(parameter, "Parameter")
