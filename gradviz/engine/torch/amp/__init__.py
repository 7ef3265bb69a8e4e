"""torch.amp: arithmetic of mixed precision. It needs a GPU to be of use; the scaling of losses works here as well."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable
from typing import Any

from gradviz.engine.device import device
from gradviz.engine.names import missing
from gradviz.engine.torch.amp.scaler import GradScaler


class autocast:  # noqa: N801 - PyTorch's name
    """Let operations of a block choose their precision. For a GPU nothing changes, since there is none.

    Raises NotImplementedError when a block for the CPU is entered: half precision on the CPU is not done here.
    """

    def __init__(
        self, device_type: str, dtype: Any = None, enabled: bool = True, cache_enabled: bool | None = None
    ) -> None:
        self.device = device(device_type).type
        self.fast_dtype = dtype
        if enabled and self.device == "cuda":
            warnings.warn(
                "CUDA is not available or torch_xla is imported. Disabling autocast.", UserWarning, stacklevel=2
            )
            enabled = False
        self._enabled = enabled

    def __enter__(self) -> autocast:
        if self._enabled:
            raise NotImplementedError(
                "gradviz's NumPy engine computes in the precision of the tensors and does not have "
                f"torch.autocast('{self.device}') yet; enabled=False leaves the block as it is."
            )
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def __call__(self, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            with self:
                return function(*args, **kwargs)

        return wrapped


def is_autocast_available(device_type: str) -> bool:
    """Return False: no device computes in mixed precision here."""
    return False


def __getattr__(name: str) -> Any:
    raise missing("torch.amp", name)


__all__ = ["GradScaler", "autocast", "is_autocast_available"]
