"""Lengthening the last dimensions: with a constant, a mirror, what is at the edge, or what is at the other end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gradviz.engine import torch
from gradviz.engine.op import find
from gradviz.engine.tensor import Tensor

OF_MODE = {"reflect": "reflection", "replicate": "replication"}


def pad(input: Tensor, pad: Sequence[int], mode: str = "constant", value: float | None = None) -> Any:
    """Lengthen the last dimensions by pairs (before, after), the last dimension first; negative numbers cut off."""
    pairs = tuple(int(each) for each in pad)
    if len(pairs) % 2:
        raise RuntimeError("Padding length must be divisible by 2")
    if len(pairs) > 2 * input.ndim:
        raise RuntimeError(
            "Padding length should be less than or equal to two times the input dimension but got padding length "
            f"{len(pairs)} and input of dimension {input.ndim}"
        )
    if mode == "constant":
        return torch.constant_pad_nd(input, pairs, 0 if value is None else value)
    if value is not None and value != 0:
        raise RuntimeError(f'Padding mode "{mode}" doesn\'t take in value argument')
    if mode not in ("reflect", "replicate", "circular"):
        raise NotImplementedError(f"Unrecognised padding mode {mode}")
    count = len(pairs) // 2
    if count not in (1, 2, 3) or input.ndim not in (count + 1, count + 2):
        raise NotImplementedError(
            f"Padding size {len(pairs)} is not supported for {input.ndim}D input tensor.\n"
            "Supported combinations for non-constant padding:\n"
            "  - 2D or 3D input: padding size = 2 (pads last dimension)\n"
            "  - 3D or 4D input: padding size = 4 (pads last 2 dimensions)\n"
            "  - 4D or 5D input: padding size = 6 (pads last 3 dimensions)"
        )
    if mode == "circular":
        return circular(input, pairs)
    if 0 in input.shape[-count - 1 :]:
        raise RuntimeError(
            f"Expected {count + 1}D or {count + 2}D (batch mode) tensor with possibly 0 batch size and other non-zero "
            f"dimensions for input, but got: {list(input.shape)}"
        )
    if mode == "reflect":
        refuse_far(input, pairs)
    return find(f"{OF_MODE[mode]}_pad{count}d").function(input, pairs)


def refuse_far(input: Tensor, pairs: tuple[int, ...]) -> None:
    """Raise where a mirror would show more than there is."""
    for back in range(len(pairs) // 2):
        before, after = pairs[2 * back : 2 * back + 2]
        axis = input.ndim - 1 - back
        if max(before, after) >= input.shape[axis]:
            raise RuntimeError(
                "Argument #4: Padding size should be less than the corresponding input dimension, but got: padding "
                f"({before}, {after}) at dimension {axis} of input {list(input.shape)}"
            )


def circular(input: Tensor, pairs: tuple[int, ...]) -> Any:
    """Continue each dimension with its other end, written part by part into an empty tensor as torch does."""
    first = input.ndim - len(pairs) // 2
    around = {input.ndim - 1 - i: pairs[2 * i : 2 * i + 2] for i in range(len(pairs) // 2)}
    shape = list(input.shape)
    for axis, (before, after) in around.items():
        shape[axis] += before + after
        if max(before, after) > input.shape[axis]:
            raise RuntimeError("Padding value causes wrapping around more than once.")
        if shape[axis] < 0:
            raise RuntimeError("Negative padding value is resulting in an empty dimension")
    out = torch.empty(shape, dtype=input.dtype)
    cut = find("slice").function
    inner, kept = out, input
    for axis in range(first, input.ndim):
        before, after = around[axis]
        inner = cut(inner, axis, max(before, 0), shape[axis] - max(after, 0), 1)
        kept = cut(kept, axis, max(-before, 0), input.shape[axis] - max(-after, 0), 1)
    inner.copy_(kept)
    for axis in range(input.ndim - 1, first - 1, -1):
        before, after = around[axis]
        size, left, right = shape[axis], max(before, 0), max(after, 0)
        if before > 0:
            cut(out, axis, 0, before, 1).copy_(cut(out, axis, size - before - right, size - right, 1))
        if after > 0:
            cut(out, axis, size - after, size, 1).copy_(cut(out, axis, left, left + after, 1))
    return out
