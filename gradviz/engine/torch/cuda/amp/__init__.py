"""torch.cuda.amp: the old names of `torch.amp` for GPUs."""

from __future__ import annotations

import warnings
from typing import Any

from gradviz.engine.names import missing
from gradviz.engine.torch import amp

DEPRECATED = "`torch.cuda.amp.{0}(args...)` is deprecated. Please use `torch.amp.{0}('cuda', args...)` instead."


class autocast(amp.autocast):  # noqa: N801 - PyTorch's name
    """`torch.amp.autocast` for a GPU; without one it changes nothing."""

    def __init__(self, enabled: bool = True, dtype: Any = None, cache_enabled: bool = True) -> None:
        warnings.warn(DEPRECATED.format("autocast"), FutureWarning, stacklevel=2)
        super().__init__("cuda", enabled=enabled, dtype=dtype, cache_enabled=cache_enabled)


class GradScaler(amp.GradScaler):
    """`torch.amp.GradScaler` for a GPU; without one it changes nothing."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        warnings.warn(DEPRECATED.format("GradScaler"), FutureWarning, stacklevel=2)
        super().__init__("cuda", *arguments, **settings)


def __getattr__(name: str) -> Any:
    raise missing("torch.cuda.amp", name)
