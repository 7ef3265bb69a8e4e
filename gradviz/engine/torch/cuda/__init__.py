"""torch.cuda: there is no GPU here, and programs that ask are told so, as by PyTorch's build for the CPU."""

from __future__ import annotations

import importlib
from typing import Any, NoReturn

from gradviz.engine.names import missing

NOT_COMPILED = "Torch not compiled with CUDA enabled"


def is_available() -> bool:
    """Return False."""
    return False


def device_count() -> int:
    """Return 0."""
    return 0


def is_initialized() -> bool:
    """Return False."""
    return False


def is_bf16_supported(including_emulation: bool = True) -> bool:
    """Return False."""
    return False


def get_arch_list() -> list[str]:
    """Return no architecture."""
    return []


def manual_seed(seed: int) -> None:
    """Do nothing, as PyTorch does without a GPU."""


def manual_seed_all(seed: int) -> None:
    """Do nothing, as PyTorch does without a GPU."""


def seed() -> None:
    """Do nothing, as PyTorch does without a GPU."""


def seed_all() -> None:
    """Do nothing, as PyTorch does without a GPU."""


def empty_cache() -> None:
    """Do nothing, as PyTorch does without a GPU."""


def memory_allocated(device: Any = None) -> int:
    """Return 0."""
    return 0


max_memory_allocated = memory_reserved = max_memory_reserved = memory_allocated


def refused(*_: Any, **__: Any) -> NoReturn:
    """Raise torch's AssertionError: this needs a GPU."""
    raise AssertionError(NOT_COMPILED)


init = current_device = synchronize = get_device_name = get_device_properties = get_device_capability = refused
initial_seed = get_rng_state = current_stream = mem_get_info = ipc_collect = can_device_access_peer = refused


class device:  # noqa: N801 - PyTorch's name
    """A block that would run on that GPU; without one nothing changes."""

    def __init__(self, device: Any) -> None:
        self.idx = device

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_: object) -> None:
        pass


class Unavailable(type):
    """The type of classes of which no object can be made here."""

    def __call__(cls, *_: Any, **__: Any) -> NoReturn:
        raise cls.refusal  # type: ignore[attr-defined]


class Stream(metaclass=Unavailable):
    """A queue of a GPU's work."""

    refusal = RuntimeError("torch.cuda.Stream requires CUDA support")


class Event(metaclass=Unavailable):
    """A mark in a GPU's work."""

    refusal = RuntimeError("Tried to instantiate dummy base class Event")


def __getattr__(name: str) -> Any:
    if name == "amp":
        return importlib.import_module(f"{__name__}.amp")
    if name.endswith("Tensor") and name[:-6] in KINDS:
        refusal = TypeError(f"type torch.cuda.{name} not available. {NOT_COMPILED}.")
        return Unavailable(name, (), {"refusal": refusal, "__module__": "torch.cuda"})
    raise missing("torch.cuda", name)


KINDS = ("Float", "Double", "Half", "BFloat16", "Byte", "Char", "Short", "Int", "Long", "Bool")
