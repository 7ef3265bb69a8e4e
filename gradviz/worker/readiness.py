"""What a worker knows before it has a program: the ops of its engine, its Python, and whether PyTorch is there."""

from __future__ import annotations

import importlib.metadata
import platform

from ..engine import torch as _  # noqa: F401 (loaded before a program asks for it: that is what a warm spare is for)
from ..recorder.catalog import op_infos
from .protocol import Ready


def ready() -> Ready:
    """The first word of a worker."""
    try:
        pytorch = importlib.metadata.version("torch")
    except importlib.metadata.PackageNotFoundError:
        pytorch = ""
    return Ready(op_infos(), platform.python_version(), pytorch)
