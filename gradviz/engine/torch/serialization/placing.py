"""Where loaded tensors go: the CPU. Files from other devices need a `map_location` that says so, as in PyTorch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from gradviz.engine.device import device

Place = Callable[[str], None]
NO_CUDA = (
    "Attempting to deserialize object on a CUDA device but torch.cuda.is_available() is False. If you are running on a "
    "CPU-only machine, please use torch.load with map_location=torch.device('cpu') to map your storages to the CPU."
)


def place_of(map_location: Any) -> Place:
    """A check of the device that a storage was saved from; raises RuntimeError where it would not go to the CPU."""

    def check(saved: str) -> None:
        target = saved
        if callable(map_location) and not isinstance(map_location, device):
            # The function gets the storage, on the CPU already, and the place; giving it back means: leave it there.
            chosen = map_location(None, saved)
            target = "cpu" if chosen is None or not isinstance(chosen, (str, device)) else str(chosen)
        elif isinstance(map_location, Mapping):
            target = str(map_location.get(saved, saved))
        elif map_location is not None:
            target = str(map_location)
        if target.startswith("cuda"):
            raise RuntimeError(NO_CUDA)
        if not target.startswith("cpu"):
            raise RuntimeError(
                f"gradviz's NumPy engine computes on the CPU only: this file comes from '{target}'. Load it with "
                "map_location=torch.device('cpu')."
            )

    return check
