"""What programs see as `torch.utils`."""

from __future__ import annotations

import importlib
from typing import Any

from gradviz.engine.names import missing

SUBMODULES = ("data",)


def __getattr__(name: str) -> Any:
    if name in SUBMODULES:
        return importlib.import_module(f"{__name__}.{name}")
    raise missing("torch.utils", name)
