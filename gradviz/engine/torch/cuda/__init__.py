"""torch.cuda: there is no GPU here, and programs that ask are told so."""

from __future__ import annotations

from typing import Any

from ...names import missing


def is_available() -> bool:
    """Return False."""
    return False


def device_count() -> int:
    """Return 0."""
    return 0


def manual_seed(seed: int) -> None:
    """Do nothing, as PyTorch does without a GPU."""


def manual_seed_all(seed: int) -> None:
    """Do nothing, as PyTorch does without a GPU."""


def __getattr__(name: str) -> Any:
    raise missing("torch.cuda", name)
