"""Devices: there is one, the CPU."""

from __future__ import annotations

from typing import Any


class device:  # noqa: N801 - PyTorch's name
    """A place where tensors live. Only "cpu" exists here; naming another one raises RuntimeError."""

    __slots__ = ("index", "type")
    type: str
    index: int | None

    def __init__(self, type: Any = "cpu", index: int | None = None) -> None:
        if isinstance(type, device):
            type, index = type.type, type.index
        name, _, number = str(type).partition(":")
        self.type = name
        self.index = int(number) if number else index

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
        return self

    def __exit__(self, *_: object) -> None:
        pass


CPU = device("cpu")


def check(place: Any) -> None:
    """Raise what PyTorch's build for the CPU raises for a place that is not the CPU."""
    if place is None:
        return
    found = device(place)
    if found.type == "cuda":
        raise AssertionError("Torch not compiled with CUDA enabled")
    if found.type != "cpu":
        raise RuntimeError(f"gradviz's NumPy engine computes on the CPU only, not on '{found}'.")
