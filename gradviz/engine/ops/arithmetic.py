"""Adding, multiplying, dividing, powers: what Python's operators do."""

from __future__ import annotations

from typing import Any

from ..in_place import change, in_place_form
from ..kernels import kernel
from ..op import find, op
from ..operands import broadcast
from ..surface import number_as_tensor, public, strict
from ..tensor import Tensor
from . import quotients as quotients  # their kernels

PAIRS = [
    (1.5, 2.5),
    (-3.0, 0.25),
    ([1.0, -2.0, 3.0], [0.5, 4.0, -1.5]),
    ([[1.0, 2.0], [3.0, 4.0]], [0.5, -1.5]),
    ([[1.0], [2.0]], [[3.0, 4.0, 5.0]]),
    (2.0, [1.0, 3.0]),
]
POSITIVE = [(1.5, 2.5), ([0.5, 2.0, 3.0], [0.5, -2.0, 1.5]), ([[1.0], [2.0]], [[3.0, 0.5]])]
SINGLE = [(1.5,), (-0.75,), ([1.0, -2.5, 3.0],), ([[0.5, -1.5], [2.5, -0.25]],)]
NEAR = [(5.5, 2.0), ([5.5, -7.25], [2.0, 3.0]), ([[7.25], [-3.5]], [[2.0, -4.0]])]

add = op(
    "add",
    inputs="self other",
    symbol="+",
    group="arithmetic",
    code="{self} + {other}",
    node="AddBackward0",
    forward="self + other",
    derivative={"self": "1", "other": "1"},
    kind="binary",
    samples=PAIRS,
    operator="add",
    in_place=True,
)
sub = op(
    "sub",
    inputs="self other",
    symbol="−",
    group="arithmetic",
    title="subtract",
    code="{self} - {other}",
    node="SubBackward0",
    forward="self - other",
    derivative={"self": "1", "other": "-1"},
    kind="binary",
    align="align_difference",
    samples=PAIRS,
    operator="sub",
    in_place=True,
)
op(
    "mul",
    inputs="self other",
    symbol="×",
    group="arithmetic",
    title="multiply",
    code="{self} * {other}",
    node="MulBackward0",
    forward="self * other",
    derivative={"self": "other", "other": "self"},
    kind="binary",
    samples=PAIRS,
    names="mul multiply",
    operator="mul",
    in_place=True,
)
div = op(
    "div",
    inputs="self other",
    symbol="÷",
    group="arithmetic",
    title="divide",
    code="{self} / {other}",
    node="DivBackward0",
    forward="self / other",
    derivative={"self": "1 / other", "other": "-((self / other) / other)"},
    vjp={"self": "grad / other", "other": "-grad * ((self / other) / other)"},
    result="float",
    kind="binary",
    samples=PAIRS,
    operator="truediv",
    in_place=True,
)
op(
    "pow",
    inputs="self exponent",
    symbol="xⁿ",
    group="arithmetic",
    title="power",
    code="{self} ** {exponent}",
    node="PowBackward1",
    number_node="PowBackward0",
    number_edge_count=1,
    forward="power(self, exponent)",
    align="align_power",
    derivative={"self": "exponent * self ** (exponent - 1)", "exponent": "result * log(self)"},
    vjp={"self": "grad * power_slope(self, exponent)", "exponent": "grad * power_growth(self, exponent, result)"},
    recorded={
        "self": "where(exponent == 0, 0, grad * (exponent * self ** (exponent - 1))) if hasattr(exponent, 'shape') "
        "else grad * power_slope(self, exponent)"
    },
    kind="binary",
    samples=POSITIVE,
    operator="pow",
    in_place=True,
)
rsub = op(
    "rsub",
    inputs="self other",
    symbol="−",
    group="arithmetic",
    title="subtract from",
    code=None,
    node="RsubBackward0",
    number_node="RsubBackward1",
    number_edge_count=1,
    forward="other - self",
    derivative={"self": "-1", "other": "1"},
    kind="binary",
    align="align_reversed",
    samples=PAIRS,
    operator="rsub",
)
power_of_number = op(
    "pow.scalar",
    inputs="exponent",
    arguments="self",
    symbol="aˣ",
    group="arithmetic",
    title="number to a power",
    code=None,
    node="PowBackward2",
    forward="power_of_number(self, exponent)",
    derivative={"exponent": "result * log(self)"},
    vjp={"exponent": "grad * power_growth(self, exponent, result)"},
    samples=[(1.5, {"self": 2.0}), ([0.5, -2.0], {"self": 3.0})],
)
floor_divide = op(
    "floor_divide",
    inputs="self other",
    symbol="⌊÷⌋",
    group="arithmetic",
    title="divide and round down",
    code="{self} // {other}",
    node="NotImplemented",
    number_edge_count=1,
    forward="whole_quotient(self, other)",
    vjp={"self": "not_implemented('aten::floor_divide')", "other": "not_implemented('aten::floor_divide')"},
    kind="binary",
    names="floor_divide",
    operator="floordiv",
    in_place=True,
)
divide_rounded = op(
    "div.rounded",
    inputs="self other",
    arguments="rounding_mode",
    symbol="÷",
    group="arithmetic",
    title="divide and round",
    node="DivBackward2",
    forward="cut_quotient(self, other, rounding_mode)",
    vjp={"self": "zeros_like(grad)", "other": "zeros_like(grad)"},
    saves={"self": "other", "other": "self other"},
    kind="binary",
    samples=[(*each, {"rounding_mode": mode}) for each in NEAR for mode in ("floor", "trunc")],
)
remainder = op(
    "remainder",
    inputs="self other",
    symbol="mod",
    group="arithmetic",
    code="{self} % {other}",
    node="RemainderBackward1",
    number_node="RemainderBackward0",
    number_edge_count=1,
    forward="rest(self, other)",
    derivative={"self": "1", "other": "-floor(self / other)"},
    recorded={"other": "-grad * self.div(other, rounding_mode='floor')"},
    kind="binary",
    samples=NEAR,
    names="remainder",
    operator="mod",
    in_place=True,
)
op(
    "fmod",
    inputs="self other",
    symbol="fmod",
    group="arithmetic",
    title="remainder with the sign of the dividend",
    code=None,
    node="FmodBackward1",
    number_node="FmodBackward0",
    number_edge_count=1,
    forward="rest_of_first(self, other)",
    derivative={"self": "1", "other": "-trunc(self / other)"},
    recorded={"other": "-grad * self.div(other, rounding_mode='trunc')"},
    kind="binary",
    samples=NEAR,
    names="fmod",
    in_place=True,
)
op(
    "neg",
    symbol="−x",
    group="arithmetic",
    title="negate",
    code="-{self}",
    node="NegBackward0",
    forward="negative(self)",
    derivative={"self": "-1"},
    samples=SINGLE,
    names="neg negative",
    operator="neg",
    in_place=True,
)
reciprocal = op(
    "reciprocal",
    symbol="1/x",
    group="arithmetic",
    code="1 / {self}",
    node="ReciprocalBackward0",
    forward="1 / self",
    derivative={"self": "-(result * result)"},
    vjp={"self": "-grad * (result * result)"},
    result="float",
    samples=SINGLE,
    names="reciprocal",
    in_place=True,
)


add_multiple = op(
    "add.alpha",
    inputs="self other",
    arguments="alpha",
    symbol="+",
    group="arithmetic",
    title="add a multiple",
    node="AddBackward0",
    forward="self + multiple(other, alpha)",
    derivative={"self": "1", "other": "alpha"},
    kind="binary",
    samples=[(*each, {"alpha": 2}) for each in PAIRS],
)
sub_multiple = op(
    "sub.alpha",
    inputs="self other",
    arguments="alpha",
    symbol="−",
    group="arithmetic",
    title="subtract a multiple",
    node="SubBackward0",
    forward="self - multiple(other, alpha)",
    derivative={"self": "1", "other": "-alpha"},
    recorded={"other": "-grad * alpha"},
    kind="binary",
    align="align_difference",
    samples=[(*each, {"alpha": 2}) for each in PAIRS],
)


@kernel
def multiple(x: Any, alpha: Any) -> Any:
    """Return alpha · x; whole numbers have no fractions of themselves."""
    if x.dtype.kind in "biu" and isinstance(alpha, float):
        raise RuntimeError("For integral input tensors, argument alpha must not be a floating point number.")
    return x * alpha


@public("add")
def add_scaled(self: Tensor, other: Any, *, alpha: Any = 1) -> Any:
    """Return self + alpha · other."""
    if alpha == 1 or not isinstance(other, Tensor):
        return strict("add", add)(self, other if alpha == 1 else other * alpha)
    return add_multiple(self, other, alpha)


@public("sub", "subtract")
def sub_scaled(self: Tensor, other: Any, *, alpha: Any = 1) -> Any:
    """Return self − alpha · other."""
    if alpha == 1 or not isinstance(other, Tensor):
        return strict("sub", sub)(self, other if alpha == 1 else other * alpha)
    return sub_multiple(self, other, alpha)


@public("add_", function=False)
def add_in_place(self: Tensor, other: Any, *, alpha: Any = 1) -> Any:
    """Add alpha · other in place."""
    if alpha == 1 or not isinstance(other, Tensor):
        return self.__iadd__(other if alpha == 1 else other * alpha)
    return change(self, find("add.alpha"), add_multiple, (other, alpha), {})


@public("sub_", "subtract_", function=False)
def sub_in_place(self: Tensor, other: Any, *, alpha: Any = 1) -> Any:
    """Subtract alpha · other in place."""
    if alpha == 1 or not isinstance(other, Tensor):
        return self.__isub__(other if alpha == 1 else other * alpha)
    return change(self, find("sub.alpha"), sub_multiple, (other, alpha), {})


@public("div", "divide", "true_divide")
def divide(self: Tensor, other: Any, *, rounding_mode: str | None = None) -> Any:
    """Return self / other, rounded down ("floor") or towards zero ("trunc") if asked."""
    if rounding_mode is None:
        return strict("div", div)(self, other)
    if rounding_mode in ("floor", "trunc"):
        return divide_rounded(self, other, rounding_mode)
    raise RuntimeError(f"div expected rounding_mode to be one of None, 'trunc', or 'floor' but found '{rounding_mode}'")


@public("div_", "divide_", "true_divide_", function=False)
def divide_in_place(self: Tensor, other: Any, *, rounding_mode: str | None = None) -> Any:
    """Divide in place."""
    if rounding_mode is None:
        return self.__itruediv__(other)
    return self.copy_(divide(self, other, rounding_mode=rounding_mode))


@public("rsub", method=False)
def subtract_from(self: Tensor, other: Any, *, alpha: Any = 1) -> Any:
    """Return other − alpha · self."""
    if isinstance(other, Tensor):
        broadcast(other._value.shape, self._value.shape)  # in the words of a mistake the minuend comes first
    return strict("rsub", rsub)(self if alpha == 1 else self * alpha, other)


@public("pow")
def power(self: Any, exponent: Any) -> Any:
    """Return self to the power of exponent; either may be a number."""
    if isinstance(self, Tensor):
        return strict("pow", Tensor.__pow__)(self, exponent)
    return power_of_number(exponent, self)


@public("square")
def square(self: Tensor) -> Any:
    """Return self², recorded as a power like in PyTorch."""
    return self**2


@public("square_", function=False)
def square_in_place(self: Tensor) -> Any:
    """Square in place."""
    return self.pow_(2)


def rtruediv(self: Tensor, other: Any) -> Any:
    """Return other / self: PyTorch multiplies the reciprocal."""
    return reciprocal(self) * other


def rpow(self: Tensor, other: Any) -> Any:
    """Return other ** self for a number."""
    return power_of_number(self, other) if isinstance(other, (int, float, complex)) else NotImplemented


def rfloordiv(self: Tensor, other: Any) -> Any:
    """Return other // self for a number."""
    return floor_divide(number_as_tensor(other, self), self)


def rmod(self: Tensor, other: Any) -> Any:
    """Return other % self for a number."""
    return remainder(number_as_tensor(other, self), self)


def fast_binary(name: str) -> None:
    """Give an operator its reflected form: PyTorch computes 2 + x as x + 2."""
    setattr(Tensor, f"__r{name}__", getattr(Tensor, f"__{name}__"))


for each in ("add", "mul"):
    fast_binary(each)
for name, reflected in {"truediv": rtruediv, "pow": rpow, "floordiv": rfloordiv, "mod": rmod}.items():
    setattr(Tensor, f"__r{name}__", reflected)
Tensor.pow_ = in_place_form(find("pow"), Tensor.__pow__)
Tensor.__pos__ = lambda self: self
