"""Choosing elementwise: by limits, by a condition, the larger or smaller of two."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import dtype as dtypes
from ..element import element
from ..in_place import in_place_form
from ..kernels import formula, kernel
from ..meaning import on_tensors
from ..messages import kind_of
from ..op import find, op
from ..operands import broadcast
from ..surface import public
from ..tensor import Tensor


@kernel
def bounded(x: Any, low: Any, high: Any) -> Any:
    """Return x limited to [low, high]; either may be None. A float limit makes whole numbers floats."""
    limits = [limit for limit in (low, high) if limit is not None]
    if not limits:
        raise RuntimeError("torch.clamp: At least one of 'min' or 'max' must not be None")
    target = dtypes.result_type(x, *limits).numpy
    x = dtypes.convert(x, target)
    if low is not None:
        x = np.maximum(x, dtypes.convert(low, target))
    if high is not None:
        x = np.minimum(x, dtypes.convert(high, target))
    return x


@formula
def inside(x: Any, low: Any, high: Any) -> Any:
    """Return where x lies in [low, high], the borders included."""
    above = True if low is None else x >= low
    return above & (x <= high) if high is not None else above


clamp_numbers = op(
    "clamp",
    arguments="min=None, max=None",
    symbol="clamp",
    group="pointwise",
    code="torch.clamp({self}, 0, 1)",
    node="ClampBackward1",
    forward="bounded(self, min, max)",
    derivative={"self": "where(inside(self, min, max), 1, 0)"},
    vjp={"self": "where(inside(self, min, max), grad, 0)"},
    samples=[(1.5, {"min": 0, "max": 1}), ([0.5, -2.0, 3.0], {"min": 0}), ([0.5, 2.0], {"max": 1})],
    kinks=[([0.0, 1.0], {"min": 0, "max": 1})],
)


clamp_tensors = op(
    "clamp.tensor",
    inputs="self min? max?",
    symbol="clamp",
    group="pointwise",
    node="ClampBackward0",
    kind="pointwise",
    forward="bounded(self, min, max)",
    vjp={
        "self": "where(inside(self, min, max), grad, 0)",
        "min": "where(held_below(self, min, max), grad, 0)",
        "max": "where(held_above(self, min, max), grad, 0)",
    },
    samples=[([0.5, -2.0, 3.0], [0.0, 0.5, 1.0], [1.0, 1.0, 2.0])],
)


@formula
def held_below(x: Any, low: Any, high: Any) -> Any:
    """Return where the lower limit is the result."""
    return x < low if high is None else (low < high) & (x < low)


@formula
def held_above(x: Any, low: Any, high: Any) -> Any:
    """Return where the upper limit is the result."""
    return x > high if low is None else (high < low) | (x > high)


@public("clamp", "clip")
def clamp(self: Tensor, min: Any = None, max: Any = None) -> Any:
    """Limit each element to [min, max]; either may be None, numbers or tensors."""
    if isinstance(min, Tensor) or isinstance(max, Tensor):
        return clamp_tensors(self, min, max)
    return clamp_numbers(self, min, max)


Tensor.clamp_ = Tensor.clip_ = in_place_form(find("clamp"), clamp)


for name, sign, limit in (("min", ">=", "below"), ("max", "<=", "above")):
    low, high = ("limit", "None") if name == "min" else ("None", "limit")
    by_number = op(
        f"clamp_{name}",
        arguments=name,
        symbol="clamp",
        group="pointwise",
        title=f"limit from {limit}",
        node=f"Clamp{name.capitalize()}Backward0",
        forward=f"bounded(self, {low}, {high})".replace("limit", name),
        derivative={"self": f"where(self {sign} {name}, 1, 0)"},
        vjp={"self": f"where(self {sign} {name}, grad, 0)"},
        samples=[([0.5, -2.0, 3.0], {name: 0.25})],
        kinks=[([0.0, 1.0], {name: 0.0})],
    )

    def clamp_one(self: Tensor, limit: Any, *, by_number: Any = by_number, low: str = low) -> Any:
        """Limit each element from one side."""
        if isinstance(limit, Tensor):
            return clamp_tensors(self, limit, None) if low == "limit" else clamp_tensors(self, None, limit)
        return by_number(self, limit)

    clamp_one.__name__ = clamp_one.__qualname__ = f"clamp_{name}"
    public(f"clamp_{name}")(clamp_one)
    setattr(Tensor, f"clamp_{name}_", in_place_form(find(f"clamp_{name}"), clamp_one))


op(
    "maximum",
    inputs="self other",
    symbol="max",
    group="pointwise",
    title="larger of two",
    code="torch.maximum({self}, {other})",
    node="MaximumBackward0",
    forward="maximum(self, other)",
    kind="binary",
    align="align_maximum",
    names="maximum",
    derivative={
        "self": "where(self == other, 0.5, where(self > other, 1, 0))",
        "other": "where(self == other, 0.5, where(self < other, 1, 0))",
    },
    vjp={
        "self": "where(self == other, grad / 2, where(self < other, 0, grad))",
        "other": "where(self == other, grad / 2, where(self > other, 0, grad))",
    },
    recorded={
        "self": "where(self == other, grad / 2, grad).masked_fill(self < other, 0)",
        "other": "where(self == other, grad / 2, grad).masked_fill(self > other, 0)",
    },
    samples=[([1.0, -2.0, 3.0], [0.5, 4.0, -1.5]), (1.0, [2.0, 0.5])],
    kinks=[([1.0, 2.0], [1.0, 3.0])],
)


op(
    "minimum",
    inputs="self other",
    symbol="min",
    group="pointwise",
    title="smaller of two",
    code="torch.minimum({self}, {other})",
    node="MinimumBackward0",
    forward="minimum(self, other)",
    kind="binary",
    align="align_minimum",
    names="minimum",
    derivative={
        "self": "where(self == other, 0.5, where(self < other, 1, 0))",
        "other": "where(self == other, 0.5, where(self > other, 1, 0))",
    },
    vjp={
        "self": "where(self == other, grad / 2, where(self > other, 0, grad))",
        "other": "where(self == other, grad / 2, where(self < other, 0, grad))",
    },
    recorded={
        "self": "where(self == other, grad / 2, grad).masked_fill(self > other, 0)",
        "other": "where(self == other, grad / 2, grad).masked_fill(self < other, 0)",
    },
    samples=[([1.0, -2.0, 3.0], [0.5, 4.0, -1.5]), (1.0, [2.0, 0.5])],
    kinks=[([1.0, 2.0], [1.0, 3.0])],
)


op(
    "atan2",
    inputs="self other",
    group="pointwise",
    title="angle of a point",
    node="Atan2Backward0",
    kind="binary",
    forward="arctan2(self, other)",
    result="float",
    names="atan2 arctan2",
    in_place=True,
    derivative={"self": "other / (self * self + other * other)", "other": "-self / (self * self + other * other)"},
    vjp={
        "self": "grad * other * where(self * self + other * other == 0, 0, 1 / (self * self + other * other))",
        "other": "grad * -self * where(self * self + other * other == 0, 0, 1 / (self * self + other * other))",
    },
    recorded={"self": "grad * other * turn(self, other)", "other": "grad * -self * turn(self, other)"},
    samples=[([1.0, -2.0], [0.5, 4.0])],
    kinks=[([0.0, 0.0], [0.0, -0.0])],
)


@on_tensors("turn")
def turn(y: Tensor, x: Tensor) -> Any:
    """Return 1 / (x² + y²), 0 at the origin, as PyTorch records it."""
    square = y * y + x * x
    return square.reciprocal().masked_fill(square == 0, 0)


choose = op(
    "where",
    inputs="condition self? other?",
    symbol="where",
    group="pointwise",
    title="choose by a condition",
    code="torch.where({condition}, {self}, {other})",
    node="WhereBackward0",
    kind="pointwise",
    forward="chosen(condition, self, other)",
    vjp={"self": "where(condition, grad, 0)", "other": "where(condition, 0, grad)"},
    samples=[([True, False, True], [1.0, -2.0, 3.0], [0.5, 4.0, -1.5])],
)


@kernel
def chosen(condition: Any, yes: Any, no: Any) -> Any:
    """Choose elementwise after bringing both choices to one type."""
    if condition.dtype.kind != "b" and condition.dtype != np.uint8:
        raise RuntimeError(
            "where expected condition to be a boolean tensor, but got a tensor with dtype "
            f"{dtypes.of(condition).tensor_name}"
        )
    yes, no = dtypes.align(yes, no)
    return np.where(condition.astype(bool, copy=False), yes, no)[()]


WHERE = (
    "where() received an invalid combination of arguments - got ({}), but expected one of:\n * (Tensor condition)\n"
    " * (Tensor condition, Tensor input, Tensor other, *, Tensor out = None)\n"
    " * (Tensor condition, Number self, Tensor other)\n * (Tensor condition, Tensor input, Number other)\n"
    " * (Tensor condition, Number self, Number other)\n"
)


@public("where", method=False)
def choose_or_find(condition: Tensor, self: Any = None, other: Any = None, *, input: Any = None) -> Any:
    """Choose by a condition; with the condition alone, return where it holds."""
    self = input if self is None else self
    if self is not None and other is None:
        raise TypeError(WHERE.format(", ".join(kind_of(each) for each in (condition, self))))
    if self is None and other is None:
        return condition.nonzero(as_tuple=True)
    return choose(condition, self, other)


def where_method(self: Tensor, condition: Tensor, other: Any) -> Any:
    """Keep elements where the condition holds, else take `other`."""
    return choose(condition, self, other)


Tensor.where = where_method


fill_where = op(
    "masked_fill",
    inputs="self mask",
    arguments="value",
    symbol="fill",
    group="pointwise",
    title="fill where a mask holds",
    code="{self}.masked_fill({mask}, 0)",
    node="MaskedFillBackward0",
    kind="pointwise",
    forward="filled(self, mask, value)",
    vjp={"self": "where(mask, 0, grad)"},
    recorded={"self": "grad.masked_fill(mask, 0)"},
    samples=[([1.0, -2.0, 3.0], [True, False, True], {"value": 0.5})],
)


fill_where_tensor = op(
    "masked_fill.tensor",
    inputs="self mask value",
    symbol="fill",
    group="pointwise",
    title="fill with a tensor's number where a mask holds",
    node="MaskedFillBackward1",
    edge_count=2,
    kind="pointwise",
    forward="filled(self, mask, value)",
    vjp={"self": "where(mask, 0, grad)", "value": "where(mask, grad, 0).sum()"},
    recorded={"self": "grad.masked_fill(mask, 0)", "value": "grad.masked_select(mask).sum()"},
    samples=[([1.0, -2.0, 3.0], [True, False, True], 0.5)],
)


@kernel
def filled(x: Any, mask: Any, value: Any) -> Any:
    """Put a value where the mask holds."""
    if mask.dtype != np.bool_:
        name = {"int64": "long int", "int32": "int"}.get(mask.dtype.name, dtypes.C_NAMES[dtypes.of(mask).name])
        raise RuntimeError(f"masked_fill_ only supports boolean masks, but got mask with dtype {name}")
    if getattr(value, "ndim", 0):
        raise RuntimeError(
            f"masked_fill_ only supports a 0-dimensional value tensor, but got tensor with {value.ndim} dimension(s)."
        )
    result = np.where(mask, element(value, x.dtype, strict=True), x)
    return np.ascontiguousarray(result) if result.ndim > 1 else result[()]


@public("masked_fill")
def masked_fill(self: Tensor, mask: Tensor, value: Any) -> Any:
    """Return a copy with a number, or a tensor's number, where the mask holds."""
    if isinstance(value, str):
        raise TypeError(
            "masked_fill() received an invalid combination of arguments - got (Tensor, str), but expected one of:\n"
            " * (Tensor mask, Tensor value)\n * (Tensor mask, Number value)\n"
        )
    if mask.shape != self.shape:
        broadcast(mask.shape, self.shape)  # the mask comes first in the words of the mistake
    return fill_masked(self, mask, value)


def fill_masked(self: Tensor, mask: Tensor, value: Any) -> Any:
    """Do the same without a look at the shapes."""
    return fill_where_tensor(self, mask, value) if isinstance(value, Tensor) else fill_where(self, mask, value)


Tensor.masked_fill_ = in_place_form(find("masked_fill"), fill_masked)
