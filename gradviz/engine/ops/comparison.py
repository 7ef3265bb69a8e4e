"""Comparing and logic: results are bool and have no gradient."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import dtype as dtypes
from .. import messages, watch
from ..in_place import in_place_form
from ..kernels import axes_of, kernel
from ..op import find, op
from ..surface import number_as_tensor, public
from ..tensor import Tensor

PAIRS = [(1.0, 2.0), ([1.0, 2.0, 3.0], [3.0, 2.0, 1.0])]

for name, symbol, longer, operator in (
    ("eq", "==", "equal to", "eq"),
    ("ne", "!=", "not equal to", "ne"),
    ("lt", "<", "less than", "lt"),
    ("le", "<=", "at most", "le"),
    ("gt", ">", "greater than", "gt"),
    ("ge", ">=", "at least", "ge"),
):
    aliases = {
        "eq": "eq",
        "ne": "ne not_equal",
        "lt": "lt less",
        "le": "le less_equal",
        "gt": "gt greater",
        "ge": "ge greater_equal",
    }
    op(
        name,
        inputs="self other",
        symbol=symbol,
        group="comparison",
        title=longer,
        code=f"{{self}} {symbol} {{other}}",
        forward=f"self {symbol} other",
        result="bool",
        kind="binary",
        align="" if name in ("eq", "ne") else f"align_{name}",
        samples=PAIRS,
        names=aliases[name],
        operator=operator,
    )
    for each in aliases[name].split():
        setattr(Tensor, f"{each}_", in_place_form(find(name), getattr(Tensor, each)))

for name, symbol in (
    ("isnan", "nan?"), ("isinf", "∞?"), ("isfinite", "finite?"),
    ("isneginf", "−∞?"), ("isposinf", "+∞?"), ("signbit", "−?"), ("isreal", "real?"),
):
    op(
        name,
        symbol=symbol,
        group="comparison",
        title={"isnan": "is not a number", "isinf": "is infinite", "isreal": "is real"}.get(name, name),
        forward=f"{name}(self)",
        result="bool",
        names=name,
        samples=[([1.0, float("nan"), float("inf")],)],
    )

op(
    "logical_not",
    symbol="not",
    group="comparison",
    title="logical not",
    forward="logical_not(self)",
    result="bool",
    names="logical_not",
    in_place=True,
    samples=[([True, False],)],
)
for name, symbol in (("logical_and", "and"), ("logical_or", "or"), ("logical_xor", "xor")):
    op(
        name,
        inputs="self other",
        symbol=symbol,
        group="comparison",
        forward=f"{name}(self, other)",
        result="bool",
        kind="binary",
        names=name,
        in_place=True,
        samples=[([True, False], [True, True])],
    )
for name, symbol, operator in (("bitwise_and", "&", "and"), ("bitwise_or", "|", "or"), ("bitwise_xor", "^", "xor")):
    op(
        name,
        inputs="self other",
        symbol=symbol,
        group="comparison",
        title=f"{operator} of bits",
        code=f"{{self}} {symbol} {{other}}",
        forward=f"of_bits('{name}', self, other)",
        kind="binary",
        names=name,
        operator=operator,
        in_place=True,
        samples=[([True, False], [True, True])],
    )
    setattr(Tensor, f"__r{operator}__", getattr(Tensor, f"__{operator}__"))
op(
    "bitwise_not",
    symbol="~",
    group="comparison",
    title="not of bits",
    code="~{self}",
    forward="of_bits('bitwise_not', self)",
    names="bitwise_not",
    in_place=True,
    samples=[([True, False],)],
)
for name, symbol, operator in (("bitwise_left_shift", "<<", "lshift"), ("bitwise_right_shift", ">>", "rshift")):
    op(
        name,
        inputs="self other",
        symbol=symbol,
        group="comparison",
        title="move bits " + name.split("_")[1],
        code=f"{{self}} {symbol} {{other}}",
        forward=f"moved('{operator}', self, other)",
        kind="binary",
        align=f"align_{operator}",
        names=name,
        operator=operator,
        in_place=True,
        samples=[(np.array([5, -3]), np.array([1, 2]))],
    )


@kernel
def of_bits(name: str, *values: Any) -> Any:
    """Combine the bits of whole numbers, or bools."""
    if values[0].dtype.kind not in "biu":
        raise messages.not_for(f"{name}_cpu", dtypes.of(values[0]))
    return getattr(np, name)(*values)


@kernel
def moved(name: str, x: Any, by: Any) -> Any:
    """Move bits to the left or right; all of them leave when there are no more than `by`."""
    if x.dtype.kind not in "iu":
        raise messages.not_for(f"{name}_cpu", dtypes.of(x))
    width = x.dtype.itemsize * 8
    gone = (np.asarray(by) < 0) | (np.asarray(by) >= width)
    by = np.where(gone, 0, by).astype(x.dtype)
    if name == "lshift":
        return np.where(gone, 0, np.left_shift(x, by)).astype(x.dtype)[()]
    return np.where(gone, np.where(x < 0, -1, 0), np.right_shift(x, by)).astype(x.dtype)[()]


def inverted(self: Tensor) -> Any:
    """`~x`."""
    if self._value.dtype.kind not in "biu":
        raise TypeError("~ (operator.invert) is only implemented on integer and Boolean-type tensors")
    return Tensor.bitwise_not(self)


def shifted_number(name: str) -> Any:
    """Return the reflected form of a shift: 1 << x."""
    return lambda self, other: getattr(number_as_tensor(other, self), f"__{name}__")(self)


Tensor.__invert__ = inverted
for name in ("lshift", "rshift"):
    setattr(Tensor, f"__r{name}__", shifted_number(name))


@kernel
def every(x: Any, dim: Any, keepdim: bool) -> Any:
    """Return whether all elements hold."""
    found = np.all(x, axis=axes_of(dim, x.ndim), keepdims=keepdim)
    return found.astype(np.uint8) if x.dtype == np.uint8 else found


@kernel
def some(x: Any, dim: Any, keepdim: bool) -> Any:
    """Return whether any element holds."""
    found = np.any(x, axis=axes_of(dim, x.ndim), keepdims=keepdim)
    return found.astype(np.uint8) if x.dtype == np.uint8 else found


op(
    "all",
    arguments="dim=None, keepdim=False",
    symbol="∀",
    group="comparison",
    title="do all hold",
    code="{self}.all()",
    forward="every(self, dim, keepdim)",
    result="bool",
    names="all",
    samples=[([True, False],), ([[True, False]], {"dim": 1})],
)
op(
    "any",
    arguments="dim=None, keepdim=False",
    symbol="∃",
    group="comparison",
    title="does any hold",
    code="{self}.any()",
    forward="some(self, dim, keepdim)",
    result="bool",
    names="any",
    samples=[([True, False],), ([[True, False]], {"dim": 1})],
)


@kernel
def near(a: Any, b: Any, rtol: float, atol: float, equal_nan: bool) -> Any:
    """Return where |a − b| ≤ atol + rtol · |b|."""
    if a.dtype != b.dtype:
        raise RuntimeError(f"{dtypes.of(a).tensor_name} did not match {dtypes.of(b).tensor_name}")
    return np.isclose(a, b, rtol, atol, equal_nan)


op(
    "isclose",
    inputs="self other",
    arguments="rtol=1e-05, atol=1e-08, equal_nan=False",
    symbol="≈",
    group="comparison",
    title="is close",
    forward="near(self, other, rtol, atol, equal_nan)",
    kind="pointwise",
    result="bool",
    names="isclose",
    samples=[([1.0, 2.0], [1.0, 2.1])],
)


@public("allclose")
def allclose(self: Tensor, other: Tensor, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False) -> bool:
    """Return True when all elements are close."""
    return bool(Tensor.isclose(self, other, rtol, atol, equal_nan).all())


@public("equal")
def equal(self: Tensor, other: Tensor) -> bool:
    """Return True when shape and all elements are equal."""
    return self._value.shape == other._value.shape and bool(np.all(self._value == other._value))


@public("isin", method=False)
def isin(elements: Any, test_elements: Any, *, assume_unique: bool = False, invert: bool = False) -> Tensor:
    """Return where elements are among the test elements; either may be a number."""
    watch.read(elements, test_elements)
    a, b = (each._value if isinstance(each, Tensor) else np.asarray(each) for each in (elements, test_elements))
    return Tensor._of(np.isin(a, b, invert=invert)[()], None)


@public("is_nonzero")
def is_nonzero(self: Tensor) -> bool:
    """Return True when the one element is not zero."""
    return bool(self)


@public("is_same_size")
def is_same_size(self: Tensor, other: Tensor) -> bool:
    """Return True when both have the same shape."""
    return bool(self._value.shape == other._value.shape)
