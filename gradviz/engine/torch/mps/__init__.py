"""torch.mps: there is no Apple GPU here."""

from __future__ import annotations

from typing import Any

from gradviz.engine.names import missing


def is_available() -> bool:
    """Return False."""
    return False


def device_count() -> int:
    """Return 0."""
    return 0


def manual_seed(seed: int) -> None:
    """Do nothing, as PyTorch does without such a GPU."""


def empty_cache() -> None:
    """Raise torch's RuntimeError: there is nothing to empty."""
    raise RuntimeError("Cannot execute emptyCache() without MPS backend.")


def __getattr__(name: str) -> Any:
    raise missing("torch.mps", name)
