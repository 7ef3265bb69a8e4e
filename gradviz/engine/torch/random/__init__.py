"""What programs see as `torch.random`: the default generator's seed and position."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from typing import Any

from gradviz.engine.names import missing
from gradviz.engine.random import Generator, default_generator
from gradviz.engine.sampling import manual_seed
from gradviz.engine.tensor import Tensor


def seed() -> int:
    """Start the random numbers anew from an unpredictable seed, and return it."""
    return default_generator.seed()


def initial_seed() -> int:
    """Return the seed of the random numbers."""
    return default_generator.initial_seed()


def get_rng_state() -> Tensor:
    """Return where the random numbers stand, as a tensor of bytes."""
    return default_generator.get_state()


def set_rng_state(new_state: Tensor) -> None:
    """Go on from where `get_rng_state` was called."""
    default_generator.set_state(new_state)


@contextlib.contextmanager
def fork_rng(devices: Iterable[Any] | None = None, enabled: bool = True, **_: Any) -> Iterator[None]:
    """Leave the random numbers outside as if nothing had been drawn inside."""
    if not enabled:
        yield
        return
    before = default_generator.get_state()
    try:
        yield
    finally:
        default_generator.set_state(before)


def __getattr__(name: str) -> Any:
    raise missing("torch.random", name)


__all__ = [
    "Generator",
    "default_generator",
    "fork_rng",
    "get_rng_state",
    "initial_seed",
    "manual_seed",
    "seed",
    "set_rng_state",
]
