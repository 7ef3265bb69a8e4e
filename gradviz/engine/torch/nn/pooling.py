"""Pooling layers: one number for each window."""

from __future__ import annotations

from typing import Any

from gradviz.engine.tensor import Tensor
from gradviz.engine.torch.nn import functional as F
from gradviz.engine.torch.nn.module import Module


class MaxPool(Module):
    """The largest element of each window."""

    dimensions = 0

    def __init__(
        self,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        dilation: Any = 1,
        return_indices: bool = False,
        ceil_mode: bool = False,
    ) -> None:
        super().__init__()
        self.kernel_size, self.stride = kernel_size, kernel_size if stride is None else stride
        self.padding, self.dilation = padding, dilation
        self.return_indices, self.ceil_mode = return_indices, ceil_mode

    def forward(self, input: Tensor) -> Any:
        pool = getattr(F, f"max_pool{self.dimensions}d")
        return pool(
            input, self.kernel_size, self.stride, self.padding, self.dilation, self.ceil_mode, self.return_indices
        )

    def extra_repr(self) -> str:
        return (
            f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}, "
            f"dilation={self.dilation}, ceil_mode={self.ceil_mode}"
        )


class MaxPool1d(MaxPool):
    dimensions = 1


class MaxPool2d(MaxPool):
    dimensions = 2


class MaxPool3d(MaxPool):
    dimensions = 3
