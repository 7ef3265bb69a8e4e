"""Fourier transforms: the three ops that torch.fft is made of, and the arithmetic of its arguments.

A transform is linear and its matrix is symmetric, so the way back through it is the same transform again.
`passing.careful_rule` conjugates complex gradients around a rule, which turns that into PyTorch's inverse one. One side
of the spectrum of real numbers stands for both: on the way back the other side counts as zero, or counts double.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np

from .. import dtype as dtypes
from ..kernels import axis_of, kernel
from ..meaning import on_tensors
from ..op import find, op
from ..tensor import Tensor
from .conversion import in_type

Divided = Literal["backward", "ortho", "forward"]
AS_IT_IS, BY_ROOT, BY_NUMBER = 0, 1, 2  # PyTorch's numbers for what a sum is divided by: 1, √n or n
FORWARD: tuple[Divided, ...] = ("backward", "ortho", "forward")  # NumPy's names for them
INVERSE: tuple[Divided, ...] = ("forward", "ortho", "backward")


def in_order_of(x: Any, result: Any, dims: Sequence[int]) -> Any:
    """Lay a result out as PyTorch does: other dimensions as they lie in the input, then the transformed ones."""
    others = sorted((axis for axis in range(x.ndim) if axis not in dims), key=lambda axis: -x.strides[axis])
    order = [*others, *dims]
    return np.ascontiguousarray(result.transpose(order)).transpose(np.argsort(order)) if dims else result


def by_steps(x: Any, dims: Sequence[int]) -> list[int]:
    """Return dimensions in the order in which they lie in memory, the slowest first."""
    return sorted(dims, key=lambda axis: -x.strides[axis])


@kernel
def fourier(x: Any, dim: Sequence[int], normalization: int, forward: bool) -> Any:
    """Transform complex numbers."""
    if not dim:
        return x.copy()[()]
    transform, names = (np.fft.fftn, FORWARD) if forward else (np.fft.ifftn, INVERSE)
    found = transform(x, axes=dim, norm=names[normalization]).astype(x.dtype, copy=False)
    return in_order_of(x, found, by_steps(x, dim))


@kernel
def fourier_of_real(x: Any, dim: Sequence[int], normalization: int, onesided: bool) -> Any:
    """Transform real numbers; `onesided` leaves out the half of the last dimension that the other half tells."""
    transform = np.fft.rfftn if onesided else np.fft.fftn
    found = transform(x, axes=dim, norm=FORWARD[normalization])
    kind = np.complex64 if x.dtype == np.float32 else np.complex128
    return in_order_of(x, found.astype(kind, copy=False), [*by_steps(x, dim[:-1]), dim[-1]])


@kernel
def real_of_fourier(x: Any, dim: Sequence[int], normalization: int, last_dim_size: int) -> Any:
    """Transform one side of a spectrum back to `last_dim_size` real numbers."""
    lengths = [*(x.shape[axis] for axis in dim[:-1]), last_dim_size]
    found = np.fft.irfftn(x, s=lengths, axes=dim, norm=INVERSE[normalization])
    kind = np.float32 if x.dtype == np.complex64 else np.float64
    return in_order_of(x, found.astype(kind, copy=False), [*by_steps(x, dim[:-1]), dim[-1]])


@kernel
def real_of_side(grad: Any, shape: tuple[int, ...], dim: Sequence[int], normalization: int) -> Any:
    """Transform the gradient of a spectrum, whole or one side of it, back to the real numbers it was made of."""
    if grad.shape != shape:
        whole = np.zeros(shape, grad.dtype)
        whole[tuple(slice(n) for n in grad.shape)] = grad
        grad = whole
    return fourier(grad, dim, normalization, True).real.copy()


@on_tensors("real_of_side")
def real_of_side_recorded(grad: Tensor, shape: tuple[int, ...], dim: Sequence[int], normalization: int) -> Any:
    """Do the same as ops."""
    last, missing = dim[-1], shape[dim[-1]] - grad._value.shape[dim[-1]]
    if missing:
        zeros = np.zeros((*shape[:last], missing, *shape[last + 1 :]), grad._value.dtype)
        grad = find("cat").function([grad, Tensor._of(zeros, None)], last)
    return find("fft_c2c").function(grad, dim, normalization, True).real


def counts(sides: int, length: int, ndim: int, dim: int) -> Any:
    """Return how often each number of one side of a spectrum stands for: the first once, then twice, a middle once."""
    times = np.ones(sides, np.float32)
    times[1 : 1 + length - sides] = 2
    return times.reshape([-1 if axis == dim % ndim else 1 for axis in range(ndim)])


@kernel
def both_sides(side: Any, length: int, dim: int) -> Any:
    """Let the numbers of one side of a spectrum count for the other side too."""
    return side * counts(side.shape[dim], length, side.ndim, dim)


@on_tensors("both_sides")
def both_sides_recorded(side: Tensor, length: int, dim: int) -> Any:
    """Do the same as an op."""
    return side * Tensor._of(counts(side._value.shape[dim], length, side._value.ndim, dim), None)


def transform(name: str, forward: str, node: str, vjp: str, arguments: str, title: str, **rest: Any) -> Any:
    """Declare a transform."""
    return op(
        name,
        arguments=arguments,
        symbol="ℱ",
        group="linear algebra",
        title=title,
        node=node,
        forward=forward,
        vjp={"self": vjp},
        names=f"_{name}",
        **rest,
    )


c2c_op = transform(
    "fft_c2c",
    "fourier(self, dim, normalization, forward)",
    "FftC2CBackward0",
    "fourier(grad, dim, normalization, forward)",
    "dim, normalization, forward",
    "Fourier transform",
)
r2c_op = transform(
    "fft_r2c",
    "fourier_of_real(self, dim, normalization, onesided)",
    "FftR2CBackward0",
    "real_of_side(grad, self.shape, dim, normalization)",
    "dim, normalization, onesided",
    "Fourier transform of real numbers",
    saves={"self": "self onesided"},
)
c2r_op = transform(
    "fft_c2r",
    "real_of_fourier(self, dim, normalization, last_dim_size)",
    "FftC2RBackward0",
    "both_sides(fourier_of_real(grad, dim, normalization, True), grad.shape[dim[-1]], dim[-1])",
    "dim, normalization, last_dim_size",
    "inverse Fourier transform to real numbers",
)


def normalization(norm: str | None, forward: bool) -> int:
    """Return PyTorch's number for a way of dividing."""
    if norm == "ortho":
        return BY_ROOT
    if norm not in (None, "forward", "backward"):
        raise RuntimeError(f'Invalid normalization mode: "{norm}"')
    return BY_NUMBER if (norm == "forward") is forward else AS_IT_IS


def promoted(x: Tensor, complex_too: bool = False) -> Any:
    """Return a tensor in a type that can be transformed: whole numbers as floats, all as complex where it is asked."""
    dtypes.Uncommon.seen = True  # gradients may be complex from here on
    kind = x.dtype
    if kind.kind < dtypes.float32.kind:
        kind = dtypes.Default.value
    if kind in (dtypes.float16, dtypes.bfloat16):
        raise RuntimeError(f"Unsupported dtype {kind.tensor_name}")
    if complex_too:
        kind = {dtypes.float32: dtypes.complex64, dtypes.float64: dtypes.complex128}.get(kind, kind)
    return in_type(x, kind)


def check_length(n: int) -> None:
    """Raise for transforms of nothing."""
    if n < 1:
        raise RuntimeError(f"Invalid number of data points ({n}) specified")


def checked_axis(dim: int, ndim: int) -> int:
    """Return a dimension as a non-negative number; raise where there are none."""
    if not ndim:
        raise IndexError(f"Dimension specified as {dim} but tensor has no dimensions")
    return axis_of(dim, ndim)


def resized(x: Any, dims: Sequence[int], lengths: Sequence[int]) -> Any:
    """Cut a tensor off, or fill it up with zeros, to lengths of some dimensions; slices first, then one padding."""
    pad = [0] * (2 * x.ndim)
    for axis, length in zip(dims, lengths, strict=True):
        own = x._value.shape[axis]
        pad[2 * (x.ndim - 1 - axis) + 1] = max(length - own, 0)
        if length < own:
            x = find("slice").function(x, axis, 0, length, 1)
    return find("constant_pad_nd").function(x, pad, 0.0) if any(pad) else x


def places(x: Tensor, s: Any, dim: Any) -> tuple[list[int], list[int]]:
    """Return the dimensions to transform and their lengths, from what a call gives of both."""
    shape = x._value.shape
    sizes = None if s is None else [s] if isinstance(s, int) else list(s)
    if dim is not None:
        axes = [checked_axis(each, len(shape)) for each in ([dim] if isinstance(dim, int) else dim)]
        if len(set(axes)) != len(axes):
            raise RuntimeError("FFT dims must be unique")
        if sizes is not None and len(sizes) != len(axes):
            raise RuntimeError("When given, dim and shape arguments must have the same length")
    elif sizes is not None:
        if len(sizes) > len(shape):
            raise RuntimeError(
                f"Got shape with {len(sizes)} values but input tensor only has {len(shape)} dimensions."
            )
        axes = list(range(len(shape) - len(sizes), len(shape)))
    else:
        axes = list(range(len(shape)))
    own = [shape[axis] for axis in axes]
    lengths = own if sizes is None else [m if n == -1 else n for n, m in zip(sizes, own, strict=True)]
    for length in lengths:
        check_length(length)
    return axes, lengths
