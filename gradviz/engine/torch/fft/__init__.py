"""torch.fft: discrete Fourier transforms, of one dimension or several, complex or real, and their frequencies.

Lengths that are asked for (`n`, `s`) cut the input off or fill it up with zeros; `norm` says which of the two
directions divides. Each raises RuntimeError in PyTorch's words for lengths below one, for complex numbers where real
ones are transformed, and for types of 16 bits. The arithmetic stands in `ops/fourier.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import index as _index
from typing import Any

from gradviz.engine import dtype as _dtypes
from gradviz.engine.names import missing
from gradviz.engine.ops import fourier as _fourier
from gradviz.engine.ops.complex_numbers import conj as _conj
from gradviz.engine.surface import with_input as _with_input
from gradviz.engine.tensor import Tensor
from gradviz.engine.torch import arange as _arange


def _refuse_complex(name: str, input: Tensor, valued: str = "") -> None:
    if input.is_complex():
        raise RuntimeError(f"{name} expects a real{valued} input tensor, but got {input.dtype.tensor_name}")


def _along_one(input: Any, n: int | None, dim: int) -> tuple[Any, int]:
    axis = _fourier.checked_axis(dim, input.ndim)
    length = input.shape[axis] if n is None else n
    _fourier.check_length(length)
    return (input if n is None else _fourier.resized(input, [axis], [length])), axis


def _transform(name: str, forward: bool, doc: str) -> Callable[..., Any]:
    def transform(input: Tensor, n: int | None = None, dim: int = -1, norm: str | None = None) -> Any:
        x, axis = _along_one(_fourier.promoted(input), n, dim)
        way = _fourier.normalization(norm, forward)
        if x.is_complex():
            return _fourier.c2c_op(x, (axis,), way, forward)
        found = _fourier.r2c_op(x, (axis,), way, False)
        return found if forward else _conj(found)

    return _given(name, transform, doc)


def _real_transform(name: str, forward: bool, doc: str) -> Callable[..., Any]:
    def transform(input: Tensor, n: int | None = None, dim: int = -1, norm: str | None = None) -> Any:
        _refuse_complex(name, input)
        x, axis = _along_one(_fourier.promoted(input), n, dim)
        found = _fourier.r2c_op(x, (axis,), _fourier.normalization(norm, forward), True)
        return found if forward else _conj(found)

    return _given(name, transform, doc)


def _to_real(name: str, forward: bool, doc: str) -> Callable[..., Any]:
    def transform(input: Tensor, n: int | None = None, dim: int = -1, norm: str | None = None) -> Any:
        x = _fourier.promoted(input, complex_too=True)
        axis = _fourier.checked_axis(dim, x.ndim)
        length = 2 * (x.shape[axis] - 1) if n is None else n
        _fourier.check_length(length)
        x = x if n is None else _fourier.resized(x, [axis], [length // 2 + 1])
        way = _fourier.normalization(norm, forward)
        return _fourier.c2r_op(_conj(x) if forward else x, (axis,), way, length)

    return _given(name, transform, doc)


def _along_several(name: str, forward: bool, doc: str, all_dims: Any) -> Callable[..., Any]:
    def transform(input: Tensor, s: Any = None, dim: Any = all_dims, norm: str | None = None) -> Any:
        axes, lengths = _fourier.places(input, s, dim)
        x = _fourier.resized(_fourier.promoted(input, complex_too=True), axes, lengths)
        return _fourier.c2c_op(x, tuple(axes), _fourier.normalization(norm, forward), forward)

    return _given(name, transform, doc)


def _real_along_several(name: str, forward: bool, doc: str, all_dims: Any) -> Callable[..., Any]:
    told = name.replace("2", "n")

    def transform(input: Tensor, s: Any = None, dim: Any = all_dims, norm: str | None = None) -> Any:
        _refuse_complex(told, input, "-valued")
        axes, lengths = _fourier.places(input, s, dim)
        if not axes:
            raise RuntimeError(f"{told} must transform at least one axis")
        x = _fourier.resized(_fourier.promoted(input), axes, lengths)
        way = _fourier.normalization(norm, forward)
        if forward:
            return _fourier.r2c_op(x, tuple(axes), way, True)
        found = _conj(_fourier.r2c_op(x, tuple(axes[-1:]), way, True))
        return _fourier.c2c_op(found, tuple(axes[:-1]), way, False) if axes[:-1] else found

    return _given(name, transform, doc)


def _to_real_along_several(name: str, forward: bool, doc: str, all_dims: Any) -> Callable[..., Any]:
    told = name.replace("2", "n")

    def transform(input: Tensor, s: Any = None, dim: Any = all_dims, norm: str | None = None) -> Any:
        axes, lengths = _fourier.places(input, s, dim)
        if not axes:
            raise RuntimeError(f"{told} must transform at least one axis")
        given = s is not None and (s if isinstance(s, int) else list(s)[-1]) != -1
        last = lengths[-1] if given else 2 * (lengths[-1] - 1)
        _fourier.check_length(last)
        x = _fourier.promoted(input, complex_too=True)
        x = _fourier.resized(x, axes, [*lengths[:-1], last // 2 + 1])
        way = _fourier.normalization(norm, forward)
        if not forward:
            return _fourier.c2r_op(x, tuple(axes), way, last)
        x = _fourier.c2c_op(x, tuple(axes[:-1]), way, True) if axes[:-1] else x
        return _fourier.c2r_op(_conj(x), tuple(axes[-1:]), way, last)

    return _given(name, transform, doc)


def _given(name: str, transform: Callable[..., Any], doc: str) -> Callable[..., Any]:
    transform.__name__ = transform.__qualname__ = f"fft_{name}"  # as errors name it
    transform.__doc__ = doc
    return _with_input(transform)


_LAST_TWO = (-2, -1)
fft = _transform("fft", True, "Return the spectrum along a dimension.")
ifft = _transform("ifft", False, "Return what has a spectrum.")
rfft = _real_transform("rfft", True, "Return one side of the spectrum of real numbers.")
ihfft = _real_transform("ihfft", False, "Return one side of what has a real spectrum.")
irfft = _to_real("irfft", False, "Return the `n` real numbers that have one side of a spectrum.")
hfft = _to_real("hfft", True, "Return the real spectrum of what is symmetric.")
fftn = _along_several("fftn", True, "Return the spectrum along dimensions.", None)
ifftn = _along_several("ifftn", False, "Return what has a spectrum along dimensions.", None)
fft2 = _along_several("fft2", True, "Return the spectrum along the last two dimensions.", _LAST_TWO)
ifft2 = _along_several("ifft2", False, "Return what has a spectrum along the last two dimensions.", _LAST_TWO)
rfftn = _real_along_several("rfftn", True, "Return one side of the spectrum of real numbers.", None)
rfft2 = _real_along_several("rfft2", True, "Return one side of the spectrum of real matrices.", _LAST_TWO)
ihfftn = _real_along_several("ihfftn", False, "Return one side of what has a real spectrum.", None)
ihfft2 = _real_along_several("ihfft2", False, "Return one side of matrices with a real spectrum.", _LAST_TWO)
irfftn = _to_real_along_several("irfftn", False, "Return real numbers that have one side of a spectrum.", None)
irfft2 = _to_real_along_several("irfft2", False, "Return real matrices that have one side of a spectrum.", _LAST_TWO)
hfftn = _to_real_along_several("hfftn", True, "Return the real spectrum of what is symmetric.", None)
hfft2 = _to_real_along_several("hfft2", True, "Return the real spectrum of symmetric matrices.", _LAST_TWO)


def fft_fftfreq(n: int, d: float = 1.0, **options: Any) -> Any:
    """Return the frequencies of a spectrum of n points, d apart: 0, 1, …, −2, −1, by n · d."""
    return _frequencies("fftfreq", n, d, n, options)


def fft_rfftfreq(n: int, d: float = 1.0, **options: Any) -> Any:
    """Return the frequencies of one side of a spectrum of n points, d apart: 0, 1, …, by n · d."""
    return _frequencies("rfftfreq", n, d, int(_index(n) / 2) + 1, options)


def _frequencies(name: str, n: int, d: float, number: int, options: dict[str, Any]) -> Any:
    kind, number = options.get("dtype") or _dtypes.Default.value, _index(number)
    if kind.kind < _dtypes.float16.kind:
        raise RuntimeError(f"{name} requires a floating point or complex dtype")
    if number < 0:
        raise RuntimeError(f"Trying to create tensor with negative dimension {number}: [{number}]")
    steps = _arange(number, **(options | {"dtype": kind, "requires_grad": False}))
    if name == "fftfreq":
        steps[(n + 1) // 2 :] -= n
    steps *= 1.0 / (n * d) if n * d else float("inf")
    return steps.requires_grad_() if options.get("requires_grad") else steps


fftfreq, rfftfreq = _with_input(fft_fftfreq), _with_input(fft_rfftfreq)


def _shift(name: str, more: int, doc: str) -> Callable[..., Any]:
    def shift(input: Tensor, dim: Any = None) -> Any:
        axes = tuple(range(input.ndim)) if dim is None else (dim,) if isinstance(dim, int) else tuple(dim)
        lengths = [input.shape[_fourier.checked_axis(each, input.ndim)] for each in axes]
        return input.roll([(each + more) // 2 for each in lengths], axes)

    return _given(name, shift, doc)


fftshift = _shift("fftshift", 0, "Move the frequency zero from the first place to the middle.")
ifftshift = _shift("ifftshift", 1, "Move the frequency zero from the middle to the first place.")


def __getattr__(name: str) -> Any:
    raise missing("torch.fft", name)
