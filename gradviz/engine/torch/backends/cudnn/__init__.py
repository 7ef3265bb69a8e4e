"""torch.backends.cudnn: there is no cuDNN here. Its flags may be set, as programs do that want to be reproducible."""

from __future__ import annotations

from typing import Any

from gradviz.engine.names import missing

# PyTorch's defaults; nothing reads them but the program.
enabled, benchmark, deterministic, allow_tf32 = True, False, False, True
benchmark_limit: int | None = None


def is_available() -> bool:
    """Return False."""
    return False


def version() -> int | None:
    """Return None: no version is there."""
    return None


def __getattr__(name: str) -> Any:
    raise missing("torch.backends.cudnn", name)
