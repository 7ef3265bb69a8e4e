"""Padding layers. A number pads every side alike; else pairs (before, after), the last dimension first."""

from __future__ import annotations

from typing import Any

from gradviz.engine.tensor import Tensor
from gradviz.engine.torch.nn import functional as F
from gradviz.engine.torch.nn.module import Module


class PaddingLayer(Module):
    """A padding over so many last dimensions."""

    dimensions = 0
    mode = "constant"

    def __init__(self, padding: Any) -> None:
        super().__init__()
        self.padding = (padding,) * (2 * self.dimensions) if isinstance(padding, int) else tuple(padding)

    def forward(self, input: Tensor) -> Any:
        return F.pad(input, self.padding, self.mode)

    def extra_repr(self) -> str:
        return f"{self.padding}"


class ConstantPadding(PaddingLayer):
    def __init__(self, padding: Any, value: float) -> None:
        super().__init__(padding)
        self.value = value

    def forward(self, input: Tensor) -> Any:
        return F.pad(input, self.padding, "constant", self.value)

    def extra_repr(self) -> str:
        return f"padding={self.padding}, value={self.value}"


class ConstantPad1d(ConstantPadding):
    dimensions = 1


class ConstantPad2d(ConstantPadding):
    dimensions = 2


class ConstantPad3d(ConstantPadding):
    dimensions = 3


class ZeroPad1d(PaddingLayer):
    dimensions = 1


class ZeroPad2d(PaddingLayer):
    dimensions = 2


class ZeroPad3d(PaddingLayer):
    dimensions = 3


class ReflectionPad1d(PaddingLayer):
    dimensions, mode = 1, "reflect"


class ReflectionPad2d(PaddingLayer):
    dimensions, mode = 2, "reflect"


class ReflectionPad3d(PaddingLayer):
    dimensions, mode = 3, "reflect"


class ReplicationPad1d(PaddingLayer):
    dimensions, mode = 1, "replicate"


class ReplicationPad2d(PaddingLayer):
    dimensions, mode = 2, "replicate"


class ReplicationPad3d(PaddingLayer):
    dimensions, mode = 3, "replicate"


class CircularPad1d(PaddingLayer):
    dimensions, mode = 1, "circular"


class CircularPad2d(PaddingLayer):
    dimensions, mode = 2, "circular"


class CircularPad3d(PaddingLayer):
    dimensions, mode = 3, "circular"
