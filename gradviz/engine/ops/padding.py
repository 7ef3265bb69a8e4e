"""Padding with a constant. Padding with what is there (reflected, replicated) stands with the other maps of grids."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..kernels import kernel
from ..op import op


@kernel
def surrounded(x: Any, pad: tuple[int, ...], value: float) -> Any:
    """Lengthen the last dimensions by pairs (before, after), the last dimension first; negative numbers cut off."""
    if len(pad) % 2:
        raise RuntimeError(f"Length of pad must be even but instead it equals {len(pad)}")
    if len(pad) > 2 * x.ndim:
        raise RuntimeError(
            "Length of pad should be no more than twice the number of dimensions of the input. Pad length is "
            f"{len(pad)} while the input has {x.ndim} dimensions."
        )
    pairs = [(0, 0)] * (x.ndim - len(pad) // 2) + list(zip(pad[-2::-2], pad[::-2], strict=True))
    shape = tuple(n + before + after for n, (before, after) in zip(x.shape, pairs, strict=True))
    if min(shape, default=0) < 0:
        axis = next(i for i, n in enumerate(shape) if n < 0)
        raise RuntimeError(
            f"The input size {x.shape[axis]}, plus negative padding {pairs[axis][0]} and {pairs[axis][1]} resulted in "
            "a negative output size, which is invalid. Check dimension "
            f"{axis} of your input."
        )
    if any(n + min(before, 0) + min(after, 0) < 0 for n, (before, after) in zip(x.shape, pairs, strict=True)):
        raise RuntimeError("narrow(): length must be non-negative.")
    result = np.full(shape, value, x.dtype) if value else np.zeros(shape, x.dtype)
    kept = tuple(
        slice(max(before, 0), max(n, 0) - max(after, 0)) for n, (before, after) in zip(shape, pairs, strict=True)
    )
    taken = tuple(slice(max(-b, 0), n - max(-a, 0)) for n, (b, a) in zip(x.shape, pairs, strict=True))
    result[kept] = x[taken]
    return result


@kernel
def undone_padding(pad: tuple[int, ...]) -> tuple[int, ...]:
    """Return the padding that undoes a padding."""
    return tuple(-each for each in pad)


constant_pad = op(
    "constant_pad_nd",
    arguments="pad, value=0",
    symbol="pad",
    group="shape",
    title="surround with a constant",
    node="ConstantPadNdBackward0",
    names="constant_pad_nd",
    code="torch.nn.functional.pad({self}, (1, 1))",
    forward="surrounded(self, pad, value)",
    vjp={"self": "surrounded(grad, undone_padding(pad), 0)"},
    samples=[
        ([[0.5, -1.5, 2.0], [2.5, -0.25, 1.0]], {"pad": pad, "value": value})
        for pad, value in (((1, 2), 0), ((-1, 1, 0, 2), 3.5))
    ],
)
