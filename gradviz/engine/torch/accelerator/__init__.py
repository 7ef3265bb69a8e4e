"""torch.accelerator: there is none here."""

from __future__ import annotations

from typing import Any, NoReturn

from gradviz.engine.device import NO_ACCELERATOR
from gradviz.engine.names import missing


def is_available() -> bool:
    """Return False."""
    return False


def device_count() -> int:
    """Return 0."""
    return 0


def current_accelerator(check_available: bool = False) -> None:
    """Return None."""


def refused(*_: Any, **__: Any) -> NoReturn:
    """Raise torch's RuntimeError: there is no accelerator."""
    raise RuntimeError(NO_ACCELERATOR)


current_device_index = current_device_idx = set_device_index = set_device_idx = synchronize = refused


def __getattr__(name: str) -> Any:
    raise missing("torch.accelerator", name)
