"""What programs see as `torch.nn.modules`: the layers of `torch.nn` under the longer names of their places."""

from __future__ import annotations

from typing import Any

from gradviz.engine.names import missing
from gradviz.engine.torch import nn

PLACES = frozenset(
    [
        "activation",
        "batchnorm",
        "container",
        "conv",
        "distance",
        "dropout",
        "flatten",
        "fold",
        "instancenorm",
        "lazy",
        "linear",
        "loss",
        "module",
        "normalization",
        "padding",
        "pixelshuffle",
        "pooling",
        "rnn",
        "sparse",
        "transformer",
        "upsampling",
        "utils",
    ]
)


class Place:
    """`torch.nn.modules.conv` and its like: gives the layers that say that they come from there."""

    def __init__(self, name: str) -> None:
        self.__name__ = f"torch.nn.modules.{name}"

    def __repr__(self) -> str:
        return f"<module '{self.__name__}'>"

    def __getattr__(self, name: str) -> Any:
        found = getattr(nn, name, None)
        if getattr(found, "__module__", None) == self.__name__:
            return found
        raise missing(self.__name__, name)


def __getattr__(name: str) -> Any:
    if name in PLACES:
        return Place(name)
    if name[:1].isupper():
        return getattr(nn, name)
    raise missing("torch.nn.modules", name)
