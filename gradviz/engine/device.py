"""Devices: there is one, the CPU. The others can be named, as on a computer without a GPU."""

from __future__ import annotations

import re
from typing import Any

TYPES = "cpu cuda ipu xpu mkldnn opengl opencl ideep hip ve fpga maia xla lazy vulkan mps meta hpu mtia privateuseone"
STRING = re.compile(r"([a-z_]+)(?::(0|[1-9]\d*))?")
NO_ACCELERATOR = "Cannot access accelerator device when none is available."


def _parsed(text: str, index: Any) -> tuple[str, int | None]:
    """Type and number of "cuda:1" and its like. Raises torch's errors for all else."""
    if not text:
        raise RuntimeError("Device string must not be empty")
    kind = text.partition(":")[0]
    if kind not in TYPES.split():
        raise RuntimeError(f"Expected one of {', '.join(TYPES.split())} device type at start of device string: {kind}")
    match = STRING.fullmatch(text)
    if match is None:
        raise RuntimeError(f"Invalid device string: '{text}'")
    if index is None:
        return kind, None if match[2] is None else int(match[2])
    if match[2] is not None:
        raise RuntimeError(f"type (string) must not include an index because index was passed explicitly: {text}")
    if not isinstance(index, int):
        raise TypeError(f"device(): argument 'index' (position 2) must be int, not {type(index).__name__}")
    if index < 0:
        raise RuntimeError("Device index must not be negative")
    return kind, index


def _invalid(given: list[Any]) -> str:
    names = ", ".join(type(each).__name__ for each in given)
    wrong = f"      didn't match because some of the arguments have invalid types: (!{names}!)\n" if given else ""
    return (
        f"device() received an invalid combination of arguments - got ({names}), but expected one of:\n"
        f" * (torch.device device)\n{wrong} * (str type, int index = -1)\n"
    )


class device:  # noqa: N801 - PyTorch's name
    """A place where tensors live. Only the CPU exists here; `check` says what happens with the others."""

    __slots__ = ("index", "type")
    type: str
    index: int | None

    def __init__(self, *place: Any, **named: Any) -> None:
        given = [*place, *(named[name] for name in ("device", "type", "index") if name in named)]
        first = given[0] if given else None
        second = given[1] if len(given) > 1 else None
        if isinstance(first, device):
            if second is not None:
                raise TypeError("device(): argument 'type' (position 1) must be str, not torch.device")
            self.type, self.index = first.type, first.index
        elif isinstance(first, int) and not isinstance(first, bool):
            raise RuntimeError(NO_ACCELERATOR)  # a bare number means that device of the accelerator
        elif isinstance(first, str):
            self.type, self.index = _parsed(first, second)
        else:
            raise TypeError(_invalid(given))

    def __repr__(self) -> str:
        index = "" if self.index is None else f", index={self.index}"
        return f"device(type='{self.type}'{index})"

    def __str__(self) -> str:
        return self.type if self.index is None else f"{self.type}:{self.index}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, device) and (self.type, self.index) == (other.type, other.index)

    def __hash__(self) -> int:
        return hash((self.type, self.index))

    def __enter__(self) -> device:
        Default.before.append(Default.place)
        Default.place = None if self.type == "cpu" else self
        return self

    def __exit__(self, *_: object) -> None:
        Default.place = Default.before.pop()


class Default:
    """The device of tensors that name none: None is the CPU. `with torch.device(…)` sets it for a while."""

    place: device | None = None
    before: list[device | None] = []  # noqa: RUF012 - the one stack of all `with` blocks


CPU = device("cpu")


def check(place: Any) -> None:
    """Raise what PyTorch's build for the CPU raises for a place that is not the CPU."""
    if place is None:
        if Default.place is None:
            return
        place = Default.place
    found = place if place.__class__ is device else device(place)
    if found.type == "cpu":
        return
    if found.type in ("cuda", "xpu"):
        raise AssertionError(f"Torch not compiled with {found.type.upper()} enabled")
    if found.type == "mps":
        raise RuntimeError("PyTorch is not linked with support for mps devices")
    raise NotImplementedError(f"gradviz's NumPy engine computes on the CPU only, not on '{found}'.")


def set_default_device(place: Any) -> None:
    """Set where tensors are made that do not say it themselves. What is not the CPU fails when the first is made."""
    found = None if place is None else device(place)
    Default.place = None if found is None or found.type == "cpu" else found


def default_device() -> device:
    """Return where tensors are made that do not say it themselves."""
    return Default.place or CPU
