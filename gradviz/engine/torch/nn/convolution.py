"""Convolution layers in one, two and three dimensions."""

from __future__ import annotations

import math
from typing import Any

from gradviz.engine import torch
from gradviz.engine.tensor import Tensor
from gradviz.engine.torch.nn import functional as F
from gradviz.engine.torch.nn import init
from gradviz.engine.torch.nn.module import Module
from gradviz.engine.torch.nn.parameter import Parameter
from gradviz.engine.torch.nn.starting import starting

PADDING_MODES = ("zeros", "reflect", "replicate", "circular")
Sizes = tuple[int, ...]


def as_tuple(value: Any, dimensions: int) -> Sizes:
    """Return a number once for each dimension, or the numbers given."""
    return (value,) * dimensions if isinstance(value, int) else tuple(value)


class ConvolutionLayer(Module):
    """What convolutions and transposed ones share: geometry, starting values, text."""

    dimensions = 0
    transposed = False
    weight: Parameter
    bias: Parameter | None

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Any,
        stride: Any,
        padding: Any,
        dilation: Any,
        output_padding: Any,
        groups: int,
        bias: bool,
        padding_mode: str,
        dtype: Any,
    ) -> None:
        super().__init__()
        self.in_channels, self.out_channels, self.groups = in_channels, out_channels, groups
        self.kernel_size, self.stride = as_tuple(kernel_size, self.dimensions), as_tuple(stride, self.dimensions)
        self.padding = padding if isinstance(padding, str) else as_tuple(padding, self.dimensions)
        self.dilation = as_tuple(dilation, self.dimensions)
        self.output_padding = as_tuple(output_padding, self.dimensions)
        self.padding_mode = padding_mode
        self.refuse_wrong()
        with starting(self):
            self.make_parameters(bias, dtype)
            self.reset_parameters()

    def refuse_wrong(self) -> None:
        """Raise torch's errors for what cannot be."""
        if self.groups <= 0:
            raise ValueError("groups must be a positive integer")
        if self.in_channels % self.groups:
            raise ValueError("in_channels must be divisible by groups")
        if self.out_channels % self.groups:
            raise ValueError("out_channels must be divisible by groups")
        if isinstance(self.padding, str):
            if self.padding not in ("same", "valid"):
                raise ValueError(f"Invalid padding string {self.padding!r}, should be one of {{'same', 'valid'}}")
            if self.padding == "same" and any(each != 1 for each in self.stride):
                raise ValueError("padding='same' is not supported for strided convolutions")
        if self.padding_mode not in PADDING_MODES:
            raise ValueError(
                f"padding_mode must be one of {set(PADDING_MODES)}, but got padding_mode={self.padding_mode!r}"
            )

    def make_parameters(self, bias: bool, dtype: Any) -> None:
        """Make weight and bias, not yet filled."""
        outer, inside = self.out_channels, self.in_channels
        if self.transposed:
            outer, inside = inside, outer
        self.weight = Parameter(torch.empty(outer, inside // self.groups, *self.kernel_size, dtype=dtype))
        if bias:
            self.bias = Parameter(torch.empty(self.out_channels, dtype=dtype))
        else:
            self.register_parameter("bias", None)

    def reset_parameters(self) -> None:
        # √5 makes the bound of kaiming_uniform_ 1/√fan_in, as in Linear
        init.kaiming_uniform_(self.weight, a=math.sqrt(5))
        if self.bias is not None:
            fan_in = math.prod(self.weight.shape[1:])
            if fan_in:
                bound = 1 / math.sqrt(fan_in)
                init.uniform_(self.bias, -bound, bound)

    def extra_repr(self) -> str:
        text = f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}, stride={self.stride}"
        none = (0,) * self.dimensions
        if self.padding != none:
            text += f", padding={self.padding}"
        if self.dilation != (1,) * self.dimensions:
            text += f", dilation={self.dilation}"
        if self.output_padding != none:
            text += f", output_padding={self.output_padding}"
        if self.groups != 1:
            text += f", groups={self.groups}"
        if self.bias is None:
            text += ", bias=False"
        return text + (f", padding_mode={self.padding_mode}" if self.padding_mode != "zeros" else "")


class Convolution(ConvolutionLayer):
    """Kernels (out_channels, in_channels / groups, *kernel) that slide over inputs (N, in_channels, *space)."""

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Any,
        stride: Any = 1,
        padding: Any = 0,
        dilation: Any = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: str = "zeros",
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            in_channels, out_channels, kernel_size, stride, padding, dilation, 0, groups, bias, padding_mode, dtype
        )

    def forward(self, input: Tensor) -> Any:
        return self._conv_forward(input, self.weight, self.bias)

    def _conv_forward(self, input: Tensor, weight: Tensor, bias: Tensor | None) -> Any:
        padding: Any = self.padding
        if self.padding_mode != "zeros":
            input, padding = F.pad(input, self._pairs(), mode=self.padding_mode), (0,) * self.dimensions
        convolve = getattr(F, f"conv{self.dimensions}d")
        return convolve(input, weight, bias, self.stride, padding, self.dilation, self.groups)

    def _pairs(self) -> Sizes:
        """How much is padded before and after, the last dimension first."""
        if self.padding == "valid":
            return (0, 0) * self.dimensions
        if self.padding == "same":
            whole = [d * (k - 1) for d, k in zip(self.dilation, self.kernel_size, strict=True)]
            return tuple(n for each in reversed(whole) for n in (each // 2, each - each // 2))
        assert not isinstance(self.padding, str)
        return tuple(n for n in reversed(self.padding) for _ in (0, 1))


class Conv1d(Convolution):
    dimensions = 1


class Conv2d(Convolution):
    dimensions = 2


class Conv3d(Convolution):
    dimensions = 3


class TransposedConvolution(ConvolutionLayer):
    """Inputs (N, in_channels, *space) spread over kernels (in_channels, out_channels / groups, *kernel)."""

    transposed = True

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Any,
        stride: Any = 1,
        padding: Any = 0,
        output_padding: Any = 0,
        groups: int = 1,
        bias: bool = True,
        dilation: Any = 1,
        padding_mode: str = "zeros",
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        if padding_mode != "zeros":
            raise ValueError(f'Only "zeros" padding mode is supported for {type(self).__name__}')
        super().__init__(
            in_channels,
            out_channels,
            kernel_size,
            stride,
            padding,
            dilation,
            output_padding,
            groups,
            bias,
            padding_mode,
            dtype,
        )

    def forward(self, input: Tensor, output_size: Any = None) -> Any:
        longer = self.output_padding if output_size is None else self._longer(input, tuple(output_size))
        convolve = getattr(F, f"conv_transpose{self.dimensions}d")
        return convolve(input, self.weight, self.bias, self.stride, self.padding, longer, self.groups, self.dilation)

    def _longer(self, input: Tensor, output_size: Sizes) -> Sizes:
        """The output padding that gives an output of the size asked for."""
        count = self.dimensions
        if len(output_size) == input.ndim:
            output_size = output_size[-count:]
        if len(output_size) != count:
            raise ValueError(
                f"{type(self).__name__}: for {input.dim()}D input, output_size must have {count} or "
                f"{input.dim()} elements (got {len(output_size)})"
            )
        assert not isinstance(self.padding, str)
        least = [
            (n - 1) * s - 2 * p + d * (k - 1) + 1
            for n, s, p, d, k in zip(
                input.shape[-count:], self.stride, self.padding, self.dilation, self.kernel_size, strict=True
            )
        ]
        most = [n + s - 1 for n, s in zip(least, self.stride, strict=True)]
        if any(not low <= n <= high for low, n, high in zip(least, output_size, most, strict=True)):
            raise ValueError(
                f"requested an output size of {output_size}, but valid sizes range from {least} to {most} "
                f"(for an input of {input.size()[2:]})"
            )
        return tuple(n - low for n, low in zip(output_size, least, strict=True))


class ConvTranspose1d(TransposedConvolution):
    dimensions = 1


class ConvTranspose2d(TransposedConvolution):
    dimensions = 2


class ConvTranspose3d(TransposedConvolution):
    dimensions = 3
