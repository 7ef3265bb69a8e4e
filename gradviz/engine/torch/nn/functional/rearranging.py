"""Windows as columns and back, channels into space and back, reading at points of a grid."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gradviz.engine import messages, torch
from gradviz.engine.kernels import length_of
from gradviz.engine.op import find
from gradviz.engine.tensor import Tensor

pixel_shuffle, pixel_unshuffle = torch.pixel_shuffle, torch.pixel_unshuffle
channel_shuffle = native_channel_shuffle = torch.channel_shuffle


def pair(value: Any) -> tuple[int, int]:
    """Return a number twice, or the two numbers given."""
    first, second = (value, value) if isinstance(value, int) else value
    return first, second


def unfold(input: Tensor, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1) -> Any:
    """Every window of (N, C, H, W) as a column: (N, C · kernel, windows)."""
    return find("im2col").function(input, pair(kernel_size), pair(dilation), pair(padding), pair(stride))


def fold(
    input: Tensor, output_size: Any, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1
) -> Any:
    """Columns added up where the windows lie in an image of `output_size`."""
    numbers = (pair(each) for each in (output_size, kernel_size, dilation, padding, stride))
    return find("col2im").function(input, *numbers)


def bilinear(input1: Tensor, input2: Tensor, weight: Tensor, bias: Tensor | None = None) -> Any:
    """x1ᵀ W x2 + b for each W (out, in1, in2)."""
    for name, each, size, axis in (("input1", input1, input1.shape[-1], 1), ("input2", input2, input2.shape[-1], 2)):
        if size != weight.shape[axis]:
            raise RuntimeError(
                f"bilinear(): {name} size does not match weight size: got {each.shape[-1]} but expected "
                f"{weight.shape[axis]}"
            )
    rows = [each.contiguous().view(-1, each.shape[-1]) for each in (input1, input2)]
    product = find("trilinear").function(rows[0], weight, rows[1])
    result = product.view(*input1.shape[:-1], weight.shape[0])
    return result if bias is None else result + bias


def grid_sample(
    input: Tensor,
    grid: Tensor,
    mode: str = "bilinear",
    padding_mode: str = "zeros",
    align_corners: bool | None = None,
) -> Any:
    """The input's values at the points of a grid, which run over [−1, 1] in each dimension, last coordinate first."""
    if mode not in ("bilinear", "nearest", "bicubic"):
        raise ValueError(
            f"nn.functional.grid_sample(): expected mode to be 'bilinear', 'nearest' or 'bicubic', but got: '{mode}'"
        )
    if padding_mode not in ("zeros", "border", "reflection"):
        raise ValueError(
            "nn.functional.grid_sample(): expected padding_mode to be 'zeros', 'border', or 'reflection', but got: "
            f"'{padding_mode}'"
        )
    if align_corners is None:
        messages.warn(
            "Default grid_sample and affine_grid behavior has changed to align_corners=False since 1.3.0. Please "
            "specify align_corners=True if the old behavior is desired. See the documentation of grid_sample for "
            "details."
        )
    for each in (input, grid):
        length_of(each._value, 0)
    sample = find(f"grid_sampler_{3 if input.ndim == 5 else 2}d").function
    return sample(input, grid, mode, padding_mode, bool(align_corners))


def affine_grid(theta: Tensor, size: Sequence[int], align_corners: bool | None = None) -> Any:
    """The regular grid of an image of `size` (N, C, *space), mapped by each matrix of `theta`."""
    if align_corners is None:
        messages.warn(
            "Default grid_sample and affine_grid behavior has changed to align_corners=False since 1.3.0. Please "
            "specify align_corners=True if the old behavior is desired. See the documentation of grid_sample for "
            "details."
        )
    if not theta.is_floating_point():
        raise ValueError(f"Expected theta to have floating point type, but got {theta.dtype}")
    shapes = {4: (2, 3, "Nx2x3"), 5: (3, 4, "Nx3x4")}
    if len(size) in shapes:
        rows, columns, told = shapes[len(size)]
        if theta.ndim != 3 or tuple(theta.shape[-2:]) != (rows, columns):
            raise ValueError(
                f"Expected a batch of {'2D' if rows == 2 else '3D'} affine matrices of shape {told} for size "
                f"{size}. Got {theta.shape}."
            )
    if align_corners and min(size[2:]) == 1:
        messages.warn(
            "Since version 1.3.0, affine_grid behavior has changed for unit-size grids when align_corners=True. This "
            "is not an intended use case of affine_grid. See the documentation of affine_grid for details."
        )
    return find("affine_grid_generator").function(theta, tuple(size), bool(align_corners))
