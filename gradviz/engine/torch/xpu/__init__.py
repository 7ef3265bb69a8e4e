"""torch.xpu: there is no Intel GPU here."""

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


def manual_seed_all(seed: int) -> None:
    """Do nothing, as PyTorch does without such a GPU."""


def empty_cache() -> None:
    """Do nothing, as PyTorch does without such a GPU."""


def __getattr__(name: str) -> Any:
    raise missing("torch.xpu", name)
