"""torch.backends.mps: there is no Apple GPU here."""

from __future__ import annotations

from typing import Any

from gradviz.engine.names import missing


def is_available() -> bool:
    """Return False."""
    return False


def is_built() -> bool:
    """Return False."""
    return False


def __getattr__(name: str) -> Any:
    raise missing("torch.backends.mps", name)
