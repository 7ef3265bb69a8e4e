"""Complex numbers: their parts, absolute value and angle, and how they are made of real ones.

`passing.careful_rule` hands a rule the conjugate of a complex gradient and conjugates what it answers. For functions
of complex numbers alone that is PyTorch's convention; the rules here that lead to real inputs take it into account.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import dtype as dtypes
from ..kernels import kernel
from ..meaning import on_tensors
from ..messages import kind_of, type_name
from ..op import op
from ..operands import aligned
from ..surface import public
from ..tensor import Tensor

NUMBERS = [([1 + 2j, -0.5 + 1j, 2 - 3j],)]
BOTH = [([1.0, -2.0, 0.5], [0.5, 1.5, 2.0])]


@kernel
def as_parts(x: Any) -> Any:
    """Return complex numbers as pairs of real ones, on the same memory."""
    x = np.asarray(x)
    return x[..., None].view(x.real.dtype)


@kernel
def of_parts(x: Any) -> Any:
    """Return pairs of real numbers as complex ones."""
    return x[..., 0] + 1j * x[..., 1]


@kernel
def viewed_as_complex(x: Any) -> Any:
    """Return pairs of real numbers as complex ones, on the same memory."""
    if x.dtype.kind != "f" or x.dtype.itemsize < 4:
        raise RuntimeError(
            f"view_as_complex is only supported for half, float and double tensors, but got a tensor of scalar type: "
            f"{dtypes.of(x).tensor_name}"
        )
    if not x.ndim:
        raise RuntimeError("Input tensor must have one or more dimensions")
    if x.shape[-1] != 2:
        raise RuntimeError("Tensor must have a last dimension of size 2")
    if x.strides[-1] != x.itemsize:
        raise RuntimeError("Tensor must have a last dimension with stride 1")
    return x.view(np.complex64 if x.itemsize == 4 else np.complex128)[..., 0]


@kernel
def conjugate(x: Any) -> Any:
    """Return the complex conjugate."""
    return np.conj(x)


@kernel
def real_part(x: Any) -> Any:
    """Return the real part."""
    return x.real.copy()[()]


@kernel
def imaginary_part(x: Any) -> Any:
    """Return the imaginary part."""
    return x.imag.copy()[()]


@kernel
def put_together(real: Any, imag: Any) -> Any:
    """Return real + i · imag."""
    if real.dtype != imag.dtype:
        raise RuntimeError(
            f"Expected object of scalar type {dtypes.of(real).tensor_name} but got scalar type "
            f"{dtypes.of(imag).tensor_name} for second argument"
        )
    if real.dtype.kind != "f":
        raise RuntimeError(
            f"Expected both inputs to be Half, Float or Double tensors but got {dtypes.of(real).tensor_name} and "
            f"{dtypes.of(imag).tensor_name}"
        )
    real, imag = aligned(real, imag)
    made = np.empty(np.broadcast_shapes(real.shape, imag.shape), np.result_type(real.dtype, np.complex64))
    made.real, made.imag = real, imag
    return made[()]


@kernel
def of_angle(size: Any, angle: Any) -> Any:
    """Return size · e^(i · angle)."""
    size, angle = aligned(size, angle)
    return put_together(size * np.cos(angle), size * np.sin(angle))


@kernel
def angle_of(x: Any) -> Any:
    """Return the angle in the complex plane: 0 or π for real numbers."""
    if x.dtype.kind == "c":
        return np.angle(x)
    return np.where(np.isnan(x), x, np.where(x < 0, x.dtype.type(np.pi), x.dtype.type(0)))[()]


@kernel
def angle_slope(grad: Any, x: Any) -> Any:
    """Return the gradient of the angle; zero for real numbers and at zero."""
    if x.dtype.kind != "c":
        return np.zeros_like(x)[()]
    square = x.real * x.real + x.imag * x.imag
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = grad * (1j * x) / square
    return np.where(square == 0, 0, slope).astype(x.dtype)[()]


op(
    "view_as_real",
    symbol="(a, b)",
    group="shape",
    title="parts of complex numbers",
    view=True,
    node="ViewAsRealBackward0",
    forward="as_parts(self)",
    vjp={"self": "of_parts(grad)"},
    names="view_as_real",
)
op(
    "view_as_complex",
    symbol="a + bi",
    group="shape",
    title="pairs as complex numbers",
    view=True,
    node="ViewAsComplexBackward0",
    forward="viewed_as_complex(self)",
    vjp={"self": "as_parts(conjugate(grad))"},
    names="view_as_complex",
)
op(
    "conj",
    symbol="z̄",
    group="pointwise",
    title="complex conjugate",
    node="ConjBackward0",
    forward="conjugate(self)",
    vjp={"self": "conjugate(grad)"},
)
op(
    "complex",
    inputs="real imag",
    symbol="a + bi",
    group="pointwise",
    title="complex number",
    node="ComplexBackward0",
    kind="pointwise",
    forward="put_together(real, imag)",
    vjp={"real": "real_part(grad)", "imag": "-imaginary_part(grad)"},
)
op(
    "polar",
    inputs="abs angle",
    symbol="r·eⁱᵠ",
    group="pointwise",
    title="complex number of size and angle",
    node="PolarBackward0",
    kind="pointwise",
    forward="of_angle(abs, angle)",
    vjp={"abs": "real_part(grad * where(abs == 0, 0, result / abs))", "angle": "real_part(grad * (result * 1j))"},
)
op(
    "angle",
    symbol="∠",
    group="pointwise",
    node="AngleBackward0",
    forward="angle_of(self)",
    vjp={"self": "angle_slope(grad, self)"},
    result="float",
    names="angle",
    samples=[([1.5, -2.0],)],
)


on_tensors("real_part")(lambda x: x.real)
on_tensors("imaginary_part")(lambda x: x.imag)
on_tensors("of_parts")(lambda x: x[..., 0] + x[..., 1] * 1j)


def careful(function: Any) -> Any:
    """Note that gradients may be complex from here on."""

    def noted(real: Tensor, imag: Tensor) -> Any:
        dtypes.Uncommon.seen = True
        return function(real, imag)

    noted.__name__ = noted.__qualname__ = function.__name__
    return noted


def from_op(name: str) -> Any:
    """Return the function of an op declared above."""
    from ..op import find

    return find(name).function


public("complex", method=False)(careful(from_op("complex")))
public("polar", method=False)(careful(from_op("polar")))


@public("real", method=False)
def real(self: Tensor) -> Any:
    """Return the real part, a view; a real tensor itself."""
    return from_op("view_as_real")(self)[..., 0] if self._value.dtype.kind == "c" else self


@public("imag", method=False)
def imag(self: Tensor) -> Any:
    """Return the imaginary part, a view."""
    if self._value.dtype.kind != "c":
        raise RuntimeError("imag is not implemented for tensors with non-complex dtypes.")
    return from_op("view_as_real")(self)[..., 1]


@public("conj", "conj_physical")
def conj(self: Tensor) -> Any:
    """Return the complex conjugate; a real tensor itself."""
    return from_op("conj")(self) if self._value.dtype.kind == "c" else self


@public("resolve_conj", "resolve_neg")
def resolve(self: Tensor) -> Tensor:
    """Return the tensor: nothing waits to be worked out here."""
    return self


@public("is_conj", "is_neg")
def is_conj(self: Tensor) -> bool:
    """Return False: conjugates are computed at once here."""
    return False


@public("is_complex")
def is_complex(self: Tensor) -> bool:
    """Return True for complex types."""
    return self._value.dtype.kind == "c"  # type: ignore[no-any-return]


@public("adjoint")
def adjoint(self: Tensor) -> Any:
    """Swap the last two dimensions and conjugate: `.mH`."""
    return conj(self.mT)


def set_part(index: int) -> Any:
    """Return what assigning to .real or .imag does."""

    def assign(self: Tensor, value: Any) -> None:
        if not isinstance(value, (Tensor, int, float, complex)):
            raise TypeError(f"can't assign a {kind_of(value)} to a {type_name(self.detach().abs())}")
        part = real(self) if index == 0 else imag(self)
        part.copy_(value if isinstance(value, Tensor) else Tensor._of(part._value.dtype.type(value), None))

    return assign


Tensor.real = property(real, set_part(0))
Tensor.imag = property(imag, set_part(1))
Tensor.mH = property(adjoint)
Tensor.H = property(lambda self: conj(self.transpose(0, 1)) if self._value.ndim else self)
