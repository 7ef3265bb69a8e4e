"""Functions of three tensors, element by element: from one to the other, and a product or a quotient added."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import dtype as dtypes
from ..in_place import in_place_form
from ..kernels import kernel
from ..op import find, op
from ..operands import aligned
from ..surface import public
from ..tensor import Tensor
from .pairs import ABOVE

THREE = [([1.0, -2.5, 3.0], [0.5, 4.0, -1.5], [2.0, 0.25, -0.75]), ([[1.0], [2.0]], [[3.0, 0.5]], 1.5)]

lerp_number = op(
    "lerp",
    inputs="self end",
    arguments="weight",
    symbol="lerp",
    group="pointwise",
    title="from one to the other",
    node="LerpBackward0",
    kind="pointwise",
    forward="between(self, end, weight)",
    derivative={"self": "1 - weight", "end": "weight"},
    samples=[(*ABOVE[0], {"weight": 0.25}), (*ABOVE[1], {"weight": 0.75})],
)
lerp_tensor = op(
    "lerp.tensor",
    inputs="self end weight",
    symbol="lerp",
    group="pointwise",
    title="from one to the other",
    node="LerpBackward1",
    kind="pointwise",
    forward="between(self, end, weight)",
    derivative={"self": "1 - weight", "end": "weight", "weight": "end - self"},
    samples=THREE,
)
addcmul_op = op(
    "addcmul",
    inputs="self tensor1 tensor2",
    arguments="value=1",
    symbol="+ ×",
    group="arithmetic",
    title="add a product",
    node="AddcmulBackward0",
    kind="pointwise",
    forward="with_product(self, tensor1, tensor2, value)",
    derivative={"self": "1", "tensor1": "tensor2 * value", "tensor2": "tensor1 * value"},
    samples=[*THREE, (*THREE[0], {"value": 0.5})],
)
addcdiv_op = op(
    "addcdiv",
    inputs="self tensor1 tensor2",
    arguments="value=1",
    symbol="+ ÷",
    group="arithmetic",
    title="add a quotient",
    node="AddcdivBackward0",
    kind="pointwise",
    forward="with_quotient(self, tensor1, tensor2, value)",
    derivative={"self": "1", "tensor1": "value / tensor2", "tensor2": "-value * tensor1 / (tensor2 * tensor2)"},
    vjp={
        "self": "grad",
        "tensor1": "grad * (value / tensor2)",
        "tensor2": "-grad * ((value * tensor1) / (tensor2 * tensor2))",
    },
    recorded={"tensor1": "grad * ((zeros_like(tensor2) + value) / tensor2)"},
    samples=[*THREE, (*THREE[0], {"value": 0.5})],
)


@kernel
def between(a: Any, b: Any, weight: Any) -> Any:
    """Return a + weight · (b − a), computed from the nearer end."""
    kinds = {each.dtype for each in (a, b, weight) if hasattr(each, "dtype")}
    if len(kinds) > 1:
        raise RuntimeError(
            f"expected dtype {c_name(a)} for `{'weight' if a.dtype == b.dtype else 'end'}` but got dtype "
            f"{c_name(weight if a.dtype == b.dtype else b)}"
        )
    aligned(a, b, *([weight] if hasattr(weight, "dtype") else []))
    if hasattr(weight, "dtype"):
        return np.where(abs(weight) < 0.5, a + weight * (b - a), b - (b - a) * (1 - weight))[()]
    weight = a.dtype.type(weight)
    return a + weight * (b - a) if abs(weight) < 0.5 else b - (b - a) * (1 - weight)


def c_name(x: Any) -> str:
    """Return the name of an element type in PyTorch's source."""
    return dtypes.C_NAMES[dtypes.of(x).name]


@kernel
def with_product(x: Any, a: Any, b: Any, value: Any) -> Any:
    """Return x + value · a · b."""
    x, a, b = aligned(x, a, b)
    return x + a * b if value == 1 else x + x.dtype.type(value) * a * b


@kernel
def with_quotient(x: Any, a: Any, b: Any, value: Any) -> Any:
    """Return x + value · a / b."""
    x, a, b = aligned(x, a, b)
    if x.dtype.kind in "biu":
        raise RuntimeError(
            "Integer division with addcdiv is no longer supported, and in a future  release addcdiv will perform a "
            "true division of tensor1 and tensor2. The historic addcdiv behavior can be implemented as (input + "
            "value * torch.trunc(tensor1 / tensor2)).to(input.dtype) for integer inputs and as (input + value * "
            "tensor1 / tensor2) for float inputs. The future addcdiv behavior is just the latter implementation: "
            "(input + value * tensor1 / tensor2), for all dtypes."
        )
    return x + a / b if value == 1 else x + x.dtype.type(value) * a / b


@public("lerp")
def lerp(self: Tensor, end: Tensor, weight: Any) -> Any:
    """Return self + weight · (end − self)."""
    return lerp_tensor(self, end, weight) if isinstance(weight, Tensor) else lerp_number(self, end, weight)


@public("addcmul")
def addcmul(self: Tensor, tensor1: Tensor, tensor2: Tensor, *, value: Any = 1) -> Any:
    """Return self + value · tensor1 · tensor2."""
    return addcmul_op(self, tensor1, tensor2, value)


@public("addcdiv")
def addcdiv(self: Tensor, tensor1: Tensor, tensor2: Tensor, *, value: Any = 1) -> Any:
    """Return self + value · tensor1 / tensor2."""
    return addcdiv_op(self, tensor1, tensor2, value)


FORMS: dict[str, Any] = {"lerp": lerp, "addcmul": addcmul, "addcdiv": addcdiv}
for name, function in FORMS.items():
    setattr(Tensor, f"{name}_", in_place_form(find(name), function))
