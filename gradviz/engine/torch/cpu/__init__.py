"""torch.cpu: the one device, asked as programs ask for GPUs."""

from __future__ import annotations

from typing import Any

from gradviz.engine.names import missing


def is_available() -> bool:
    """Return True."""
    return True


def device_count() -> int:
    """Return 1."""
    return 1


def current_device() -> str:
    """Return "cpu"."""
    return "cpu"


def synchronize(device: Any = None) -> None:
    """Do nothing: nothing runs later than it is asked for."""


def __getattr__(name: str) -> Any:
    raise missing("torch.cpu", name)
