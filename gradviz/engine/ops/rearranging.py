"""Rearranging images: channels into space, windows into columns, and back."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import messages, windows
from ..kernels import formula, in_single, kernel, length_of
from ..op import op

Sizes = tuple[int, ...]
FOUR_CHANNELS = [[[[0.5, -1.0]], [[2.0, 0.25]], [[1.5, 0.75]], [[-0.5, 1.0]]]]
SQUARE = [[[[0.5, -1.0, 2.0], [0.25, 1.5, 0.75], [-0.5, 1.0, 3.0]]]]


@kernel
def shuffled(x: Any, factor: int) -> Any:
    """Move channels (…, C · r², H, W) into space (…, C, H · r, W · r)."""
    if x.ndim < 3:
        raise RuntimeError(
            f"pixel_shuffle expects input to have at least 3 dimensions, but got input with {x.ndim} dimension(s)"
        )
    if factor <= 0:
        raise RuntimeError(f"pixel_shuffle expects a positive upscale_factor, but got {factor}")
    *lead, channels, height, width = x.shape
    if channels % (factor * factor):
        raise RuntimeError(
            "pixel_shuffle expects its input's 'channel' dimension to be divisible by the square of upscale_factor, "
            f"but input.size(-3)={channels} is not divisible by {factor * factor}"
        )
    cut = x.reshape(*lead, channels // factor**2, factor, factor, height, width)
    count = len(lead)
    moved = cut.transpose(*range(count + 1), count + 3, count + 1, count + 4, count + 2)
    return moved.reshape(*lead, channels // factor**2, height * factor, width * factor)


@kernel
def unshuffled(x: Any, factor: int) -> Any:
    """Move space (…, C, H · r, W · r) into channels (…, C · r², H, W)."""
    if x.ndim < 3:
        raise RuntimeError(
            f"pixel_unshuffle expects input to have at least 3 dimensions, but got input with {x.ndim} dimension(s)"
        )
    if factor <= 0:
        raise RuntimeError(f"pixel_unshuffle expects a positive downscale_factor, but got {factor}")
    if not x.size:
        return x.copy()  # PyTorch returns it as it is
    *lead, channels, height, width = x.shape
    for side, n in (("height", height), ("width", width)):
        if n % factor:
            where = -2 if side == "height" else -1
            raise RuntimeError(
                f"pixel_unshuffle expects {side} to be divisible by downscale_factor, but input.size({where})={n} is "
                f"not divisible by {factor}"
            )
    cut = x.reshape(*lead, channels, height // factor, factor, width // factor, factor)
    count = len(lead)
    moved = cut.transpose(*range(count + 1), count + 2, count + 4, count + 1, count + 3)
    return moved.reshape(*lead, channels * factor**2, height // factor, width // factor)


@formula
def unshuffled_back(grad: Any, factor: int, shape: Sizes) -> Any:
    """Move a gradient back into channels; like PyTorch this raises where there are no elements."""
    check_not_empty(tuple(grad.shape), tuple(shape))
    return unshuffled(grad, factor)


@kernel
def check_not_empty(got: Sizes, shape: Sizes) -> None:
    """Raise where a gradient stays as it came, because nothing is in it."""
    if 0 in got:
        raise RuntimeError(
            f"Function PixelShuffleBackward0 returned an invalid gradient at index 0 - got {messages.sizes(got)} but "
            f"expected shape compatible with {messages.sizes(shape)}"
        )


op(
    "pixel_shuffle",
    arguments="upscale_factor",
    symbol="shuffle",
    group="shape",
    title="channels into space",
    node="PixelShuffleBackward0",
    names="pixel_shuffle",
    forward="shuffled(self, upscale_factor)",
    vjp={"self": "unshuffled_back(grad, upscale_factor, self.shape)"},
    samples=[(FOUR_CHANNELS, {"upscale_factor": 2})],
)
op(
    "pixel_unshuffle",
    arguments="downscale_factor",
    symbol="unshuffle",
    group="shape",
    title="space into channels",
    node="PixelUnshuffleBackward0",
    names="pixel_unshuffle",
    forward="unshuffled(self, downscale_factor)",
    vjp={"self": "shuffled(grad, downscale_factor)"},
    samples=[(SQUARE, {"downscale_factor": 3})],
)


@kernel
def channels_mixed(x: Any, groups: int) -> Any:
    """Deal channels (N, C, …) out over groups: every group's first, every group's second, and so on."""
    if x.ndim < 3:
        raise RuntimeError(
            f"channel_shuffle expects input with > 2 dims, but got input with sizes {messages.sizes(x.shape)}"
        )
    if groups <= 0:
        raise RuntimeError(f"Number of groups to divide channels in must be positive. Value of groups:{groups}")
    if x.shape[1] % groups:
        raise RuntimeError(
            f"Number of channels must be divisible by groups. Got {x.shape[1]} channels and {groups} groups."
        )
    return x.reshape(len(x), groups, x.shape[1] // groups, *x.shape[2:]).swapaxes(1, 2).reshape(x.shape)


@kernel
def other_groups(shape: Sizes, groups: int) -> int:
    """Return the number of groups that undoes the dealing."""
    return shape[1] // groups


op(
    "channel_shuffle",
    arguments="groups",
    symbol="shuffle",
    group="shape",
    title="deal channels out",
    node="ChannelShuffleBackward0",
    names="channel_shuffle",
    forward="channels_mixed(self, groups)",
    vjp={"self": "channels_mixed(grad, other_groups(self.shape, groups))"},
    samples=[(FOUR_CHANNELS, {"groups": 2})],
)


@kernel
def window_columns(x: Any, kernel_size: Sizes, dilation: Sizes, padding: Sizes, stride: Sizes) -> Any:
    """Return every window of (N, C, H, W) or (C, H, W) as a column: (N, C · kernel, places)."""
    for axis in (-1, -2):
        length_of(x, axis)
    if x.ndim not in (3, 4) or 0 in x.shape[-3:]:
        raise RuntimeError(
            "Expected 3D or 4D (batch mode) tensor with possibly 0 batch size and other non-zero dimensions for input, "
            f"but got: {messages.sizes(x.shape)}"
        )
    batch = x if x.ndim == 4 else x[None]
    places = tuple(map(windows.out_size, batch.shape[2:], kernel_size, stride, padding, dilation))
    if min(places) < 1:
        raise RuntimeError(
            f"Given input with spatial size ({', '.join(map(str, batch.shape[2:]))}), kernel_size="
            f"({', '.join(map(str, kernel_size))}), dilation=({', '.join(map(str, dilation))}), padding="
            f"({', '.join(map(str, padding))}), calculated shape of the array of sliding blocks as "
            f"({', '.join(map(str, places))}), but its components must be at least one."
        )
    cut = windows.columns(batch, kernel_size, stride, padding, dilation, 1)[:, 0]
    return np.array(cut if x.ndim == 4 else cut[0])


@kernel
@in_single
def columns_added(
    x: Any, output_size: Sizes, kernel_size: Sizes, dilation: Sizes, padding: Sizes, stride: Sizes
) -> Any:
    """Add columns (N, C · kernel, places) up where windows of a space lie: (N, C, *space)."""
    if x.ndim not in (2, 3) or 0 in x.shape[-2:]:
        raise RuntimeError(
            "Expected 2D or 3D (batch mode) tensor for input with possibly 0 batch size and non-zero dimensions for "
            f"input, but got: {messages.sizes(x.shape)}"
        )
    batch = x if x.ndim == 3 else x[None]
    places = tuple(map(windows.out_size, output_size, kernel_size, stride, padding, dilation))
    whole, length = kernel_size[0] * kernel_size[1], places[0] * places[1]
    if batch.shape[1] % whole:
        raise RuntimeError(
            "Expected size of input's dimension 1 to be divisible by the product of kernel_size, but got "
            f"input.size(1)={batch.shape[1]} and kernel_size=({kernel_size[0]}, {kernel_size[1]})."
        )
    if batch.shape[2] != length:
        raise RuntimeError(
            f"Given output_size=({output_size[0]}, {output_size[1]}), kernel_size=({kernel_size[0]}, "
            f"{kernel_size[1]}), dilation=({dilation[0]}, {dilation[1]}), padding=({padding[0]}, {padding[1]}), "
            f"stride=({stride[0]}, {stride[1]}), expected size of input's dimension 2 to match the calculated number "
            f"of sliding blocks {places[0]} * {places[1]} = {length}, but got input.size(2)={batch.shape[2]}."
        )
    cut = batch.reshape(len(batch), batch.shape[1] // whole, *kernel_size, *places)
    result = np.ascontiguousarray(windows.added_back(cut, output_size, kernel_size, stride, padding, dilation))
    return result if x.ndim == 3 else result[0]


@kernel
def last_two(shape: Sizes) -> Sizes:
    """Return the lengths of the last two dimensions."""
    return tuple(shape[-2:])


WINDOW = {"kernel_size": (2, 2), "dilation": (1, 1), "padding": (0, 0), "stride": (1, 1)}
HELD = "kernel_size, dilation, padding, stride"
op(
    "im2col",
    arguments=HELD,
    symbol="unfold",
    group="shape",
    title="windows as columns",
    node="Im2ColBackward0",
    forward=f"window_columns(self, {HELD})",
    vjp={"self": f"columns_added(grad, last_two(self.shape), {HELD})"},
    samples=[(SQUARE, WINDOW), (SQUARE, WINDOW | {"padding": (1, 0), "stride": (2, 1)})],
)
op(
    "col2im",
    arguments=f"output_size, {HELD}",
    symbol="fold",
    group="shape",
    title="columns added up as windows",
    node="Col2ImBackward0",
    forward=f"columns_added(self, output_size, {HELD})",
    vjp={"self": f"window_columns(grad, {HELD})"},
    samples=[
        ([[[0.5, -1.0], [2.0, 0.25], [1.5, 0.75], [-0.5, 1.0]]], WINDOW | {"output_size": (2, 3)}),
    ],
)

# -- products of three ------------------------------------------------------------------------------------------------


@kernel
@in_single
def contracted(first: Any, second: Any, third: Any, spec: str) -> Any:
    """Multiply three arrays and sum over the letters that the result lacks, as Einstein wrote it."""
    return np.einsum(spec, first, second, third, optimize=True)


@kernel
def rearranged(spec: str, place: int) -> str:
    """Return the contraction that gives the factor at a place its gradient, which comes in its stead."""
    factors, _, result = spec.partition("->")
    letters = factors.split(",")
    letters[place], result = result, letters[place]
    return f"{','.join(letters)}->{result}"


op(
    "trilinear",
    inputs="i1 i2 i3",
    arguments="spec='ni,oij,nj->no'",
    symbol="bilinear",
    group="linear algebra",
    title="bilinear form",
    node="TrilinearBackward0",
    forward="contracted(i1, i2, i3, spec)",
    vjp={
        "i1": "contracted(grad, i2, i3, rearranged(spec, 0))",
        "i2": "contracted(i1, grad, i3, rearranged(spec, 1))",
        "i3": "contracted(i1, i2, grad, rearranged(spec, 2))",
    },
    samples=[([[0.5, -1.0], [2.0, 0.25]], [[[1.5, 0.75], [-0.5, 1.0]]], [[1.0, 3.0], [-0.5, 2.0]])],
)
