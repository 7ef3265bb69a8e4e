"""What a tensor says of itself where it is always the same, and in whose words it refuses what cannot be assigned."""

from __future__ import annotations

from typing import Any

from . import dtype as dtypes
from .layout import strided
from .messages import kind_of, warn
from .tensor import Tensor

# Whether a tensor is on one of these devices, or of one of these kinds.
NEVER = ("cuda", "meta", "mkldnn", "mps", "nested", "quantized", "sparse", "sparse_csr", "vulkan", "xla", "xpu")


def always(answer: Any) -> property:
    """Return an attribute that is only read and always the same."""
    return property(lambda self: answer)


def grad_dtype(self: Tensor) -> Any:
    """The type that gradients of this leaf have."""
    if not self.is_leaf:
        raise RuntimeError("grad_dtype can only be accessed on leaf tensors.")
    return self.dtype


def set_grad_dtype(self: Tensor, kind: Any) -> None:
    """Check a type for the gradients of this leaf; here it can only be that of the leaf."""
    if kind is not None and not isinstance(kind, dtypes.dtype):
        raise RuntimeError(f"grad_dtype must be a torch.dtype or None, but got {kind_of(kind)}")
    if not self.is_leaf:
        raise RuntimeError("grad_dtype can only be set on leaf tensors.")
    if kind is not None and self.grad is not None and self.grad.dtype is not kind:
        raise RuntimeError(
            f"Cannot set grad_dtype to '{kind.tensor_name}' because there is already a gradient with dtype "
            f"'{dtypes.C_NAMES[self.grad.dtype.name]}'. Please clear the gradient (.grad = None) before changing "
            "grad_dtype, or ensure the new grad_dtype matches the existing gradient's dtype."
        )
    if kind is not self.dtype:
        raise NotImplementedError(
            "gradviz's NumPy engine does not have gradients of another type than their tensor's (grad_dtype) yet."
        )


def set_volatile(self: Tensor, value: Any) -> None:
    """Do nothing and say so, as PyTorch does."""
    warn("volatile was removed (Variable.volatile is always False)")


for name in (*NEVER, "ipu", "maia", "mtia"):
    setattr(Tensor, f"is_{name}", always(False))
Tensor.is_cpu, Tensor.layout, Tensor.name = always(True), always(strided), always(None)
Tensor.grad_dtype = property(grad_dtype, set_grad_dtype)
Tensor.volatile = property(lambda self: False, set_volatile)


def refuse_writing() -> None:
    """Give the attributes that are only read PyTorch's words for a program that writes or deletes them.

    They stay plain properties, because Python reads those faster than any class of ours.
    """
    for name, attribute in list(vars(Tensor).items()):
        if isinstance(attribute, property) and attribute.fset is None:
            setattr(Tensor, name, attribute.setter(refusal(name)).deleter(refusal(name)))


def refusal(name: str) -> Any:
    """Return a setter or deleter that refuses."""

    def refuse(self: Tensor, value: Any = None) -> None:
        raise AttributeError(f"attribute '{name}' of 'torch._C.TensorBase' objects is not writable")

    return refuse
