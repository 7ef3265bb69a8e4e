"""torch.backends: what PyTorch may compute with. Here none of it is there, and programs that ask are told so."""

from __future__ import annotations

from typing import Any

from ...names import missing
from . import cuda, cudnn, mps


def __getattr__(name: str) -> Any:
    raise missing("torch.backends", name)


__all__ = ["cuda", "cudnn", "mps"]
