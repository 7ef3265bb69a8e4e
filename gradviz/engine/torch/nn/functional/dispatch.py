"""How functional forms call the ops that are declared for them."""

from __future__ import annotations

from typing import Any

from gradviz.engine.in_place import in_place_form
from gradviz.engine.op import by_name, find
from gradviz.engine.tensor import Tensor

# What PyTorch calls its code for these: it names that when the numbers are whole ones, for which there is none.
KERNELS = {
    **{name: f"{name}_cpu" for name in ("leaky_relu", "elu", "silu", "softplus", "mish", "hardswish", "hardsigmoid")},
    **{"celu": "elu_cpu", "softshrink": "softshrink_check", "gelu": "GeluKernelImpl"},
    **{"logsigmoid": "log_sigmoid_cpu", "glu": "glu_cpu", "rrelu_with_noise": "leaky_relu_cpu"},
}


def run(name: str, inplace: bool, input: Tensor, *others: Any) -> Any:
    """The declared op of this name, or its in-place form (which a few have a declaration of their own for)."""
    if name in KERNELS and isinstance(input, Tensor) and input.numpy_value().dtype.kind in "biu":
        raise NotImplementedError(f"\"{KERNELS[name]}\" not implemented for '{input.dtype.tensor_name}'")
    if not inplace:
        return find(name).function(input, *others)
    op = by_name.get(f"{name}.in_place") or find(name)
    return in_place_form(op, op.function)(input, *others)
